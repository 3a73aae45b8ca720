// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StakeVault} from "../../src/stake/StakeVault.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// @notice A vault that is looked at by itself: an owner with tokens, a court that orders, and what the vault then holds.
abstract contract VaultWorld is World {
    address internal constant victim = address(0x71c);
    address internal constant reporter = address(0x4e9);

    function setUp() public override {
        super.setUp();
        token.transfer(owner, 10_000);
        vm.prank(owner);
        token.approve(address(vault), type(uint256).max);
        token.approve(address(vault), type(uint256).max);
    }

    function _put(uint64 amount) internal {
        vm.prank(owner);
        vault.stake(amount);
    }

    function _thaw(uint64 amount) internal {
        vm.prank(owner);
        vault.thaw(amount);
    }

    function _lock(bytes32 id, uint64 amount, uint48 time) internal returns (uint64) {
        vm.prank(address(slasher));
        return vault.lock(id, owner, amount, time);
    }

    function _slash(uint16 share, uint64 amountMin, address victim_, uint64 victimMax, address reporter_)
        internal
        returns (uint64)
    {
        vm.prank(address(slasher));
        return vault.slash(StakeVault.SlashOrder("offence", owner, share, amountMin, victim_, victimMax, reporter_));
    }

    function _reward(uint64 toVictim, uint64 toReporter) internal view returns (StakeVault.Reward memory) {
        return StakeVault.Reward(
            victim, toVictim, reporter, toReporter, uint48(block.timestamp + EVIDENCE), "offence"
        );
    }

    function _account(uint64 total, uint64 thawing, uint256 thawEnd, uint64 locked) internal view {
        StakeVault.Account memory account = vault.accountOf(owner);
        _equal(account.total, total, "total");
        _equal(account.thawing, thawing, "thawing");
        _equal(account.thawEnd, thawEnd, "thaw's end");
        _equal(account.locked, locked, "locked");
    }

    function _earnings(uint64 withdrawable, uint64 locked) internal view {
        (uint64 gotWithdrawable, uint64 gotLocked) = vault.earningsOf(owner);
        _equal(gotWithdrawable, withdrawable, "withdrawable");
        _equal(gotLocked, locked, "locked");
    }
}
