// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ContradictionCourt} from "../../src/evidence/ContradictionCourt.sol";
import {LeaseSlasher} from "../../src/evidence/LeaseSlasher.sol";
import {IdentityRegistry} from "../../src/identity/IdentityRegistry.sol";
import {StakeVault} from "../../src/stake/StakeVault.sol";
import {Lease} from "../../src/statements/Structs.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

contract LeaseSlasherTest is World {
    uint64 private constant STAKED = 1_000_000_000;

    function setUp() public override {
        super.setUp();
        _bind(OWNER, OPERATOR);
        _stake(owner, STAKED);
    }

    function test_punishesTwoLeasesOfOneCardThatOverlap() public {
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 0, "b");
        LeaseSlasher.SignedLease memory b = _lease(OPERATOR, 1 hours - 1, "a");
        bytes32 nullifier = keccak256(abi.encode(uint256(3), operator, bytes32("a")));
        vm.expectEmit(address(leaseCourt));
        emit ContradictionCourt.Contradiction(nullifier, operator, owner, relayer, STAKED / 20);
        vm.prank(relayer);
        ContradictionCourt.Finding memory finding = leaseCourt.showLeases(a, b);
        _equal(finding.taken, STAKED / 20, "5 %");
        _equal(finding.nullifier, nullifier, "under the lower agreement");
        _equal(finding.operator, operator, "operator");
        _equal(finding.owner, owner, "owner");
        _equal(vault.accountOf(owner).total, STAKED - STAKED / 20, "stake");
        _equal(registry.tombstonedAt(owner), START, "tombstone");
        StakeVault.Reward memory reward =
            StakeVault.Reward(address(0), 0, relayer, STAKED / 100, uint48(START + EVIDENCE), nullifier);
        _true(vault.rewardIsOwed(reward), "a fifth to the reporter");
    }

    function test_punishesOneAgreementWithTwoTimes() public {
        Lease memory longer = _lease(OPERATOR, 0, "a").lease;
        longer.endsAt += 1;
        leaseCourt.showLeases(_lease(OPERATOR, 0, "a"), _signLease(OPERATOR, longer));
    }

    function test_punishesOnceInAnyOrderAndEachFurtherLease() public {
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 0, "a");
        LeaseSlasher.SignedLease memory b = _lease(OPERATOR, 1, "b");
        LeaseSlasher.SignedLease memory c = _lease(OPERATOR, 2, "c");
        ContradictionCourt.Finding memory finding = leaseCourt.showLeases(a, b);
        bytes memory refused = abi.encodeWithSelector(IdentityRegistry.AlreadyPunished.selector, finding.nullifier);
        _refused(b, a, refused);
        _refused(c, a, refused);
        leaseCourt.showLeases(c, b);
        _refused(b, c, abi.encodeWithSelector(
            IdentityRegistry.AlreadyPunished.selector, keccak256(abi.encode(uint256(3), operator, bytes32("b")))
        ));
    }

    function test_aLeaseThatStartsWhereAnotherEndsIsItsExtension() public {
        _innocent(_lease(OPERATOR, 0, "a"), _lease(OPERATOR, 1 hours, "b"));
        _innocent(_lease(OPERATOR, 1 hours, "b"), _lease(OPERATOR, 0, "a"));
    }

    function test_punishesNoHonestLeases() public {
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 0, "a");
        _innocent(a, a);
        Lease memory other = _lease(OPERATOR, 0, "b").lease;
        other.card = "another";
        _innocent(a, _signLease(OPERATOR, other));
        _bind(OWNER, 0xb2);
        _innocent(a, _lease(0xb2, 0, "b"));
        // Of no time, or of time that runs backwards: no lease at all.
        other = _lease(OPERATOR, 600, "b").lease;
        other.endsAt = other.startsAt;
        _innocent(a, _signLease(OPERATOR, other));
        _innocent(_signLease(OPERATOR, other), a);
        other.endsAt = other.startsAt - 300;
        _innocent(a, _signLease(OPERATOR, other));
        _innocent(_signLease(OPERATOR, other), a);
    }

    function test_punishesNoLeaseThatIsNotProven() public {
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 0, "a");
        LeaseSlasher.SignedLease memory b = _lease(OPERATOR, 1, "b");
        bytes memory refused = abi.encodeWithSelector(ContradictionCourt.NotProven.selector, operator);
        b.signature = _lease(0xb2, 1, "b").signature;
        _refused(a, b, refused);
        _refused(b, a, refused);
        // Nobody's leases, whose signatures recover to nobody.
        (a.lease.operator, b.lease.operator) = (address(0), address(0));
        (a.signature.vs, b.signature.vs) = (0, 0);
        _refused(a, b, abi.encodeWithSelector(IdentityRegistry.OperatorUnknown.selector, address(0)));
    }

    function test_takesNoOtherFormOfASignatureAndNoneOfAnotherChain() public {
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 0, "a");
        LeaseSlasher.SignedLease memory b = _lease(OPERATOR, 1, "b");
        bytes memory refused = abi.encodeWithSelector(ContradictionCourt.NotProven.selector, operator);
        bytes32 low = b.signature.vs;
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        uint256 vs = uint256(low);
        b.signature.vs = bytes32((n - (vs & (type(uint256).max >> 1))) | (((vs >> 255) ^ 1) << 255));
        _refused(a, b, refused);
        b.signature.vs = low;
        vm.chainId(1);
        _refused(a, b, refused);
    }

    function test_takesEvidenceUntilTheWindowAfterTheLaterEnd() public {
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 0, "a");
        LeaseSlasher.SignedLease memory b = _lease(OPERATOR, 600, "b");
        uint256 until = START + 600 + 1 hours + EVIDENCE;
        vm.warp(until + 1);
        bytes memory refused = abi.encodeWithSelector(ContradictionCourt.EvidenceTooOld.selector, until);
        _refused(a, b, refused);
        _refused(b, a, refused);
        vm.warp(until);
        leaseCourt.showLeases(a, b);
    }

    function test_whatWasAllSignedAfterTheRevocationIsAThiefs() public {
        _revoke();
        vm.warp(START + REVOKE);
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 1 days, "a");
        LeaseSlasher.SignedLease memory b = _lease(OPERATOR, 1 days, "b");
        _refused(a, b, abi.encodeWithSelector(ContradictionCourt.SignedAfterRevocation.selector, operator));
    }

    function test_aStartAheadIsNoExcuseForARevocation() public {
        _revoke();
        vm.warp(START + REVOKE - 1);
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 1 days, "a");
        LeaseSlasher.SignedLease memory b = _lease(OPERATOR, 1 days, "b");
        vm.warp(START + REVOKE + 1 days);
        leaseCourt.showLeases(a, b);
    }

    function test_aStartBeforeTheFirstDayOfTimeIsNoFault() public {
        Lease memory lease = _lease(OPERATOR, 0, "a").lease;
        lease.startsAt = 0;
        leaseCourt.showLeases(_signLease(OPERATOR, lease), _lease(OPERATOR, 0, "b"));
    }

    function test_anEndOutOfAllTimeIsNoFaultEither() public {
        Lease memory lease = _lease(OPERATOR, 0, "a").lease;
        lease.endsAt = type(uint64).max;
        leaseCourt.showLeases(_signLease(OPERATOR, lease), _lease(OPERATOR, 0, "b"));
    }

    function test_aStrangerIsNotPunishedUntilItIsBound() public {
        LeaseSlasher.SignedLease memory a = _lease(0xb2, 0, "a");
        LeaseSlasher.SignedLease memory b = _lease(0xb2, 1, "b");
        _refused(a, b, abi.encodeWithSelector(IdentityRegistry.OperatorUnknown.selector, vm.addr(0xb2)));
        _bind(OWNER, 0xb2);
        leaseCourt.showLeases(a, b);
    }

    function test_anOffenceOfLeasesIsNoneOfOtherKinds() public {
        leaseCourt.showLeases(_lease(OPERATOR, 0, bytes32(uint256(7))), _lease(OPERATOR, 1, bytes32(uint256(8))));
        slasher.showOfferHeads(_head(OPERATOR, 7, "a"), _head(OPERATOR, 7, "b"));
    }

    /// @dev Two periods are evidence where some second lies in both, and nowhere else: told here by looking at every second.
    function testFuzz_punishesWhereASecondIsInBoth(uint8 startA, uint8 endA, uint8 startB, uint8 endB) public {
        (startA, endA, startB, endB) = (startA % 16, endA % 16, startB % 16, endB % 16);
        bool isShared;
        for (uint256 second = 0; second < 16; second++) {
            if (second >= startA && second < endA && second >= startB && second < endB) isShared = true;
        }
        uint64 now_ = uint64(START);
        LeaseSlasher.SignedLease memory a =
            _signLease(OPERATOR, Lease(operator, "card", now_ + startA, now_ + endA, "a"));
        LeaseSlasher.SignedLease memory b =
            _signLease(OPERATOR, Lease(operator, "card", now_ + startB, now_ + endB, "b"));
        if (!isShared) vm.expectRevert(ContradictionCourt.NoContradiction.selector);
        leaseCourt.showLeases(a, b);
    }

    function test_saysWhatItIsMadeOf() public view {
        _equal(leaseCourt.shareBasisPoints(), SLASH, "share");
        _equal(leaseCourt.amountMin(), SLASH_MIN, "least");
        _equal(leaseCourt.evidenceSeconds(), EVIDENCE, "window");
        _equal(leaseCourt.AHEAD_SECONDS(), 1 days, "ahead");
        _equal(address(leaseCourt.registry()), address(registry), "registry");
        _equal(address(leaseCourt.vault()), address(vault), "vault");
    }

    // --- the hands ---------------------------------------------------------------------------------------------------------

    function _revoke() private {
        vm.prank(owner);
        registry.revoke(operator);
    }

    function _innocent(LeaseSlasher.SignedLease memory a, LeaseSlasher.SignedLease memory b) private {
        _refused(a, b, abi.encodeWithSelector(ContradictionCourt.NoContradiction.selector));
    }

    function _refused(LeaseSlasher.SignedLease memory a, LeaseSlasher.SignedLease memory b, bytes memory reason) private {
        vm.expectRevert(reason);
        leaseCourt.showLeases(a, b);
    }
}
