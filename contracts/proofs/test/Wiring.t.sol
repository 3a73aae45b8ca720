// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {StakeVault} from "../../src/stake/StakeVault.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

/// @notice Who may do what, and how long a change of it takes: RoleGraph and DelayGtThaw.
contract WiringTest is World {
    uint64 private constant ADMIN = 0;
    address private constant rogue = address(0xbad);

    function test_onlyTheSlashersAreCourtsAndOnlyTheGovernorAdministers() public view {
        (bool isCourt, uint32 courtDelay) = manager.hasRole(COURT, address(slasher));
        _true(isCourt && courtDelay == 0, "the slasher, at once");
        (isCourt, courtDelay) = manager.hasRole(COURT, address(leaseCourt));
        _true(isCourt && courtDelay == 0, "the court of leases, at once");
        (bool isAdmin, uint32 adminDelay) = manager.hasRole(ADMIN, governor);
        _true(isAdmin && adminDelay == MODULE_DELAY, "the governor, after the delay");
        address[6] memory others = [address(this), address(escrow), address(vault), owner, payer, rogue];
        for (uint256 i = 0; i < others.length; i++) {
            (isCourt,) = manager.hasRole(COURT, others[i]);
            (isAdmin,) = manager.hasRole(ADMIN, others[i]);
            _true(!isCourt && !isAdmin, "nobody else");
        }
        (isCourt,) = manager.hasRole(COURT, governor);
        _true(!isCourt, "the governor is no court");
        (isAdmin,) = manager.hasRole(ADMIN, address(slasher));
        _true(!isAdmin, "the slasher no governor");
        (isAdmin,) = manager.hasRole(ADMIN, address(leaseCourt));
        _true(!isAdmin, "nor the court of leases");
        _equal(manager.getRoleAdmin(COURT), ADMIN, "courts are the governor's");
        _equal(manager.getRoleGuardian(COURT), ADMIN, "so are vetoes");
    }

    function test_courtsMayDoFourThingsAndNothingElseIsRestricted() public view {
        _equal(manager.getTargetFunctionRole(address(vault), vault.slash.selector), COURT, "slash");
        _equal(manager.getTargetFunctionRole(address(vault), vault.lock.selector), COURT, "lock");
        _equal(manager.getTargetFunctionRole(address(vault), vault.unlock.selector), COURT, "unlock");
        _equal(manager.getTargetFunctionRole(address(registry), registry.punish.selector), COURT, "punish");
        _equal(vault.authority(), address(manager), "vault");
        _equal(registry.authority(), address(manager), "registry");
    }

    function test_aChangeOfWhoSlashesTakesLongerThanTheThaw() public {
        _atMost(uint256(EVIDENCE) + 1, STAKE_THAW, "evidence ends before the thaw");
        _atMost(uint256(STAKE_THAW) + 1, MODULE_DELAY, "and the thaw before a change");
        bytes memory grant = abi.encodeCall(manager.grantRole, (COURT, rogue, 0));
        vm.prank(governor);
        vm.expectRevert();
        manager.grantRole(COURT, rogue, 0);
        vm.prank(governor);
        vm.expectRevert();
        manager.schedule(address(manager), grant, uint48(START + MODULE_DELAY - 1));
        vm.prank(governor);
        manager.schedule(address(manager), grant, 0);
        // Whoever disagrees leaves meanwhile.
        _stake(owner, 1_000);
        vm.prank(owner);
        vault.thaw(1_000);
        vm.warp(START + STAKE_THAW);
        vm.prank(owner);
        _equal(vault.withdraw(), 1_000, "gone before");
        vm.warp(START + MODULE_DELAY - 1);
        vm.prank(governor);
        vm.expectRevert();
        manager.execute(address(manager), grant);
        vm.warp(START + MODULE_DELAY);
        vm.prank(governor);
        manager.execute(address(manager), grant);
        // Granting takes the role's own delay on top.
        (bool isCourt,) = manager.hasRole(COURT, rogue);
        _true(!isCourt, "not yet");
        vm.warp(START + 2 * uint256(MODULE_DELAY));
        (isCourt,) = manager.hasRole(COURT, rogue);
        _true(isCourt, "from now on");
    }

    function test_noOtherWayOfTheGovernorIsQuicker() public {
        bytes4[] memory slash = new bytes4[](1);
        slash[0] = vault.slash.selector;
        bytes[6] memory calls = [
            abi.encodeCall(manager.setTargetFunctionRole, (address(vault), slash, type(uint64).max)),
            abi.encodeCall(manager.updateAuthority, (address(vault), rogue)),
            abi.encodeCall(manager.setTargetClosed, (address(vault), true)),
            abi.encodeCall(manager.setRoleAdmin, (COURT, COURT)),
            abi.encodeCall(manager.setGrantDelay, (COURT, 0)),
            abi.encodeCall(manager.grantRole, (ADMIN, governor, 0))
        ];
        for (uint256 i = 0; i < calls.length; i++) {
            vm.prank(governor);
            (bool done,) = address(manager).call(calls[i]);
            _true(!done, "not at once");
            vm.prank(rogue);
            (done,) = address(manager).call(calls[i]);
            _true(!done, "not by anybody");
        }
        vm.prank(governor);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, governor));
        vault.setAuthority(rogue);
    }

    function test_aClosedTargetStopsCourtsAndNobodysMoney() public {
        _stake(owner, 1_000);
        _bind(OWNER, OPERATOR);
        _deposit(payer, 1_000);
        bytes memory close = abi.encodeCall(manager.setTargetClosed, (address(vault), true));
        vm.prank(governor);
        manager.schedule(address(manager), close, 0);
        vm.warp(START + MODULE_DELAY);
        vm.prank(governor);
        manager.execute(address(manager), close);
        vm.prank(address(slasher));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(slasher)));
        vault.slash(StakeVault.SlashOrder("a", owner, 1, 1, address(0), 0, address(0)));
        _equal(_redeem(_voucher(PAYER, operator, 1_000)).paid, 1_000, "vouchers are paid");
        vm.prank(owner);
        vault.thaw(1_000);
        vm.warp(block.timestamp + STAKE_THAW);
        vm.prank(owner);
        _equal(vault.withdraw(), 1_000, "stake leaves");
        vm.prank(owner);
        _equal(vault.withdrawEarnings(), 990, "and earnings");
    }

    /// @dev Each deadline is written as a time when it begins, and windows are fixed in the code: nothing moves one later.
    function test_deadlinesAreNotRetroactive() public {
        _stake(owner, 1_000);
        _deposit(payer, 1_000);
        vm.prank(owner);
        vault.thaw(500);
        vm.prank(payer);
        escrow.thaw(500);
        // All that the governor can do, once its delays are over.
        bytes memory open = abi.encodeCall(manager.updateAuthority, (address(vault), address(new Anything())));
        vm.prank(governor);
        manager.schedule(address(manager), open, 0);
        vm.warp(START + MODULE_DELAY);
        vm.prank(governor);
        manager.execute(address(manager), open);
        _equal(vault.accountOf(owner).thawEnd, START + STAKE_THAW, "stake");
        _equal(escrow.accountOf(payer).thawEnd, START + ESCROW_THAW, "escrow");
        vm.prank(owner);
        _equal(vault.withdraw(), 500, "stake");
        vm.prank(payer);
        _equal(escrow.withdraw(), 500, "escrow");
        _true(IAccessManager(vault.authority()) != manager, "was changed");
    }
}

/// @notice An authority of somebody's liking.
contract Anything {}
