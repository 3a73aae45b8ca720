// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StakeVault} from "../../src/stake/StakeVault.sol";
import {VaultWorld} from "../support/VaultWorld.sol";
import {vm} from "../support/Vm.sol";

/// @notice What disputes hold of the stake.
contract StakeLocksTest is VaultWorld {
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
}
