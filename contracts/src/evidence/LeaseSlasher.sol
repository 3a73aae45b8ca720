// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IdentityRegistry} from "../identity/IdentityRegistry.sol";
import {StakeVault} from "../stake/StakeVault.sol";
import {StructHashes} from "../statements/StructHashes.sol";
import {Lease, Signature} from "../statements/Structs.sol";
import {ContradictionCourt} from "./ContradictionCourt.sol";

/// @title The court of leases
/// @notice Punishes an operator that signed one card away twice for one moment. Every lease is exclusive and its time is half-open, so
/// one that starts when another ends contradicts nothing: that is how a lease is extended. A lease is never taken back on the
/// chain; who signs no second one for its time, whatever became of the first, signs nothing that could be shown here.
contract LeaseSlasher is ContradictionCourt {
    struct SignedLease {
        Lease lease;
        Signature signature;
    }

    // First word of a nullifier: the kind of the offence. 1 and 2 are EvidenceSlasher's.
    uint256 private constant LEASES = 3;

    /// @notice Seconds from the signature of a lease to its start at most: peers take none that starts later. A lease bears no time
    /// of its signing, so this is how early it may have been signed.
    uint64 public constant AHEAD_SECONDS = 1 days;

    /// @param salt keccak256 of the network id
    constructor(bytes32 salt, IdentityRegistry registry_, StakeVault vault_, uint16 share, uint64 amountMin_)
        ContradictionCourt(salt, registry_, vault_, share, amountMin_)
    {}

    /// @notice Two leases of one card by one operator that overlap and are not the same. The caller is the reporter.
    /// @dev A lease under the lower of the two agreements is one offence: n that overlap are n - 1, in whatever pairs they come.
    function showLeases(SignedLease calldata a, SignedLease calldata b) external returns (Finding memory) {
        bytes32 hashA = StructHashes.hash(a.lease);
        bytes32 hashB = StructHashes.hash(b.lease);
        address operator = a.lease.operator;
        bool isContradiction = operator == b.lease.operator && a.lease.card == b.lease.card && hashA != hashB
            && a.lease.startsAt < a.lease.endsAt && b.lease.startsAt < b.lease.endsAt
            && a.lease.startsAt < b.lease.endsAt && b.lease.startsAt < a.lease.endsAt;
        if (!isContradiction) revert NoContradiction();
        if (_signerOf(hashA, a.signature) != operator || _signerOf(hashB, b.signature) != operator) {
            revert NotProven(operator);
        }
        uint64 startsAt = a.lease.startsAt < b.lease.startsAt ? a.lease.startsAt : b.lease.startsAt;
        uint64 endsAt = a.lease.endsAt > b.lease.endsAt ? a.lease.endsAt : b.lease.endsAt;
        _requireInTime(operator, startsAt > AHEAD_SECONDS ? startsAt - AHEAD_SECONDS : 0, endsAt);
        bytes32 agreement = a.lease.agreement < b.lease.agreement ? a.lease.agreement : b.lease.agreement;
        return _punish(keccak256(abi.encode(LEASES, operator, agreement)), operator, address(0), 0);
    }
}
