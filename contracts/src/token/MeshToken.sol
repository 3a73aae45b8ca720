// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title The mesh's token
/// @notice A plain ERC-20 with permit and burn: no hooks, no owner, no later minting. A network can be deployed on any other
/// plain ERC-20 instead.
contract MeshToken is ERC20, ERC20Burnable, ERC20Permit {
    /// @param holder receives the whole supply
    /// @param supply in credits: millionths of a token
    constructor(address holder, uint64 supply) ERC20("AITBC Mesh", "MESH") ERC20Permit("AITBC Mesh") {
        _mint(holder, supply);
    }

    /// @notice One credit is the token's base unit, and the unit that people read is a million of them.
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
