// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The books of Escrow for one payer and one of its miners, its reserve included, without keys, tokens and clocks. A solver
/// proves that they hold at the start, and that each call leaves them holding where they held before.
contract EscrowModel {
    uint64 private _balance;
    uint64 private _thawing;
    uint64 private _deposit;
    uint64 private _channelThawing;
    uint64 private _reserve;
    uint64 private _reserveThawing;
    uint64 private _share;
    /// What all strangers together may still draw in this round.
    uint64 private _entitled;
    uint64 private _claimed;
    uint64 private _owed;
    bool private _short;
    // The world's count.
    uint64 private _in;
    uint64 private _out;
    uint64 private _shown;

    modifier books() {
        require(_hold());
        _;
        assert(_hold());
    }

    constructor() {
        assert(_hold());
    }

    function _hold() private view returns (bool) {
        uint256 held = uint256(_balance) + _deposit + _reserve;
        return held == uint256(_in) - _out
            && _thawing <= _balance
            && _channelThawing <= _deposit
            && _reserveThawing <= _reserve
            && _entitled <= _reserve
            && _owed == (_shown > _claimed ? _shown - _claimed : 0)
            && _short == (_owed != 0);
    }

    function deposit(uint64 amount) external books {
        require(amount <= type(uint64).max - _in);
        _in += amount;
        _balance += amount;
    }

    function fund(uint64 amount) external books {
        require(amount <= _balance);
        _deposit += amount;
        _setBalance(_balance - amount);
    }

    function fundReserve(uint64 amount) external books {
        require(amount <= _balance);
        _reserve += amount;
        _setBalance(_balance - amount);
        uint64 share = _reserve / 64;
        if (share < _share) return;
        _share = share;
        _entitled = share * 64;
    }

    function thaw(uint64 amount) external books {
        require(amount <= _balance - _thawing);
        _thawing += amount;
    }

    function thawChannel(uint64 amount) external books {
        require(amount <= _deposit - _channelThawing);
        _channelThawing += amount;
    }

    function thawReserve(uint64 amount) external books {
        require(amount <= _reserve - _reserveThawing);
        _reserveThawing += amount;
    }

    function cancel() external books {
        (_thawing, _channelThawing, _reserveThawing) = (0, 0, 0);
    }

    function withdraw() external books {
        _out += _thawing;
        _balance -= _thawing;
        _thawing = 0;
    }

    function withdrawChannel() external books {
        _out += _channelThawing;
        _deposit -= _channelThawing;
        _channelThawing = 0;
    }

    function withdrawReserve() external books {
        _out += _reserveThawing;
        _reserve -= _reserveThawing;
        _reserveThawing = 0;
        uint64 share = _reserve / 64;
        if (share < _share) _share = share;
        // Each may draw what is left of the share, so all together no more than 64 of them.
        if (_entitled > _share * 64) _entitled = _share * 64;
    }

    /// @dev Another stranger draws from the reserve.
    function drawByAnother(uint64 wanted, uint64 drawable) external books {
        _out += _draw(wanted, drawable);
    }

    /// @param drawable what this miner may draw of the reserve: part of what all may
    function redeem(uint64 cumulative, uint64 drawable) external books {
        if (cumulative <= _claimed) return;
        if (cumulative > _shown) _shown = cumulative;
        uint64 due = cumulative - _claimed;
        uint64 paid = _take(due, drawable);
        assert(paid <= due);
        _claimed += paid;
        _out += paid;
        if (paid < due || _short) {
            uint64 owed = (due > _owed ? due : _owed) - paid;
            _owed = owed;
            _short = owed != 0;
        }
    }

    function _take(uint64 due, uint64 drawable) private returns (uint64 taken) {
        taken = due < _deposit ? due : _deposit;
        _deposit -= taken;
        if (_channelThawing > _deposit) _channelThawing = _deposit;
        taken += _draw(due - taken, drawable);
        uint64 part = due - taken < _balance ? due - taken : _balance;
        _setBalance(_balance - part);
        taken += part;
    }

    function _draw(uint64 wanted, uint64 drawable) private returns (uint64 part) {
        require(drawable <= _entitled);
        part = wanted < drawable ? wanted : drawable;
        _reserve -= part;
        _reserveThawing = _reserveThawing > part ? _reserveThawing - part : 0;
        _entitled -= part;
    }

    function _setBalance(uint64 balance) private {
        _balance = balance;
        if (_thawing > balance) _thawing = balance;
    }
}
