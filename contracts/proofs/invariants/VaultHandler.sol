// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StakeVault} from "../../src/stake/StakeVault.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

/// @notice What owners, courts and strangers do with the vault, in any order; and what came of it, measured outside: by balances of
/// the token, by its supply and by the clock.
abstract contract VaultHandler is World {
    struct Credited {
        uint64 amount;
        uint256 time;
    }

    struct Locked {
        bytes32 id;
        address owner;
        uint64 amount;
        uint256 time;
    }

    struct Slashed {
        StakeVault.Reward reward;
        uint256 time;
        bool isPaid;
    }

    uint256 internal constant OWNERS = 4;

    address[] internal _owners;
    mapping(address owner => uint256) internal _in;
    mapping(address owner => uint256) internal _out;
    mapping(address owner => uint256) internal _taken;
    mapping(address owner => uint256) internal _earnedOut;
    mapping(address owner => Credited[]) internal _credits;
    mapping(address owner => uint256) internal _thawStarted;
    mapping(address owner => uint256) internal _thawEnds;
    Locked[] internal _locks;
    Slashed[] internal _slashes;
    uint256 internal _lockNumber;
    uint256 internal _donated;
    uint256 internal _burned;
    uint256 internal _sumTaken;
    uint256 internal _sumRewards;

    // What must never have happened.
    uint256 internal _slashReverts;
    uint256 internal _earlyExits;
    uint256 internal _earlyRewards;
    uint256 internal _rewardsPaidTwice;
    uint256 internal _unfairSplits;
    uint256 internal _locksIgnored;

    function setUp() public override {
        super.setUp();
        token.approve(address(vault), type(uint256).max);
        for (uint256 i = 0; i < OWNERS; i++) {
            _owners.push(vm.addr(0xa0 + i));
            stake(i, 999_999);
            credit(i, 999_999);
        }
        bytes4[] memory actions = new bytes4[](13);
        actions[0] = this.pass.selector;
        actions[1] = this.stake.selector;
        actions[2] = this.thaw.selector;
        actions[3] = this.cancelThaw.selector;
        actions[4] = this.withdraw.selector;
        actions[5] = this.credit.selector;
        actions[6] = this.withdrawEarnings.selector;
        actions[7] = this.lock.selector;
        actions[8] = this.endLock.selector;
        actions[9] = this.slash.selector;
        actions[10] = this.payRewards.selector;
        actions[11] = this.donate.selector;
        actions[12] = this.burn.selector;
        _target(address(this), actions);
    }

    /// @dev Some hours or days; all of the thaw; or a little less than the evidence window, where what is due a day early shows.
    function pass(uint256 time) external {
        uint256 some = _within(time, 1, 1 days);
        uint256[3] memory passes = [4 * some, STAKE_THAW, EVIDENCE - some];
        vm.warp(block.timestamp + passes[time % 3]);
    }

    function stake(uint256 who, uint64 amount) public {
        address of_ = _owner(who);
        uint256 before = token.balanceOf(address(this));
        vault.stakeFor(of_, uint64(_within(amount, 1, 1_000_000)));
        _in[of_] += before - token.balanceOf(address(this));
    }

    function thaw(uint256 who, uint64 amount) external {
        address of_ = _owner(who);
        uint64 standing = vault.standingOf(of_);
        if (standing == 0) return;
        vm.prank(of_);
        // Often all: what is held must stay even then.
        vault.thaw(amount % 2 == 0 ? standing : uint64(_within(amount, 1, standing)));
        _thawStarted[of_] = block.timestamp;
        _thawEnds[of_] = block.timestamp + STAKE_THAW;
    }

    function cancelThaw(uint256 who) external {
        address of_ = _owner(who);
        // Seldom, or nothing would ever have thawed.
        if (who % 3 != 0) return;
        if (vault.accountOf(of_).thawing == 0) return;
        vm.prank(of_);
        vault.cancelThaw();
        _thawEnds[of_] = 0;
    }

    /// @dev Tried by all at any time; what comes out is judged by the clock.
    function withdraw() external {
        for (uint256 i = 0; i < OWNERS; i++) _withdraw(_owners[i]);
    }

    function _withdraw(address of_) private {
        StakeVault.Account memory before = vault.accountOf(of_);
        uint256 held = token.balanceOf(of_);
        vm.prank(of_);
        (bool done,) = address(vault).call(abi.encodeCall(vault.withdraw, ()));
        uint256 paid = token.balanceOf(of_) - held;
        _out[of_] += paid;
        if (!done) return;
        if (block.timestamp < _thawStarted[of_] + STAKE_THAW) _earlyExits++;
        uint64 left = vault.accountOf(of_).total;
        if (left < before.locked && left < before.total) _locksIgnored++;
    }

    function credit(uint256 who, uint64 amount) public {
        address of_ = _owner(who);
        uint256 before = token.balanceOf(address(this));
        vault.credit(of_, uint64(_within(amount, 1, 1_000_000)));
        uint256 paid = before - token.balanceOf(address(this));
        _in[of_] += paid;
        _credits[of_].push(Credited(uint64(paid), block.timestamp));
    }

    /// @dev Tried by all at any time; more than what is older than the evidence window has escaped.
    function withdrawEarnings() external {
        for (uint256 i = 0; i < OWNERS; i++) _withdrawEarnings(_owners[i]);
    }

    function _withdrawEarnings(address of_) private {
        uint256 held = token.balanceOf(of_);
        (uint64 said,) = vault.earningsOf(of_);
        vm.prank(of_);
        (bool done,) = address(vault).call(abi.encodeCall(vault.withdrawEarnings, ()));
        uint256 paid = token.balanceOf(of_) - held;
        _equal(paid, said, "what the view says is what is paid");
        _true(done == (said != 0), "paid where there is something");
        _out[of_] += paid;
        _earnedOut[of_] += paid;
        uint256 old;
        for (uint256 i = 0; i < _credits[of_].length; i++) {
            if (_credits[of_][i].time + EVIDENCE <= block.timestamp) old += _credits[of_][i].amount;
        }
        if (_earnedOut[of_] > old) _earlyExits++;
    }

    function lock(uint256 who, uint64 amount, uint48 time) external {
        if (_locks.length == 20) return;
        address of_ = _owner(who);
        bytes32 id = bytes32(++_lockNumber);
        vm.prank(address(slasher));
        uint64 held = vault.lock(id, of_, uint64(_within(amount, 0, 300_000)), time);
        _locks.push(Locked(id, of_, held, block.timestamp));
    }

    /// @dev By the court at any time, by anybody once it has expired.
    function endLock(uint256 which, bool byCourt) external {
        if (_locks.length == 0) return;
        uint256 i = which % _locks.length;
        bytes32 id = _locks[i].id;
        if (byCourt) {
            vm.prank(address(slasher));
            vault.unlock(id);
        } else {
            if (block.timestamp < _locks[i].time + 30 days) return;
            vm.prank(relayer);
            vault.releaseLock(id);
        }
        _locks[i] = _locks[_locks.length - 1];
        _locks.pop();
    }

    function slash(uint256 who, StakeVault.SlashOrder memory order, bool hasVictim, bool hasReporter) external {
        if (_slashes.length == 20) return;
        address of_ = _owner(who);
        order.owner = of_;
        order.id = bytes32(_slashes.length);
        // Seldom all, or there would be nothing left to do.
        if (order.amountMin % 8 != 0) order.amountMin %= 10_000;
        if (order.shareBasisPoints % 8 != 0) order.shareBasisPoints %= 1_000;
        order.victim = hasVictim ? address(0x71c) : address(0);
        order.reporter = hasReporter ? address(0x4e9) : address(0);
        uint256 unburned = vault.unburned();
        vm.prank(address(slasher));
        try vault.slash(order) returns (uint64 taken) {
            _taken[of_] += taken;
            _judgeSplit(order, taken, vault.unburned() - unburned);
        } catch {
            _slashReverts++;
        }
    }

    /// @dev All of them, tried at any time; what comes out is judged by the clock.
    function payRewards() external {
        for (uint256 i = 0; i < _slashes.length; i++) _payReward(_slashes[i]);
    }

    function _payReward(Slashed storage slashed) private {
        uint256 held = token.balanceOf(slashed.reward.victim) + token.balanceOf(slashed.reward.reporter);
        vm.prank(relayer);
        (bool done,) = address(vault).call(abi.encodeCall(vault.payReward, (slashed.reward)));
        if (!done) return;
        uint256 paid = token.balanceOf(slashed.reward.victim) + token.balanceOf(slashed.reward.reporter) - held;
        _equal(paid, uint256(slashed.reward.victimAmount) + slashed.reward.reporterAmount, "paid what it says");
        _sumRewards -= paid;
        if (block.timestamp < slashed.time + EVIDENCE) _earlyRewards++;
        if (slashed.isPaid) _rewardsPaidTwice++;
        slashed.isPaid = true;
    }

    function donate(uint64 amount) external {
        amount = uint64(_within(amount, 1, 1_000));
        token.transfer(address(vault), amount);
        _donated += amount;
    }

    function burn() external {
        uint256 before = token.totalSupply();
        vm.prank(relayer);
        vault.burn();
        _burned += before - token.totalSupply();
    }

    /// @dev The rules of the split, told again: a fifth to the reporter, both together half, the victim no more than its loss.
    function _judgeSplit(StakeVault.SlashOrder memory order, uint64 taken, uint256 setAside) private {
        uint256 reporterPart = order.reporter == address(0) ? 0 : uint256(taken) / 5;
        uint256 victimPart = order.victim == address(0) ? 0 : uint256(taken) / 2 - reporterPart;
        if (victimPart > order.victimMax) victimPart = order.victimMax;
        if (setAside != taken - reporterPart - victimPart || setAside < taken / 2) _unfairSplits++;
        _sumTaken += taken;
        if (reporterPart + victimPart == 0) return;
        _sumRewards += reporterPart + victimPart;
        StakeVault.Reward memory reward = StakeVault.Reward({
            victim: order.victim,
            victimAmount: uint64(victimPart),
            reporter: order.reporter,
            reporterAmount: uint64(reporterPart),
            payableFrom: uint48(block.timestamp + EVIDENCE),
            id: order.id
        });
        if (!vault.rewardIsOwed(reward)) _unfairSplits++;
        _slashes.push(Slashed(reward, block.timestamp, false));
    }

    function _owner(uint256 who) internal view returns (address) {
        return _owners[who % OWNERS];
    }
}
