// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StakeVault} from "../../src/stake/StakeVault.sol";
import {VaultHandler} from "./VaultHandler.sol";

/// @notice What holds of the vault after whatever was done with it.
contract VaultInvariants is VaultHandler {
    /// @dev The token that is there is what all are owed, and what was given to the contract itself.
    function invariant_vaultBacked() public view {
        uint256 owed = _donated + vault.unburned() + _sumRewards;
        for (uint256 i = 0; i < OWNERS; i++) owed += _of(_owners[i]);
        _equal(token.balanceOf(address(vault)), owed, "backed to the credit");
    }

    function invariant_thawLeTotal() public view {
        for (uint256 i = 0; i < OWNERS; i++) {
            StakeVault.Account memory account = vault.accountOf(_owners[i]);
            _atMost(account.thawing, account.total, "thaw");
            _equal(vault.standingOf(_owners[i]), account.total - account.thawing, "standing");
        }
    }

    /// @dev What is held is what the open locks say, and no withdrawal went below it.
    function invariant_lockLeTotal() public view {
        for (uint256 i = 0; i < OWNERS; i++) {
            uint256 held;
            for (uint256 j = 0; j < _locks.length; j++) {
                if (_locks[j].owner == _owners[i]) held += _locks[j].amount;
            }
            _equal(vault.accountOf(_owners[i]).locked, held, "the open locks");
        }
        _equal(_locksIgnored, 0, "withdrawals below a lock");
    }

    /// @dev Nothing is made or lost: what an owner has is what came in, less what went out and what was taken.
    function invariant_conservation() public view {
        for (uint256 i = 0; i < OWNERS; i++) {
            address of_ = _owners[i];
            _equal(_of(of_), _in[of_] - _out[of_] - _taken[of_], "an owner's stake and earnings");
        }
    }

    /// @dev Of what is slashed at least half is burned, and all of it is somewhere.
    function invariant_slashSplit() public view {
        _equal(_unfairSplits, 0, "unfair splits");
        uint256 rewards;
        for (uint256 i = 0; i < _slashes.length; i++) {
            rewards += uint256(_slashes[i].reward.victimAmount) + _slashes[i].reward.reporterAmount;
        }
        _equal(vault.unburned() + _burned + rewards, _sumTaken, "burned and given");
        _equal(_rewardsPaidTwice, 0, "rewards paid twice");
    }

    function invariant_slashNeverReverts() public view {
        _equal(_slashReverts, 0, "slashes that reverted");
    }

    /// @dev Neither stake nor earnings nor a reward is out before a lie can be found.
    function invariant_noEscape() public view {
        _equal(_earlyExits, 0, "early exits");
        _equal(_earlyRewards, 0, "early rewards");
    }

    function invariant_lockExpires() public view {
        for (uint256 j = 0; j < _locks.length; j++) {
            _atMost(vault.lockOf(_locks[j].id).expiresAt, _locks[j].time + 30 days, "a lock's end");
        }
    }

    function invariant_deadlinesNotRetroactive() public view {
        for (uint256 i = 0; i < OWNERS; i++) {
            StakeVault.Account memory account = vault.accountOf(_owners[i]);
            if (account.thawing != 0) _equal(account.thawEnd, _thawEnds[_owners[i]], "a thaw's end");
        }
    }

    function _of(address of_) private view returns (uint256) {
        (uint64 withdrawable, uint64 locked) = vault.earningsOf(of_);
        return uint256(vault.accountOf(of_).total) + withdrawable + locked;
    }
}
