// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Agreement,
    KeyCert,
    Lease,
    OfferHead,
    Receipt,
    ReceiptBatch,
    SessionGrant,
    Statement,
    Voucher
} from "./Structs.sol";

/// @title EIP-712 struct hashes
/// @notice Every struct is flat and its fields are whole words when ABI-encoded, so `abi.encode` of the type hash and the struct
/// is EIP-712's encodeData. (bytes4 is padded on the right by both.)
library StructHashes {
    bytes32 internal constant KEY_CERT =
        keccak256("KeyCert(address owner,address operator,uint64 notBefore,uint64 notAfter)");
    bytes32 internal constant SESSION_GRANT = keccak256(
        "SessionGrant(address payer,address session,address escrow,uint64 maxTotal,uint64 maxPerMiner,bytes32 collectionsHash,uint64 notAfter,uint64 nonce)"
    );
    bytes32 internal constant VOUCHER = keccak256(
        "Voucher(address payer,address session,address miner,bytes32 collection,address escrow,bytes32 grant,uint64 cumulative,bytes32 agreementsHash)"
    );
    bytes32 internal constant AGREEMENT = keccak256(
        "Agreement(address payer,address operator,bytes32 offerHead,bytes32 spec,bytes32 inputRoot,bytes32 policy,uint64 priceMax,uint64 nonce,uint32 attempt,uint64 blockNumber,uint64 blockTime)"
    );
    bytes32 internal constant RECEIPT = keccak256(
        "Receipt(address operator,bytes32 agreement,uint8 status,bytes32 outputRoot,bytes32 weights,bytes32 kernelClass,uint64 usage,uint64 price,uint64 waitedUs,uint64 computedUs,uint64 blockTime)"
    );
    bytes32 internal constant RECEIPT_BATCH =
        keccak256("ReceiptBatch(address operator,bytes32 root,uint32 count,uint64 sequence)");
    bytes32 internal constant OFFER_HEAD = keccak256(
        "OfferHead(address operator,uint64 sequence,uint64 expiresAtMs,bytes32 bodyHash,bytes32 termsHash,bytes32 beacon)"
    );
    bytes32 internal constant LEASE =
        keccak256("Lease(address operator,bytes32 card,uint64 startsAt,uint64 endsAt,bytes32 agreement)");
    bytes32 internal constant STATEMENT = keccak256(
        "Statement(address author,bytes4 kind,uint16 version,uint64 sequence,uint64 issuedAtMs,uint64 expiresAtMs,bytes32 payloadHash)"
    );

    function hash(KeyCert memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(KEY_CERT, value));
    }

    function hash(SessionGrant memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(SESSION_GRANT, value));
    }

    function hash(Voucher memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER, value));
    }

    function hash(Agreement memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(AGREEMENT, value));
    }

    function hash(Receipt memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECEIPT, value));
    }

    function hash(ReceiptBatch memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECEIPT_BATCH, value));
    }

    function hash(OfferHead memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(OFFER_HEAD, value));
    }

    function hash(Lease memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(LEASE, value));
    }

    function hash(Statement memory value) internal pure returns (bytes32) {
        return keccak256(abi.encode(STATEMENT, value));
    }
}
