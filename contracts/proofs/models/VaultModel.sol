// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The books of StakeVault for one owner, without keys, tokens and clocks: a solver proves that they hold at the start, and
/// that each call, with any amounts, leaves them holding where they held before: so they hold whatever is called in whatever order.
contract VaultModel {
    uint64 private _total;
    uint64 private _thawing;
    uint64 private _locked;
    uint64 private _matured;
    uint64 private _waiting;
    uint64 private _rewards;
    uint64 private _unburned;
    // The world's count of the same.
    uint64 private _in;
    uint64 private _out;

    modifier books() {
        require(_hold());
        _;
        assert(_hold());
    }

    constructor() {
        assert(_hold());
    }

    function _hold() private view returns (bool) {
        uint256 owed = uint256(_total) + _matured + _waiting + _rewards + _unburned;
        return _thawing <= _total
            && owed == uint256(_in) - _out;
    }

    function stake(uint64 amount) external books {
        require(amount <= type(uint64).max - _in);
        _in += amount;
        _total += amount;
    }

    function credit(uint64 amount) external books {
        require(amount <= type(uint64).max - _in);
        _in += amount;
        _waiting += amount;
    }

    function mature(uint64 bucket) external books {
        require(bucket <= _waiting);
        _waiting -= bucket;
        _matured += bucket;
    }

    function thaw(uint64 amount) external books {
        uint64 free = _total - _thawing;
        require(amount != 0 && amount <= free);
        _thawing += amount;
    }

    function cancelThaw() external books {
        _thawing = 0;
    }

    function lock(uint64 amount) external books {
        uint64 loose = _loose();
        _locked += amount < loose ? amount : loose;
    }

    function unlock(uint64 held) external books {
        require(held <= _locked);
        _locked -= held;
    }

    function withdraw() external books {
        uint64 loose = _loose();
        uint64 amount = _thawing < loose ? _thawing : loose;
        require(amount != 0);
        _thawing -= amount;
        _total -= amount;
        _out += amount;
        // Never below what disputes hold.
        assert(_total >= _locked);
    }

    function withdrawEarnings() external books {
        _out += _matured;
        _matured = 0;
    }

    /// @param wanted the larger of a share of what is there and the least amount, so any number
    function slash(uint64 wanted, bool hasVictim, uint64 victimMax, bool hasReporter) external books {
        uint256 inEarnings = uint256(_matured) + _waiting;
        uint64 fromStake = wanted < _total ? wanted : _total;
        uint64 rest = wanted - fromStake;
        uint64 fromEarnings = uint64(rest < inEarnings ? rest : inEarnings);
        uint64 left = _total - fromStake;
        _total = left;
        if (_thawing > left) _thawing = left;
        uint64 fromWaiting = fromEarnings < _waiting ? fromEarnings : _waiting;
        _waiting -= fromWaiting;
        _matured -= fromEarnings - fromWaiting;
        uint64 taken = fromStake + fromEarnings;
        uint64 reporterPart = hasReporter ? taken / 5 : 0;
        uint64 victimPart = taken / 2 - reporterPart;
        if (!hasVictim) victimPart = 0;
        else if (victimPart > victimMax) victimPart = victimMax;
        uint64 burned = taken - victimPart - reporterPart;
        assert(burned >= taken / 2);
        _rewards += victimPart + reporterPart;
        _unburned += burned;
    }

    function payReward(uint64 amount) external books {
        require(amount <= _rewards);
        _rewards -= amount;
        _out += amount;
    }

    function burn() external books {
        if (_unburned <= 1) return;
        _out += _unburned - 1;
        _unburned = 1;
    }

    function _loose() private view returns (uint64) {
        return _total > _locked ? _total - _locked : 0;
    }
}
