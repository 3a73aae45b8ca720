// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IdentityRegistry} from "../../src/identity/IdentityRegistry.sol";
import {MeshDomain} from "../../src/statements/MeshDomain.sol";
import {StructHashes} from "../../src/statements/StructHashes.sol";
import {KeyCert, Signature} from "../../src/statements/Structs.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

contract IdentityRegistryTest is World {
    uint256 private constant OTHER = 0xa2;

    function test_bindsWhatBothSigned() public {
        KeyCert memory cert = _cert();
        vm.expectEmit(address(registry));
        emit IdentityRegistry.Authorised(owner, operator, cert.notAfter);
        _authorise(cert);
        IdentityRegistry.Binding memory binding = registry.bindingOf(operator);
        _equal(binding.owner, owner, "owner");
        _equal(binding.notAfter, cert.notAfter, "end");
        _equal(binding.revokedFrom, 0, "not revoked");
        _equal(registry.ownerOf(operator), owner, "ownerOf");
        _true(registry.isActive(operator), "active");
        _equal(registry.ownerOf(owner), address(0), "an owner is no operator");
        _true(!registry.isActive(relayer), "unbound is not active");
    }

    function test_takesTheOwnersCallForItsSignature() public {
        KeyCert memory cert = _cert();
        Signature memory signature = _sign(OPERATOR, StructHashes.hash(cert));
        vm.prank(owner);
        registry.authorise(cert, Signature(0, 0), signature);
        _equal(registry.ownerOf(operator), owner, "owner");
    }

    function test_refusesACertificateThatEitherDidNotSign() public {
        KeyCert memory cert = _cert();
        bytes32 hash = StructHashes.hash(cert);
        (Signature memory ours, Signature memory theirs) = (_sign(OWNER, hash), _sign(OPERATOR, hash));
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.NotSignedBy.selector, owner));
        registry.authorise(cert, theirs, theirs);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.NotSignedBy.selector, operator));
        registry.authorise(cert, ours, ours);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.NotSignedBy.selector, operator));
        registry.authorise(cert, ours, Signature(0, 0));
    }

    function test_bindsNoZeroKey() public {
        KeyCert memory cert = _cert();
        cert.operator = address(0);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.NotSignedBy.selector, address(0)));
        registry.authorise(cert, Signature(0, 0), Signature(0, 0));
        cert = _cert();
        cert.owner = address(0);
        Signature memory theirs = _sign(OPERATOR, StructHashes.hash(cert));
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.NotSignedBy.selector, address(0)));
        registry.authorise(cert, Signature(0, 0), theirs);
    }

    function test_takesACertificateOnlyInItsTime() public {
        KeyCert memory cert = _cert();
        bytes memory refused =
            abi.encodeWithSelector(IdentityRegistry.CertificateOutOfTime.selector, cert.notBefore, cert.notAfter);
        vm.warp(cert.notBefore - 1);
        _refuse(cert, refused);
        vm.warp(uint256(cert.notAfter) + 1);
        _refuse(cert, refused);
        vm.warp(cert.notAfter);
        _authorise(cert);
        _true(registry.isActive(operator), "its last second");
        vm.warp(uint256(cert.notAfter) + 1);
        _true(!registry.isActive(operator), "after it");
        _equal(registry.ownerOf(operator), owner, "bound for good");
    }

    function test_prolongsAndNeverShortens() public {
        KeyCert memory cert = _cert();
        _authorise(cert);
        _refuse(
            cert, abi.encodeWithSelector(IdentityRegistry.CertificateNotNewer.selector, cert.notAfter, cert.notAfter)
        );
        cert.notAfter += 1;
        _authorise(cert);
        _equal(registry.bindingOf(operator).notAfter, cert.notAfter, "prolonged");
    }

    function test_refusesAnEndThatItCannotCount() public {
        KeyCert memory cert = _cert();
        cert.notAfter = uint64(type(uint48).max) + 1;
        bytes32 hash = StructHashes.hash(cert);
        (Signature memory ours, Signature memory theirs) = (_sign(OWNER, hash), _sign(OPERATOR, hash));
        vm.expectRevert();
        registry.authorise(cert, ours, theirs);
    }

    function test_neverBindsAKeyToASecondOwner() public {
        _authorise(_cert());
        KeyCert memory cert = _cert();
        cert.owner = vm.addr(OTHER);
        cert.notAfter += 1;
        bytes32 hash = StructHashes.hash(cert);
        (Signature memory ours, Signature memory theirs) = (_sign(OTHER, hash), _sign(OPERATOR, hash));
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.OperatorBoundTo.selector, owner));
        registry.authorise(cert, ours, theirs);
    }

    function test_revokesAfterTheDelayAndForGood() public {
        KeyCert memory cert = _cert();
        _authorise(cert);
        uint256 from = block.timestamp + REVOKE;
        vm.expectEmit(address(registry));
        emit IdentityRegistry.Revoked(owner, operator, uint64(from));
        vm.prank(owner);
        registry.revoke(operator);
        vm.warp(from - 1);
        _true(registry.isActive(operator), "until then");
        vm.warp(from);
        _true(!registry.isActive(operator), "from then on");
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.OperatorRevoked.selector, operator));
        registry.revoke(operator);
        cert.notAfter += 1;
        _refuse(cert, abi.encodeWithSelector(IdentityRegistry.OperatorRevoked.selector, operator));
        _equal(registry.ownerOf(operator), owner, "still answers");
    }

    function test_letsOnlyTheOwnerRevoke() public {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.OperatorUnknown.selector, operator));
        registry.revoke(operator);
        _authorise(_cert());
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.OperatorBoundTo.selector, owner));
        registry.revoke(operator);
    }

    function test_punishesOnceAndTombstonesForGood() public {
        _authorise(_cert());
        uint256 punishedAt = block.timestamp;
        vm.expectEmit(address(registry));
        emit IdentityRegistry.Tombstoned(owner, operator, "offence");
        vm.prank(address(slasher));
        _equal(registry.punish("offence", operator), owner, "who answers");
        _equal(registry.punishedAt("offence"), punishedAt, "punished");
        _equal(registry.tombstonedAt(owner), punishedAt, "tombstoned");
        _true(!registry.isActive(operator), "works no more");
        vm.prank(address(slasher));
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.AlreadyPunished.selector, bytes32("offence")));
        registry.punish("offence", operator);
        vm.warp(punishedAt + 1);
        vm.prank(address(slasher));
        registry.punish("another", operator);
        _equal(registry.tombstonedAt(owner), punishedAt, "the first one counts");
        KeyCert memory cert = _cert();
        cert.operator = vm.addr(0xb2);
        bytes32 hash = StructHashes.hash(cert);
        (Signature memory ours, Signature memory theirs) = (_sign(OWNER, hash), _sign(0xb2, hash));
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.OwnerTombstoned.selector, owner));
        registry.authorise(cert, ours, theirs);
    }

    function test_punishesNoStranger() public {
        vm.prank(address(slasher));
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.OperatorUnknown.selector, operator));
        registry.punish("offence", operator);
    }

    function test_letsOnlyCourtsPunish() public {
        _authorise(_cert());
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, owner));
        registry.punish("offence", operator);
    }

    function test_takesNoSignatureOfAnotherNetworkOrChain() public {
        KeyCert memory cert = _cert();
        bytes32 hash = StructHashes.hash(cert);
        MeshDomain other = new IdentityRegistry(address(manager), keccak256("testnet"), REVOKE);
        bytes32 foreign = other.domainSeparator();
        (Signature memory ours, Signature memory theirs) =
            (_signFor(OWNER, hash, foreign), _signFor(OPERATOR, hash, foreign));
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.NotSignedBy.selector, owner));
        registry.authorise(cert, ours, theirs);
        bytes32 here = registry.domainSeparator();
        (ours, theirs) = (_sign(OWNER, hash), _sign(OPERATOR, hash));
        vm.chainId(1);
        _true(registry.domainSeparator() != here, "a fork has a domain of its own");
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.NotSignedBy.selector, owner));
        registry.authorise(cert, ours, theirs);
        vm.chainId(31_337);
        registry.authorise(cert, ours, theirs);
        _equal(registry.networkSalt(), SALT, "salt");
    }

    function _cert() private view returns (KeyCert memory) {
        return KeyCert(owner, operator, uint64(START), uint64(START + 100 days));
    }

    function _authorise(KeyCert memory cert) private {
        bytes32 hash = StructHashes.hash(cert);
        registry.authorise(cert, _sign(OWNER, hash), _sign(OPERATOR, hash));
    }

    function _refuse(KeyCert memory cert, bytes memory reason) private {
        bytes32 hash = StructHashes.hash(cert);
        (Signature memory ours, Signature memory theirs) = (_sign(OWNER, hash), _sign(OPERATOR, hash));
        vm.expectRevert(reason);
        registry.authorise(cert, ours, theirs);
    }
}
