// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Burner} from "../token/Burner.sol";
import {PermitTaker} from "../token/PermitTaker.sol";
import {EarningsRing} from "./EarningsRing.sol";

/// @title What stands behind a miner's word
/// @notice Stake and locked earnings by owner. Stake leaves after a thaw, earnings after the evidence window, and a slash reaches
/// both until then. Nobody can move an owner's funds to themselves: a court can only take a capped share, of which at least
/// half is burned.
/// @dev No proxy, no pause, no rescue. An owner's account is one slot; nothing loops over what a stranger can make longer.
/// It is long for one file: stake, earnings, locks and slashes change the same account, so whoever checks one reads the others beside
/// it, and code in other contracts would be other code at the addresses that network files name.
contract StakeVault is AccessManaged, ReentrancyGuardTransient, Burner, PermitTaker {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;
    using EarningsRing for EarningsRing.Ring;

    struct Account {
        /// All stake, the thawing part included.
        uint64 total;
        uint64 thawing;
        /// Withdrawable from then on; an absolute time, so no later parameter moves it.
        uint48 thawEnd;
        /// Held for open disputes: stays behind when the rest is withdrawn. The sum of the open locks, so above what a slash
        /// left of the total: one dispute that ends does not free what another holds.
        uint64 locked;
    }

    struct Lock {
        address owner;
        uint64 amount;
        uint48 expiresAt;
    }

    /// @notice What a court orders.
    struct SlashOrder {
        /// Names the offence: the court's nullifier.
        bytes32 id;
        address owner;
        /// Share of stake and earnings together, in basis points.
        uint16 shareBasisPoints;
        /// Taken at least, as far as it is there: shares of shares become dust.
        uint64 amountMin;
        /// Zero for none.
        address victim;
        uint64 victimMax;
        /// Zero for none.
        address reporter;
    }

    /// @notice Paid out of a slash, after the evidence window: a Sybil victim or reporter must not carry stake past the thaw.
    struct Reward {
        address victim;
        uint64 victimAmount;
        address reporter;
        uint64 reporterAmount;
        uint48 payableFrom;
        bytes32 id;
    }

    uint256 private constant BASIS_POINTS = 10_000;
    /// @notice Of what is slashed, to who showed the evidence: more would pay an owner to slash itself.
    uint256 public constant REPORTER_BASIS_POINTS = 2_000;
    /// @notice Of what is slashed, to victim and reporter together: the rest is burned.
    uint256 public constant REWARDS_BASIS_POINTS = 5_000;
    /// @notice A dispute that nobody ends holds stake no longer than this.
    uint48 public constant LOCK_SECONDS_MAX = 30 days;

    /// @notice Seconds from `thaw` to `withdraw`.
    uint48 public immutable thawSeconds;
    /// @notice Seconds for which earnings and rewards wait, and in which evidence is taken.
    uint48 public immutable evidenceSeconds;
    /// @notice Seconds of one bucket of earnings.
    uint48 public immutable bucketSeconds;
    uint48 private immutable _windowBuckets;

    mapping(address owner => Account) private _accounts;
    mapping(address owner => EarningsRing.Ring) private _earnings;
    mapping(address owner => address) private _beneficiaries;
    mapping(bytes32 id => Lock) private _locks;
    /// How often each is owed: two orders of one court may come to the same reward.
    mapping(bytes32 reward => uint256) private _rewards;

    event Staked(address indexed owner, address indexed from, uint64 amount);
    event Thawing(address indexed owner, uint64 thawing, uint64 thawEnd);
    event Withdrawn(address indexed owner, address indexed to, uint64 amount);
    event Credited(address indexed owner, address indexed from, uint64 amount);
    event EarningsPaid(address indexed owner, address indexed to, uint64 amount);
    event BeneficiarySet(address indexed owner, address indexed beneficiary);
    event Locked(bytes32 indexed id, address indexed owner, uint64 amount, uint64 expiresAt);
    event Unlocked(bytes32 indexed id, address indexed owner, uint64 amount);
    event Slashed(address indexed owner, address indexed court, uint64 taken, uint64 burned, Reward reward);
    event RewardPaid(address indexed to, uint64 amount);

    error AmountIsZero();
    error AmountAbove(uint64 asked, uint64 there);
    error NothingThaws();
    error ThawsUntil(uint64 thawEnd);
    error HeldByDisputes(uint64 locked);
    error NothingToPay();
    error LockExists(bytes32 id);
    error LockUnknown(bytes32 id);
    error LockedUntil(uint64 expiresAt);
    error RewardUnknown(bytes32 reward);
    error RewardNotBefore(uint64 payableFrom);
    error WindowsDoNotFit();

    /// @param authority an AccessManager; it alone says who is a court
    /// @param token_ a plain ERC-20: no fee on transfer, no rebasing, no hooks
    /// @param tokenBurns whether the token has `burn`
    /// @param thaw_ seconds; longer than `evidence`
    /// @param evidence seconds; a whole number of buckets, at most 14
    /// @param bucket seconds
    constructor(address authority, IERC20 token_, bool tokenBurns, uint48 thaw_, uint48 evidence, uint48 bucket)
        AccessManaged(authority)
        Burner(token_, tokenBurns)
    {
        // The ring keeps sixteen buckets: the newest is not over, and the one after the window must still be there.
        if (bucket == 0 || evidence % bucket != 0 || evidence / bucket > EarningsRing.BUCKETS - 2 || thaw_ <= evidence) {
            revert WindowsDoNotFit();
        }
        thawSeconds = thaw_;
        evidenceSeconds = evidence;
        bucketSeconds = bucket;
        _windowBuckets = evidence / bucket;
    }

    // --- stake -------------------------------------------------------------------------------------------------------------

    /// @notice Adds to the caller's stake.
    /// @param amount credits, approved before or in the same `multicall`
    function stake(uint64 amount) external {
        _stake(msg.sender, amount);
    }

    /// @notice Adds to anybody's stake, as a gift.
    function stakeFor(address owner, uint64 amount) external {
        _stake(owner, amount);
    }

    /// @notice Starts the thaw of a part. There is one thaw at a time: what thaws already starts anew with it.
    /// @param amount credits, on top of what thaws
    function thaw(uint64 amount) external {
        if (amount == 0) revert AmountIsZero();
        Account storage account = _accounts[msg.sender];
        uint64 free = account.total - account.thawing;
        if (amount > free) revert AmountAbove(amount, free);
        account.thawing += amount;
        account.thawEnd = (block.timestamp + thawSeconds).toUint48();
        emit Thawing(msg.sender, account.thawing, account.thawEnd);
    }

    /// @notice Ends the thaw: all stake stands again.
    function cancelThaw() external {
        Account storage account = _accounts[msg.sender];
        if (account.thawing == 0) revert NothingThaws();
        account.thawing = 0;
        account.thawEnd = 0;
        emit Thawing(msg.sender, 0, 0);
    }

    /// @notice Pays the thawed stake to the caller, less what disputes hold.
    /// @return amount credits
    function withdraw() external nonReentrant returns (uint64 amount) {
        Account storage account = _accounts[msg.sender];
        if (account.thawing == 0) revert NothingThaws();
        if (block.timestamp < account.thawEnd) revert ThawsUntil(account.thawEnd);
        uint64 loose = _looseOf(account);
        amount = account.thawing < loose ? account.thawing : loose;
        if (amount == 0) revert HeldByDisputes(account.locked);
        account.thawing -= amount;
        account.total -= amount;
        emit Withdrawn(msg.sender, msg.sender, amount);
        _token.safeTransfer(msg.sender, amount);
    }

    // --- earnings ----------------------------------------------------------------------------------------------------------

    /// @notice Credits earnings, which stand as stake for the evidence window. Anybody may, with credits of their own.
    /// @param amount credits, approved before by the caller
    function credit(address owner, uint64 amount) external nonReentrant {
        if (amount == 0) revert AmountIsZero();
        _earnings[owner].add(_bucketNow(), amount);
        emit Credited(owner, msg.sender, amount);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Pays the caller's earnings that are older than the evidence window to its beneficiary, or to itself.
    /// @return amount credits
    function withdrawEarnings() external nonReentrant returns (uint64 amount) {
        amount = _earnings[msg.sender].takeMatured(_bucketNow(), _windowBuckets);
        if (amount == 0) revert NothingToPay();
        address to = beneficiaryOf(msg.sender);
        emit EarningsPaid(msg.sender, to, amount);
        _token.safeTransfer(to, amount);
    }

    /// @notice Says where the caller's earnings are paid to.
    /// @param beneficiary zero for the owner itself
    function setBeneficiary(address beneficiary) external {
        _beneficiaries[msg.sender] = beneficiary;
        emit BeneficiarySet(msg.sender, beneficiary);
    }

    // --- courts ------------------------------------------------------------------------------------------------------------

    /// @notice Holds a part of the stake for a dispute. For courts.
    /// @param id of the dispute
    /// @param amount credits; less is held where less is loose
    /// @param seconds_ until anybody may release it; capped at 30 days
    /// @return held credits
    function lock(bytes32 id, address owner, uint64 amount, uint48 seconds_) external restricted returns (uint64 held) {
        if (_locks[id].owner != address(0)) revert LockExists(id);
        Account storage account = _accounts[owner];
        uint64 loose = _looseOf(account);
        held = amount < loose ? amount : loose;
        uint48 expiresAt =
            (block.timestamp + (seconds_ < LOCK_SECONDS_MAX ? seconds_ : LOCK_SECONDS_MAX)).toUint48();
        _locks[id] = Lock({owner: owner, amount: held, expiresAt: expiresAt});
        account.locked += held;
        emit Locked(id, owner, held, expiresAt);
    }

    /// @notice Ends a lock early. For courts.
    function unlock(bytes32 id) external restricted {
        _unlock(id);
    }

    /// @notice Ends a lock that has expired. Anybody may.
    function releaseLock(bytes32 id) external {
        Lock storage held = _locks[id];
        if (held.owner == address(0)) revert LockUnknown(id);
        if (block.timestamp < held.expiresAt) revert LockedUntil(held.expiresAt);
        _unlock(id);
    }

    /// @notice Takes a share of stake and earnings. Never more than is there, and never a reason to revert: an order that asks
    /// too much takes what there is. For courts.
    /// @return taken credits
    function slash(SlashOrder calldata order) external restricted returns (uint64 taken) {
        Account storage account = _accounts[order.owner];
        EarningsRing.Ring storage ring = _earnings[order.owner];
        (uint64 fromStake, uint64 fromEarnings) = _reach(account, ring, order);
        if (fromStake != 0) {
            uint64 left = account.total - fromStake;
            account.total = left;
            if (account.thawing > left) account.thawing = left;
        }
        if (fromEarnings != 0) ring.slash(fromEarnings);
        taken = fromStake + fromEarnings;
        Reward memory reward = _split(order, taken);
        uint64 burned = taken - reward.victimAmount - reward.reporterAmount;
        unburned += burned;
        if (reward.victimAmount != 0 || reward.reporterAmount != 0) _rewards[keccak256(abi.encode(reward))] += 1;
        emit Slashed(order.owner, msg.sender, taken, burned, reward);
    }

    /// @notice Pays a reward to whom it names, once it is payable. Anybody may call it.
    /// @param reward as the event Slashed tells it
    function payReward(Reward calldata reward) external nonReentrant {
        bytes32 id = keccak256(abi.encode(reward));
        if (_rewards[id] == 0) revert RewardUnknown(id);
        if (block.timestamp < reward.payableFrom) revert RewardNotBefore(reward.payableFrom);
        _rewards[id] -= 1;
        _payReward(reward.victim, reward.victimAmount);
        _payReward(reward.reporter, reward.reporterAmount);
    }

    // --- views -------------------------------------------------------------------------------------------------------------

    /// @notice The owner's stake as it stands.
    function accountOf(address owner) external view returns (Account memory) {
        return _accounts[owner];
    }

    /// @notice Stake that stands behind new work: what thaws counts no more, for it may be gone before a lie is found.
    function standingOf(address owner) external view returns (uint64) {
        Account storage account = _accounts[owner];
        return account.total - account.thawing;
    }

    /// @notice The owner's earnings: `withdrawable` now, and `locked` still.
    function earningsOf(address owner) external view returns (uint64 withdrawable, uint64 locked) {
        EarningsRing.Ring memory ring = _earnings[owner];
        withdrawable = ring.matured;
        locked = ring.locked;
        uint48 bucketNow = _bucketNow();
        for (uint256 i = 0; i < EarningsRing.BUCKETS; i++) {
            // The bucket that this place holds: the newest of its residue that is not above `newest`.
            uint256 age = (ring.newest + EarningsRing.BUCKETS - i) % EarningsRing.BUCKETS;
            if (age > ring.newest || bucketNow - (ring.newest - age) <= _windowBuckets) continue;
            withdrawable += ring.buckets[i];
            locked -= ring.buckets[i];
        }
    }

    /// @notice Buckets of the owner's earnings that still wait: credits, and from when on each is withdrawable.
    function lockedEarningsOf(address owner) external view returns (uint64[] memory amounts, uint64[] memory from) {
        EarningsRing.Ring memory ring = _earnings[owner];
        amounts = new uint64[](EarningsRing.BUCKETS);
        from = new uint64[](EarningsRing.BUCKETS);
        for (uint256 age = 0; age < EarningsRing.BUCKETS && age <= ring.newest; age++) {
            uint256 bucket = ring.newest - age;
            amounts[age] = ring.buckets[bucket % EarningsRing.BUCKETS];
            from[age] = ((bucket + _windowBuckets + 1) * bucketSeconds).toUint64();
        }
    }

    /// @notice Where the owner's earnings are paid to.
    function beneficiaryOf(address owner) public view returns (address) {
        address beneficiary = _beneficiaries[owner];
        return beneficiary == address(0) ? owner : beneficiary;
    }

    /// @notice A dispute's lock; all zero where there is none.
    function lockOf(bytes32 id) external view returns (Lock memory) {
        return _locks[id];
    }

    /// @notice Whether a reward waits to be paid.
    function rewardIsOwed(Reward calldata reward) external view returns (bool) {
        return _rewards[keccak256(abi.encode(reward))] != 0;
    }

    /// @notice The token that is staked.
    function token() external view returns (IERC20) {
        return _token;
    }

    // --- inside ------------------------------------------------------------------------------------------------------------

    function _stake(address owner, uint64 amount) private nonReentrant {
        if (amount == 0) revert AmountIsZero();
        _accounts[owner].total += amount;
        emit Staked(owner, msg.sender, amount);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _unlock(bytes32 id) private {
        Lock memory held = _locks[id];
        if (held.owner == address(0)) revert LockUnknown(id);
        delete _locks[id];
        _accounts[held.owner].locked -= held.amount;
        emit Unlocked(id, held.owner, held.amount);
    }

    /// @dev Stake that no dispute holds.
    function _looseOf(Account storage account) private view returns (uint64) {
        return account.total > account.locked ? account.total - account.locked : 0;
    }

    /// @dev What an order can take: stake first, then earnings.
    function _reach(Account storage account, EarningsRing.Ring storage ring, SlashOrder calldata order)
        private
        view
        returns (uint64 fromStake, uint64 fromEarnings)
    {
        uint256 inStake = account.total;
        uint256 inEarnings = uint256(ring.matured) + ring.locked;
        uint256 share = order.shareBasisPoints < BASIS_POINTS ? order.shareBasisPoints : BASIS_POINTS;
        uint256 wanted = (inStake + inEarnings) * share / BASIS_POINTS;
        if (wanted < order.amountMin) wanted = order.amountMin;
        uint256 stakePart = wanted < inStake ? wanted : inStake;
        uint256 rest = wanted - stakePart;
        // Each part is at most a uint64 that is there.
        fromStake = uint64(stakePart);
        fromEarnings = uint64(rest < inEarnings ? rest : inEarnings);
    }

    function _split(SlashOrder calldata order, uint64 taken) private view returns (Reward memory reward) {
        uint256 reporterPart = order.reporter == address(0) ? 0 : uint256(taken) * REPORTER_BASIS_POINTS / BASIS_POINTS;
        uint256 victimPart = uint256(taken) * REWARDS_BASIS_POINTS / BASIS_POINTS - reporterPart;
        if (order.victim == address(0)) victimPart = 0;
        else if (victimPart > order.victimMax) victimPart = order.victimMax;
        reward = Reward({
            victim: order.victim,
            // Both are at most half of a uint64.
            victimAmount: uint64(victimPart),
            reporter: order.reporter,
            reporterAmount: uint64(reporterPart),
            payableFrom: uint48(block.timestamp + evidenceSeconds),
            id: order.id
        });
    }

    function _payReward(address to, uint64 amount) private {
        if (amount == 0) return;
        emit RewardPaid(to, amount);
        _token.safeTransfer(to, amount);
    }

    function _bucketNow() private view returns (uint48) {
        return uint48(block.timestamp / bucketSeconds);
    }

    function _permitToken() internal view override returns (address) {
        return address(_token);
    }
}
