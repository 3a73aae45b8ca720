// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IdentityRegistry} from "../identity/IdentityRegistry.sol";
import {StakeVault} from "../stake/StakeVault.sol";
import {StructHashes} from "../statements/StructHashes.sol";
import {Agreement, OfferHead, Receipt, ReceiptBatch, Signature} from "../statements/Structs.sol";
import {ContradictionCourt} from "./ContradictionCourt.sol";
import {ReceiptProofs} from "./ReceiptProofs.sol";

/// @title The court of contradictions
/// @notice Punishes, without a judge, what an operator key signed against itself: two receipts of one agreement that differ in status,
/// output or price, and two offers under one sequence. Nothing that an honest node signs can be made into either.
contract EvidenceSlasher is ContradictionCourt {
    /// @notice A receipt that stands alone: its place in a batch, and the batch that its operator signed.
    struct ProvenReceipt {
        Receipt receipt;
        uint32 index;
        bytes32[] path;
        ReceiptBatch batch;
        Signature signature;
    }

    struct SignedOfferHead {
        OfferHead head;
        Signature signature;
    }

    // First word of a nullifier: the kind of the offence.
    uint256 private constant RECEIPTS = 1;
    uint256 private constant OFFER_HEADS = 2;

    error AgreementDoesNotFit();

    /// @param salt keccak256 of the network id
    constructor(bytes32 salt, IdentityRegistry registry_, StakeVault vault_, uint16 share, uint64 amountMin_)
        ContradictionCourt(salt, registry_, vault_, share, amountMin_)
    {}

    /// @notice Two receipts of one agreement that differ in status, output or price. The caller is the reporter.
    function showReceipts(ProvenReceipt calldata a, ProvenReceipt calldata b) external returns (Finding memory) {
        return _showReceipts(a, b, address(0));
    }

    /// @notice The same, with the agreement opened: its payer is the victim.
    /// @param agreement whose struct hash both receipts name
    function showReceiptsOf(ProvenReceipt calldata a, ProvenReceipt calldata b, Agreement calldata agreement)
        external
        returns (Finding memory)
    {
        bool fits = StructHashes.hash(agreement) == a.receipt.agreement && agreement.operator == a.receipt.operator;
        if (!fits) revert AgreementDoesNotFit();
        return _showReceipts(a, b, agreement.payer);
    }

    /// @notice Two offers of one operator under one sequence. The caller is the reporter.
    function showOfferHeads(SignedOfferHead calldata a, SignedOfferHead calldata b) external returns (Finding memory) {
        bytes32 hashA = StructHashes.hash(a.head);
        bytes32 hashB = StructHashes.hash(b.head);
        address operator = a.head.operator;
        if (operator != b.head.operator || a.head.sequence != b.head.sequence || hashA == hashB) revert NoContradiction();
        if (_signerOf(hashA, a.signature) != operator || _signerOf(hashB, b.signature) != operator) {
            revert NotProven(operator);
        }
        // A sequence is not below the milliseconds at which it was signed, and peers refuse one that is ahead of their clocks.
        uint64 expiresAtMs = a.head.expiresAtMs > b.head.expiresAtMs ? a.head.expiresAtMs : b.head.expiresAtMs;
        _requireInTime(operator, a.head.sequence / 1_000, expiresAtMs / 1_000);
        bytes32 nullifier = keccak256(abi.encode(OFFER_HEADS, operator, uint256(a.head.sequence)));
        return _punish(nullifier, operator, address(0), 0);
    }

    function _showReceipts(ProvenReceipt calldata a, ProvenReceipt calldata b, address victim)
        private
        returns (Finding memory)
    {
        address operator = a.receipt.operator;
        bool isContradiction = operator == b.receipt.operator && a.receipt.agreement == b.receipt.agreement
            && (
                a.receipt.status != b.receipt.status || a.receipt.outputRoot != b.receipt.outputRoot
                    || a.receipt.price != b.receipt.price
            );
        if (!isContradiction) revert NoContradiction();
        _requireProven(a);
        _requireProven(b);
        (uint64 earlier, uint64 later) = a.receipt.blockTime < b.receipt.blockTime
            ? (a.receipt.blockTime, b.receipt.blockTime)
            : (b.receipt.blockTime, a.receipt.blockTime);
        _requireInTime(operator, earlier, later);
        uint64 price = a.receipt.price > b.receipt.price ? a.receipt.price : b.receipt.price;
        return _punish(keccak256(abi.encode(RECEIPTS, operator, a.receipt.agreement)), operator, victim, price);
    }

    function _requireProven(ProvenReceipt calldata proven) private view {
        ReceiptBatch calldata batch = proven.batch;
        address operator = proven.receipt.operator;
        bool isProven = operator != address(0) && batch.operator == operator
            && ReceiptProofs.holds(proven.receipt, proven.index, batch.count, proven.path, batch.root)
            && _signerOf(StructHashes.hash(batch), proven.signature) == operator;
        if (!isProven) revert NotProven(operator);
    }
}
