// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MeshDomain} from "../../src/statements/MeshDomain.sol";
import {StructHashes} from "../../src/statements/StructHashes.sol";
import {
    Agreement,
    KeyCert,
    Lease,
    OfferHead,
    Receipt,
    ReceiptBatch,
    SessionGrant,
    Signature,
    Statement,
    Voucher
} from "../../src/statements/Structs.sol";

/// @notice The hashes of the contracts, many at a time, for comparison with other implementations. Never deployed on a network.
contract StructHashHarness is MeshDomain {
    constructor(bytes32 salt) MeshDomain(salt) {}

    function signerOf(bytes32 structHash, Signature calldata signature) external view returns (address) {
        return _signerOf(structHash, signature);
    }

    function hashKeyCert(KeyCert[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }

    function hashSessionGrant(SessionGrant[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }

    function hashVoucher(Voucher[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }

    function hashAgreement(Agreement[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }

    function hashReceipt(Receipt[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }

    function hashReceiptBatch(ReceiptBatch[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }

    function hashOfferHead(OfferHead[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }

    function hashLease(Lease[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }

    function hashStatement(Statement[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        for (uint256 i = 0; i < values.length; i++) hashes[i] = StructHashes.hash(values[i]);
    }
}
