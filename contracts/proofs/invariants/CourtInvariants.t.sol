// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CourtHandler} from "./CourtHandler.sol";
import {vm} from "../support/Vm.sol";

/// @notice What holds of the courts after whatever was shown to it.
contract CourtInvariants is CourtHandler {
    function invariant_punishOnce() public view {
        _equal(_punishedTwice, 0, "punished twice");
        for (uint256 i = 0; i < _offences.length; i++) {
            _equal(_punished[_offences[i]], 1, "times");
            _true(registry.punishedAt(_offences[i]) != 0, "kept");
        }
    }

    function invariant_honestNeverSlashed() public view {
        address honest = vm.addr(0xa0);
        _equal(registry.tombstonedAt(honest), 0, "tombstone");
        _equal(vault.accountOf(honest).total, 1_000_000_000, "stake");
        _true(registry.isActive(vm.addr(0xb0)) || block.timestamp > START + 365 days, "works");
    }

    /// @dev A punishment has a contradiction that the offender signed, falls on its owner, and every contradiction is punished.
    function invariant_attributable() public view {
        _equal(_punishedWithoutCause, 0, "without cause");
        _equal(_unattributed, 0, "on somebody else");
        _equal(_letGo, 0, "let go");
    }

    function invariant_noMalleability() public view {
        _equal(_malleable, 0, "malleable signatures taken");
    }

    function invariant_windowEnforced() public view {
        _equal(_outOfWindow, 0, "out of the window");
    }

    function invariant_crossDomain() public view {
        _equal(_foreign, 0, "signatures of another network taken");
    }

    /// @dev Of two owners that lied, each is tombstoned exactly where an offence of its operators was punished.
    function invariant_tombstonesStick() public view {
        for (uint256 i = 0; i < OWNERS; i++) {
            bool isPunished;
            for (uint256 j = 0; j < _signed.length; j++) {
                if ((_signed[j].key - 0xb0) / 2 == i && _punished[_offenceOf(_signed[j], _signed[j])] != 0) isPunished = true;
            }
            _true((registry.tombstonedAt(vm.addr(0xa0 + i)) != 0) == isPunished, "tombstone");
        }
    }
}
