// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReceiptProofs} from "../../src/evidence/ReceiptProofs.sol";
import {StructHashes} from "../../src/statements/StructHashes.sol";
import {Receipt} from "../../src/statements/Structs.sol";
import {Proof} from "../support/Proof.sol";

/// @notice Paths against a tree that is built level by level.
contract ReceiptProofsTest is Proof {
    function holds(Receipt calldata receipt, uint256 index, uint256 count, bytes32[] calldata path, bytes32 root)
        external
        pure
        returns (bool)
    {
        return ReceiptProofs.holds(receipt, index, count, path, root);
    }

    function test_everyReceiptOfEveryBatchHasItsPath() public view {
        for (uint256 count = 1; count <= 64; count++) {
            for (uint256 index = 0; index < count; index += (count < 9 ? 1 : 7)) {
                (bytes32[] memory path, bytes32 root) = _tree(count, index);
                _true(this.holds(_receipt(index), index, count, path, root), "holds");
            }
        }
    }

    function test_refusesABatchThatIsTooLargeOrEmpty() public view {
        (bytes32[] memory path, bytes32 root) = _tree(65, 0);
        _equal(path.length, 7, "one level more");
        _true(!this.holds(_receipt(0), 0, 65, path, root), "65");
        (path, root) = _tree(1, 0);
        _true(!this.holds(_receipt(0), 0, 0, path, root), "0");
    }

    function test_refusesAReceiptWithoutStatus() public view {
        Receipt memory receipt = _receipt(0);
        receipt.status = 0;
        bytes32 root = keccak256(abi.encodePacked(bytes1(0), StructHashes.hash(receipt)));
        _true(!this.holds(receipt, 0, 1, new bytes32[](0), root), "status 0");
    }

    function test_takesNoNodeForALeaf() public view {
        // The root of two leaves, shown as the leaf of a batch of one.
        (, bytes32 root) = _tree(2, 0);
        _true(!this.holds(_receipt(0), 0, 1, new bytes32[](0), root), "a node is no leaf");
    }

    /// @dev One receipt, one place, one path: any other place, count, path or receipt does not hold.
    function testFuzz_holdsOnlyAsItWasSigned(uint256 countDie, uint256 indexDie, uint256 spoilDie, uint256 other)
        public
        view
    {
        uint256 count = _within(countDie, 1, 64);
        uint256 index = indexDie % count;
        (bytes32[] memory path, bytes32 root) = _tree(count, index);
        _true(this.holds(_receipt(index), index, count, path, root), "holds");
        uint256 place = other % 70;
        if (place != index) _true(!this.holds(_receipt(index), place, count, path, root), "another place");
        if (place != index) _true(!this.holds(_receipt(place), index, count, path, root), "another receipt");
        _true(!this.holds(_receipt(index), index, count, path, bytes32(other)), "another root");
        bytes32[] memory longer = new bytes32[](path.length + 1);
        for (uint256 i = 0; i < path.length; i++) longer[i] = path[i];
        _true(!this.holds(_receipt(index), index, count, longer, root), "a longer path");
        if (path.length == 0) return;
        bytes32[] memory shorter = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < shorter.length; i++) shorter[i] = path[i];
        _true(!this.holds(_receipt(index), index, count, shorter, root), "a shorter path");
        path[spoilDie % path.length] ^= bytes32(uint256(1) << (spoilDie % 256));
        _true(!this.holds(_receipt(index), index, count, path, root), "a spoiled path");
    }

    function _tree(uint256 count, uint256 index) private pure returns (bytes32[] memory path, bytes32 root) {
        bytes32[] memory level = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            level[i] = keccak256(abi.encodePacked(bytes1(0), StructHashes.hash(_receipt(i))));
        }
        bytes32[] memory siblings = new bytes32[](7);
        uint256 depth;
        while (level.length > 1) {
            bytes32[] memory above = new bytes32[]((level.length + 1) / 2);
            for (uint256 i = 0; i < above.length; i++) {
                above[i] = 2 * i + 1 == level.length
                    ? level[2 * i]
                    : keccak256(abi.encodePacked(bytes1(0x01), level[2 * i], level[2 * i + 1]));
            }
            uint256 sibling = index % 2 == 0 ? index + 1 : index - 1;
            if (sibling < level.length) siblings[depth++] = level[sibling];
            (level, index) = (above, index / 2);
        }
        path = new bytes32[](depth);
        for (uint256 i = 0; i < depth; i++) path[i] = siblings[i];
        return (path, level[0]);
    }

    function _receipt(uint256 i) private pure returns (Receipt memory receipt) {
        (receipt.agreement, receipt.status, receipt.price) = (bytes32(i), 1, uint64(i));
    }
}
