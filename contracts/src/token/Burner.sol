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

    constructor(IERC20 token_, bool tokenBurns) {
        _token = token_;
        _tokenBurns = tokenBurns;
    }

    /// @notice Burns what is set aside. Anybody may call it.
    function burn() external {
        uint256 amount = unburned;
        if (amount == 0) return;
        unburned = 0;
        if (_tokenBurns) IBurnable(address(_token)).burn(amount);
        else _token.safeTransfer(DEAD, amount);
        emit Burned(amount);
    }
}
