// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm, vm} from "./Vm.sol";

/// @notice What forge expects of a test contract, and assertions that say both sides.
abstract contract Proof {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    // forge runs a contract's functions named test* and invariant_* where this is true.
    // solhint-disable-next-line
    bool public IS_TEST = true;

    address[] private _targets;
    FuzzSelector[] private _selectors;

    error Unequal(string what, uint256 got, uint256 expected);
    error UnequalWords(string what, bytes32 got, bytes32 expected);
    error UnequalAddresses(string what, address got, address expected);
    error False(string what);
    error Above(string what, uint256 got, uint256 bound);

    /// @notice Contracts whose functions an invariant run calls.
    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @notice Of those contracts, the functions that are called.
    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return _selectors;
    }

    function _target(address handler, bytes4[] memory selectors) internal {
        _targets.push(handler);
        _selectors.push(FuzzSelector(handler, selectors));
    }

    function _equal(uint256 got, uint256 expected, string memory what) internal pure {
        if (got != expected) revert Unequal(what, got, expected);
    }

    function _equal(bytes32 got, bytes32 expected, string memory what) internal pure {
        if (got != expected) revert UnequalWords(what, got, expected);
    }

    function _equal(address got, address expected, string memory what) internal pure {
        if (got != expected) revert UnequalAddresses(what, got, expected);
    }

    function _true(bool holds, string memory what) internal pure {
        if (!holds) revert False(what);
    }

    function _atMost(uint256 got, uint256 bound, string memory what) internal pure {
        if (got > bound) revert Above(what, got, bound);
    }

    /// @dev `value` brought into [from, to], evenly enough.
    function _within(uint256 value, uint256 from, uint256 to) internal pure returns (uint256) {
        return from + value % (to - from + 1);
    }
}
