// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ContradictionCourt} from "../../src/evidence/ContradictionCourt.sol";
import {EvidenceSlasher} from "../../src/evidence/EvidenceSlasher.sol";
import {IdentityRegistry} from "../../src/identity/IdentityRegistry.sol";
import {StakeVault} from "../../src/stake/StakeVault.sol";
import {StructHashes} from "../../src/statements/StructHashes.sol";
import {Agreement, Receipt} from "../../src/statements/Structs.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

contract EvidenceSlasherTest is World {
    uint64 private constant STAKED = 1_000_000_000;
    uint64 private constant PRICE = 20_000_000;

    function setUp() public override {
        super.setUp();
        _bind(OWNER, OPERATOR);
        _stake(owner, STAKED);
    }

    // --- two receipts ------------------------------------------------------------------------------------------------------

    function test_punishesTwoReceiptsOfOneAgreement() public {
        EvidenceSlasher.ProvenReceipt memory a = _proven("job", "a", PRICE);
        EvidenceSlasher.ProvenReceipt memory b = _proven("job", "b", PRICE);
        bytes32 nullifier = keccak256(abi.encode(uint256(1), operator, bytes32("job")));
        vm.expectEmit(address(slasher));
        emit ContradictionCourt.Contradiction(nullifier, operator, owner, relayer, 10 * PRICE);
        vm.prank(relayer);
        ContradictionCourt.Finding memory finding = slasher.showReceipts(a, b);
        _equal(finding.taken, 10 * PRICE, "ten times the price");
        _equal(finding.owner, owner, "owner");
        _equal(finding.operator, operator, "operator");
        _equal(finding.nullifier, nullifier, "nullifier");
        _equal(vault.accountOf(owner).total, STAKED - 10 * PRICE, "stake");
        _equal(registry.tombstonedAt(owner), START, "tombstone");
        _true(!registry.isActive(operator), "dropped");
        // A fifth to who showed it, the rest burned.
        _true(vault.rewardIsOwed(_reward(nullifier, address(0), 0, 2 * PRICE)), "reporter");
        _equal(vault.unburned(), 8 * PRICE, "burned");
    }

    function test_givesTheVictimTwiceThePrice() public {
        (bytes32 job, Agreement memory agreement) = _agreement();
        (EvidenceSlasher.ProvenReceipt memory a, EvidenceSlasher.ProvenReceipt memory b) =
            (_proven(job, "a", PRICE), _proven(job, "b", PRICE / 2));
        vm.prank(relayer);
        ContradictionCourt.Finding memory finding = slasher.showReceiptsOf(a, b, agreement);
        _true(vault.rewardIsOwed(_reward(finding.nullifier, payer, 2 * PRICE, 2 * PRICE)), "victim and reporter");
        _equal(vault.unburned(), 6 * PRICE, "burned");
    }

    function test_takesOnlyTheAgreementThatTheReceiptsName() public {
        (bytes32 job, Agreement memory agreement) = _agreement();
        (EvidenceSlasher.ProvenReceipt memory a, EvidenceSlasher.ProvenReceipt memory b) =
            (_proven(job, "a", PRICE), _proven(job, "b", PRICE));
        agreement.payer = relayer;
        vm.expectRevert(EvidenceSlasher.AgreementDoesNotFit.selector);
        slasher.showReceiptsOf(a, b, agreement);
        (, agreement) = _agreement();
        agreement.operator = relayer;
        job = StructHashes.hash(agreement);
        (a, b) = (_proven(job, "a", PRICE), _proven(job, "b", PRICE));
        vm.expectRevert(EvidenceSlasher.AgreementDoesNotFit.selector);
        slasher.showReceiptsOf(a, b, agreement);
    }

    function test_differsInStatusOrPriceToo() public {
        Receipt memory other = _receipt(OPERATOR, "job", "a", PRICE);
        other.status = 2;
        slasher.showReceipts(_proven("job", "a", PRICE), _alone(OPERATOR, other, 9));
        slasher.showReceipts(_proven("job2", "a", PRICE), _proven("job2", "a", PRICE + 1));
    }

    function test_punishesNoHonestReceipts() public {
        EvidenceSlasher.ProvenReceipt memory a = _proven("job", "a", PRICE);
        _innocent(a, a); // the same
        _innocent(a, _proven("job2", "b", PRICE)); // of two agreements
        Receipt memory again = _receipt(OPERATOR, "job", "a", PRICE);
        (again.usage, again.waitedUs, again.computedUs, again.weights) = (7, 8, 9, "w");
        _innocent(a, _alone(OPERATOR, again, 9)); // said again, with other times
        _bind(OWNER, 0xb2);
        _innocent(a, _alone(0xb2, _receipt(0xb2, "job", "b", PRICE), 9)); // of two operators
    }

    function test_punishesNoReceiptThatIsNotProven() public {
        EvidenceSlasher.ProvenReceipt memory a = _proven("job", "a", PRICE);
        EvidenceSlasher.ProvenReceipt memory b = _proven("job", "b", PRICE);
        bytes memory refused = abi.encodeWithSelector(ContradictionCourt.NotProven.selector, operator);
        EvidenceSlasher.ProvenReceipt memory bad = _copy(b);
        bad.batch.root = "another";
        _refused(a, bad, refused);
        _refused(bad, a, refused);
        bad = _copy(b);
        bad.receipt.outputRoot = "c";
        _refused(a, bad, refused);
        bad = _copy(b);
        bad.index = 1;
        _refused(a, bad, refused);
        bad = _copy(b);
        bad.batch.sequence += 1;
        _refused(a, bad, refused);
        bad = _copy(b);
        bad.signature = _sign(OWNER, StructHashes.hash(bad.batch));
        _refused(a, bad, refused);
        // A batch of another operator that holds a receipt in this one's name.
        bad = _copy(b);
        bad.batch.operator = vm.addr(0xb2);
        bad.signature = _sign(0xb2, StructHashes.hash(bad.batch));
        _refused(a, bad, refused);
        // Nobody's receipts, whose signature recovers to nobody.
        Receipt memory none = _receipt(OPERATOR, "job", "a", PRICE);
        none.operator = address(0);
        a = _alone(OPERATOR, none, 1);
        none = _receipt(OPERATOR, "job", "b", PRICE);
        none.operator = address(0);
        b = _alone(OPERATOR, none, 2);
        (a.signature.vs, b.signature.vs) = (0, 0);
        _refused(a, b, abi.encodeWithSelector(ContradictionCourt.NotProven.selector, address(0)));
    }

    function test_takesNoOtherFormOfASignature() public {
        EvidenceSlasher.ProvenReceipt memory a = _proven("job", "a", PRICE);
        EvidenceSlasher.ProvenReceipt memory b = _proven("job", "b", PRICE);
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        uint256 vs = uint256(b.signature.vs);
        b.signature.vs = bytes32((n - (vs & (type(uint256).max >> 1))) | (((vs >> 255) ^ 1) << 255));
        _refused(a, b, abi.encodeWithSelector(ContradictionCourt.NotProven.selector, operator));
    }

    function test_takesNoEvidenceOfAnotherChain() public {
        (EvidenceSlasher.ProvenReceipt memory a, EvidenceSlasher.ProvenReceipt memory b) =
            (_proven("job", "a", PRICE), _proven("job", "b", PRICE));
        vm.chainId(1);
        _refused(a, b, abi.encodeWithSelector(ContradictionCourt.NotProven.selector, operator));
    }

    function test_punishesOnceInAnyOrderAndForm() public {
        EvidenceSlasher.ProvenReceipt memory a = _proven("job", "a", PRICE);
        EvidenceSlasher.ProvenReceipt memory b = _proven("job", "b", PRICE);
        EvidenceSlasher.ProvenReceipt memory c = _amongMany(OPERATOR, _receipt(OPERATOR, "job", "c", PRICE), 5);
        ContradictionCourt.Finding memory finding = slasher.showReceipts(a, b);
        bytes memory refused = abi.encodeWithSelector(IdentityRegistry.AlreadyPunished.selector, finding.nullifier);
        _refused(a, b, refused);
        _refused(b, a, refused);
        _refused(c, a, refused);
    }

    function test_takesEvidenceUntilTheWindowOfItsLaterTimeIsOver() public {
        Receipt memory early = _receipt(OPERATOR, "job", "a", PRICE);
        early.blockTime = 1;
        EvidenceSlasher.ProvenReceipt memory a = _alone(OPERATOR, early, 1);
        EvidenceSlasher.ProvenReceipt memory b = _proven("job", "b", PRICE);
        vm.warp(START + EVIDENCE + 1);
        bytes memory refused = abi.encodeWithSelector(ContradictionCourt.EvidenceTooOld.selector, START + EVIDENCE);
        _refused(a, b, refused);
        _refused(b, a, refused);
        vm.warp(START + EVIDENCE);
        slasher.showReceipts(b, a);
    }

    function test_aStrangerIsNotPunishedUntilItIsBound() public {
        EvidenceSlasher.ProvenReceipt memory a = _alone(0xb2, _receipt(0xb2, "job", "a", PRICE), 1);
        EvidenceSlasher.ProvenReceipt memory b = _alone(0xb2, _receipt(0xb2, "job", "b", PRICE), 2);
        _refused(a, b, abi.encodeWithSelector(IdentityRegistry.OperatorUnknown.selector, vm.addr(0xb2)));
        _bind(OWNER, 0xb2);
        slasher.showReceipts(a, b);
        _equal(registry.tombstonedAt(owner), START, "its owner answers");
    }

    // --- revocation --------------------------------------------------------------------------------------------------------

    function test_whatWasSignedBeforeTheRevocationIsPunished() public {
        EvidenceSlasher.ProvenReceipt memory a = _proven("job", "a", PRICE);
        _revoke();
        vm.warp(START + REVOKE);
        EvidenceSlasher.ProvenReceipt memory b = _proven("job", "b", PRICE); // after it
        slasher.showReceipts(a, b);
    }

    function test_whatWasAllSignedAfterTheRevocationIsAThiefs() public {
        _revoke();
        vm.warp(START + REVOKE);
        EvidenceSlasher.ProvenReceipt memory a = _proven("job", "a", PRICE);
        EvidenceSlasher.ProvenReceipt memory b = _proven("job", "b", PRICE);
        bytes memory refused = abi.encodeWithSelector(ContradictionCourt.SignedAfterRevocation.selector, operator);
        _refused(a, b, refused);
        (EvidenceSlasher.SignedOfferHead memory c, EvidenceSlasher.SignedOfferHead memory d) =
            (_head(OPERATOR, uint64(START + REVOKE) * 1_000, "a"), _head(OPERATOR, uint64(START + REVOKE) * 1_000, "b"));
        vm.expectRevert(refused);
        slasher.showOfferHeads(c, d);
    }

    function test_timesWrittenAheadOfNowAreNoExcuseForARevocation() public {
        (Receipt memory one, Receipt memory other) =
            (_receipt(OPERATOR, "job", "a", PRICE), _receipt(OPERATOR, "job", "b", PRICE));
        (one.blockTime, other.blockTime) = (uint64(START + REVOKE), uint64(START + REVOKE));
        _revoke();
        slasher.showReceipts(_alone(OPERATOR, one, 1), _alone(OPERATOR, other, 2));
    }

    function test_aFarExpiryOfOffersIsNoExcuseForARevocation() public {
        uint64 sequence = uint64(START) * 1_000;
        (EvidenceSlasher.SignedOfferHead memory a, EvidenceSlasher.SignedOfferHead memory b) =
            (_head(OPERATOR, sequence, "a"), _head(OPERATOR, sequence, "b"));
        (a.head.expiresAtMs, b.head.expiresAtMs) = (sequence * 2, sequence * 2);
        a.signature = _sign(OPERATOR, StructHashes.hash(a.head));
        b.signature = _sign(OPERATOR, StructHashes.hash(b.head));
        _revoke();
        vm.warp(START + REVOKE + 1 days);
        slasher.showOfferHeads(a, b);
    }

    // --- two offer heads ---------------------------------------------------------------------------------------------------

    function test_punishesTwoOfferHeadsOfOneSequence() public {
        EvidenceSlasher.SignedOfferHead memory a = _head(OPERATOR, 7, "a");
        EvidenceSlasher.SignedOfferHead memory b = _head(OPERATOR, 7, "b");
        vm.prank(relayer);
        ContradictionCourt.Finding memory finding = slasher.showOfferHeads(a, b);
        _equal(finding.taken, STAKED / 20, "5 %");
        _equal(finding.nullifier, keccak256(abi.encode(uint256(2), operator, uint256(7))), "nullifier");
        bytes memory refused = abi.encodeWithSelector(IdentityRegistry.AlreadyPunished.selector, finding.nullifier);
        vm.expectRevert(refused);
        slasher.showOfferHeads(b, a);
        EvidenceSlasher.SignedOfferHead memory c = _head(OPERATOR, 7, "c");
        vm.expectRevert(refused);
        slasher.showOfferHeads(c, a);
    }

    function test_takesTheLeastAmountFromASmallStake() public {
        _bind(0xa2, 0xb2);
        _stake(vm.addr(0xa2), SLASH_MIN + 1);
        _equal(slasher.showOfferHeads(_head(0xb2, 7, "a"), _head(0xb2, 7, "b")).taken, SLASH_MIN, "the least");
        _equal(slasher.showOfferHeads(_head(0xb2, 8, "a"), _head(0xb2, 8, "b")).taken, 1, "what there is");
        _equal(slasher.showOfferHeads(_head(0xb2, 9, "a"), _head(0xb2, 9, "b")).taken, 0, "nothing");
    }

    function test_punishesNoHonestOffers() public {
        EvidenceSlasher.SignedOfferHead memory a = _head(OPERATOR, 7, "a");
        EvidenceSlasher.SignedOfferHead memory other = _head(OPERATOR, 8, "b");
        vm.expectRevert(ContradictionCourt.NoContradiction.selector);
        slasher.showOfferHeads(a, a);
        vm.expectRevert(ContradictionCourt.NoContradiction.selector);
        slasher.showOfferHeads(a, other);
        _bind(OWNER, 0xb2);
        other = _head(0xb2, 7, "b");
        vm.expectRevert(ContradictionCourt.NoContradiction.selector);
        slasher.showOfferHeads(a, other);
        // In this one's name, signed by another: on either side.
        other = _head(OPERATOR, 7, "b");
        other.signature = _sign(0xb2, StructHashes.hash(other.head));
        vm.expectRevert(abi.encodeWithSelector(ContradictionCourt.NotProven.selector, operator));
        slasher.showOfferHeads(a, other);
        vm.expectRevert(abi.encodeWithSelector(ContradictionCourt.NotProven.selector, operator));
        slasher.showOfferHeads(other, a);
    }

    function test_takesOffersUntilTheWindowAfterTheirLaterEnd() public {
        EvidenceSlasher.SignedOfferHead memory a = _head(OPERATOR, 7, "a");
        vm.warp(START + 60);
        EvidenceSlasher.SignedOfferHead memory b = _head(OPERATOR, 7, "b");
        uint256 until = START + 60 + 300 + EVIDENCE;
        vm.warp(until + 1);
        bytes memory refused = abi.encodeWithSelector(ContradictionCourt.EvidenceTooOld.selector, until);
        vm.expectRevert(refused);
        slasher.showOfferHeads(a, b);
        vm.expectRevert(refused);
        slasher.showOfferHeads(b, a);
        vm.warp(until);
        slasher.showOfferHeads(a, b);
    }

    // --- what a slash cannot be used for -----------------------------------------------------------------------------------

    function test_anOffendersOwnSybilSavesAtMostHalfAndNotBeforeTheEvidenceWindow() public {
        (bytes32 job, Agreement memory agreement) = _agreement();
        uint64 most = type(uint64).max;
        address sybil = vm.addr(0x5b);
        agreement.payer = sybil;
        job = StructHashes.hash(agreement);
        (EvidenceSlasher.ProvenReceipt memory a, EvidenceSlasher.ProvenReceipt memory b) =
            (_proven(job, "a", most), _proven(job, "b", most));
        vm.prank(sybil);
        ContradictionCourt.Finding memory finding = slasher.showReceiptsOf(a, b, agreement);
        _equal(finding.taken, STAKED, "all of it");
        StakeVault.Reward memory reward =
            _reward(finding.nullifier, sybil, STAKED / 2 - STAKED / 5, STAKED / 5);
        reward.reporter = sybil;
        vm.warp(START + EVIDENCE - 1);
        vm.expectRevert();
        vault.payReward(reward);
        vm.warp(START + EVIDENCE);
        vault.payReward(reward);
        _equal(token.balanceOf(sybil), STAKED / 2, "half at most");
        _equal(vault.unburned(), STAKED / 2, "half is burned");
    }

    function test_reachesWhatThawsUntilItIsGone() public {
        (EvidenceSlasher.ProvenReceipt memory a, EvidenceSlasher.ProvenReceipt memory b) =
            (_proven("job", "a", PRICE), _proven("job", "b", PRICE));
        vm.prank(owner);
        vault.thaw(STAKED);
        vm.warp(START + EVIDENCE);
        _equal(slasher.showReceipts(a, b).taken, 10 * PRICE, "taken");
        vm.warp(START + STAKE_THAW);
        vm.prank(owner);
        _equal(vault.withdraw(), STAKED - 10 * PRICE, "the rest");
    }

    function test_saysWhatItIsMadeOf() public view {
        _equal(slasher.shareBasisPoints(), SLASH, "share");
        _equal(slasher.amountMin(), SLASH_MIN, "least");
        _equal(slasher.evidenceSeconds(), EVIDENCE, "window");
        _equal(address(slasher.registry()), address(registry), "registry");
        _equal(address(slasher.vault()), address(vault), "vault");
    }

    // --- the hands ---------------------------------------------------------------------------------------------------------

    function _proven(bytes32 job, bytes32 output, uint64 price)
        private
        view
        returns (EvidenceSlasher.ProvenReceipt memory)
    {
        return _alone(OPERATOR, _receipt(OPERATOR, job, output, price), uint64(block.timestamp));
    }

    function _agreement() private view returns (bytes32 job, Agreement memory agreement) {
        (agreement.operator, agreement.payer, agreement.priceMax) = (operator, payer, PRICE);
        job = StructHashes.hash(agreement);
    }

    function _reward(bytes32 nullifier, address victim, uint64 toVictim, uint64 toReporter)
        private
        pure
        returns (StakeVault.Reward memory)
    {
        return StakeVault.Reward(victim, toVictim, relayer, toReporter, uint48(START + EVIDENCE), nullifier);
    }

    function _revoke() private {
        vm.prank(owner);
        registry.revoke(operator);
    }

    function _innocent(EvidenceSlasher.ProvenReceipt memory a, EvidenceSlasher.ProvenReceipt memory b) private {
        _refused(a, b, abi.encodeWithSelector(ContradictionCourt.NoContradiction.selector));
    }

    function _refused(
        EvidenceSlasher.ProvenReceipt memory a,
        EvidenceSlasher.ProvenReceipt memory b,
        bytes memory reason
    ) private {
        vm.expectRevert(reason);
        slasher.showReceipts(a, b);
    }

    function _copy(EvidenceSlasher.ProvenReceipt memory proven)
        private
        pure
        returns (EvidenceSlasher.ProvenReceipt memory)
    {
        return abi.decode(abi.encode(proven), (EvidenceSlasher.ProvenReceipt));
    }
}
