// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StructHashes} from "../statements/StructHashes.sol";
import {Receipt} from "../statements/Structs.sol";

/// @title A receipt's place in its signed batch
/// @notice Leaf = keccak256(0x00 || struct hash), node = keccak256(0x01 || left || right); an odd node at the end of a level moves up
/// as it is. The leaf count is signed beside the root, so every leaf has one path and every path one length.
library ReceiptProofs {
    /// @notice Leaves of one batch, and levels above them.
    uint256 internal constant RECEIPTS_MAX = 64;
    uint256 internal constant DEPTH_MAX = 6;

    /// @dev Whether `path` leads from the receipt at `index` of `count` to `root`.
    function holds(Receipt calldata receipt, uint256 index, uint256 count, bytes32[] calldata path, bytes32 root)
        internal
        pure
        returns (bool)
    {
        if (count > RECEIPTS_MAX || index >= count || path.length > DEPTH_MAX || receipt.status == 0) return false;
        bytes32 node = keccak256(abi.encodePacked(bytes1(0x00), StructHashes.hash(receipt)));
        uint256 used = 0;
        uint256 place = index;
        for (uint256 width = count; width > 1; width = (width + 1) / 2) {
            bool isPromoted = place == width - 1 && width % 2 == 1;
            if (!isPromoted) {
                if (used == path.length) return false;
                bytes32 sibling = path[used++];
                node = place % 2 == 1
                    ? keccak256(abi.encodePacked(bytes1(0x01), sibling, node))
                    : keccak256(abi.encodePacked(bytes1(0x01), node, sibling));
            }
            place /= 2;
        }
        return used == path.length && node == root;
    }
}
