// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../../src/pay/Escrow.sol";
import {PayerAccounts} from "../../src/pay/PayerAccounts.sol";
import {SessionGrants} from "../../src/pay/SessionGrants.sol";
import {StructHashes} from "../../src/statements/StructHashes.sol";
import {SessionGrant, Signature} from "../../src/statements/Structs.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

/// @notice What payers, miners, thieves and strangers do with the escrow, in any order; and what came of it, measured outside: what a
/// claim paid is what reached the vault and what was set aside for burning.
abstract contract EscrowHandler is World {
    /// @notice A counter as the world knows it: one payer or session key, one miner.
    struct Counter {
        uint256 key;
        address payer;
        address session;
        address miner;
        bytes32 grant;
        /// The highest that was ever signed, and that was ever shown.
        uint64 signed;
        uint64 shown;
        uint64 paid;
    }

    uint256 internal constant PAYERS = 3;
    uint256 internal constant MINERS = 4;
    uint64 internal constant MAX_TOTAL = 4_000;
    uint64 internal constant MAX_PER_MINER = 2_500;
    /// Signs for its payer, as PAYERS own vouchers do not.
    uint256 internal constant SESSION_KEYS = 0xd0;

    uint256[] internal _keys;
    address[] internal _payers;
    address[] internal _miners;
    Counter[] internal _counters;
    Escrow.Claim[] internal _shown;
    mapping(address payer => mapping(address place => uint256)) internal _thawStarted;
    uint256 internal _paidIn;
    uint256 internal _paidOut;
    uint256 internal _redeemed;
    uint256 internal _donated;
    uint256 internal _burned;

    // What must never have happened.
    uint256 internal _forgeriesPaid;
    uint256 internal _replaysPaid;
    uint256 internal _othersTouched;
    uint256 internal _assuredUnpaid;
    uint256 internal _thawingUnpaid;
    uint256 internal _earlyExits;
    uint256 internal _dustHurt;
    uint256 internal _countersBack;

    function setUp() public override {
        super.setUp();
        token.approve(address(escrow), type(uint256).max);
        token.approve(address(vault), type(uint256).max);
        for (uint256 i = 0; i < MINERS; i++) {
            // Two owners: claims of one batch go to one or to both.
            _bind(0xa0 + i / 2, 0xb0 + i);
            _miners.push(vm.addr(0xb0 + i));
        }
        for (uint256 i = 0; i < PAYERS; i++) _addPayer(i);
        bytes4[] memory actions = new bytes4[](19);
        actions[0] = this.pass.selector;
        actions[1] = this.deposit.selector;
        actions[2] = this.fund.selector;
        actions[3] = this.thaw.selector;
        actions[4] = this.cancelThaw.selector;
        actions[5] = this.withdraw.selector;
        actions[6] = this.thawPlace.selector;
        actions[7] = this.cancelPlace.selector;
        actions[8] = this.withdrawPlaces.selector;
        actions[9] = this.redeem.selector;
        actions[10] = this.redeem.selector; // the point of it all: twice as often
        actions[11] = this.redeemBatch.selector;
        actions[12] = this.redeemAssured.selector;
        actions[13] = this.redeemThawing.selector;
        actions[14] = this.replay.selector;
        actions[15] = this.forge.selector;
        actions[16] = this.dust.selector;
        actions[17] = this.burn.selector;
        actions[18] = this.revoke.selector;
        _target(address(this), actions);
    }

    function _addPayer(uint256 i) private {
        (uint256 key, uint256 sessionKey) = (0xc0 + i, SESSION_KEYS + i);
        address payer_ = vm.addr(key);
        _keys.push(key);
        _payers.push(payer_);
        SessionGrants.GrantProof memory proof;
        proof.grant = SessionGrant({
            payer: payer_,
            session: vm.addr(sessionKey),
            escrow: address(escrow),
            maxTotal: MAX_TOTAL,
            maxPerMiner: MAX_PER_MINER,
            collectionsHash: 0,
            notAfter: uint64(block.timestamp + 3650 days),
            nonce: 1
        });
        bytes32 hash = StructHashes.hash(proof.grant);
        proof.signature = _sign(key, hash);
        escrow.registerGrant(proof);
        deposit(i, 19_999);
        _fund(payer_, address(0), 6_400);
        _fund(payer_, _miners[i], 3_000);
        for (uint256 j = 0; j < MINERS; j++) {
            _counters.push(Counter(key, payer_, payer_, _miners[j], 0, 0, 0, 0));
            _counters.push(Counter(sessionKey, payer_, vm.addr(sessionKey), _miners[j], hash, 0, 0, 0));
        }
    }

    // --- payers ------------------------------------------------------------------------------------------------------------

    function pass(uint256 time) external {
        vm.warp(block.timestamp + _within(time, 1, time % 2 == 0 ? 5 days : 1 days));
    }

    function deposit(uint256 who, uint64 amount) public {
        uint256 before = token.balanceOf(address(this));
        escrow.depositFor(_payer(who), uint64(_within(amount, 1, 20_000)));
        _paidIn += before - token.balanceOf(address(this));
    }

    function fund(uint256 who, uint256 where, uint64 amount) external {
        address payer_ = _payer(who);
        uint64 balance = escrow.accountOf(payer_).balance;
        _fund(payer_, _place(where), uint64(_within(amount, 0, balance)));
    }

    function thaw(uint256 who, uint64 amount) external {
        address payer_ = _payer(who);
        PayerAccounts.Account memory account = escrow.accountOf(payer_);
        if (account.balance == account.thawing) return;
        vm.prank(payer_);
        escrow.thaw(uint64(_within(amount, 1, account.balance - account.thawing)));
        _thawStarted[payer_][payer_] = block.timestamp;
    }

    function cancelThaw(uint256 who) external {
        address payer_ = _payer(who);
        if (escrow.accountOf(payer_).thawing == 0) return;
        vm.prank(payer_);
        escrow.cancelThaw();
    }

    function withdraw(uint256 who) external {
        address payer_ = _payer(who);
        _takeOut(payer_, payer_, abi.encodeCall(escrow.withdraw, ()));
    }

    function thawPlace(uint256 who, uint256 where, uint64 amount) external {
        (address payer_, address place) = (_payer(who), _place(where));
        PayerAccounts.Channel memory channel = escrow.channelOf(payer_, place);
        if (channel.deposit == channel.thawing) return;
        _thawChannel(payer_, place, uint64(_within(amount, 1, channel.deposit - channel.thawing)));
        _thawStarted[payer_][place] = block.timestamp;
    }

    function cancelPlace(uint256 who, uint256 where) external {
        (address payer_, address place) = (_payer(who), _place(where));
        if (escrow.channelOf(payer_, place).thawing == 0) return;
        vm.prank(payer_);
        escrow.cancelChannelThaws(_only(place));
    }

    function withdrawPlaces() external {
        for (uint256 i = 0; i < PAYERS * (MINERS + 1); i++) {
            address place = _place(i % (MINERS + 1));
            _takeOut(_payer(i), place, abi.encodeCall(escrow.withdrawChannels, (_only(place))));
        }
    }

    /// @dev Tried at any time; what comes out is judged by the clock.
    function _takeOut(address payer_, address place, bytes memory call) private {
        uint256 held = token.balanceOf(payer_);
        vm.prank(payer_);
        (bool done,) = address(escrow).call(call);
        _paidOut += token.balanceOf(payer_) - held;
        if (done && block.timestamp < _thawStarted[payer_][place] + ESCROW_THAW) _earlyExits++;
    }

    /// @dev Rare: of one session only, or nothing would be granted in most of a run.
    function revoke(uint256 die) external {
        if (die % 8 != 0) return;
        vm.prank(_payers[0]);
        (bool done,) = address(escrow).call(abi.encodeCall(escrow.revokeSession, (vm.addr(SESSION_KEYS))));
        done;
    }

    // --- miners ------------------------------------------------------------------------------------------------------------

    function redeem(uint256 which, uint64 more) external {
        _redeemOn(which % _counters.length, uint64(_within(more, 0, 4_000)));
    }

    function redeemBatch(uint256[3] calldata which, uint64[3] calldata more) external {
        Escrow.Claim[] memory claims = new Escrow.Claim[](3);
        uint256[3] memory places;
        for (uint256 i = 0; i < 3; i++) {
            places[i] = which[i] % _counters.length;
            Counter storage counter = _counters[places[i]];
            claims[i] = _signedBy(counter, counter.signed + uint64(_within(more[i], 0, 2_000)));
        }
        uint256 before = _reached();
        vm.prank(relayer);
        Escrow.Outcome[] memory outcomes = escrow.redeem(claims);
        uint256 sum;
        for (uint256 i = 0; i < 3; i++) {
            _note(_counters[places[i]], claims[i], outcomes[i]);
            sum += outcomes[i].paid;
        }
        _equal(_reached() - before, sum, "a batch pays what it says");
        _redeemed += sum;
    }

    /// @dev What is said to be assured is paid, whatever is owed or thaws elsewhere.
    function redeemAssured(uint256 who, uint256 miner) external {
        (uint256 i, address payer_) = (_ownCounter(who, miner), _payer(who));
        uint64 assured = escrow.assuredTo(payer_, _counters[i].miner);
        if (assured == 0) return;
        Counter storage counter = _counters[i];
        uint64 paid = _show(i, _signedBy(counter, counter.paid + assured));
        if (paid != assured) _assuredUnpaid++;
    }

    /// @dev Until a thaw is over, all of a channel pays: nobody's money leaves under a miner's hands.
    function redeemThawing(uint256 who, uint256 miner) external {
        uint256 i = _ownCounter(who, miner);
        Counter storage counter = _counters[i];
        PayerAccounts.Channel memory channel = escrow.channelOf(counter.payer, counter.miner);
        if (channel.thawing == 0) return;
        uint64 paid = _show(i, _signedBy(counter, counter.paid + channel.deposit));
        if (paid != channel.deposit) _thawingUnpaid++;
    }

    /// @dev Any voucher that was shown before: what it says was paid, or is owed.
    function replay(uint256 which) external {
        if (_shown.length == 0) return;
        Escrow.Claim memory claim = _shown[which % _shown.length];
        for (uint256 i = 0; i < _counters.length; i++) {
            if (_counters[i].session != claim.session || _counters[i].miner != claim.miner) continue;
            bool isPaid = claim.cumulative <= _counters[i].paid;
            uint64 paid = _show(i, claim);
            if (isPaid && paid != 0) _replaysPaid++;
            return;
        }
    }

    /// @dev A voucher with one field that nobody signed.
    function forge(uint256 which, uint256 field, uint64 more) external {
        Counter storage counter = _counters[which % _counters.length];
        Escrow.Claim memory claim = _signedBy(counter, counter.paid + uint64(_within(more, 1, 1_000)));
        uint256 one = field % 7;
        if (one == 0) claim.payer = counter.payer == _payers[0] ? _payers[1] : _payers[0];
        else if (one == 1) claim.session = vm.addr(0xe0);
        else if (one == 2) claim.miner = _miners[(_indexOf(counter.miner) + 1) % MINERS];
        else if (one == 3) claim.collection = "model";
        else if (one == 4) claim.cumulative += 1;
        else if (one == 5) claim.signature = _signFor(counter.key, _hashOf(claim, address(escrow)), keccak256("fork"));
        else claim.signature = _sign(counter.key, _hashOf(claim, address(vault)));
        uint256 before = _reached();
        _redeem(claim);
        if (_reached() != before) _forgeriesPaid++;
    }

    // --- strangers ---------------------------------------------------------------------------------------------------------

    /// @dev Gifts of a credit to everything a stranger can give to. Nothing that anybody waits for or counts on gets worse.
    function dust(uint256 who, uint256 miner) external {
        (address payer_, address miner_) = (_payer(who), _miners[miner % MINERS]);
        (uint64 assured, uint256 ends) = (escrow.assuredTo(payer_, miner_), _thawEnds(payer_, miner_));
        escrow.depositFor(payer_, 1);
        vault.credit(registry.ownerOf(miner_), 1);
        token.transfer(address(escrow), 1);
        _paidIn += 1;
        _donated += 1;
        if (escrow.assuredTo(payer_, miner_) != assured || _thawEnds(payer_, miner_) != ends) _dustHurt++;
    }

    function burn() external {
        uint256 before = token.totalSupply();
        escrow.burn();
        _burned += before - token.totalSupply();
    }

    // --- the hands ---------------------------------------------------------------------------------------------------------

    function _redeemOn(uint256 i, uint64 more) private {
        Counter storage counter = _counters[i];
        // Mostly onwards, now and then an older one.
        uint64 cumulative = more % 5 == 0 ? counter.signed - counter.signed / 3 : counter.signed + more;
        _show(i, _signedBy(counter, cumulative));
    }

    /// @dev Shows a claim, and measures what it paid; nobody else's money may have moved.
    function _show(uint256 i, Escrow.Claim memory claim) internal returns (uint64 paid) {
        Counter storage counter = _counters[i];
        (uint256 before, bytes32 others) = (_reached(), _othersOf(counter));
        Escrow.Outcome memory outcome = _redeem(claim);
        paid = uint64(_reached() - before);
        _equal(outcome.paid, paid, "pays what it says");
        if (_othersOf(counter) != others) _othersTouched++;
        _redeemed += paid;
        _note(counter, claim, outcome);
        _shown.push(claim);
    }

    function _note(Counter storage counter, Escrow.Claim memory claim, Escrow.Outcome memory outcome) private {
        counter.paid += outcome.paid;
        // What a grant's limit or a revocation cuts is not owed.
        bool isDue = outcome.reason == Escrow.Reason.None || outcome.reason == Escrow.Reason.PaidInPart;
        if (isDue && claim.cumulative > counter.shown) {
            bool isCut = counter.grant != 0;
            counter.shown = isCut ? 0 : claim.cumulative;
        }
        uint64 claimed = escrow.claimedOf(counter.payer, counter.session, counter.miner, 0);
        if (claimed < counter.paid) _countersBack++;
    }

    function _signedBy(Counter storage counter, uint64 cumulative) internal returns (Escrow.Claim memory) {
        if (cumulative > counter.signed) counter.signed = cumulative;
        return _voucherOf(counter.key, counter.payer, counter.miner, 0, counter.grant, cumulative);
    }

    /// @dev What left payers so far, as the world sees it.
    function _reached() internal view returns (uint256) {
        return token.balanceOf(address(vault)) + escrow.unburned() + _burned;
    }

    /// @dev All that no claim of this counter may touch: other payers, and this payer's channels with other miners.
    function _othersOf(Counter storage counter) private view returns (bytes32 digest) {
        for (uint256 i = 0; i < PAYERS; i++) {
            bool isSelf = _payers[i] == counter.payer;
            if (!isSelf) {
                digest = keccak256(
                    abi.encode(digest, escrow.accountOf(_payers[i]), escrow.channelOf(_payers[i], address(0)))
                );
            }
            for (uint256 j = 0; j < MINERS; j++) {
                if (isSelf && _miners[j] == counter.miner) continue;
                digest = keccak256(abi.encode(digest, escrow.channelOf(_payers[i], _miners[j])));
            }
        }
    }

    function _thawEnds(address payer_, address miner) private view returns (uint256) {
        return uint256(keccak256(
                abi.encode(
                    escrow.accountOf(payer_).thawEnd,
                    escrow.accountOf(payer_).thawing,
                    escrow.channelOf(payer_, miner),
                    escrow.channelOf(payer_, address(0))
                )
            ));
    }

    function _payer(uint256 who) internal view returns (address) {
        return _payers[who % PAYERS];
    }

    /// @dev A miner's channel, or as often the reserve.
    function _place(uint256 where) internal view returns (address) {
        return where % (2 * MINERS) >= MINERS ? address(0) : _miners[where % MINERS];
    }

    /// @dev Counters come in pairs: the payer's own, then the session's.
    function _ownCounter(uint256 who, uint256 miner) internal pure returns (uint256) {
        return ((who % PAYERS) * MINERS + miner % MINERS) * 2;
    }

    function _indexOf(address miner) private view returns (uint256 i) {
        while (_miners[i] != miner) i++;
    }
}
