// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {PayerAccounts} from "../../src/pay/PayerAccounts.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

contract PayerAccountsTest is World {
    address private constant STRANGERS = address(0);
    address private constant friend = address(0xf1);

    function test_depositsForOneselfAndForOthers() public {
        token.transfer(payer, 1_000);
        vm.startPrank(payer);
        token.approve(address(escrow), 1_000);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.Deposited(payer, payer, 700);
        escrow.deposit(700);
        vm.expectRevert(PayerAccounts.AmountIsZero.selector);
        escrow.deposit(0);
        vm.expectRevert();
        escrow.deposit(301);
        vm.stopPrank();
        token.approve(address(escrow), 5);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.Deposited(payer, address(this), 5);
        escrow.depositFor(payer, 5);
        _account(705, 0, 0);
        _equal(token.balanceOf(address(escrow)), 705, "held");
        _equal(escrow.thawSeconds(), ESCROW_THAW, "thaw");
    }

    function test_fundsSeveralChannelsInOneCall() public {
        _deposit(payer, 1_000);
        (address[] memory miners, uint64[] memory amounts) = (new address[](3), new uint64[](3));
        (miners[0], miners[1], miners[2]) = (operator, friend, operator);
        (amounts[0], amounts[1], amounts[2]) = (100, 200, 300);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.Funded(payer, operator, 100);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.Funded(payer, friend, 200);
        vm.prank(payer);
        escrow.fund(miners, amounts);
        _account(400, 0, 0);
        _channel(operator, 400, 0);
        _channel(friend, 200, 0);
        _equal(escrow.assuredTo(payer, operator), 400, "assured");
        _equal(escrow.assuredTo(payer, relayer), 0, "to nobody else");
    }

    function test_fundsNoMoreThanTheBalance() public {
        _deposit(payer, 1_000);
        (address[] memory miners, uint64[] memory amounts) = (new address[](2), new uint64[](2));
        (amounts[0], amounts[1]) = (600, 401);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(PayerAccounts.AmountAbove.selector, 1_001, 1_000));
        escrow.fund(miners, amounts);
        (miners[0], miners[1]) = (operator, friend);
        (amounts[0], amounts[1]) = (type(uint64).max, type(uint64).max);
        vm.expectRevert(
            abi.encodeWithSelector(
                SafeCast.SafeCastOverflowedUintDowncast.selector, 64, uint256(type(uint64).max) * 2
            )
        );
        escrow.fund(miners, amounts);
        vm.expectRevert(PayerAccounts.ListsDiffer.selector);
        escrow.fund(new address[](1), new uint64[](2));
        vm.stopPrank();
        _account(1_000, 0, 0);
    }

    function test_fundsOutOfWhatThawsToo() public {
        _deposit(payer, 1_000);
        _thaw(900);
        _fund(payer, operator, 400);
        _account(600, 600, START + ESCROW_THAW);
        vm.warp(START + ESCROW_THAW);
        vm.prank(payer);
        _equal(escrow.withdraw(), 600, "what is left");
    }

    // --- the balance -------------------------------------------------------------------------------------------------------

    function test_thawsTheBalanceAndPaysAfterIt() public {
        _deposit(payer, 1_000);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.Thawing(payer, 400, uint64(START + ESCROW_THAW));
        _thaw(400);
        vm.warp(START + 1 days);
        _thaw(100);
        _account(1_000, 500, START + 1 days + ESCROW_THAW);
        vm.startPrank(payer);
        vm.expectRevert(PayerAccounts.AmountIsZero.selector);
        escrow.thaw(0);
        vm.expectRevert(abi.encodeWithSelector(PayerAccounts.AmountAbove.selector, 501, 500));
        escrow.thaw(501);
        vm.warp(START + 1 days + ESCROW_THAW - 1);
        vm.expectRevert(
            abi.encodeWithSelector(PayerAccounts.ThawsUntil.selector, uint64(START + 1 days + ESCROW_THAW))
        );
        escrow.withdraw();
        vm.warp(START + 1 days + ESCROW_THAW);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.Withdrawn(payer, 500);
        _equal(escrow.withdraw(), 500, "withdrawn");
        _equal(token.balanceOf(payer), 500, "paid");
        _account(500, 0, 0);
        vm.expectRevert(PayerAccounts.NothingThaws.selector);
        escrow.withdraw();
        vm.stopPrank();
    }

    function test_cancelsTheThawOfTheBalance() public {
        _deposit(payer, 1_000);
        vm.prank(payer);
        vm.expectRevert(PayerAccounts.NothingThaws.selector);
        escrow.cancelThaw();
        _thaw(400);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.Thawing(payer, 0, 0);
        vm.prank(payer);
        escrow.cancelThaw();
        _account(1_000, 0, 0);
    }

    function test_aGiftDelaysNoThaw() public {
        _deposit(payer, 1_000);
        _thaw(400);
        vm.warp(START + ESCROW_THAW);
        token.approve(address(escrow), 1);
        escrow.depositFor(payer, 1);
        vm.prank(payer);
        _equal(escrow.withdraw(), 400, "withdrawn");
    }

    // --- channels ----------------------------------------------------------------------------------------------------------

    function test_thawsChannelsAndPaysAfterIt() public {
        _deposit(payer, 1_000);
        _fund(payer, operator, 600);
        _fund(payer, friend, 400);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.ChannelThawing(payer, operator, 200, uint64(START + ESCROW_THAW));
        _thawChannel(payer, operator, 200);
        _thawChannel(payer, friend, 400);
        _channel(operator, 600, 200);
        _equal(escrow.assuredTo(payer, operator), 400, "what thaws is assured no more");
        _equal(escrow.channelOf(payer, operator).thawEnd, START + ESCROW_THAW, "end");
        address[] memory both = new address[](2);
        (both[0], both[1]) = (operator, friend);
        vm.startPrank(payer);
        vm.warp(START + ESCROW_THAW - 1);
        vm.expectRevert(abi.encodeWithSelector(PayerAccounts.ThawsUntil.selector, uint64(START + ESCROW_THAW)));
        escrow.withdrawChannels(both);
        vm.warp(START + ESCROW_THAW);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.Withdrawn(payer, 600);
        _equal(escrow.withdrawChannels(both), 600, "both");
        _equal(token.balanceOf(payer), 600, "paid");
        _channel(operator, 400, 0);
        _channel(friend, 0, 0);
        vm.expectRevert(PayerAccounts.NothingThaws.selector);
        escrow.withdrawChannels(both);
        vm.expectRevert(PayerAccounts.NothingThaws.selector);
        escrow.withdrawChannels(new address[](0));
        vm.stopPrank();
    }

    function test_aChannelNamedTwicePaysOnce() public {
        _deposit(payer, 1_000);
        _fund(payer, operator, 600);
        _thawChannel(payer, operator, 200);
        vm.warp(START + ESCROW_THAW);
        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (operator, operator);
        vm.prank(payer);
        vm.expectRevert(PayerAccounts.NothingThaws.selector);
        escrow.withdrawChannels(twice);
    }

    function test_thawsNoMoreOfAChannelThanThereIs() public {
        _deposit(payer, 1_000);
        _fund(payer, operator, 600);
        (address[] memory miners, uint64[] memory amounts) = _one(operator, 601);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(PayerAccounts.AmountAbove.selector, 601, 600));
        escrow.thawChannels(miners, amounts);
        amounts[0] = 0;
        vm.expectRevert(PayerAccounts.AmountIsZero.selector);
        escrow.thawChannels(miners, amounts);
        vm.expectRevert(PayerAccounts.ListsDiffer.selector);
        escrow.thawChannels(miners, new uint64[](0));
        vm.stopPrank();
    }

    function test_cancelsTheThawOfAChannel() public {
        _deposit(payer, 1_000);
        _fund(payer, operator, 600);
        vm.prank(payer);
        vm.expectRevert(PayerAccounts.NothingThaws.selector);
        escrow.cancelChannelThaws(_only(operator));
        _thawChannel(payer, operator, 200);
        vm.expectEmit(address(escrow));
        emit PayerAccounts.ChannelThawing(payer, operator, 0, 0);
        vm.prank(payer);
        escrow.cancelChannelThaws(_only(operator));
        _channel(operator, 600, 0);
        _equal(escrow.assuredTo(payer, operator), 600, "assured again");
    }

    // --- the reserve -------------------------------------------------------------------------------------------------------

    function test_theReserveAssuresEachStrangerA64th() public {
        _deposit(payer, 10_000);
        _fund(payer, STRANGERS, 6_400);
        PayerAccounts.Reserve memory reserve = escrow.reserveOf(payer);
        _equal(reserve.share, 100, "share");
        _equal(reserve.round, 1, "round");
        _equal(reserve.drawers, 0, "drawers");
        _equal(escrow.assuredTo(payer, operator), 100, "assured");
        _equal(escrow.assuredTo(payer, friend), 100, "to anybody");
        _fund(payer, operator, 50);
        _equal(escrow.assuredTo(payer, operator), 150, "besides its channel");
    }

    function test_aRefillStartsARoundOnlyWithNoSmallerShare() public {
        _deposit(payer, 10_000);
        _fund(payer, STRANGERS, 6_400);
        _bind(OWNER, OPERATOR);
        _redeem(_voucher(PAYER, operator, 60));
        _equal(escrow.reserveOf(payer).drawers, 1, "drew");
        _equal(escrow.assuredTo(payer, operator), 40, "the rest of its share");
        _fund(payer, STRANGERS, 59);
        _equal(escrow.reserveOf(payer).round, 1, "too little for a new round");
        _equal(escrow.assuredTo(payer, operator), 40, "as before");
        _fund(payer, STRANGERS, 1);
        _equal(escrow.reserveOf(payer).round, 2, "a new round");
        _equal(escrow.reserveOf(payer).drawers, 0, "nobody drew");
        _equal(escrow.assuredTo(payer, operator), 100, "a new share");
    }

    function test_aThawOfTheReserveLowersWhatIsAssuredAtOnceAndTheShareAtItsEnd() public {
        _deposit(payer, 10_000);
        _fund(payer, STRANGERS, 6_400);
        _bind(OWNER, OPERATOR);
        _redeem(_voucher(PAYER, operator, 30));
        _thawChannel(payer, STRANGERS, 3_170);
        // 3,200 stay: 50 for each, and this one has drawn 30.
        _equal(escrow.assuredTo(payer, operator), 20, "to one that drew");
        _equal(escrow.assuredTo(payer, friend), 50, "to another");
        _equal(escrow.reserveOf(payer).share, 100, "still paid");
        vm.warp(START + ESCROW_THAW);
        vm.prank(payer);
        _equal(escrow.withdrawChannels(_only(STRANGERS)), 3_170, "withdrawn");
        _equal(escrow.reserveOf(payer).share, 50, "share");
        _equal(escrow.assuredTo(payer, operator), 20, "what was said");
        _equal(_redeem(_voucher(PAYER, operator, 50)).paid, 20, "is paid");
    }

    function test_drawsTakeWhatThawsFirstSoTheOthersKeepTheirs() public {
        _deposit(payer, 6_400);
        _fund(payer, STRANGERS, 6_400);
        _bind(OWNER, OPERATOR);
        _bind(OWNER, 0xb2);
        _thawChannel(payer, STRANGERS, 3_200);
        _equal(escrow.assuredTo(payer, vm.addr(0xb2)), 50, "assured");
        _equal(_redeem(_voucher(PAYER, operator, 100)).paid, 100, "still pays the whole share");
        _channel(STRANGERS, 6_300, 3_100);
        _equal(escrow.assuredTo(payer, vm.addr(0xb2)), 50, "as before");
        vm.warp(START + ESCROW_THAW);
        vm.prank(payer);
        _equal(escrow.withdrawChannels(_only(STRANGERS)), 3_100, "what was not drawn");
        _equal(_redeem(_voucher(PAYER, vm.addr(0xb2), 50)).paid, 50, "what was assured");
    }

    function test_aThawThatWasDrawnUpIsOver() public {
        _deposit(payer, 6_400);
        _fund(payer, STRANGERS, 6_400);
        _bind(OWNER, OPERATOR);
        _thawChannel(payer, STRANGERS, 60);
        _redeem(_voucher(PAYER, operator, 100));
        _channel(STRANGERS, 6_300, 0);
        vm.warp(START + ESCROW_THAW);
        vm.prank(payer);
        vm.expectRevert(PayerAccounts.NothingThaws.selector);
        escrow.withdrawChannels(_only(STRANGERS));
    }

    function test_hundredSybilDrawersGetSixtyFourShares() public {
        _deposit(payer, 6_400);
        _fund(payer, STRANGERS, 6_400);
        uint256 drawn;
        for (uint256 i = 0; i < 100; i++) {
            _bind(OWNER, 0x5000 + i);
            uint64 assured = escrow.assuredTo(payer, vm.addr(0x5000 + i));
            _equal(assured, i < 64 ? 100 : 0, "assured");
            uint64 paid = _redeem(_voucher(PAYER, vm.addr(0x5000 + i), 1_000)).paid;
            _equal(paid, assured, "paid");
            drawn += paid;
        }
        _equal(drawn, 6_400, "drawn");
        _equal(escrow.reserveOf(payer).drawers, 64, "drawers");
        _equal(escrow.accountOf(payer).owed, 64 * 900 + 36 * 1_000, "owed");
    }

    // --- the hands ---------------------------------------------------------------------------------------------------------

    function _thaw(uint64 amount) private {
        vm.prank(payer);
        escrow.thaw(amount);
    }

    function _account(uint64 balance, uint64 thawing, uint256 thawEnd) private view {
        PayerAccounts.Account memory account = escrow.accountOf(payer);
        _equal(account.balance, balance, "balance");
        _equal(account.thawing, thawing, "thawing");
        _equal(account.thawEnd, thawEnd, "thaw's end");
    }

    function _channel(address miner, uint64 amount, uint64 thawing) private view {
        PayerAccounts.Channel memory channel = escrow.channelOf(payer, miner);
        _equal(channel.deposit, amount, "deposit");
        _equal(channel.thawing, thawing, "thawing");
    }
}
