// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceSlasher} from "../../src/evidence/EvidenceSlasher.sol";
import {LeaseSlasher} from "../../src/evidence/LeaseSlasher.sol";
import {StructHashes} from "../../src/statements/StructHashes.sol";
import {Lease, OfferHead, Receipt} from "../../src/statements/Structs.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

/// @notice Honest and dishonest operators sign, and anybody shows any two of their statements. What the courts should say is told here
/// from what was signed, and held against what they say.
abstract contract CourtHandler is World {
    struct Signed {
        uint256 key;
        /// The agreement, the sequence, or the hour of the card.
        uint256 about;
        /// What it says about it.
        uint256 says;
        /// When it was signed; of a lease, when its hour starts.
        uint256 time;
        /// First word of the nullifier.
        uint256 kind;
    }

    uint256 internal constant RECEIPTS = 1;
    uint256 internal constant OFFER_HEADS = 2;
    uint256 internal constant LEASES = 3;

    /// Owners; each has two operators. The first is honest with both.
    uint256 internal constant OWNERS = 3;
    uint256 internal constant STATEMENTS_MAX = 40;

    Signed[] internal _signed;
    mapping(bytes32 offence => uint256) internal _punished;
    /// How long each operator has leased its card away.
    mapping(uint256 key => uint256) internal _leasedUntil;
    bytes32[] internal _offences;
    uint256 internal _number;

    // What must never have happened.
    uint256 internal _punishedWithoutCause;
    uint256 internal _letGo;
    uint256 internal _punishedTwice;
    uint256 internal _outOfWindow;
    uint256 internal _malleable;
    uint256 internal _foreign;
    uint256 internal _unattributed;

    function setUp() public virtual override {
        super.setUp();
        for (uint256 i = 0; i < OWNERS; i++) {
            _bind(0xa0 + i, 0xb0 + 2 * i);
            _bind(0xa0 + i, 0xb1 + 2 * i);
            _stake(vm.addr(0xa0 + i), 1_000_000_000);
        }
        bytes4[] memory actions = new bytes4[](6);
        actions[0] = this.pass.selector;
        actions[1] = this.signHonestly.selector;
        actions[2] = this.contradict.selector;
        actions[3] = this.show.selector;
        actions[4] = this.showPair.selector;
        actions[5] = this.showSpoiled.selector;
        _target(address(this), actions);
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + (time % 4 == 0 ? EVIDENCE : _within(time, 1, 2 days)));
    }

    /// @dev A statement about something new.
    function signHonestly(uint256 who, uint256 kind) external {
        if (_signed.length >= STATEMENTS_MAX) return;
        (uint256 key, uint256 time) = (0xb0 + who % (2 * OWNERS), block.timestamp);
        kind = RECEIPTS + kind % 3;
        if (kind == LEASES) {
            // The next starts where the last one ends, or later: as leases are extended.
            if (_leasedUntil[key] > time) time = _leasedUntil[key];
            _leasedUntil[key] = time + 1 hours;
        }
        _signed.push(Signed(key, ++_number, 0, time, kind));
    }

    /// @dev Another statement about the same, by an operator that may: the same words, or others.
    function contradict(uint256 which, uint256 says) external {
        if (_signed.length == 0 || _signed.length >= STATEMENTS_MAX) return;
        Signed memory signed = _signed[which % _signed.length];
        if (_isHonest(signed.key)) return;
        signed.says = says % 3;
        if (signed.kind != LEASES) signed.time = block.timestamp;
        _signed.push(signed);
    }

    function show(uint256 one, uint256 other) public {
        if (_signed.length == 0) return;
        Signed memory a = _signed[one % _signed.length];
        Signed memory b = _signed[other % _signed.length];
        if (a.kind != b.kind) return;
        bytes32 offence = _offenceOf(a, b);
        bool isLie = a.key == b.key && a.about == b.about && a.says != b.says;
        bool isInTime = block.timestamp <= _until(a, b);
        bool isNew = _punished[offence] == 0;
        uint256[OWNERS] memory stakes = _stakes();
        bool done = _submit(a, b, 0);
        if (done && !isLie) _punishedWithoutCause++;
        if (done && !isInTime) _outOfWindow++;
        if (done && !isNew) _punishedTwice++;
        if (!done && isLie && isInTime && isNew) _letGo++;
        if (!done) return;
        if (isNew) _offences.push(offence);
        _punished[offence]++;
        uint256[OWNERS] memory now_ = _stakes();
        for (uint256 i = 0; i < OWNERS; i++) {
            bool isOffender = i == (a.key - 0xb0) / 2;
            if (!isOffender && now_[i] != stakes[i]) _unattributed++;
        }
    }

    /// @dev The last statement with each that it may contradict: random pairs alone would seldom meet.
    function showPair(uint256 one, bool isTurned) external {
        if (_signed.length == 0) return;
        uint256 i = one % _signed.length;
        for (uint256 j = 0; j < _signed.length; j++) {
            bool isSame = _signed[j].key == _signed[i].key && _signed[j].about == _signed[i].about;
            if (j == i || !isSame) continue;
            if (isTurned) show(j, i);
            else show(i, j);
        }
    }

    /// @dev The same evidence with the other form of a signature, or signed for another network: never taken.
    function showSpoiled(uint256 one, bool isForeign) external {
        if (_signed.length == 0) return;
        Signed memory a = _signed[one % _signed.length];
        for (uint256 i = 0; i < _signed.length; i++) {
            Signed memory b = _signed[i];
            if (a.key != b.key || a.about != b.about || a.kind != b.kind) continue;
            if (!_submit(a, b, isForeign ? 2 : 1)) continue;
            if (isForeign) _foreign++;
            else _malleable++;
        }
    }

    // --- what is shown -----------------------------------------------------------------------------------------------------

    function _submit(Signed memory a, Signed memory b, uint256 spoil) private returns (bool done) {
        bytes memory call;
        if (a.kind == RECEIPTS) {
            call = abi.encodeCall(slasher.showReceipts, (_receiptOf(a, 0), _receiptOf(b, spoil)));
        } else if (a.kind == OFFER_HEADS) {
            call = abi.encodeCall(slasher.showOfferHeads, (_headOf(a, 0), _headOf(b, spoil)));
        } else {
            call = abi.encodeCall(leaseCourt.showLeases, (_leaseOf(a, 0), _leaseOf(b, spoil)));
        }
        address court = a.kind == LEASES ? address(leaseCourt) : address(slasher);
        vm.prank(relayer);
        (done,) = court.call(call);
    }

    function _headOf(Signed memory signed, uint256 spoil)
        private
        view
        returns (EvidenceSlasher.SignedOfferHead memory shown)
    {
        shown.head = OfferHead({
            operator: vm.addr(signed.key),
            sequence: uint64(signed.about),
            expiresAtMs: uint64(signed.time * 1_000),
            bodyHash: bytes32(signed.says),
            termsHash: 0,
            beacon: 0
        });
        // Its time alone would make another head of it: one that says the same is the same head.
        for (uint256 i = 0; i < _signed.length; i++) {
            bool isSame = _signed[i].kind == OFFER_HEADS && _signed[i].key == signed.key && _signed[i].about == signed.about;
            if (isSame && _signed[i].says == signed.says) {
                shown.head.expiresAtMs = uint64(_signed[i].time * 1_000);
                break;
            }
        }
        shown.signature = _sign(signed.key, StructHashes.hash(shown.head));
        if (spoil == 1) shown.signature.vs = _highS(shown.signature.vs);
        if (spoil == 2) shown.signature = _signFor(signed.key, StructHashes.hash(shown.head), keccak256("testnet"));
    }

    function _receiptOf(Signed memory signed, uint256 spoil)
        private
        view
        returns (EvidenceSlasher.ProvenReceipt memory shown)
    {
        Receipt memory receipt;
        receipt.operator = vm.addr(signed.key);
        receipt.agreement = bytes32(signed.about);
        // One differs in output, one in price, one in status.
        receipt.status = signed.says == 2 ? 2 : 1;
        receipt.outputRoot = bytes32(signed.says == 1 ? uint256(1) : 0);
        receipt.price = 1_000;
        receipt.blockTime = uint64(signed.time);
        // What no court compares may differ.
        receipt.usage = uint64(signed.time);
        shown = _alone(signed.key, receipt, uint64(signed.time));
        if (spoil == 1) shown.signature.vs = _highS(shown.signature.vs);
        if (spoil == 2) {
            shown.signature = _signFor(signed.key, StructHashes.hash(shown.batch), keccak256("testnet"));
        }
    }

    /// @dev Each thing that is said of an hour is a lease of a part of it, so all that is said of one hour overlaps.
    function _leaseOf(Signed memory signed, uint256 spoil)
        private
        view
        returns (LeaseSlasher.SignedLease memory shown)
    {
        shown.lease = Lease({
            operator: vm.addr(signed.key),
            card: "card",
            startsAt: uint64(signed.time + signed.says * 10 minutes),
            endsAt: uint64(signed.time + 1 hours),
            agreement: _agreementOf(signed)
        });
        bytes32 hash = StructHashes.hash(shown.lease);
        shown.signature = _sign(signed.key, hash);
        if (spoil == 1) shown.signature.vs = _highS(shown.signature.vs);
        if (spoil == 2) shown.signature = _signFor(signed.key, hash, keccak256("testnet"));
    }

    function _agreementOf(Signed memory signed) private pure returns (bytes32) {
        return bytes32(4 * signed.about + signed.says);
    }

    function _highS(bytes32 vs) private pure returns (bytes32) {
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        uint256 low = uint256(vs) & (type(uint256).max >> 1);
        return bytes32((n - low) | (((uint256(vs) >> 255) ^ 1) << 255));
    }

    // --- what should come of it --------------------------------------------------------------------------------------------

    function _until(Signed memory a, Signed memory b) private view returns (uint256) {
        (uint256 timeA, uint256 timeB) = (a.time, b.time);
        if (a.kind == LEASES) (timeA, timeB) = (timeA + 1 hours, timeB + 1 hours);
        if (a.kind == OFFER_HEADS) {
            timeA = _headOf(a, 0).head.expiresAtMs / 1_000;
            timeB = _headOf(b, 0).head.expiresAtMs / 1_000;
        }
        return (timeA > timeB ? timeA : timeB) + EVIDENCE;
    }

    function _offenceOf(Signed memory a, Signed memory b) internal pure returns (bytes32) {
        bytes32 subject = bytes32(a.about);
        if (a.kind == LEASES) subject = a.says < b.says ? _agreementOf(a) : _agreementOf(b);
        return keccak256(abi.encode(a.kind, vm.addr(a.key), subject));
    }

    function _isHonest(uint256 key) internal pure returns (bool) {
        return key < 0xb2;
    }

    function _stakes() internal view returns (uint256[OWNERS] memory stakes) {
        for (uint256 i = 0; i < OWNERS; i++) stakes[i] = vault.accountOf(vm.addr(0xa0 + i)).total;
    }
}
