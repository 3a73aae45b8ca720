// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {MeshDomain} from "../statements/MeshDomain.sol";
import {StructHashes} from "../statements/StructHashes.sol";
import {KeyCert, Signature} from "../statements/Structs.sol";

/// @title Who answers for an operator key
/// @notice An owner (a cold wallet) authorises operator keys (machines). A key is bound once and never to another owner, so a
/// reputation cannot be washed; a proven contradiction tombstones the owner with all its operators, for good.
contract IdentityRegistry is MeshDomain, AccessManaged {
    using SafeCast for uint256;

    struct Binding {
        address owner;
        /// Last second of the certificate.
        uint48 notAfter;
        /// From then on no longer authorised; zero while not revoked.
        uint48 revokedFrom;
    }

    /// @notice Seconds from a revocation to its effect: what a key signed until then can still be tried.
    uint48 public immutable revokeDelaySeconds;

    mapping(address operator => Binding) private _bindings;
    mapping(address owner => uint256) private _tombstonedAt;
    mapping(bytes32 nullifier => uint256) private _punishedAt;

    event Authorised(address indexed owner, address indexed operator, uint64 notAfter);
    event Revoked(address indexed owner, address indexed operator, uint64 from);
    event Tombstoned(address indexed owner, address indexed operator, bytes32 indexed nullifier);

    error CertificateOutOfTime(uint64 notBefore, uint64 notAfter);
    error CertificateNotNewer(uint64 notAfter, uint64 held);
    error NotSignedBy(address expected);
    error OperatorBoundTo(address owner);
    error OperatorRevoked(address operator);
    error OperatorUnknown(address operator);
    error OwnerTombstoned(address owner);
    error AlreadyPunished(bytes32 nullifier);

    /// @param authority an AccessManager; it alone says who may punish
    /// @param salt keccak256 of the network id
    /// @param revokeDelay seconds
    constructor(address authority, bytes32 salt, uint48 revokeDelay) MeshDomain(salt) AccessManaged(authority) {
        revokeDelaySeconds = revokeDelay;
    }

    /// @notice Binds an operator to its owner, or prolongs the binding. Anybody may relay it.
    /// @param cert valid now, and longer than one that is held already
    /// @param ownerSignature of the owner; not looked at where the owner itself calls, so a contract can own operators
    /// @param operatorSignature of the operator: nobody adopts a machine that does not want it
    function authorise(
        KeyCert calldata cert,
        Signature calldata ownerSignature,
        Signature calldata operatorSignature
    ) external {
        if (block.timestamp < cert.notBefore || block.timestamp > cert.notAfter) {
            revert CertificateOutOfTime(cert.notBefore, cert.notAfter);
        }
        if (_tombstonedAt[cert.owner] != 0) revert OwnerTombstoned(cert.owner);
        Binding storage binding = _bindings[cert.operator];
        if (binding.owner != address(0)) {
            if (binding.owner != cert.owner) revert OperatorBoundTo(binding.owner);
            if (binding.revokedFrom != 0) revert OperatorRevoked(cert.operator);
            if (cert.notAfter <= binding.notAfter) revert CertificateNotNewer(cert.notAfter, binding.notAfter);
        }
        bytes32 structHash = StructHashes.hash(cert);
        if (msg.sender != cert.owner) _requireSigner(structHash, ownerSignature, cert.owner);
        _requireSigner(structHash, operatorSignature, cert.operator);
        binding.owner = cert.owner;
        binding.notAfter = uint256(cert.notAfter).toUint48();
        emit Authorised(cert.owner, cert.operator, cert.notAfter);
    }

    /// @notice Ends an operator's authority after the delay, for good. Only its owner may.
    function revoke(address operator) external {
        Binding storage binding = _bindings[operator];
        if (binding.owner == address(0)) revert OperatorUnknown(operator);
        if (binding.owner != msg.sender) revert OperatorBoundTo(binding.owner);
        if (binding.revokedFrom != 0) revert OperatorRevoked(operator);
        uint256 from = block.timestamp + revokeDelaySeconds;
        binding.revokedFrom = from.toUint48();
        emit Revoked(msg.sender, operator, from.toUint64());
    }

    /// @notice Records an offence once and tombstones the owner of who committed it. For courts.
    /// @param nullifier one offence in any form and order of its evidence
    /// @return owner who answers for the operator
    function punish(bytes32 nullifier, address operator) external restricted returns (address owner) {
        owner = _bindings[operator].owner;
        if (owner == address(0)) revert OperatorUnknown(operator);
        if (_punishedAt[nullifier] != 0) revert AlreadyPunished(nullifier);
        _punishedAt[nullifier] = block.timestamp;
        if (_tombstonedAt[owner] == 0) _tombstonedAt[owner] = block.timestamp;
        emit Tombstoned(owner, operator, nullifier);
    }

    /// @notice Who owns the operator, whatever became of the binding since; zero where it was never bound.
    function ownerOf(address operator) external view returns (address) {
        return _bindings[operator].owner;
    }

    /// @notice The binding as it stands.
    function bindingOf(address operator) external view returns (Binding memory) {
        return _bindings[operator];
    }

    /// @notice Whether the operator may work now: bound, within its certificate, not revoked, its owner not tombstoned.
    function isActive(address operator) external view returns (bool) {
        Binding storage binding = _bindings[operator];
        return binding.owner != address(0) && block.timestamp <= binding.notAfter
            && (binding.revokedFrom == 0 || block.timestamp < binding.revokedFrom) && _tombstonedAt[binding.owner] == 0;
    }

    /// @notice When the owner was tombstoned, seconds; zero where it never was.
    function tombstonedAt(address owner) external view returns (uint256) {
        return _tombstonedAt[owner];
    }

    /// @notice When the offence was punished, seconds; zero where it never was.
    function punishedAt(bytes32 nullifier) external view returns (uint256) {
        return _punishedAt[nullifier];
    }

    function _requireSigner(bytes32 structHash, Signature calldata signature, address expected) private view {
        if (expected == address(0) || _signerOf(structHash, signature) != expected) revert NotSignedBy(expected);
    }
}
