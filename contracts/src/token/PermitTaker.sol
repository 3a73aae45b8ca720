// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

/// @title Approve and act in one transaction
/// @notice `multicall([takePermit(...), deposit(...)])` needs no earlier approval.
abstract contract PermitTaker is Multicall {
    /// @dev The token whose permits are taken.
    function _permitToken() internal view virtual returns (address);

    /// @notice Uses the caller's permit for this contract. One that somebody else has used first is no failure: the allowance
    /// that it gave is there, and what needs it says so where it is not.
    /// @param value the allowance in credits
    /// @param deadline of the permit, seconds
    function takePermit(uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        try IERC20Permit(_permitToken()).permit(msg.sender, address(this), value, deadline, v, r, s) {} catch {}
    }
}
