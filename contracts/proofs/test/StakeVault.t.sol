// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {StakeVault} from "../../src/stake/StakeVault.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

contract StakeVaultTest is World {
    address private constant victim = address(0x71c);
    address private constant reporter = address(0x4e9);

    function setUp() public override {
        super.setUp();
        token.transfer(owner, 10_000);
        vm.prank(owner);
        token.approve(address(vault), type(uint256).max);
        token.approve(address(vault), type(uint256).max);
    }

    // --- windows -----------------------------------------------------------------------------------------------------------

    function test_takesOnlyWindowsThatFit() public {
        _refuseWindows(EVIDENCE, EVIDENCE, BUCKET); // the thaw must outlast the evidence
        _refuseWindows(STAKE_THAW, EVIDENCE, 0);
        _refuseWindows(STAKE_THAW, EVIDENCE + 1, BUCKET); // no whole number of buckets
        _refuseWindows(30 days, 15 days, BUCKET); // one bucket more than the ring has
        StakeVault fits = new StakeVault(address(manager), IERC20(address(token)), true, 14 days + 1, 14 days, BUCKET);
        _equal(fits.thawSeconds(), 14 days + 1, "thaw");
        _equal(fits.evidenceSeconds(), 14 days, "evidence");
        _equal(fits.bucketSeconds(), BUCKET, "bucket");
        _equal(address(fits.token()), address(token), "token");
    }

    // --- stake -------------------------------------------------------------------------------------------------------------

    function test_stakesForOneselfAndForOthers() public {
        vm.expectEmit(address(vault));
        emit StakeVault.Staked(owner, owner, 700);
        vm.prank(owner);
        vault.stake(700);
        vm.expectEmit(address(vault));
        emit StakeVault.Staked(owner, address(this), 300);
        vault.stakeFor(owner, 300);
        _account(1_000, 0, 0, 0);
        _equal(vault.standingOf(owner), 1_000, "standing");
        _equal(token.balanceOf(address(vault)), 1_000, "held");
        vm.prank(owner);
        vm.expectRevert(StakeVault.AmountIsZero.selector);
        vault.stake(0);
        vm.expectRevert(StakeVault.AmountIsZero.selector);
        vault.stakeFor(owner, 0);
        vm.prank(relayer);
        vm.expectRevert();
        vault.stake(1);
    }

    function test_thawsOnceAtATimeAndPaysAfterIt() public {
        _put(1_000);
        vm.expectEmit(address(vault));
        emit StakeVault.Thawing(owner, 400, uint64(START + STAKE_THAW));
        _thaw(400);
        _account(1_000, 400, START + STAKE_THAW, 0);
        _equal(vault.standingOf(owner), 600, "what thaws stands no more");
        vm.warp(START + 1 days);
        _thaw(100);
        _account(1_000, 500, START + 1 days + STAKE_THAW, 0);
        vm.warp(START + 1 days + STAKE_THAW - 1);
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(StakeVault.ThawsUntil.selector, uint64(START + 1 days + STAKE_THAW))
        );
        vault.withdraw();
        vm.warp(START + 1 days + STAKE_THAW);
        vm.expectEmit(address(vault));
        emit StakeVault.Withdrawn(owner, owner, 500);
        vm.prank(owner);
        _equal(vault.withdraw(), 500, "withdrawn");
        _equal(vault.accountOf(owner).total, 500, "rest");
        _equal(token.balanceOf(owner), 9_500, "paid");
        vm.prank(owner);
        vm.expectRevert(StakeVault.NothingThaws.selector);
        vault.withdraw();
    }

    function test_thawsNoMoreThanThereIs() public {
        vm.prank(owner);
        vm.expectRevert(StakeVault.AmountIsZero.selector);
        vault.thaw(0);
        _put(1_000);
        _thaw(999);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(StakeVault.AmountAbove.selector, 2, 1));
        vault.thaw(2);
        _thaw(1);
        _equal(vault.standingOf(owner), 0, "standing");
    }

    function test_cancelsAThaw() public {
        vm.prank(owner);
        vm.expectRevert(StakeVault.NothingThaws.selector);
        vault.cancelThaw();
        _put(1_000);
        _thaw(400);
        vm.expectEmit(address(vault));
        emit StakeVault.Thawing(owner, 0, 0);
        vm.prank(owner);
        vault.cancelThaw();
        _account(1_000, 0, 0, 0);
        vm.warp(START + STAKE_THAW);
        vm.prank(owner);
        vm.expectRevert(StakeVault.NothingThaws.selector);
        vault.withdraw();
    }

    function test_aGiftDelaysNoThaw() public {
        _put(1_000);
        _thaw(400);
        vm.warp(START + STAKE_THAW - 1);
        vault.stakeFor(owner, 1);
        vm.warp(START + STAKE_THAW);
        vm.prank(owner);
        _equal(vault.withdraw(), 400, "withdrawn");
    }

    // --- earnings ----------------------------------------------------------------------------------------------------------

    function test_paysEarningsAfterTheEvidenceWindow() public {
        vm.expectEmit(address(vault));
        emit StakeVault.Credited(owner, address(this), 500);
        vault.credit(owner, 500);
        _earnings(0, 500);
        // The bucket ends first, then the window runs.
        uint256 from = (START / BUCKET + 1) * BUCKET + EVIDENCE;
        (uint64[] memory amounts, uint64[] memory times) = vault.lockedEarningsOf(owner);
        _equal(amounts.length, 16, "buckets");
        _equal(amounts[0], 500, "newest");
        _equal(times[0], from, "from when on");
        _equal(amounts[1], 0, "older");
        vm.warp(from - 1);
        _earnings(0, 500);
        vm.prank(owner);
        vm.expectRevert(StakeVault.NothingToPay.selector);
        vault.withdrawEarnings();
        vm.warp(from);
        _earnings(500, 0);
        vm.expectEmit(address(vault));
        emit StakeVault.EarningsPaid(owner, owner, 500);
        vm.prank(owner);
        _equal(vault.withdrawEarnings(), 500, "paid");
        _earnings(0, 0);
        vm.prank(owner);
        vm.expectRevert(StakeVault.NothingToPay.selector);
        vault.withdrawEarnings();
    }

    function test_paysEarningsToTheBeneficiary() public {
        _equal(vault.beneficiaryOf(owner), owner, "itself at first");
        vm.expectEmit(address(vault));
        emit StakeVault.BeneficiarySet(owner, victim);
        vm.prank(owner);
        vault.setBeneficiary(victim);
        vault.credit(owner, 500);
        vm.warp(START + 30 days);
        vm.prank(owner);
        vault.withdrawEarnings();
        _equal(token.balanceOf(victim), 500, "paid");
        vm.prank(owner);
        vault.setBeneficiary(address(0));
        _equal(vault.beneficiaryOf(owner), owner, "itself again");
    }

    function test_creditsOnlyWhatIsPaidFor() public {
        vm.expectRevert(StakeVault.AmountIsZero.selector);
        vault.credit(owner, 0);
        vm.prank(relayer);
        vm.expectRevert();
        vault.credit(owner, 1);
        _earnings(0, 0);
    }

    // --- disputes ----------------------------------------------------------------------------------------------------------

    function test_locksWhatDisputesNeedAndNoMore() public {
        _put(1_000);
        vm.expectEmit(address(vault));
        emit StakeVault.Locked("a", owner, 600, uint64(START + 5 days));
        _equal(_lock("a", 600, 5 days), 600, "held");
        _equal(_lock("b", 600, 365 days), 400, "what is left");
        _equal(vault.lockOf("b").expiresAt, START + 30 days, "capped");
        _equal(vault.lockOf("b").owner, owner, "whose");
        _equal(_lock("c", 600, 5 days), 0, "nothing left");
        _account(1_000, 0, 0, 1_000);
        vm.prank(address(slasher));
        vm.expectRevert(abi.encodeWithSelector(StakeVault.LockExists.selector, bytes32("a")));
        vault.lock("a", owner, 1, 1);
        _thaw(1_000);
        vm.warp(START + STAKE_THAW);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(StakeVault.HeldByDisputes.selector, 1_000));
        vault.withdraw();
        vm.expectEmit(address(vault));
        emit StakeVault.Unlocked("a", owner, 600);
        vm.prank(address(slasher));
        vault.unlock("a");
        vm.prank(owner);
        _equal(vault.withdraw(), 600, "what no dispute holds");
        vm.prank(address(slasher));
        vm.expectRevert(abi.encodeWithSelector(StakeVault.LockUnknown.selector, bytes32("a")));
        vault.unlock("a");
        vm.warp(START + 30 days);
        vault.releaseLock("b");
        vm.prank(owner);
        _equal(vault.withdraw(), 400, "the thaw that was done stays done");
    }

    function test_anybodyReleasesAnExpiredLock() public {
        _put(1_000);
        _lock("a", 600, 5 days);
        vm.expectRevert(abi.encodeWithSelector(StakeVault.LockUnknown.selector, bytes32("b")));
        vault.releaseLock("b");
        vm.warp(START + 5 days - 1);
        vm.expectRevert(abi.encodeWithSelector(StakeVault.LockedUntil.selector, uint64(START + 5 days)));
        vault.releaseLock("a");
        vm.warp(START + 5 days);
        vault.releaseLock("a");
        _equal(vault.accountOf(owner).locked, 0, "free");
        _equal(vault.lockOf("a").owner, address(0), "gone");
    }

    function test_aDisputeThatEndsFreesOnlyItsOwnLock() public {
        _put(1_000);
        _lock("a", 500, 20 days);
        _lock("b", 500, 20 days);
        _slash(6_000, 0, address(0), 0, address(0));
        vm.prank(address(slasher));
        vault.unlock("a");
        _account(400, 0, 0, 500);
        _thaw(400);
        vm.warp(START + STAKE_THAW);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(StakeVault.HeldByDisputes.selector, 500));
        vault.withdraw();
    }

    // --- slashing ----------------------------------------------------------------------------------------------------------

    function test_slashesAShareAndSplitsIt() public {
        _put(10_000);
        vm.recordLogs();
        _equal(_slash(1_000, 0, victim, 1_000, reporter), 1_000, "taken");
        _account(9_000, 0, 0, 0);
        // A fifth to the reporter; the two together half; the rest is burned.
        StakeVault.Reward memory reward = _reward(300, 200);
        _true(vault.rewardIsOwed(reward), "owed");
        _equal(vault.unburned(), 500, "burned");
        _equal(token.balanceOf(victim) + token.balanceOf(reporter), 0, "not yet");
        vm.warp(reward.payableFrom - 1);
        vm.expectRevert(abi.encodeWithSelector(StakeVault.RewardNotBefore.selector, uint64(reward.payableFrom)));
        vault.payReward(reward);
        vm.warp(reward.payableFrom);
        vm.expectEmit(address(vault));
        emit StakeVault.RewardPaid(victim, 300);
        vm.expectEmit(address(vault));
        emit StakeVault.RewardPaid(reporter, 200);
        vault.payReward(reward);
        _equal(token.balanceOf(victim), 300, "victim");
        _equal(token.balanceOf(reporter), 200, "reporter");
        bytes32 id = keccak256(abi.encode(reward));
        vm.expectRevert(abi.encodeWithSelector(StakeVault.RewardUnknown.selector, id));
        vault.payReward(reward);
        _true(!vault.rewardIsOwed(reward), "no more");
    }

    function test_tellsASlash() public {
        _put(10_000);
        StakeVault.Reward memory reward = _reward(300, 200);
        vm.expectEmit(address(vault));
        emit StakeVault.Slashed(owner, address(slasher), 1_000, 500, reward);
        _slash(1_000, 0, victim, 1_000, reporter);
    }

    function test_aVictimIsGivenNoMoreThanItsLoss() public {
        _put(10_000);
        _slash(1_000, 0, victim, 10, reporter);
        _true(vault.rewardIsOwed(_reward(10, 200)), "owed");
        _equal(vault.unburned(), 790, "burned");
    }

    function test_withoutVictimOrReporterAllIsBurned() public {
        _put(10_000);
        _slash(1_000, 0, address(0), 1_000, address(0));
        _equal(vault.unburned(), 1_000, "burned");
        StakeVault.Reward memory none = _reward(0, 0);
        (none.victim, none.reporter) = (address(0), address(0));
        _true(!vault.rewardIsOwed(none), "nothing owed");
    }

    function test_slashesAnAmountAtLeastAndAtMostWhatIsThere() public {
        _put(10_000);
        _equal(_slash(0, 2_000, victim, 0, reporter), 2_000, "the least");
        _equal(_slash(type(uint16).max, 0, victim, 0, reporter), 8_000, "a share above all is all");
        _equal(_slash(10_000, type(uint64).max, victim, type(uint64).max, reporter), 0, "nothing left");
        _account(0, 0, 0, 0);
        _equal(vault.accountOf(relayer).total, 0, "of nobody");
    }

    function test_slashReachesWhatThawsAndWhatIsLocked() public {
        _put(1_000);
        _thaw(1_000);
        vm.warp(START + STAKE_THAW);
        _slash(9_000, 0, address(0), 0, address(0));
        _account(100, 100, START + STAKE_THAW, 0);
        vm.prank(owner);
        _equal(vault.withdraw(), 100, "the rest");
    }

    function test_slashTakesStakeFirstThenTheNewestEarnings() public {
        _put(1_000);
        vault.credit(owner, 500);
        vm.warp(START + 2 days);
        vault.credit(owner, 500);
        _equal(_slash(0, 1_200, address(0), 0, address(0)), 1_200, "taken");
        _account(0, 0, 0, 0);
        (uint64[] memory amounts,) = vault.lockedEarningsOf(owner);
        _equal(amounts[0], 300, "newest");
        _equal(amounts[2], 500, "older");
        _equal(_slash(5_000, 0, address(0), 0, address(0)), 400, "half of the rest");
        _earnings(0, 400);
    }

    function test_slashReachesEarningsThatWaitToBeWithdrawn() public {
        vault.credit(owner, 500);
        vm.warp(START + 40 days);
        vault.credit(owner, 100);
        _earnings(500, 100);
        _equal(_slash(0, 300, address(0), 0, address(0)), 300, "taken");
        _earnings(300, 0);
    }

    function test_theSameRewardTwiceIsPaidTwice() public {
        _put(10_000);
        _slash(0, 1_000, victim, 100, reporter);
        _slash(0, 1_000, victim, 100, reporter);
        StakeVault.Reward memory reward = _reward(100, 200);
        vm.warp(reward.payableFrom);
        vault.payReward(reward);
        vault.payReward(reward);
        _equal(token.balanceOf(victim), 200, "victim");
        _true(!vault.rewardIsOwed(reward), "no more");
    }

    function test_paysOnlyWhoIsThere() public {
        _put(10_000);
        _slash(0, 1_000, address(0), 100, reporter);
        StakeVault.Reward memory reward = _reward(0, 200);
        reward.victim = address(0);
        vm.warp(reward.payableFrom);
        vault.payReward(reward);
        _equal(token.balanceOf(reporter), 200, "reporter");
    }

    function test_letsOnlyCourtsLockUnlockAndSlash() public {
        _put(1_000);
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, relayer);
        vm.prank(relayer);
        vm.expectRevert(refused);
        vault.lock("a", owner, 1, 1);
        vm.prank(relayer);
        vm.expectRevert(refused);
        vault.unlock("a");
        vm.prank(relayer);
        vm.expectRevert(refused);
        vault.slash(StakeVault.SlashOrder("a", owner, 1, 1, address(0), 0, address(0)));
        // Nor the deployer, nor who governs.
        vm.prank(governor);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, governor));
        vault.slash(StakeVault.SlashOrder("a", owner, 1, 1, address(0), 0, address(0)));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this)));
        vault.slash(StakeVault.SlashOrder("a", owner, 1, 1, address(0), 0, address(0)));
    }

    /// @dev Whatever a court orders, a slash takes at most what is there, gives at most half of it away, and does not revert.
    function testFuzz_slashSplitsWhatItTakes(uint64 stake, uint64 earned, uint64 thawing, StakeVault.SlashOrder memory order)
        public
    {
        stake = uint64(_within(stake, 1, SUPPLY / 4));
        earned = uint64(_within(earned, 1, SUPPLY / 4));
        vault.stakeFor(owner, stake);
        vault.credit(owner, earned);
        thawing = uint64(_within(thawing, 0, stake));
        if (thawing != 0) _thaw(thawing);
        order.owner = owner;
        if (order.victimMax % 3 == 0) order.victim = address(0);
        if (order.amountMin % 3 == 0) order.reporter = address(0);
        vm.prank(address(slasher));
        uint64 taken = vault.slash(order);
        _slashedRight(stake, earned, taken, order);
    }

    function _slashedRight(uint64 stake, uint64 earned, uint64 taken, StakeVault.SlashOrder memory order) private view {
        uint256 all = uint256(stake) + earned;
        uint256 wanted = all * (order.shareBasisPoints < 10_000 ? order.shareBasisPoints : 10_000) / 10_000;
        if (wanted < order.amountMin) wanted = order.amountMin;
        _equal(taken, wanted < all ? wanted : all, "taken");
        StakeVault.Account memory account = vault.accountOf(owner);
        (uint64 withdrawable, uint64 locked) = vault.earningsOf(owner);
        _equal(uint256(account.total) + withdrawable + locked + taken, all, "conserved");
        _equal(account.total, taken < stake ? stake - taken : 0, "stake first");
        _atMost(account.thawing, account.total, "thaws no more than there is");
        uint256 reporterPart = order.reporter == address(0) ? 0 : uint256(taken) / 5;
        uint256 victimPart = order.victim == address(0) ? 0 : uint256(taken) / 2 - reporterPart;
        if (victimPart > order.victimMax) victimPart = order.victimMax;
        _equal(vault.unburned(), taken - reporterPart - victimPart, "burned");
        _atMost(uint256(taken) / 2, vault.unburned(), "half is burned");
    }

    // --- the hands ---------------------------------------------------------------------------------------------------------

    function _refuseWindows(uint48 thaw_, uint48 evidence, uint48 bucket) private {
        vm.expectRevert(StakeVault.WindowsDoNotFit.selector);
        new StakeVault(address(manager), IERC20(address(token)), true, thaw_, evidence, bucket);
    }

    function _put(uint64 amount) private {
        vm.prank(owner);
        vault.stake(amount);
    }

    function _thaw(uint64 amount) private {
        vm.prank(owner);
        vault.thaw(amount);
    }

    function _lock(bytes32 id, uint64 amount, uint48 time) private returns (uint64) {
        vm.prank(address(slasher));
        return vault.lock(id, owner, amount, time);
    }

    function _slash(uint16 share, uint64 amountMin, address victim_, uint64 victimMax, address reporter_)
        private
        returns (uint64)
    {
        vm.prank(address(slasher));
        return vault.slash(StakeVault.SlashOrder("offence", owner, share, amountMin, victim_, victimMax, reporter_));
    }

    function _reward(uint64 toVictim, uint64 toReporter) private view returns (StakeVault.Reward memory) {
        return StakeVault.Reward(
            victim, toVictim, reporter, toReporter, uint48(block.timestamp + EVIDENCE), "offence"
        );
    }

    function _account(uint64 total, uint64 thawing, uint256 thawEnd, uint64 locked) private view {
        StakeVault.Account memory account = vault.accountOf(owner);
        _equal(account.total, total, "total");
        _equal(account.thawing, thawing, "thawing");
        _equal(account.thawEnd, thawEnd, "thaw's end");
        _equal(account.locked, locked, "locked");
    }

    function _earnings(uint64 withdrawable, uint64 locked) private view {
        (uint64 gotWithdrawable, uint64 gotLocked) = vault.earningsOf(owner);
        _equal(gotWithdrawable, withdrawable, "withdrawable");
        _equal(gotLocked, locked, "locked");
    }
}
