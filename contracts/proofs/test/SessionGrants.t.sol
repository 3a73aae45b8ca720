// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../../src/pay/Escrow.sol";
import {SessionGrants} from "../../src/pay/SessionGrants.sol";
import {StructHashes} from "../../src/statements/StructHashes.sol";
import {Signature} from "../../src/statements/Structs.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

contract SessionGrantsTest is World {
    uint64 private constant END = uint64(START + 1 days);

    function setUp() public override {
        super.setUp();
        _bind(OWNER, OPERATOR);
        _bind(OWNER, 0xb2);
        _deposit(payer, 100_000);
        _fund(payer, operator, 50_000);
        _fund(payer, vm.addr(0xb2), 50_000);
    }

    // --- registering -------------------------------------------------------------------------------------------------------

    function test_registersOnceWhatThePayerSigned() public {
        (SessionGrants.GrantProof memory proof, bytes32 hash) = _any(1_000, 600);
        vm.expectEmit(address(escrow));
        emit SessionGrants.Granted(payer, session, hash);
        vm.prank(relayer);
        escrow.registerGrant(proof);
        SessionGrants.Grant memory grant = escrow.grantOf(payer, session, hash);
        _true(grant.exists && grant.anyCollection, "registered");
        _equal(grant.maxTotal, 1_000, "total");
        _equal(grant.maxPerMiner, 600, "per miner");
        _equal(grant.redeemableUntil, END + 3 days, "until");
        proof.signature = Signature(0, 0);
        escrow.registerGrant(proof); // again, without a signature: left as it is
        _true(!escrow.grantOf(payer, session, "other").exists, "no other");
    }

    function test_takesThePayersCallForItsSignature() public {
        (SessionGrants.GrantProof memory proof, bytes32 hash) = _any(1_000, 600);
        proof.signature = Signature(0, 0);
        vm.prank(payer);
        escrow.registerGrant(proof);
        _true(escrow.grantOf(payer, session, hash).exists, "registered");
    }

    function test_refusesAGrantOfAnybodyElse() public {
        (SessionGrants.GrantProof memory proof, bytes32 hash) = _any(1_000, 600);
        proof.signature = _sign(SESSION, hash);
        vm.expectRevert(abi.encodeWithSelector(SessionGrants.GrantNotSignedBy.selector, payer));
        escrow.registerGrant(proof);
        proof.grant.payer = address(0);
        proof.signature = Signature(0, 0);
        vm.expectRevert(abi.encodeWithSelector(SessionGrants.GrantNotSignedBy.selector, address(0)));
        escrow.registerGrant(proof);
    }

    function test_refusesAGrantForAnotherEscrowOrToThePayerItself() public {
        (SessionGrants.GrantProof memory proof,) = _any(1_000, 600);
        proof.grant.escrow = address(this);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(SessionGrants.GrantForEscrow.selector, address(this)));
        escrow.registerGrant(proof);
        proof.grant.escrow = address(escrow);
        proof.grant.session = payer;
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(SessionGrants.GrantToPayerItself.selector, payer));
        escrow.registerGrant(proof);
    }

    function test_takesTheCollectionsThatTheGrantHashes() public {
        bytes32[] memory collections = new bytes32[](2);
        (collections[0], collections[1]) = ("a", "b");
        (SessionGrants.GrantProof memory proof, bytes32 hash) = _grant(1_000, 600, END, collections);
        proof.collections = new bytes32[](1);
        proof.collections[0] = "a";
        vm.expectRevert(SessionGrants.CollectionsDoNotFit.selector);
        escrow.registerGrant(proof);
        proof.collections = collections;
        escrow.registerGrant(proof);
        _true(!escrow.grantOf(payer, session, hash).anyCollection, "not any");
        _paid(_voucherOf(SESSION, payer, operator, "b", hash, 10), 10, Escrow.Reason.None);
        _paid(_voucherOf(SESSION, payer, operator, "c", hash, 10), 0, Escrow.Reason.CollectionNotGranted);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 10), 0, Escrow.Reason.CollectionNotGranted);
    }

    function test_takes64CollectionsAndNone65() public {
        bytes32[] memory collections = new bytes32[](64);
        for (uint256 i = 0; i < 64; i++) collections[i] = bytes32(i + 1);
        (SessionGrants.GrantProof memory proof,) = _grant(1_000, 600, END, collections);
        escrow.registerGrant(proof);
        collections = new bytes32[](65);
        (proof,) = _grant(1_000, 600, END, collections);
        vm.expectRevert(SessionGrants.CollectionsDoNotFit.selector);
        escrow.registerGrant(proof);
        (proof,) = _any(1_000, 600);
        proof.collections = new bytes32[](1);
        vm.expectRevert(SessionGrants.CollectionsDoNotFit.selector);
        escrow.registerGrant(proof);
    }

    function test_anEndBeyondWhatIsCountedIsNoEnd() public {
        (SessionGrants.GrantProof memory proof, bytes32 hash) = _grant(1_000, 600, type(uint64).max, new bytes32[](0));
        escrow.registerGrant(proof);
        _equal(escrow.grantOf(payer, session, hash).redeemableUntil, type(uint48).max, "until");
    }

    // --- paying under one --------------------------------------------------------------------------------------------------

    function test_paysUnderAGrantThatComesWithIt() public {
        (SessionGrants.GrantProof memory proof, bytes32 hash) = _any(1_000, 600);
        Escrow.Claim[] memory claims = new Escrow.Claim[](1);
        claims[0] = _voucherOf(SESSION, payer, operator, 0, hash, 400);
        SessionGrants.GrantProof[] memory proofs = new SessionGrants.GrantProof[](1);
        proofs[0] = proof;
        Escrow.Outcome[] memory outcomes = escrow.redeemWithGrants(proofs, claims);
        _equal(outcomes[0].paid, 400, "paid");
        _equal(escrow.sessionOf(payer, session).spent, 400, "spent");
        _equal(escrow.claimedOf(payer, session, operator, 0), 400, "claimed");
        _equal(escrow.claimedOf(payer, payer, operator, 0), 0, "the payer's own counter is another");
    }

    function test_paysNothingUnderAGrantThatIsNotRegistered() public {
        (, bytes32 hash) = _any(1_000, 600);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 400), 0, Escrow.Reason.GrantUnknown);
        hash = _register(1_000, 600);
        // Another session names the grant of this one, and this one the payer of another.
        _paid(_voucherOf(0xd2, payer, operator, 0, hash, 400), 0, Escrow.Reason.GrantUnknown);
        _paid(_voucherOf(SESSION, vm.addr(0xc2), operator, 0, hash, 400), 0, Escrow.Reason.GrantUnknown);
        _paid(_voucherOf(SESSION, payer, operator, 0, 0, 400), 0, Escrow.Reason.GrantUnknown);
    }

    function test_paysNoMoreThanTheGrantsLimits() public {
        bytes32 hash = _register(1_000, 600);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 700), 600, Escrow.Reason.GrantExhausted);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 700), 0, Escrow.Reason.GrantExhausted);
        _paid(_voucherOf(SESSION, payer, vm.addr(0xb2), 0, hash, 500), 400, Escrow.Reason.GrantExhausted);
        _paid(_voucherOf(SESSION, payer, vm.addr(0xb2), 0, hash, 500), 0, Escrow.Reason.GrantExhausted);
        _equal(escrow.sessionOf(payer, session).spent, 1_000, "spent");
        _equal(escrow.accountOf(payer).owed, 0, "no debt");
    }

    function test_aRenewedGrantContinuesTheCounters() public {
        bytes32 hash = _register(1_000, 1_000);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 900), 900, Escrow.Reason.None);
        (SessionGrants.GrantProof memory proof,) = _any(1_500, 1_200);
        proof.grant.nonce = 2;
        bytes32 renewed = StructHashes.hash(proof.grant);
        proof.signature = _sign(PAYER, renewed);
        escrow.registerGrant(proof);
        _paid(_voucherOf(SESSION, payer, operator, 0, renewed, 900), 0, Escrow.Reason.NothingDue);
        _paid(_voucherOf(SESSION, payer, operator, 0, renewed, 1_300), 300, Escrow.Reason.GrantExhausted);
        _paid(_voucherOf(SESSION, payer, vm.addr(0xb2), 0, renewed, 400), 300, Escrow.Reason.GrantExhausted);
        // A smaller one allows nothing beyond what was spent.
        (proof,) = _any(500, 500);
        proof.grant.nonce = 3;
        bytes32 smaller = StructHashes.hash(proof.grant);
        proof.signature = _sign(PAYER, smaller);
        escrow.registerGrant(proof);
        _paid(_voucherOf(SESSION, payer, vm.addr(0xb2), 0, smaller, 450), 0, Escrow.Reason.GrantExhausted);
    }

    function test_paysUntilThreeDaysAfterTheEnd() public {
        bytes32 hash = _register(1_000, 600);
        vm.warp(END + 3 days);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 100), 100, Escrow.Reason.None);
        vm.warp(END + 3 days + 1);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 200), 0, Escrow.Reason.GrantExpired);
    }

    function test_aRevokedSessionIsPaidUntilTheDelayIsOver() public {
        bytes32 hash = _register(1_000, 600);
        vm.expectEmit(address(escrow));
        emit SessionGrants.SessionRevoked(payer, session, uint64(START + REVOKE));
        vm.prank(payer);
        escrow.revokeSession(session);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(SessionGrants.AlreadyRevoked.selector, session));
        escrow.revokeSession(session);
        vm.warp(START + REVOKE - 1);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 100), 100, Escrow.Reason.None);
        vm.warp(START + REVOKE);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, 200), 0, Escrow.Reason.SessionRevoked);
        // Nor under a later grant.
        (SessionGrants.GrantProof memory proof,) = _grant(9_000, 9_000, END + 30 days, new bytes32[](0));
        bytes32 later = StructHashes.hash(proof.grant);
        escrow.registerGrant(proof);
        _paid(_voucherOf(SESSION, payer, operator, 0, later, 200), 0, Escrow.Reason.SessionRevoked);
        _equal(escrow.sessionOf(payer, session).revokedFrom, START + REVOKE, "revoked");
    }

    function test_whatASessionCannotPayIsOwedAndCounted() public {
        bytes32 hash = _register(type(uint64).max, type(uint64).max);
        uint64 all = 50_000;
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, all + 70), all, Escrow.Reason.PaidInPart);
        _equal(escrow.accountOf(payer).owed, 70, "owed");
        _equal(escrow.owedOn(payer, session, operator, 0), 70, "owed on the counter");
        _equal(escrow.sessionOf(payer, session).spent, all, "spent is what was paid");
        _deposit(payer, 100);
        _paid(_voucherOf(SESSION, payer, operator, 0, hash, all + 70), 70, Escrow.Reason.None);
        _equal(escrow.accountOf(payer).owed, 0, "paid");
    }

    /// @dev However vouchers come in, a session spends no more than its total, and no more at a miner than its limit.
    function testFuzz_spendsWithinTheGrant(uint64[10] memory cumulatives, uint64 maxTotal, uint64 maxPerMiner) public {
        maxTotal = uint64(_within(maxTotal, 0, 60_000));
        maxPerMiner = uint64(_within(maxPerMiner, 0, 60_000));
        bytes32 hash = _register(maxTotal, maxPerMiner);
        uint256[2] memory paid;
        for (uint256 i = 0; i < cumulatives.length; i++) {
            address miner = i % 2 == 0 ? operator : vm.addr(0xb2);
            uint64 cumulative = uint64(_within(cumulatives[i], 0, 80_000));
            paid[i % 2] += _redeem(_voucherOf(SESSION, payer, miner, 0, hash, cumulative)).paid;
        }
        _atMost(paid[0], maxPerMiner, "one miner");
        _atMost(paid[1], maxPerMiner, "the other");
        _atMost(paid[0] + paid[1], maxTotal, "both");
        _equal(escrow.sessionOf(payer, session).spent, paid[0] + paid[1], "spent");
    }

    // --- the hands ---------------------------------------------------------------------------------------------------------

    function _any(uint64 maxTotal, uint64 maxPerMiner)
        private
        view
        returns (SessionGrants.GrantProof memory, bytes32)
    {
        return _grant(maxTotal, maxPerMiner, END, new bytes32[](0));
    }

    function _register(uint64 maxTotal, uint64 maxPerMiner) private returns (bytes32) {
        (SessionGrants.GrantProof memory proof, bytes32 hash) = _any(maxTotal, maxPerMiner);
        escrow.registerGrant(proof);
        return hash;
    }

    function _paid(Escrow.Claim memory claim, uint64 paid, Escrow.Reason reason) private {
        Escrow.Outcome memory outcome = _redeem(claim);
        _equal(uint256(outcome.reason), uint256(reason), "reason");
        _equal(outcome.paid, paid, "paid");
    }
}
