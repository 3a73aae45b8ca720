// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EvidenceSlasher} from "../../src/evidence/EvidenceSlasher.sol";
import {LeaseSlasher} from "../../src/evidence/LeaseSlasher.sol";
import {IdentityRegistry} from "../../src/identity/IdentityRegistry.sol";
import {Escrow} from "../../src/pay/Escrow.sol";
import {SessionGrants} from "../../src/pay/SessionGrants.sol";
import {StakeVault} from "../../src/stake/StakeVault.sol";
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
    Voucher
} from "../../src/statements/Structs.sol";
import {MeshToken} from "../../src/token/MeshToken.sol";
import {Proof} from "./Proof.sol";
import {vm} from "./Vm.sol";

/// @notice One set of contracts, made and wired as deploy/deploy.ts does, with the production windows; and people with keys.
abstract contract World is Proof {
    bytes32 internal constant SALT = keccak256("local");
    uint64 internal constant COURT = 1;

    uint48 internal constant STAKE_THAW = 14 days;
    uint48 internal constant EVIDENCE = 12 days;
    uint48 internal constant BUCKET = 1 days;
    uint40 internal constant ESCROW_THAW = 3 days;
    uint48 internal constant REVOKE = 3 days;
    uint32 internal constant MODULE_DELAY = 18 days;
    uint16 internal constant FEE = 100;
    uint16 internal constant SLASH = 500;
    uint64 internal constant SLASH_MIN = 10_000_000;
    uint64 internal constant SUPPLY = 1_000_000_000_000_000;
    /// A Monday in 2026, in the middle of a bucket.
    uint256 internal constant START = 1_790_000_000;

    // Keys; any number is one.
    uint256 internal constant OWNER = 0xa1;
    uint256 internal constant OPERATOR = 0xb1;
    uint256 internal constant PAYER = 0xc1;
    uint256 internal constant SESSION = 0xd1;

    address internal immutable owner = vm.addr(OWNER);
    address internal immutable operator = vm.addr(OPERATOR);
    address internal immutable payer = vm.addr(PAYER);
    address internal immutable session = vm.addr(SESSION);
    address internal constant relayer = address(0x4e1a);
    address internal constant governor = address(0x60);

    AccessManager internal manager;
    MeshToken internal token;
    IdentityRegistry internal registry;
    StakeVault internal vault;
    Escrow internal escrow;
    EvidenceSlasher internal slasher;
    LeaseSlasher internal leaseCourt;

    function setUp() public virtual {
        vm.warp(START);
        manager = new AccessManager(address(this));
        token = new MeshToken(address(this), SUPPLY);
        registry = new IdentityRegistry(address(manager), SALT, REVOKE);
        vault = new StakeVault(address(manager), IERC20(address(token)), true, STAKE_THAW, EVIDENCE, BUCKET);
        escrow = new Escrow(SALT, registry, vault, true, FEE, ESCROW_THAW, REVOKE);
        slasher = new EvidenceSlasher(SALT, registry, vault, SLASH, SLASH_MIN);
        leaseCourt = new LeaseSlasher(SALT, registry, vault, SLASH, SLASH_MIN);
        _wire();
    }

    function _wire() private {
        bytes4[] memory court = new bytes4[](3);
        (court[0], court[1], court[2]) = (vault.slash.selector, vault.lock.selector, vault.unlock.selector);
        manager.setTargetFunctionRole(address(vault), court, COURT);
        bytes4[] memory punish = new bytes4[](1);
        punish[0] = registry.punish.selector;
        manager.setTargetFunctionRole(address(registry), punish, COURT);
        manager.grantRole(COURT, address(slasher), 0);
        manager.grantRole(COURT, address(leaseCourt), 0);
        manager.setGrantDelay(COURT, MODULE_DELAY);
        manager.grantRole(0, governor, MODULE_DELAY);
        manager.renounceRole(0, address(this));
    }

    // --- people ------------------------------------------------------------------------------------------------------------

    function _bind(uint256 ownerKey, uint256 operatorKey) internal {
        KeyCert memory cert =
            KeyCert(vm.addr(ownerKey), vm.addr(operatorKey), uint64(block.timestamp), uint64(block.timestamp + 365 days));
        bytes32 hash = StructHashes.hash(cert);
        registry.authorise(cert, _sign(ownerKey, hash), _sign(operatorKey, hash));
    }

    function _stake(address of_, uint64 amount) internal {
        token.transfer(of_, amount);
        vm.startPrank(of_);
        token.approve(address(vault), amount);
        vault.stake(amount);
        vm.stopPrank();
    }

    function _deposit(address of_, uint64 amount) internal {
        token.transfer(of_, amount);
        vm.startPrank(of_);
        token.approve(address(escrow), amount);
        escrow.deposit(amount);
        vm.stopPrank();
    }

    function _fund(address of_, address miner, uint64 amount) internal {
        (address[] memory miners, uint64[] memory amounts) = _one(miner, amount);
        vm.prank(of_);
        escrow.fund(miners, amounts);
    }

    function _thawChannel(address of_, address miner, uint64 amount) internal {
        (address[] memory miners, uint64[] memory amounts) = _one(miner, amount);
        vm.prank(of_);
        escrow.thawChannels(miners, amounts);
    }

    function _one(address miner, uint64 amount)
        internal
        pure
        returns (address[] memory miners, uint64[] memory amounts)
    {
        (miners, amounts) = (new address[](1), new uint64[](1));
        (miners[0], amounts[0]) = (miner, amount);
    }

    function _only(address miner) internal pure returns (address[] memory miners) {
        miners = new address[](1);
        miners[0] = miner;
    }

    // --- what is signed ----------------------------------------------------------------------------------------------------

    function _sign(uint256 key, bytes32 structHash) internal view returns (Signature memory) {
        return _signFor(key, structHash, registry.domainSeparator());
    }

    function _signFor(uint256 key, bytes32 structHash, bytes32 separator) internal pure returns (Signature memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, keccak256(abi.encodePacked(hex"1901", separator, structHash)));
        return Signature(r, vs);
    }

    /// @dev A voucher that the payer signs itself, for no collection.
    function _voucher(uint256 payerKey, address miner, uint64 cumulative) internal view returns (Escrow.Claim memory) {
        return _voucherOf(payerKey, vm.addr(payerKey), miner, 0, 0, cumulative);
    }

    function _voucherOf(
        uint256 signerKey,
        address payer_,
        address miner,
        bytes32 collection,
        bytes32 grant,
        uint64 cumulative
    ) internal view returns (Escrow.Claim memory claim) {
        claim = Escrow.Claim({
            payer: payer_,
            session: vm.addr(signerKey),
            miner: miner,
            collection: collection,
            grant: grant,
            cumulative: cumulative,
            agreementsHash: bytes32(uint256(cumulative)),
            signature: Signature(0, 0)
        });
        claim.signature = _sign(signerKey, _hashOf(claim, address(escrow)));
    }

    function _hashOf(Escrow.Claim memory claim, address escrow_) internal pure returns (bytes32) {
        return StructHashes.hash(
            Voucher(
                claim.payer,
                claim.session,
                claim.miner,
                claim.collection,
                escrow_,
                claim.grant,
                claim.cumulative,
                claim.agreementsHash
            )
        );
    }

    function _redeem(Escrow.Claim memory claim) internal returns (Escrow.Outcome memory) {
        Escrow.Claim[] memory claims = new Escrow.Claim[](1);
        claims[0] = claim;
        vm.prank(relayer);
        return escrow.redeem(claims)[0];
    }

    function _grant(uint64 maxTotal, uint64 maxPerMiner, uint64 notAfter, bytes32[] memory collections)
        internal
        view
        returns (SessionGrants.GrantProof memory proof, bytes32 hash)
    {
        proof.grant = SessionGrant({
            payer: payer,
            session: session,
            escrow: address(escrow),
            maxTotal: maxTotal,
            maxPerMiner: maxPerMiner,
            collectionsHash: collections.length == 0 ? bytes32(0) : keccak256(abi.encodePacked(collections)),
            notAfter: notAfter,
            nonce: 1
        });
        proof.collections = collections;
        hash = StructHashes.hash(proof.grant);
        proof.signature = _sign(PAYER, hash);
    }

    // --- evidence ----------------------------------------------------------------------------------------------------------

    function _receipt(uint256 operatorKey, bytes32 agreement, bytes32 output, uint64 price)
        internal
        view
        returns (Receipt memory receipt)
    {
        receipt.operator = vm.addr(operatorKey);
        receipt.agreement = agreement;
        receipt.status = 1;
        receipt.outputRoot = output;
        receipt.price = price;
        receipt.blockTime = uint64(block.timestamp);
    }

    /// @dev The receipt alone in its batch.
    function _alone(uint256 operatorKey, Receipt memory receipt, uint64 sequence)
        internal
        view
        returns (EvidenceSlasher.ProvenReceipt memory proven)
    {
        proven.receipt = receipt;
        proven.path = new bytes32[](0);
        proven.batch = ReceiptBatch({
            operator: receipt.operator,
            root: keccak256(abi.encodePacked(bytes1(0), StructHashes.hash(receipt))),
            count: 1,
            sequence: sequence
        });
        proven.signature = _sign(operatorKey, StructHashes.hash(proven.batch));
    }

    /// @dev The receipt first among 64; the others are invented.
    function _amongMany(uint256 operatorKey, Receipt memory receipt, uint64 sequence)
        internal
        view
        returns (EvidenceSlasher.ProvenReceipt memory proven)
    {
        proven.receipt = receipt;
        proven.path = new bytes32[](6);
        bytes32 node = keccak256(abi.encodePacked(bytes1(0), StructHashes.hash(receipt)));
        for (uint256 i = 0; i < 6; i++) {
            proven.path[i] = keccak256(abi.encode(i, sequence));
            node = keccak256(abi.encodePacked(bytes1(0x01), node, proven.path[i]));
        }
        proven.batch = ReceiptBatch({operator: receipt.operator, root: node, count: 64, sequence: sequence});
        proven.signature = _sign(operatorKey, StructHashes.hash(proven.batch));
    }

    function _head(uint256 operatorKey, uint64 sequence, bytes32 body)
        internal
        view
        returns (EvidenceSlasher.SignedOfferHead memory signed)
    {
        signed.head.operator = vm.addr(operatorKey);
        signed.head.sequence = sequence;
        signed.head.expiresAtMs = uint64(block.timestamp + 300) * 1_000;
        signed.head.bodyHash = body;
        signed.signature = _sign(operatorKey, StructHashes.hash(signed.head));
    }

    /// @dev An hour on the only card, from now plus `startsIn`.
    function _lease(uint256 operatorKey, uint64 startsIn, bytes32 agreement)
        internal
        view
        returns (LeaseSlasher.SignedLease memory)
    {
        uint64 startsAt = uint64(block.timestamp) + startsIn;
        return _signLease(operatorKey, Lease(vm.addr(operatorKey), "card", startsAt, startsAt + 1 hours, agreement));
    }

    function _signLease(uint256 operatorKey, Lease memory lease)
        internal
        view
        returns (LeaseSlasher.SignedLease memory)
    {
        return LeaseSlasher.SignedLease(lease, _sign(operatorKey, StructHashes.hash(lease)));
    }
}
