// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IdentityRegistry} from "../identity/IdentityRegistry.sol";
import {StakeVault} from "../stake/StakeVault.sol";
import {MeshDomain} from "../statements/MeshDomain.sol";
import {StructHashes} from "../statements/StructHashes.sol";
import {Signature, Voucher} from "../statements/Structs.sol";
import {Burner} from "../token/Burner.sol";
import {PayerAccounts} from "./PayerAccounts.sol";
import {SessionGrants} from "./SessionGrants.sol";

/// @title Where vouchers become money
/// @notice Vouchers are cumulative: the newest one of a counter pays all jobs before it, and showing it twice, or an older one,
/// pays nothing. What is paid goes to the owner of the miner that the voucher names, whoever relays it, less the protocol fee
/// (burned), and stands there as slashable stake for the evidence window.
/// @dev No proxy, no owner, no pause: nothing here can keep a miner from redeeming.
contract Escrow is PayerAccounts, SessionGrants {
    using SafeERC20 for IERC20;

    /// @notice A voucher as its holder shows it. It names this escrow, which is therefore not repeated.
    struct Claim {
        address payer;
        address session;
        address miner;
        bytes32 collection;
        bytes32 grant;
        uint64 cumulative;
        bytes32 agreementsHash;
        Signature signature;
    }

    /// @notice Why a claim was paid nothing, or less than it asks.
    enum Reason {
        /// Paid in full.
        None,
        /// An older voucher of its counter, or one that was redeemed.
        NothingDue,
        /// The payer could not pay all of it; it owes the rest.
        PaidInPart,
        FalseSignature,
        /// The miner's operator is bound to no owner yet.
        OperatorUnknown,
        /// The session is not the payer, and its grant is not registered.
        GrantUnknown,
        GrantExpired,
        /// The grant's limits are reached: it was paid as far as they go, and no more is due.
        GrantExhausted,
        CollectionNotGranted,
        SessionRevoked
    }

    struct Outcome {
        /// Credits taken from the payer, the fee included.
        uint64 paid;
        Reason reason;
    }

    /// @notice A counter of a session key, or of a collection.
    struct Counter {
        uint64 claimed;
        bool short;
    }

    uint256 private constant BASIS_POINTS = 10_000;

    /// @notice Of what is redeemed, burned.
    uint16 public immutable feeBasisPoints;
    /// @notice Says who owns a miner's operator.
    IdentityRegistry public immutable registry;
    /// @notice Keeps what miners earned.
    StakeVault public immutable vault;

    mapping(bytes32 counter => Counter) private _counters;
    mapping(bytes32 counter => uint64) private _owed;

    event Redeemed(
        address indexed payer,
        address indexed miner,
        address indexed owner,
        address session,
        bytes32 collection,
        uint64 claimed,
        uint64 paid,
        uint64 fee
    );
    event Overdrawn(address indexed payer, address indexed miner, uint64 owed);

    /// @param salt keccak256 of the network id
    /// @param feeShare basis points, at most 1,000: a tenth
    /// @param tokenBurns whether the vault's token has `burn`
    /// @param thaw_ seconds
    /// @param revokeDelay seconds
    constructor(
        bytes32 salt,
        IdentityRegistry registry_,
        StakeVault vault_,
        bool tokenBurns,
        uint16 feeShare,
        uint40 thaw_,
        uint48 revokeDelay
    ) MeshDomain(salt) Burner(vault_.token(), tokenBurns) PayerAccounts(thaw_) SessionGrants(revokeDelay) {
        if (feeShare > BASIS_POINTS / 10) revert AmountAbove(feeShare, uint64(BASIS_POINTS / 10));
        registry = registry_;
        vault = vault_;
        feeBasisPoints = feeShare;
        _token.forceApprove(address(vault_), type(uint256).max);
    }

    /// @notice Pays vouchers. Anybody may relay them; a claim that pays nothing never keeps others from being paid.
    /// @return outcomes one for each claim
    function redeem(Claim[] calldata claims) external returns (Outcome[] memory outcomes) {
        return _redeem(claims);
    }

    /// @notice Registers grants, then pays vouchers under them.
    function redeemWithGrants(GrantProof[] calldata grants, Claim[] calldata claims)
        external
        returns (Outcome[] memory outcomes)
    {
        for (uint256 i = 0; i < grants.length; i++) registerGrant(grants[i]);
        return _redeem(claims);
    }

    /// @notice Paid so far on a counter.
    function claimedOf(address payer, address session, address miner, bytes32 collection)
        external
        view
        returns (uint64)
    {
        if (session == payer && collection == 0) return _channels[payer][miner].claimed;
        return _counters[_counterKey(payer, session, miner, collection)].claimed;
    }

    /// @notice What a counter was shown and not paid.
    function owedOn(address payer, address session, address miner, bytes32 collection) external view returns (uint64) {
        return _owed[_counterKey(payer, session, miner, collection)];
    }

    /// @notice The token that is paid with.
    function token() external view returns (IERC20) {
        return _token;
    }

    // --- inside ------------------------------------------------------------------------------------------------------------

    /// @dev Claims that follow each other are looked up once where they are of one miner, and credited in one transfer where they
    /// go to one owner.
    function _redeem(Claim[] calldata claims) private nonReentrant returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](claims.length);
        address owner;
        address miner;
        address payee;
        uint64 net;
        uint256 fees;
        for (uint256 i = 0; i < claims.length; i++) {
            Claim calldata claim = claims[i];
            if (claim.miner != miner) {
                miner = claim.miner;
                payee = registry.ownerOf(miner);
            }
            (uint64 paid, Reason reason) = _pay(claim, payee);
            (outcomes[i].paid, outcomes[i].reason) = (paid, reason);
            if (paid == 0) continue;
            if (payee != owner) {
                if (net != 0) vault.credit(owner, net);
                owner = payee;
                net = 0;
            }
            uint64 fee = _feeOf(paid);
            fees += fee;
            net += paid - fee;
        }
        if (net != 0) vault.credit(owner, net);
        if (fees != 0) unburned += fees;
    }

    function _pay(Claim calldata claim, address owner) private returns (uint64 paid, Reason reason) {
        if (owner == address(0)) return (0, Reason.OperatorUnknown);
        if (!_isSigned(claim)) return (0, Reason.FalseSignature);
        if (claim.session != claim.payer) return _payGranted(claim, owner);
        // One counter has one record: what the payer signs itself is under no grant.
        if (claim.grant != 0) return (0, Reason.GrantUnknown);
        return claim.collection == 0 ? _payOwn(claim, owner) : _payCounter(claim, owner, claim.cumulative);
    }

    /// @dev The payer's own voucher for no collection: its counter lies in the channel.
    function _payOwn(Claim calldata claim, address owner) private returns (uint64 paid, Reason reason) {
        Channel storage channel = _channels[claim.payer][claim.miner];
        uint64 claimed = channel.claimed;
        if (claim.cumulative <= claimed) return (0, Reason.NothingDue);
        uint64 due = claim.cumulative - claimed;
        paid = _take(claim.payer, claim.miner, channel, due);
        channel.claimed = claimed + paid;
        bool isShort = paid < due;
        if (isShort || channel.short) channel.short = _note(claim, due, paid);
        reason = _tell(claim, owner, claimed + paid, paid, isShort);
    }

    function _payCounter(Claim calldata claim, address owner, uint64 limit) private returns (uint64 paid, Reason reason) {
        bytes32 key = _counterKey(claim.payer, claim.session, claim.miner, claim.collection);
        Counter storage counter = _counters[key];
        uint64 claimed = counter.claimed;
        if (claim.cumulative <= claimed) return (0, Reason.NothingDue);
        uint64 most = claim.cumulative < limit ? claim.cumulative : limit;
        if (most <= claimed) return (0, Reason.GrantExhausted);
        uint64 due = most - claimed;
        paid = _take(claim.payer, claim.miner, _channels[claim.payer][claim.miner], due);
        counter.claimed = claimed + paid;
        bool isShort = paid < due;
        if (isShort || counter.short) counter.short = _note(claim, due, paid);
        reason = _tell(claim, owner, claimed + paid, paid, isShort);
        if (reason == Reason.None && most < claim.cumulative) reason = Reason.GrantExhausted;
    }

    function _payGranted(Claim calldata claim, address owner) private returns (uint64 paid, Reason reason) {
        (Grant memory grant, bool isAllowed) = _grantFor(claim.payer, claim.session, claim.grant, claim.collection);
        if (!grant.exists) return (0, Reason.GrantUnknown);
        if (!isAllowed) return (0, Reason.CollectionNotGranted);
        if (block.timestamp > grant.redeemableUntil) return (0, Reason.GrantExpired);
        Session storage session = _sessions[claim.payer][claim.session];
        Session memory held = session;
        if (held.revokedFrom != 0 && block.timestamp >= held.revokedFrom) return (0, Reason.SessionRevoked);
        uint64 left = grant.maxTotal > held.spent ? grant.maxTotal - held.spent : 0;
        uint64 claimed = _counters[_counterKey(claim.payer, claim.session, claim.miner, claim.collection)].claimed;
        // As far as the total reaches from where the counter stands; no further than the limit per miner.
        uint256 reach = uint256(claimed) + left;
        uint64 limit = reach < grant.maxPerMiner ? uint64(reach) : grant.maxPerMiner;
        (paid, reason) = _payCounter(claim, owner, limit);
        if (paid != 0) session.spent = held.spent + paid;
    }

    /// @dev Notes what a counter is owed now, and what its payer owes in all. The highest voucher that was shown is what is
    /// owed: a payer that shows a lower one of its own is not rid of the rest.
    /// @return whether it is owed anything
    function _note(Claim calldata claim, uint64 due, uint64 paid) private returns (bool) {
        bytes32 key = _counterKey(claim.payer, claim.session, claim.miner, claim.collection);
        Account storage account = _accounts[claim.payer];
        uint64 before = _owed[key];
        uint64 owed = (due > before ? due : before) - paid;
        account.owed = account.owed - before + owed;
        _owed[key] = owed;
        if (owed != 0) emit Overdrawn(claim.payer, claim.miner, owed);
        return owed != 0;
    }

    function _tell(Claim calldata claim, address owner, uint64 claimed, uint64 paid, bool isShort)
        private
        returns (Reason)
    {
        if (paid != 0) {
            emit Redeemed(
                claim.payer, claim.miner, owner, claim.session, claim.collection, claimed, paid, _feeOf(paid)
            );
        }
        return isShort ? Reason.PaidInPart : Reason.None;
    }

    function _isSigned(Claim calldata claim) private view returns (bool) {
        bytes32 hash = StructHashes.hash(
            Voucher({
                payer: claim.payer,
                session: claim.session,
                miner: claim.miner,
                collection: claim.collection,
                escrow: address(this),
                grant: claim.grant,
                cumulative: claim.cumulative,
                agreementsHash: claim.agreementsHash
            })
        );
        return claim.session != address(0) && _signerOf(hash, claim.signature) == claim.session;
    }

    /// @dev Rounded down, so a fee is never more than its share.
    function _feeOf(uint64 paid) private view returns (uint64) {
        return uint64(uint256(paid) * feeBasisPoints / BASIS_POINTS);
    }

    function _counterKey(address payer, address session, address miner, bytes32 collection)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(payer, session, miner, collection));
    }
}
