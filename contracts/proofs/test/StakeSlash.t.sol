// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {StakeVault} from "../../src/stake/StakeVault.sol";
import {VaultWorld} from "../support/VaultWorld.sol";
import {vm} from "../support/Vm.sol";

/// @notice What a court takes of stake and earnings, and who is given a part of it.
contract StakeSlashTest is VaultWorld {
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
}
