// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// What peers sign, field by field in the order that is hashed. The same rows stand in protocols/statements/struct-types.ts, and a
// test holds the hashes of both against each other. Times are seconds unless the name ends in Ms; amounts are credits.

/// @notice Binds an operator key to its owner; signed by both.
struct KeyCert {
    address owner;
    address operator;
    uint64 notBefore;
    uint64 notAfter;
}

/// @notice A payer lets a session key sign vouchers, up to a total and a total per miner.
struct SessionGrant {
    address payer;
    address session;
    address escrow;
    uint64 maxTotal;
    uint64 maxPerMiner;
    bytes32 collectionsHash;
    uint64 notAfter;
    uint64 nonce;
}

/// @notice A cumulative promise: the counter of (payer, session, miner, collection) stands at `cumulative`.
struct Voucher {
    address payer;
    address session;
    address miner;
    bytes32 collection;
    address escrow;
    bytes32 grant;
    uint64 cumulative;
    bytes32 agreementsHash;
}

/// @notice What both sides agreed on for one attempt. Its struct hash is the attempt's id.
struct Agreement {
    address payer;
    address operator;
    bytes32 offerHead;
    bytes32 spec;
    bytes32 inputRoot;
    bytes32 policy;
    uint64 priceMax;
    uint64 nonce;
    uint32 attempt;
    uint64 blockNumber;
    uint64 blockTime;
}

/// @notice What a miner says it did: a leaf of a signed batch.
struct Receipt {
    address operator;
    bytes32 agreement;
    uint8 status;
    bytes32 outputRoot;
    bytes32 weights;
    bytes32 kernelClass;
    uint64 usage;
    uint64 price;
    uint64 waitedUs;
    uint64 computedUs;
    uint64 blockTime;
}

/// @notice Root over up to 64 receipts.
struct ReceiptBatch {
    address operator;
    bytes32 root;
    uint32 count;
    uint64 sequence;
}

/// @notice The signed head of a standing offer.
struct OfferHead {
    address operator;
    uint64 sequence;
    uint64 expiresAtMs;
    bytes32 bodyHash;
    bytes32 termsHash;
    bytes32 beacon;
}

/// @notice One card, exclusively, for the half-open time from `startsAt` to `endsAt`.
struct Lease {
    address operator;
    bytes32 card;
    uint64 startsAt;
    uint64 endsAt;
    bytes32 agreement;
}

/// @notice The envelope of everything that no court judges.
struct Statement {
    address author;
    bytes4 kind;
    uint16 version;
    uint64 sequence;
    uint64 issuedAtMs;
    uint64 expiresAtMs;
    bytes32 payloadHash;
}

/// @notice ERC-2098: r, then s with the y parity in its top bit.
struct Signature {
    bytes32 r;
    bytes32 vs;
}
