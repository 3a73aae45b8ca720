// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IdentityRegistry} from "../identity/IdentityRegistry.sol";
import {StakeVault} from "../stake/StakeVault.sol";
import {MeshDomain} from "../statements/MeshDomain.sol";

/// @title What every court of contradictions does with what it has found
/// @notice Names the offence, asks whether it comes in time, has the registry punish it once, and has the vault take stake. A contract
/// of its own decides what contradicts what.
abstract contract ContradictionCourt is MeshDomain {
    /// @notice What evidence comes to.
    struct Finding {
        bytes32 nullifier;
        address operator;
        address owner;
        uint64 taken;
    }

    /// @notice Times the price of the job that is taken at least.
    uint64 public constant PRICE_FACTOR = 10;
    /// @notice Times the price of the job that its payer is given at most.
    uint64 public constant VICTIM_FACTOR = 2;

    /// @notice Share of stake and earnings that a contradiction costs, in basis points.
    uint16 public immutable shareBasisPoints;
    /// @notice Credits that a contradiction costs at least, as far as they are there.
    uint64 public immutable amountMin;
    /// @notice Seconds in which evidence is taken, from the later of its two times.
    uint48 public immutable evidenceSeconds;
    /// @notice Says who owns an operator, and keeps what was punished.
    IdentityRegistry public immutable registry;
    /// @notice Holds what can be taken.
    StakeVault public immutable vault;

    event Contradiction(
        bytes32 indexed nullifier, address indexed operator, address indexed owner, address reporter, uint64 taken
    );

    error NoContradiction();
    error NotProven(address operator);
    error EvidenceTooOld(uint256 until);
    error SignedAfterRevocation(address operator);

    /// @param salt keccak256 of the network id
    constructor(bytes32 salt, IdentityRegistry registry_, StakeVault vault_, uint16 share, uint64 amountMin_)
        MeshDomain(salt)
    {
        registry = registry_;
        vault = vault_;
        shareBasisPoints = share;
        amountMin = amountMin_;
        evidenceSeconds = vault_.evidenceSeconds();
    }

    function _punish(bytes32 nullifier, address operator, address victim, uint64 price)
        internal
        returns (Finding memory)
    {
        address owner = registry.punish(nullifier, operator);
        uint64 byPrice = _times(price, PRICE_FACTOR);
        uint64 taken = vault.slash(
            StakeVault.SlashOrder({
                id: nullifier,
                owner: owner,
                shareBasisPoints: shareBasisPoints,
                amountMin: byPrice > amountMin ? byPrice : amountMin,
                victim: victim,
                victimMax: _times(price, VICTIM_FACTOR),
                reporter: msg.sender
            })
        );
        emit Contradiction(nullifier, operator, owner, msg.sender, taken);
        return Finding(nullifier, operator, owner, taken);
    }

    /// @dev The window runs from the later time, so that an early one beside it shortens nothing. What was all signed after the
    /// key was revoked is a thief's; but only once the revocation is in effect, or an offender would revoke its key to make
    /// times that it wrote ahead of now an excuse.
    function _requireInTime(address operator, uint64 earliest, uint64 latest) internal view {
        uint256 until = uint256(latest) + evidenceSeconds;
        if (block.timestamp > until) revert EvidenceTooOld(until);
        uint48 revokedFrom = registry.bindingOf(operator).revokedFrom;
        bool isRevoked = revokedFrom != 0 && block.timestamp >= revokedFrom;
        if (isRevoked && earliest >= revokedFrom) revert SignedAfterRevocation(operator);
    }

    function _times(uint64 amount, uint64 factor) private pure returns (uint64) {
        uint256 product = uint256(amount) * factor;
        return product > type(uint64).max ? type(uint64).max : uint64(product);
    }
}
