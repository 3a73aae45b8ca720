// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EarningsRing} from "../../src/stake/EarningsRing.sol";
import {Proof} from "../support/Proof.sol";

/// @notice The ring against a list of everything that was ever earned.
contract EarningsRingTest is Proof {
    using EarningsRing for EarningsRing.Ring;

    struct Earned {
        uint48 bucket;
        uint64 amount;
    }

    uint48 private constant FIRST = 20_000;

    EarningsRing.Ring private _ring;
    Earned[] private _list;

    /// @dev Steps of a random life: time passes, something is earned, taken out or slashed.
    function testFuzz_isAListOfEarnings(uint256[24] memory dice, uint8 windowDie) public {
        uint48 window = uint48(_within(windowDie, 1, EarningsRing.BUCKETS - 2));
        uint48 bucket = FIRST;
        for (uint256 i = 0; i < dice.length; i++) {
            uint256 die = dice[i];
            // Mostly small steps, now and then more than the ring is long.
            bucket += uint48(die % 7 == 0 ? die % 40 : die % 3);
            uint64 amount = uint64(_within(die >> 64, 1, 1_000_000));
            uint256 action = (die >> 32) % 4;
            if (action <= 1) _add(bucket, amount);
            else if (action == 2) _take(bucket, window);
            else _slash(amount);
            _equal(uint256(_ring.matured) + _ring.locked, _sum(), "sum");
            _equal(_ring.locked, _bucketSum(), "locked is the sum of the buckets");
        }
        _take(bucket + 16, window);
        _equal(uint256(_ring.matured) + _ring.locked, 0, "all is paid in the end");
    }

    function test_keepsABucketExactlyAsLongAsTheWindow() public {
        for (uint48 window = 1; window <= EarningsRing.BUCKETS - 2; window++) {
            delete _ring;
            _ring.add(FIRST, 5);
            _equal(_ring.takeMatured(FIRST + window, window), 0, "in its last bucket");
            _equal(_ring.takeMatured(FIRST + window + 1, window), 5, "in the next");
        }
    }

    function test_worksFromTheFirstBucketOfAll() public {
        _ring.add(0, 5);
        _equal(_ring.slash(2), 2, "slashed");
        _equal(_ring.takeMatured(3, 12), 0, "too early");
        _equal(_ring.takeMatured(13, 12), 3, "the rest");
    }

    function test_slashesTheNewestFirst() public {
        _ring.add(FIRST, 5);
        _ring.add(FIRST + 3, 7);
        _equal(_ring.slash(9), 9, "slashed");
        _equal(_ring.buckets[FIRST % 16], 3, "older");
        _equal(_ring.buckets[(FIRST + 3) % 16], 0, "newest");
        _equal(_ring.slash(9), 3, "what is left");
    }

    function _add(uint48 bucket, uint64 amount) private {
        _ring.add(bucket, amount);
        _list.push(Earned(bucket, amount));
    }

    function _take(uint48 bucket, uint48 window) private {
        uint256 due;
        for (uint256 i = 0; i < _list.length; i++) {
            if (_list[i].bucket + window + 1 > bucket) continue;
            due += _list[i].amount;
            _list[i].amount = 0;
        }
        _equal(_ring.takeMatured(bucket, window), due, "taken");
    }

    /// @dev The list is in the order of time: from its end, the newest first.
    function _slash(uint64 wanted) private {
        uint64 left = wanted;
        for (uint256 i = _list.length; i > 0; i--) {
            uint64 part = _list[i - 1].amount < left ? _list[i - 1].amount : left;
            _list[i - 1].amount -= part;
            left -= part;
        }
        _equal(_ring.slash(wanted), wanted - left, "slashed");
    }

    function _sum() private view returns (uint256 sum) {
        for (uint256 i = 0; i < _list.length; i++) sum += _list[i].amount;
    }

    function _bucketSum() private view returns (uint256 sum) {
        for (uint256 i = 0; i < EarningsRing.BUCKETS; i++) sum += _ring.buckets[i];
    }
}
