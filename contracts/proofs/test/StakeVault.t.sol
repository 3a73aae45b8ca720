// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {StakeVault} from "../../src/stake/StakeVault.sol";
import {VaultWorld} from "../support/VaultWorld.sol";
import {vm} from "../support/Vm.sol";

/// @notice What an owner does with its own: stake, its thaw, and earnings.
contract StakeVaultTest is VaultWorld {
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

    function _refuseWindows(uint48 thaw_, uint48 evidence, uint48 bucket) private {
        vm.expectRevert(StakeVault.WindowsDoNotFit.selector);
        new StakeVault(address(manager), IERC20(address(token)), true, thaw_, evidence, bucket);
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
}
