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

// Of what no contract judges yet: the form is fixed, and what is to judge it starts from here.

/// @notice What a miner grants to whoever asks for its word on the quality of its service.
struct Terms {
    uint32 startMsMax;
    uint32 stallMsMax;
    uint32 realtimeMs;
    uint32 fastMs;
    uint32 standardMs;
    uint16 compensationBp;
    uint8 witnesses;
    uint8 quorum;
    uint64 drawStake;
}

/// @notice What an agreement's policy is the hash of, where its service is to be witnessed.
struct ServicePolicy {
    bytes32 terms;
    uint8 latencyClass;
    uint64 base;
}

/// @notice A witness first heard of this digest then.
struct TimeStamp {
    address witness;
    bytes32 digest;
    uint64 atMs;
}

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

    function hashTerms(Terms[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        bytes32 typeHash = keccak256(
            "Terms(uint32 startMsMax,uint32 stallMsMax,uint32 realtimeMs,uint32 fastMs,uint32 standardMs,uint16 compensationBp,uint8 witnesses,uint8 quorum,uint64 drawStake)"
        );
        for (uint256 i = 0; i < values.length; i++) hashes[i] = keccak256(abi.encode(typeHash, values[i]));
    }

    function hashServicePolicy(ServicePolicy[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        bytes32 typeHash = keccak256("ServicePolicy(bytes32 terms,uint8 latencyClass,uint64 base)");
        for (uint256 i = 0; i < values.length; i++) hashes[i] = keccak256(abi.encode(typeHash, values[i]));
    }

    function hashTimeStamp(TimeStamp[] calldata values) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](values.length);
        bytes32 typeHash = keccak256("TimeStamp(address witness,bytes32 digest,uint64 atMs)");
        for (uint256 i = 0; i < values.length; i++) hashes[i] = keccak256(abi.encode(typeHash, values[i]));
    }
}
