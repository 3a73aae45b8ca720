// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Burner} from "../token/Burner.sol";
import {PermitTaker} from "../token/PermitTaker.sol";

/// @title What stands behind a payer's word
/// @notice A payer's credits are in three places. Its *balance* is loose and assured to nobody. A *channel* is assured to one miner.
/// The *reserve* is for miners without a channel: each of the first 64 that draw from it since the last refill is assured a
/// 64th. Whatever leaves thaws first, so a miner has that long to redeem what it holds.
abstract contract PayerAccounts is ReentrancyGuardTransient, Burner, PermitTaker {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    struct Account {
        /// Loose credits, the thawing ones included.
        uint64 balance;
        uint64 thawing;
        uint40 thawEnd;
        /// What vouchers that were shown here could not be paid. A sum over counters, each of which a payer can sign up to the
        /// largest uint64: wide enough that no payer makes it overflow, and with it a batch of others revert.
        uint88 owed;
    }

    /// @notice One slot, the payer's own counter at this miner included: most redemptions touch nothing else.
    struct Channel {
        uint64 deposit;
        uint64 thawing;
        uint40 thawEnd;
        /// Paid so far on vouchers that the payer signed itself for no collection.
        uint64 claimed;
        /// That counter was shown a voucher that could not be paid in full.
        bool short;
    }

    struct Reserve {
        /// Assured to each of the first 64 drawers of this round.
        uint64 share;
        uint64 round;
        uint8 drawers;
    }

    struct Draw {
        uint64 round;
        uint64 drawn;
    }

    /// @notice Miners that one reserve assures at a time.
    uint8 public constant DRAWERS_MAX = 64;
    /// @notice Stands for the reserve where a miner is named.
    address public constant STRANGERS = address(0);

    /// @notice Seconds from a thaw to its withdrawal.
    uint40 public immutable thawSeconds;

    mapping(address payer => Account) internal _accounts;
    mapping(address payer => mapping(address miner => Channel)) internal _channels;
    mapping(address payer => Reserve) internal _reserves;
    mapping(address payer => mapping(address miner => Draw)) internal _draws;

    event Deposited(address indexed payer, address indexed from, uint64 amount);
    event Funded(address indexed payer, address indexed miner, uint64 amount);
    event Thawing(address indexed payer, uint64 thawing, uint64 thawEnd);
    event ChannelThawing(address indexed payer, address indexed miner, uint64 thawing, uint64 thawEnd);
    event Withdrawn(address indexed payer, uint64 amount);

    error AmountIsZero();
    error AmountAbove(uint64 asked, uint64 there);
    error ListsDiffer();
    error NothingThaws();
    error ThawsUntil(uint64 thawEnd);

    constructor(uint40 thaw_) {
        thawSeconds = thaw_;
    }

    /// @notice Adds to the caller's balance.
    /// @param amount credits, approved before or in the same `multicall`
    function deposit(uint64 amount) external {
        _deposit(msg.sender, amount);
    }

    /// @notice Adds to anybody's balance, as a gift.
    function depositFor(address payer, uint64 amount) external {
        _deposit(payer, amount);
    }

    /// @notice Moves credits of the balance, thawing ones too where it needs them, into channels and the reserve.
    /// @param miners operators; {STRANGERS} fills the reserve, and starts its next round where its share is no smaller then
    /// @param amounts credits, one for each
    function fund(address[] calldata miners, uint64[] calldata amounts) external {
        if (miners.length != amounts.length) revert ListsDiffer();
        uint256 sum;
        for (uint256 i = 0; i < miners.length; i++) {
            sum += amounts[i];
            Channel storage channel = _channels[msg.sender][miners[i]];
            channel.deposit += amounts[i];
            if (miners[i] == STRANGERS) _refill(msg.sender, channel.deposit);
            emit Funded(msg.sender, miners[i], amounts[i]);
        }
        Account storage account = _accounts[msg.sender];
        uint64 balance = account.balance;
        if (sum > balance) revert AmountAbove(sum.toUint64(), balance);
        _setBalance(account, balance - uint64(sum));
    }

    /// @notice Starts the thaw of a part of the balance. There is one thaw at a time: what thaws already starts anew with it.
    /// @param amount credits, on top of what thaws
    function thaw(uint64 amount) external {
        if (amount == 0) revert AmountIsZero();
        Account storage account = _accounts[msg.sender];
        uint64 free = account.balance - account.thawing;
        if (amount > free) revert AmountAbove(amount, free);
        account.thawing += amount;
        account.thawEnd = (block.timestamp + thawSeconds).toUint40();
        emit Thawing(msg.sender, account.thawing, account.thawEnd);
    }

    /// @notice Starts the thaw of parts of channels, or of the reserve. While it thaws it is assured no more, but still pays.
    /// @param miners operators, or {STRANGERS}
    /// @param amounts credits, one for each, on top of what thaws there
    function thawChannels(address[] calldata miners, uint64[] calldata amounts) external {
        if (miners.length != amounts.length) revert ListsDiffer();
        uint40 thawEnd = (block.timestamp + thawSeconds).toUint40();
        for (uint256 i = 0; i < miners.length; i++) {
            Channel storage channel = _channels[msg.sender][miners[i]];
            uint64 free = channel.deposit - channel.thawing;
            if (amounts[i] == 0) revert AmountIsZero();
            if (amounts[i] > free) revert AmountAbove(amounts[i], free);
            channel.thawing += amounts[i];
            channel.thawEnd = thawEnd;
            emit ChannelThawing(msg.sender, miners[i], channel.thawing, thawEnd);
        }
    }

    /// @notice Ends the thaw of the balance.
    function cancelThaw() external {
        Account storage account = _accounts[msg.sender];
        if (account.thawing == 0) revert NothingThaws();
        account.thawing = 0;
        account.thawEnd = 0;
        emit Thawing(msg.sender, 0, 0);
    }

    /// @notice Ends the thaw of channels: what thaws there is assured again.
    function cancelChannelThaws(address[] calldata miners) external {
        for (uint256 i = 0; i < miners.length; i++) {
            Channel storage channel = _channels[msg.sender][miners[i]];
            if (channel.thawing == 0) revert NothingThaws();
            channel.thawing = 0;
            channel.thawEnd = 0;
            emit ChannelThawing(msg.sender, miners[i], 0, 0);
        }
    }

    /// @notice Pays the caller what of its balance has thawed and has not been redeemed meanwhile.
    /// @return amount credits
    function withdraw() external nonReentrant returns (uint64 amount) {
        Account storage account = _accounts[msg.sender];
        amount = account.thawing;
        if (amount == 0) revert NothingThaws();
        if (block.timestamp < account.thawEnd) revert ThawsUntil(account.thawEnd);
        account.balance -= amount;
        account.thawing = 0;
        account.thawEnd = 0;
        _pay(amount);
    }

    /// @notice Pays the caller what has thawed in channels and has not been redeemed meanwhile.
    /// @return amount credits of all together
    function withdrawChannels(address[] calldata miners) external nonReentrant returns (uint64 amount) {
        for (uint256 i = 0; i < miners.length; i++) {
            Channel storage channel = _channels[msg.sender][miners[i]];
            uint64 part = channel.thawing;
            if (part == 0) revert NothingThaws();
            if (block.timestamp < channel.thawEnd) revert ThawsUntil(channel.thawEnd);
            channel.deposit -= part;
            channel.thawing = 0;
            channel.thawEnd = 0;
            if (miners[i] == STRANGERS) _shrinkShare(msg.sender, channel.deposit);
            amount += part;
        }
        if (amount == 0) revert NothingThaws();
        _pay(amount);
    }

    // --- views -------------------------------------------------------------------------------------------------------------

    /// @notice The payer's balance as it stands. `owed` above zero: it signed more than it could pay, and miners drop it.
    function accountOf(address payer) external view returns (Account memory) {
        return _accounts[payer];
    }

    /// @notice The payer's channel with a miner, or its reserve for {STRANGERS}.
    function channelOf(address payer, address miner) external view returns (Channel memory) {
        return _channels[payer][miner];
    }

    /// @notice Share, round and drawers of the payer's reserve.
    function reserveOf(address payer) external view returns (Reserve memory) {
        return _reserves[payer];
    }

    /// @notice Credits that further vouchers of this payer to this miner are certain to be paid, besides what was paid: of the
    /// channel what does not thaw, and of the reserve what this miner may still draw; of a reserve that thaws in part, what it
    /// may draw of the share that will be left.
    function assuredTo(address payer, address miner) external view returns (uint64) {
        Channel storage channel = _channels[payer][miner];
        Channel storage reserve = _channels[payer][STRANGERS];
        uint64 share = _reserves[payer].share;
        if (reserve.thawing != 0) {
            uint64 left = (reserve.deposit - reserve.thawing) / DRAWERS_MAX;
            if (left < share) share = left;
        }
        return channel.deposit - channel.thawing + _drawable(payer, miner, share);
    }

    // --- inside ------------------------------------------------------------------------------------------------------------

    function _deposit(address payer, uint64 amount) private nonReentrant {
        if (amount == 0) revert AmountIsZero();
        _accounts[payer].balance += amount;
        emit Deposited(payer, msg.sender, amount);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _pay(uint64 amount) private {
        emit Withdrawn(msg.sender, amount);
        _token.safeTransfer(msg.sender, amount);
    }

    /// @dev What thaws is never more than what is there.
    function _setBalance(Account storage account, uint64 balance) private {
        account.balance = balance;
        if (account.thawing > balance) account.thawing = balance;
    }

    /// @dev A round never begins with a smaller share: who has not drawn yet counts on the old one. What is too little for a
    /// new round stays for the one that runs; a smaller share takes a thaw.
    function _refill(address payer, uint64 reserve) private {
        Reserve storage held = _reserves[payer];
        uint64 share = reserve / DRAWERS_MAX;
        if (share < held.share) return;
        held.share = share;
        held.round += 1;
        held.drawers = 0;
    }

    function _shrinkShare(address payer, uint64 reserve) private {
        Reserve storage held = _reserves[payer];
        uint64 share = reserve / DRAWERS_MAX;
        if (share < held.share) held.share = share;
    }

    /// @dev What this miner may still draw from the reserve in this round, where each may draw `share`.
    function _drawable(address payer, address miner, uint64 share) private view returns (uint64) {
        Reserve storage held = _reserves[payer];
        Draw storage draw = _draws[payer][miner];
        if (draw.round == held.round) return draw.drawn < share ? share - draw.drawn : 0;
        return held.drawers < DRAWERS_MAX ? share : 0;
    }

    /// @dev Takes up to `due` from the channel, then from the reserve, then from the loose balance.
    function _take(address payer, address miner, Channel storage channel, uint64 due) internal returns (uint64 taken) {
        taken = _takeFrom(channel, due);
        if (taken == due) return taken;
        taken += _drawReserve(payer, miner, due - taken);
        if (taken == due) return taken;
        Account storage account = _accounts[payer];
        uint64 balance = account.balance;
        uint64 part = due - taken < balance ? due - taken : balance;
        if (part != 0) _setBalance(account, balance - part);
        taken += part;
    }

    function _takeFrom(Channel storage channel, uint64 wanted) private returns (uint64 part) {
        uint64 deposit_ = channel.deposit;
        part = wanted < deposit_ ? wanted : deposit_;
        if (part == 0) return 0;
        channel.deposit = deposit_ - part;
        if (channel.thawing > deposit_ - part) channel.thawing = deposit_ - part;
    }

    /// @dev What thaws is drawn first: so the share that the others are assured beyond the thaw stays what it was.
    function _drawReserve(address payer, address miner, uint64 wanted) private returns (uint64 part) {
        Reserve storage held = _reserves[payer];
        uint64 drawable = _drawable(payer, miner, held.share);
        if (drawable == 0) return 0;
        Channel storage reserve = _channels[payer][STRANGERS];
        uint64 thawing = reserve.thawing;
        part = _takeFrom(reserve, wanted < drawable ? wanted : drawable);
        if (part == 0) return 0;
        if (thawing != 0) reserve.thawing = thawing > part ? thawing - part : 0;
        Draw storage draw = _draws[payer][miner];
        if (draw.round == held.round) {
            draw.drawn += part;
        } else {
            held.drawers += 1;
            draw.round = held.round;
            draw.drawn = part;
        }
    }

    function _permitToken() internal view override returns (address) {
        return address(_token);
    }
}
