// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

interface IBurnable {
    function burn(uint256 amount) external;
}

/// @title Credits on their way out of the world
/// @notice What is to be burned is set aside at once and can go nowhere else; the burning itself is a call that anybody may
/// make. So neither a slash nor a redemption depends on what the token does, and many amounts burn for the price of one.
abstract contract Burner {
    using SafeERC20 for IERC20;

    /// @notice Where a token that cannot burn is sent: nobody has its key.
    address public constant DEAD = address(0xdEaD);

    IERC20 internal immutable _token;
    bool private immutable _tokenBurns;

    /// @notice Credits set aside for burning and not burned yet.
    uint256 public unburned;

    event Burned(uint256 amount);

    error SupplyAboveCredits(uint256 supply);

    /// @param token_ with a supply that a uint64 counts: so no sum of credits anywhere overflows
    constructor(IERC20 token_, bool tokenBurns) {
        uint256 supply = token_.totalSupply();
        if (supply > type(uint64).max) revert SupplyAboveCredits(supply);
        _token = token_;
        _tokenBurns = tokenBurns;
    }

    /// @notice Burns what is set aside, but for one credit: a counter that is never zero again costs the next payer a quarter.
    /// Anybody may call it.
    function burn() external {
        if (unburned <= 1) return;
        uint256 amount = unburned - 1;
        unburned = 1;
        if (_tokenBurns) IBurnable(address(_token)).burn(amount);
        else _token.safeTransfer(DEAD, amount);
        emit Burned(amount);
    }
}
