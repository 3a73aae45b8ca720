// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Earnings by the time they were redeemed
/// @notice Sixteen buckets, each a sixteenth or less of the time that matters, so that neither a redemption nor a slash nor a
/// payout walks over anything that a stranger can make longer. What leaves the ring is older than the evidence window.
library EarningsRing {
    uint256 internal constant BUCKETS = 16;

    struct Ring {
        /// Left the ring: withdrawable.
        uint64 matured;
        /// Sum of the buckets.
        uint64 locked;
        /// The newest bucket, as a number since 1970.
        uint48 newest;
        uint64[BUCKETS] buckets;
    }

    /// @dev Adds to the bucket `now`, after what has left the ring has matured. `now` never runs backwards on a chain.
    function add(Ring storage ring, uint48 bucketNow, uint64 amount) internal {
        advance(ring, bucketNow);
        ring.buckets[bucketNow % BUCKETS] += amount;
        ring.locked += amount;
    }

    /// @dev Empties the buckets whose place is needed by later ones. At most sixteen steps.
    function advance(Ring storage ring, uint48 bucketNow) internal {
        uint48 newest = ring.newest;
        if (bucketNow <= newest) return;
        if (ring.locked != 0) {
            uint256 steps = bucketNow - newest;
            if (steps > BUCKETS) steps = BUCKETS;
            for (uint256 i = 1; i <= steps; i++) _mature(ring, (newest + i) % BUCKETS);
        }
        ring.newest = bucketNow;
    }

    /// @dev Takes out what has matured and what lies in buckets that ended `windowBuckets` ago or earlier.
    function takeMatured(Ring storage ring, uint48 bucketNow, uint48 windowBuckets) internal returns (uint64 amount) {
        advance(ring, bucketNow);
        for (uint256 age = uint256(windowBuckets) + 1; age < BUCKETS && age <= bucketNow; age++) {
            _mature(ring, (bucketNow - age) % BUCKETS);
        }
        amount = ring.matured;
        ring.matured = 0;
    }

    /// @dev Takes up to `wanted`: the newest first, for that is where the offence is, then what waits to be withdrawn.
    function slash(Ring storage ring, uint64 wanted) internal returns (uint64 taken) {
        uint48 newest = ring.newest;
        uint64 left = wanted;
        for (uint256 age = 0; age < BUCKETS && age <= newest && left != 0 && ring.locked != 0; age++) {
            uint256 place = (newest - age) % BUCKETS;
            uint64 held = ring.buckets[place];
            if (held == 0) continue;
            uint64 part = held < left ? held : left;
            ring.buckets[place] = held - part;
            ring.locked -= part;
            left -= part;
        }
        uint64 fromMatured = ring.matured < left ? ring.matured : left;
        ring.matured -= fromMatured;
        return wanted - left + fromMatured;
    }

    function _mature(Ring storage ring, uint256 place) private {
        uint64 amount = ring.buckets[place];
        if (amount == 0) return;
        ring.buckets[place] = 0;
        ring.locked -= amount;
        ring.matured += amount;
    }
}
