// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {MeshDomain} from "../statements/MeshDomain.sol";
import {StructHashes} from "../statements/StructHashes.sol";
import {SessionGrant, Signature} from "../statements/Structs.sol";

/// @title Session keys that may sign vouchers for a payer
/// @notice A grant is registered once, by anybody who holds the payer's signature or by the payer itself (a contract can be a payer);
/// vouchers then name it by its hash. Its limits are checked against the session's counters, which a renewed grant continues.
abstract contract SessionGrants is MeshDomain {
    using SafeCast for uint256;

    struct Grant {
        uint64 maxTotal;
        uint64 maxPerMiner;
        /// Vouchers under it are redeemed until then: its end and three days.
        uint48 redeemableUntil;
        bool exists;
        bool anyCollection;
    }

    struct Session {
        /// Paid on all counters of this session key.
        uint64 spent;
        /// From then on none of its vouchers is redeemed; zero while not revoked.
        uint48 revokedFrom;
    }

    /// @notice A grant with what proves it.
    struct GrantProof {
        SessionGrant grant;
        /// Ascending; empty where the grant is for any collection.
        bytes32[] collections;
        /// Of the payer; not looked at where the payer itself calls.
        Signature signature;
    }

    /// @notice Vouchers of a grant are redeemed so many seconds after its end: a miner may have taken one in its last.
    uint48 public constant GRACE_SECONDS = 3 days;
    /// @notice Collections that one grant may list.
    uint256 public constant COLLECTIONS_MAX = 64;

    /// @notice Seconds from a revocation to its effect: miners redeem until then what they hold.
    uint48 public immutable revokeDelaySeconds;

    mapping(bytes32 payerSessionGrant => Grant) private _grants;
    mapping(bytes32 payerSessionGrant => mapping(bytes32 collection => bool)) private _allowed;
    mapping(address payer => mapping(address session => Session)) internal _sessions;

    event Granted(address indexed payer, address indexed session, bytes32 indexed grant);
    event SessionRevoked(address indexed payer, address indexed session, uint64 from);

    error GrantForEscrow(address escrow);
    error GrantNotSignedBy(address payer);
    error GrantToPayerItself(address payer);
    error CollectionsDoNotFit();
    error AlreadyRevoked(address session);

    constructor(uint48 revokeDelay) {
        revokeDelaySeconds = revokeDelay;
    }

    /// @notice Registers a grant; one that is registered already is left as it is.
    function registerGrant(GrantProof calldata proof) public {
        SessionGrant calldata grant = proof.grant;
        bytes32 hash = StructHashes.hash(grant);
        bytes32 key = _grantKey(grant.payer, grant.session, hash);
        if (_grants[key].exists) return;
        if (grant.escrow != address(this)) revert GrantForEscrow(grant.escrow);
        if (grant.session == grant.payer) revert GrantToPayerItself(grant.payer);
        bool isSigned = msg.sender == grant.payer
            || (grant.payer != address(0) && _signerOf(hash, proof.signature) == grant.payer);
        if (!isSigned) revert GrantNotSignedBy(grant.payer);
        bool anyCollection = grant.collectionsHash == 0;
        if (anyCollection) {
            if (proof.collections.length != 0) revert CollectionsDoNotFit();
        } else {
            _allow(key, proof.collections, grant.collectionsHash);
        }
        // An end beyond what a uint48 counts is no end.
        uint256 until = uint256(grant.notAfter) + GRACE_SECONDS;
        _grants[key] = Grant({
            maxTotal: grant.maxTotal,
            maxPerMiner: grant.maxPerMiner,
            redeemableUntil: until > type(uint48).max ? type(uint48).max : uint48(until),
            exists: true,
            anyCollection: anyCollection
        });
        emit Granted(grant.payer, grant.session, hash);
    }

    /// @notice Ends a session key after the delay, under every grant, for good: a stolen key is worth no more than until then.
    function revokeSession(address session) external {
        Session storage held = _sessions[msg.sender][session];
        if (held.revokedFrom != 0) revert AlreadyRevoked(session);
        uint256 from = block.timestamp + revokeDelaySeconds;
        held.revokedFrom = from.toUint48();
        emit SessionRevoked(msg.sender, session, from.toUint64());
    }

    /// @notice A registered grant; all zero where it is not registered.
    function grantOf(address payer, address session, bytes32 grant) external view returns (Grant memory) {
        return _grants[_grantKey(payer, session, grant)];
    }

    /// @notice What a session key spent, and from when on it is revoked.
    function sessionOf(address payer, address session) external view returns (Session memory) {
        return _sessions[payer][session];
    }

    function _grantFor(address payer, address session, bytes32 grant, bytes32 collection)
        internal
        view
        returns (Grant memory held, bool isAllowed)
    {
        bytes32 key = _grantKey(payer, session, grant);
        held = _grants[key];
        isAllowed = held.anyCollection || _allowed[key][collection];
    }

    function _allow(bytes32 key, bytes32[] calldata collections, bytes32 expected) private {
        if (collections.length > COLLECTIONS_MAX || keccak256(abi.encodePacked(collections)) != expected) {
            revert CollectionsDoNotFit();
        }
        for (uint256 i = 0; i < collections.length; i++) _allowed[key][collections[i]] = true;
    }

    function _grantKey(address payer, address session, bytes32 grant) private pure returns (bytes32) {
        return keccak256(abi.encode(payer, session, grant));
    }
}
