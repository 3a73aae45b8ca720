// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../../src/pay/Escrow.sol";
import {PayerAccounts} from "../../src/pay/PayerAccounts.sol";
import {EscrowHandler} from "./EscrowHandler.sol";
import {vm} from "../support/Vm.sol";

/// @notice What holds of the escrow after whatever was done with it.
contract EscrowInvariants is EscrowHandler {
    /// @dev The token that is there is what payers have, what is to be burned, and what was given to the contract itself.
    function invariant_solvent() public view {
        uint256 held = escrow.unburned() + _donated;
        for (uint256 i = 0; i < PAYERS; i++) {
            held += escrow.accountOf(_payers[i]).balance + escrow.channelOf(_payers[i], address(0)).deposit;
            for (uint256 j = 0; j < MINERS; j++) held += escrow.channelOf(_payers[i], _miners[j]).deposit;
        }
        _equal(token.balanceOf(address(escrow)), held, "to the credit");
        _equal(held + _redeemed + _paidOut - escrow.unburned(), _paidIn + _donated, "conserved");
        _equal(_earlyExits, 0, "withdrawals before the thaw was over");
    }

    function invariant_ghostPaidLeSigned() public view {
        for (uint256 i = 0; i < _counters.length; i++) {
            _atMost(_counters[i].paid, _counters[i].signed, "paid");
        }
        _equal(_forgeriesPaid, 0, "forgeries paid");
    }

    function invariant_ghostPaidEqClaimed() public view {
        uint256 sum;
        for (uint256 i = 0; i < _counters.length; i++) {
            Counter memory counter = _counters[i];
            uint64 claimed = escrow.claimedOf(counter.payer, counter.session, counter.miner, 0);
            _equal(claimed, counter.paid, "claimed");
            sum += counter.paid;
        }
        _equal(sum, _redeemed, "all counters");
    }

    function invariant_claimedMonotone() public view {
        _equal(_countersBack, 0, "counters that went back");
    }

    function invariant_noReplay() public view {
        _equal(_replaysPaid, 0, "replays paid");
    }

    function invariant_pairIsolation() public view {
        _equal(_othersTouched, 0, "claims that touched others' money");
    }

    function invariant_redeemableUntilMatured() public view {
        _equal(_thawingUnpaid, 0, "thaws that did not pay");
    }

    function invariant_dustImmune() public view {
        _equal(_dustHurt, 0, "gifts that hurt");
    }

    function invariant_relayerNeutral() public view {
        _equal(token.balanceOf(relayer), 0, "tokens");
        (uint64 withdrawable, uint64 locked) = vault.earningsOf(relayer);
        _equal(uint256(withdrawable) + locked, 0, "earnings");
    }

    function invariant_grantCapNeverExceeded() public view {
        for (uint256 p = 0; p < PAYERS; p++) {
            uint256 spent;
            for (uint256 m = 0; m < MINERS; m++) {
                uint64 paid = _counters[_ownCounter(p, m) + 1].paid;
                _atMost(paid, MAX_PER_MINER, "one miner");
                spent += paid;
            }
            _atMost(spent, MAX_TOTAL, "all miners");
            _equal(escrow.sessionOf(_payers[p], vm.addr(SESSION_KEYS + p)).spent, spent, "spent");
        }
    }

    /// @dev What is owed is the sum over counters, and on each the highest voucher shown, less what was paid on it.
    function invariant_owedIsTheHighestShown() public view {
        for (uint256 p = 0; p < PAYERS; p++) {
            uint256 sum;
            for (uint256 m = 0; m < MINERS; m++) {
                Counter memory own = _counters[_ownCounter(p, m)];
                Counter memory granted = _counters[_ownCounter(p, m) + 1];
                uint64 owed = escrow.owedOn(own.payer, own.session, own.miner, 0);
                _equal(owed, own.shown > own.paid ? own.shown - own.paid : 0, "the payer's own");
                sum += owed + escrow.owedOn(granted.payer, granted.session, granted.miner, 0);
            }
            _equal(escrow.accountOf(_payers[p]).owed, sum, "in all");
        }
    }

    function invariant_thawLeBalance() public view {
        for (uint256 i = 0; i < PAYERS; i++) {
            PayerAccounts.Account memory account = escrow.accountOf(_payers[i]);
            _atMost(account.thawing, account.balance, "balance");
            for (uint256 j = 0; j <= MINERS; j++) {
                PayerAccounts.Channel memory channel = escrow.channelOf(_payers[i], _place(j));
                _atMost(channel.thawing, channel.deposit, "channel");
            }
        }
    }

    /// @dev A reserve holds a share for each stranger that may still come.
    function invariant_reserveCoversItsShares() public view {
        for (uint256 i = 0; i < PAYERS; i++) {
            PayerAccounts.Reserve memory reserve = escrow.reserveOf(_payers[i]);
            uint256 open = uint256(reserve.share) * (64 - reserve.drawers);
            _atMost(open, escrow.channelOf(_payers[i], address(0)).deposit, "shares that nobody drew on");
        }
    }

    /// @dev Whatever is assured to all miners now is paid to each of them in full: at once, and also after the payer has taken out
    /// all that it can as soon as it can. (State that an invariant changes is thrown away.)
    function invariant_assuredIsPaid() public {
        _equal(_assuredUnpaid, 0, "assured and not paid");
        uint64[] memory assured = new uint64[](PAYERS * MINERS);
        for (uint256 i = 0; i < assured.length; i++) {
            Counter memory counter = _counters[i * 2];
            assured[i] = escrow.assuredTo(counter.payer, counter.miner);
        }
        uint256 now_ = vm.snapshotState();
        _collect(assured);
        vm.revertToState(now_);
        for (uint256 i = 0; i < PAYERS; i++) _leave(_payers[i]);
        _collect(assured);
    }

    /// @dev All that thaws now is taken out when its time has come.
    function _leave(address payer_) private {
        vm.warp(block.timestamp + ESCROW_THAW);
        vm.startPrank(payer_);
        if (escrow.accountOf(payer_).thawing != 0) escrow.withdraw();
        for (uint256 j = 0; j <= MINERS; j++) {
            if (escrow.channelOf(payer_, _place(j)).thawing != 0) escrow.withdrawChannels(_only(_place(j)));
        }
        vm.stopPrank();
    }

    function _collect(uint64[] memory assured) private {
        for (uint256 i = 0; i < assured.length; i++) {
            if (assured[i] == 0) continue;
            Counter storage counter = _counters[i * 2];
            Escrow.Outcome memory outcome = _redeem(
                _voucherOf(counter.key, counter.payer, counter.miner, 0, 0, counter.paid + assured[i])
            );
            _equal(outcome.paid, assured[i], "assured and paid");
        }
    }
}
