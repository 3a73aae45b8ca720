// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Escrow} from "../../src/pay/Escrow.sol";
import {PayerAccounts} from "../../src/pay/PayerAccounts.sol";
import {IdentityRegistry} from "../../src/identity/IdentityRegistry.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

contract EscrowTest is World {
    uint64 private constant CHANNEL = 10_000;

    function setUp() public override {
        super.setUp();
        _bind(OWNER, OPERATOR);
        _deposit(payer, 100_000);
        _fund(payer, operator, CHANNEL);
    }

    // --- what a voucher pays -----------------------------------------------------------------------------------------------

    function test_paysTheMinersOwnerLessTheFee() public {
        vm.expectEmit(address(escrow));
        emit Escrow.Redeemed(payer, operator, owner, payer, 0, 1_000, 1_000, 10);
        _paid(_voucher(PAYER, operator, 1_000), 1_000, Escrow.Reason.None);
        (, uint64 locked) = vault.earningsOf(owner);
        _equal(locked, 990, "earned");
        _equal(escrow.unburned(), 10, "fee");
        _equal(escrow.channelOf(payer, operator).deposit, CHANNEL - 1_000, "channel");
        _equal(escrow.channelOf(payer, operator).claimed, 1_000, "claimed");
        _equal(escrow.claimedOf(payer, payer, operator, 0), 1_000, "claimedOf");
        _equal(token.balanceOf(address(vault)), 990, "moved");
    }

    function test_paysTheDifferenceToWhatWasPaid() public {
        _paid(_voucher(PAYER, operator, 1_000), 1_000, Escrow.Reason.None);
        _paid(_voucher(PAYER, operator, 1_000), 0, Escrow.Reason.NothingDue);
        _paid(_voucher(PAYER, operator, 999), 0, Escrow.Reason.NothingDue);
        _paid(_voucher(PAYER, operator, 0), 0, Escrow.Reason.NothingDue);
        _paid(_voucher(PAYER, operator, 1_001), 1, Escrow.Reason.None);
        _equal(escrow.unburned(), 10, "a fee is rounded down");
    }

    function test_whoRelaysGetsNothing() public {
        Escrow.Claim[] memory claims = new Escrow.Claim[](1);
        claims[0] = _voucher(PAYER, operator, 1_000);
        vm.prank(vm.addr(0xbad));
        escrow.redeem(claims);
        _equal(token.balanceOf(vm.addr(0xbad)), 0, "nothing");
        (, uint64 locked) = vault.earningsOf(vm.addr(0xbad));
        _equal(locked, 0, "nothing");
    }

    function test_countersOfSessionsAndCollectionsAreSeparate() public {
        _paid(_voucher(PAYER, operator, 1_000), 1_000, Escrow.Reason.None);
        _paid(_voucherOf(PAYER, payer, operator, "model", 0, 700), 700, Escrow.Reason.None);
        _paid(_voucherOf(PAYER, payer, operator, "model", 0, 700), 0, Escrow.Reason.NothingDue);
        _equal(escrow.claimedOf(payer, payer, operator, "model"), 700, "model");
        _equal(escrow.claimedOf(payer, payer, operator, 0), 1_000, "none");
        _equal(escrow.channelOf(payer, operator).deposit, CHANNEL - 1_700, "one channel pays both");
    }

    function test_paysFromTheChannelThenTheReserveThenTheBalance() public {
        _fund(payer, address(0), 6_400);
        _paid(_voucher(PAYER, operator, CHANNEL + 40), CHANNEL + 40, Escrow.Reason.None);
        _equal(escrow.channelOf(payer, operator).deposit, 0, "channel");
        _equal(escrow.channelOf(payer, address(0)).deposit, 6_360, "reserve");
        _equal(escrow.accountOf(payer).balance, 83_600, "balance");
        _paid(_voucher(PAYER, operator, CHANNEL + 200), 160, Escrow.Reason.None);
        _equal(escrow.channelOf(payer, address(0)).deposit, 6_300, "reserve: a share and no more");
        _equal(escrow.accountOf(payer).balance, 83_500, "balance");
        _paid(_voucher(PAYER, operator, CHANNEL + 300), 100, Escrow.Reason.None);
        _equal(escrow.channelOf(payer, address(0)).deposit, 6_300, "and not again");
    }

    function test_whatThawsStillPays() public {
        _thawChannel(payer, operator, CHANNEL);
        vm.prank(payer);
        escrow.thaw(90_000);
        _paid(_voucher(PAYER, operator, CHANNEL + 1_000), CHANNEL + 1_000, Escrow.Reason.None);
        _equal(escrow.channelOf(payer, operator).thawing, 0, "channel");
        _equal(escrow.accountOf(payer).thawing, 89_000, "balance");
        vm.warp(START + ESCROW_THAW);
        vm.prank(payer);
        _equal(escrow.withdraw(), 89_000, "what is left");
    }

    function test_aBatchPaysEachOwnerInOneTransfer() public {
        _bind(0xa2, 0xb2);
        _bind(OWNER, 0xb3);
        _fund(payer, vm.addr(0xb2), 1_000);
        _fund(payer, vm.addr(0xb3), 1_000);
        Escrow.Claim[] memory claims = new Escrow.Claim[](5);
        claims[0] = _voucher(PAYER, operator, 100);
        claims[1] = _voucher(PAYER, vm.addr(0xb3), 100);
        claims[2] = _voucher(PAYER, vm.addr(0xb2), 300);
        claims[3] = _voucher(PAYER, vm.addr(0xb7), 300); // bound to nobody
        claims[4] = _voucher(PAYER, operator, 400);
        Escrow.Outcome[] memory outcomes = escrow.redeem(claims);
        _outcome(outcomes[0], 100, Escrow.Reason.None);
        _outcome(outcomes[1], 100, Escrow.Reason.None);
        _outcome(outcomes[2], 300, Escrow.Reason.None);
        _outcome(outcomes[3], 0, Escrow.Reason.OperatorUnknown);
        _outcome(outcomes[4], 300, Escrow.Reason.None);
        (, uint64 first) = vault.earningsOf(owner);
        (, uint64 second) = vault.earningsOf(vm.addr(0xa2));
        _equal(first, 495, "owner");
        _equal(second, 297, "another");
        _equal(escrow.unburned(), 8, "fees");
        _equal(escrow.redeem(new Escrow.Claim[](0)).length, 0, "an empty batch");
    }

    function test_paysForAnOperatorThatWasRevokedOrTombstoned() public {
        vm.prank(owner);
        registry.revoke(operator);
        vm.warp(START + 400 days);
        vm.prank(address(slasher));
        registry.punish("offence", operator);
        _paid(_voucher(PAYER, operator, 1_000), 1_000, Escrow.Reason.None);
    }

    // --- vouchers that are not good ----------------------------------------------------------------------------------------

    function test_paysNoVoucherThatSaysAnythingElse() public {
        Escrow.Claim memory good = _voucher(PAYER, operator, 1_000);
        address other = vm.addr(0xc2);
        Escrow.Claim memory claim = _copy(good);
        (claim.payer, claim.session) = (other, other);
        _refused(claim);
        claim = _copy(good);
        claim.session = other;
        _refused(claim);
        _bind(OWNER, 0xb2);
        claim = _copy(good);
        claim.miner = vm.addr(0xb2);
        _refused(claim);
        claim = _copy(good);
        claim.collection = "model";
        _refused(claim);
        claim = _copy(good);
        claim.grant = "grant";
        _refused(claim);
        claim = _copy(good);
        claim.cumulative = 1_001;
        _refused(claim);
        claim = _copy(good);
        claim.agreementsHash = "others";
        _refused(claim);
        _paid(good, 1_000, Escrow.Reason.None);
    }

    function test_paysNoVoucherOfAnotherEscrowNetworkOrChain() public {
        Escrow.Claim memory claim = _voucher(PAYER, operator, 1_000);
        claim.signature = _sign(PAYER, _hashOf(claim, address(this)));
        _refused(claim);
        IdentityRegistry elsewhere = new IdentityRegistry(address(manager), keccak256("testnet"), REVOKE);
        claim.signature = _signFor(PAYER, _hashOf(claim, address(escrow)), elsewhere.domainSeparator());
        _refused(claim);
        claim = _voucher(PAYER, operator, 1_000);
        vm.chainId(1);
        _refused(claim);
    }

    function test_paysNoMalformedSignature() public {
        Escrow.Claim memory claim = _voucher(PAYER, operator, 1_000);
        // The same signature with its high s: the other root, and the other parity.
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        uint256 s = uint256(claim.signature.vs) & (type(uint256).max >> 1);
        bytes32 low = claim.signature.vs;
        claim.signature.vs = bytes32((n - s) | (((uint256(low) >> 255) ^ 1) << 255));
        _refused(claim);
        claim.signature.vs = low ^ bytes32(uint256(1) << 255);
        _refused(claim);
        claim.signature.vs = 0;
        _refused(claim);
        (claim.signature.r, claim.signature.vs) = (0, low);
        _refused(claim);
    }

    function test_paysNobodyThatIsNobody() public {
        Escrow.Claim memory claim = _voucher(PAYER, operator, 1_000);
        (claim.payer, claim.session) = (address(0), address(0));
        claim.signature.r = 0;
        _refused(claim);
        // The reserve's place is no miner.
        _outcome(_redeem(_voucher(PAYER, address(0), 1)), 0, Escrow.Reason.OperatorUnknown);
    }

    function test_whatThePayerSignsItselfIsUnderNoGrant() public {
        _paid(_voucherOf(PAYER, payer, operator, 0, "grant", 1_000), 0, Escrow.Reason.GrantUnknown);
    }

    // --- what a payer cannot pay -------------------------------------------------------------------------------------------

    function test_paysInPartAndNotesWhatIsOwed() public {
        address poor = _poor(1_000);
        Escrow.Claim memory claim = _voucher(0xc2, operator, 1_500);
        vm.expectEmit(address(escrow));
        emit Escrow.Overdrawn(poor, operator, 500);
        _paid(claim, 1_000, Escrow.Reason.PaidInPart);
        _owed(poor, 500);
        _paid(claim, 0, Escrow.Reason.PaidInPart);
        _owed(poor, 500);
        _deposit(poor, 200);
        _paid(claim, 200, Escrow.Reason.PaidInPart);
        _owed(poor, 300);
        _deposit(poor, 400);
        _paid(claim, 300, Escrow.Reason.None);
        _owed(poor, 0);
        _true(!escrow.channelOf(poor, operator).short, "short no more");
        _paid(_voucher(0xc2, operator, 1_550), 50, Escrow.Reason.None);
        _owed(poor, 0);
    }

    function test_aLowerVoucherOfItsOwnRidsNoPayerOfWhatItOwes() public {
        address poor = _poor(1_000);
        _paid(_voucher(0xc2, operator, 1_500), 1_000, Escrow.Reason.PaidInPart);
        _deposit(poor, 1);
        _paid(_voucher(0xc2, operator, 1_001), 1, Escrow.Reason.None);
        _owed(poor, 499);
        _paid(_voucher(0xc2, operator, 1_002), 0, Escrow.Reason.PaidInPart);
        _owed(poor, 499);
        _deposit(poor, 499);
        _paid(_voucher(0xc2, operator, 1_500), 499, Escrow.Reason.None);
        _owed(poor, 0);
    }

    function test_owesOnEachCounter() public {
        address poor = _poor(0);
        _paid(_voucher(0xc2, operator, 500), 0, Escrow.Reason.PaidInPart);
        _paid(_voucherOf(0xc2, poor, operator, "model", 0, 300), 0, Escrow.Reason.PaidInPart);
        _equal(escrow.accountOf(poor).owed, 800, "in all");
        _equal(escrow.owedOn(poor, poor, operator, 0), 500, "none");
        _equal(escrow.owedOn(poor, poor, operator, "model"), 300, "model");
        _deposit(poor, 300);
        _paid(_voucherOf(0xc2, poor, operator, "model", 0, 300), 300, Escrow.Reason.None);
        _equal(escrow.accountOf(poor).owed, 500, "in all");
    }

    function test_noPayersDebtKeepsOthersFromBeingPaid() public {
        address poor = _poor(0);
        for (uint256 i = 0; i < 3; i++) {
            _paid(_voucherOf(0xc2, poor, operator, bytes32(i), 0, type(uint64).max), 0, Escrow.Reason.PaidInPart);
        }
        _equal(escrow.accountOf(poor).owed, 3 * uint256(type(uint64).max), "owed");
        Escrow.Claim[] memory claims = new Escrow.Claim[](2);
        claims[0] = _voucherOf(0xc2, poor, operator, "another", 0, type(uint64).max);
        claims[1] = _voucher(PAYER, operator, 1_000);
        Escrow.Outcome[] memory outcomes = escrow.redeem(claims);
        _outcome(outcomes[0], 0, Escrow.Reason.PaidInPart);
        _outcome(outcomes[1], 1_000, Escrow.Reason.None);
    }

    function test_aClientThatThawsWhileItOwesIsPaidOutOnlyTheRest() public {
        address poor = _poor(1_000);
        vm.prank(poor);
        escrow.thaw(1_000);
        _paid(_voucher(0xc2, operator, 800), 800, Escrow.Reason.None);
        vm.warp(START + ESCROW_THAW);
        vm.prank(poor);
        _equal(escrow.withdraw(), 200, "the rest");
    }

    // --- making one --------------------------------------------------------------------------------------------------------

    function test_isMadeWithAFeeOfATenthAtMost() public {
        vm.expectRevert(abi.encodeWithSelector(PayerAccounts.AmountAbove.selector, 1_001, 1_000));
        new Escrow(SALT, registry, vault, true, 1_001, ESCROW_THAW, REVOKE);
        Escrow most = new Escrow(SALT, registry, vault, true, 1_000, ESCROW_THAW, REVOKE);
        _equal(most.feeBasisPoints(), 1_000, "fee");
        _equal(address(most.token()), address(token), "token");
        _equal(address(most.vault()), address(vault), "vault");
        _equal(address(most.registry()), address(registry), "registry");
        _equal(most.revokeDelaySeconds(), REVOKE, "revoke");
        _equal(IERC20(address(token)).allowance(address(most), address(vault)), type(uint256).max, "allowance");
    }

    /// @dev In any order of any vouchers a counter pays what the highest one says, once.
    function testFuzz_paysTheHighestVoucherOnce(uint64[12] memory cumulatives, uint64 channel) public {
        address payer_ = vm.addr(0xc2);
        channel = uint64(_within(channel, 1, 1_000_000));
        _deposit(payer_, channel);
        _fund(payer_, operator, channel);
        (uint256 highest, uint256 paid) = (0, 0);
        for (uint256 i = 0; i < cumulatives.length; i++) {
            uint64 cumulative = uint64(_within(cumulatives[i], 0, 1_500_000));
            if (cumulative > highest) highest = cumulative;
            paid += _redeem(_voucher(0xc2, operator, cumulative)).paid;
            uint256 due = highest < channel ? highest : channel;
            _equal(paid, due, "paid");
            _equal(escrow.claimedOf(payer_, payer_, operator, 0), paid, "claimed");
            _equal(escrow.accountOf(payer_).owed, highest - paid, "owed");
        }
        (, uint64 earned) = vault.earningsOf(owner);
        _equal(earned + escrow.unburned(), paid, "conserved");
    }

    // --- the hands ---------------------------------------------------------------------------------------------------------

    function _poor(uint64 amount) private returns (address poor) {
        poor = vm.addr(0xc2);
        if (amount != 0) _deposit(poor, amount);
    }

    function _owed(address payer_, uint64 owed) private view {
        _equal(escrow.accountOf(payer_).owed, owed, "owed");
        _equal(escrow.owedOn(payer_, payer_, operator, 0), owed, "owed on the counter");
    }

    function _paid(Escrow.Claim memory claim, uint64 paid, Escrow.Reason reason) private {
        _outcome(_redeem(claim), paid, reason);
    }

    function _refused(Escrow.Claim memory claim) private {
        _outcome(_redeem(claim), 0, Escrow.Reason.FalseSignature);
    }

    function _outcome(Escrow.Outcome memory outcome, uint64 paid, Escrow.Reason reason) private pure {
        _equal(uint256(outcome.reason), uint256(reason), "reason");
        _equal(outcome.paid, paid, "paid");
    }

    function _copy(Escrow.Claim memory claim) private pure returns (Escrow.Claim memory) {
        return abi.decode(abi.encode(claim), (Escrow.Claim));
    }
}
