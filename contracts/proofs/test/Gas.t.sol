// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceSlasher} from "../../src/evidence/EvidenceSlasher.sol";
import {LeaseSlasher} from "../../src/evidence/LeaseSlasher.sol";
import {Escrow} from "../../src/pay/Escrow.sol";
import {SessionGrants} from "../../src/pay/SessionGrants.sol";
import {Agreement} from "../../src/statements/Structs.sol";
import {StructHashes} from "../../src/statements/StructHashes.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

/// @notice What operations cost as transactions of their own: base fee and calldata included, refunds taken off. Run isolated, so
/// that each call finds storage cold, as a transaction does.
contract GasTest is World {
    uint64 private constant JOB = 1_000_000;

    function setUp() public override {
        super.setUp();
        _bind(OWNER, OPERATOR);
        _stake(owner, 100 * JOB);
        _deposit(payer, 1_000 * JOB);
        _fund(payer, operator, 500 * JOB);
        // Somebody has earned, and somebody was slashed: what every later transaction finds.
        _redeem(_voucher(PAYER, operator, JOB));
        _bind(0xa8, 0xb8);
        _stake(vm.addr(0xa8), 100 * JOB);
        slasher.showOfferHeads(_head(0xb8, 1, "a"), _head(0xb8, 1, "b"));
    }

    function test_redeem() public {
        _snapRedeem("redeem: payer-signed, next", _voucher(PAYER, operator, 2 * JOB));
        uint256 other = 0xc2;
        _deposit(vm.addr(other), 10 * JOB);
        _fund(vm.addr(other), operator, 5 * JOB);
        _snapRedeem("redeem: payer-signed, first on a channel", _voucher(other, operator, JOB));
    }

    /// @dev What of a redemption is the fee, and what the lock of earnings: with neither, it is the voucher's own cost.
    function test_partsOfARedemption() public {
        Escrow free = new Escrow(SALT, registry, vault, true, 0, ESCROW_THAW, REVOKE);
        (Escrow charged, uint64 twice) = (escrow, 2 * JOB);
        escrow = free;
        _deposit(payer, twice);
        _fund(payer, operator, twice);
        _snapRedeem("redeem: payer-signed, next, in an escrow without fee", _voucher(PAYER, operator, JOB));
        escrow = charged;
        vm.prank(address(escrow));
        vault.credit(owner, JOB);
        vm.snapshotGasLastCall("contracts", "earnings: credit alone, as a transaction");
    }

    function test_redeemInNewBucketAfterADay() public {
        vm.warp(block.timestamp + 1 days);
        _snapRedeem("redeem: payer-signed, first of the day", _voucher(PAYER, operator, 2 * JOB));
    }

    function test_redeemForAMinerThatNeverEarned() public {
        _bind(0xa2, 0xb2);
        _fund(payer, vm.addr(0xb2), 5 * JOB);
        _snapRedeem("redeem: payer-signed, miner's first", _voucher(PAYER, vm.addr(0xb2), JOB));
    }

    function test_redeemWithGrant() public {
        (SessionGrants.GrantProof memory proof, bytes32 hash) =
            _grant(100 * JOB, 50 * JOB, uint64(block.timestamp + 1 days), new bytes32[](0));
        Escrow.Claim[] memory claims = new Escrow.Claim[](1);
        claims[0] = _voucherOf(SESSION, payer, operator, 0, hash, JOB);
        SessionGrants.GrantProof[] memory grants = new SessionGrants.GrantProof[](1);
        grants[0] = proof;
        vm.prank(relayer);
        escrow.redeemWithGrants(grants, claims);
        vm.snapshotGasLastCall("contracts", "redeem: granted, first, grant registered with it");
        _snapRedeem("redeem: granted, next", _voucherOf(SESSION, payer, operator, 0, hash, 2 * JOB));
    }

    function test_redeemFromTheReserve() public {
        _fund(payer, address(0), 64 * JOB);
        _bind(OWNER, 0xb2);
        _snapRedeem("redeem: stranger's first, from the reserve", _voucher(PAYER, vm.addr(0xb2), JOB / 2));
        _snapRedeem("redeem: stranger's next, from the reserve", _voucher(PAYER, vm.addr(0xb2), JOB));
    }

    function test_redeemBatchOf100() public {
        Escrow.Claim[] memory claims = new Escrow.Claim[](100);
        for (uint256 round = 0; round < 2; round++) {
            for (uint256 i = 0; i < claims.length; i++) {
                uint256 key = 0x1000 + i;
                if (round == 0) {
                    _deposit(vm.addr(key), 10 * JOB);
                    _fund(vm.addr(key), operator, 5 * JOB);
                }
                claims[i] = _voucher(key, operator, uint64((round + 1) * JOB));
            }
            vm.prank(relayer);
            escrow.redeem(claims);
            vm.snapshotGasLastCall(
                "contracts", round == 0 ? "redeem: 100 channels, first on each" : "redeem: 100 channels, next"
            );
        }
    }

    function test_stake() public {
        address first = vm.addr(0xa9);
        token.transfer(first, 10 * JOB);
        vm.prank(first);
        token.approve(address(vault), type(uint256).max);
        vm.prank(first);
        vault.stake(2 * JOB);
        vm.snapshotGasLastCall("contracts", "stake: first");
        vm.prank(first);
        vault.stake(2 * JOB);
        vm.snapshotGasLastCall("contracts", "stake: again");
        vm.prank(first);
        vault.thaw(3 * JOB);
        vm.snapshotGasLastCall("contracts", "stake: thaw");
        vm.warp(block.timestamp + STAKE_THAW);
        vm.prank(first);
        vault.withdraw();
        vm.snapshotGasLastCall("contracts", "stake: withdraw");
    }

    function test_showReceipts() public {
        EvidenceSlasher.ProvenReceipt memory a = _amongMany(OPERATOR, _receipt(OPERATOR, "job", "a", JOB), 1);
        EvidenceSlasher.ProvenReceipt memory b = _amongMany(OPERATOR, _receipt(OPERATOR, "job", "b", JOB), 2);
        vm.prank(relayer);
        slasher.showReceipts(a, b);
        vm.snapshotGasLastCall("contracts", "contradiction: two receipts, batches of 64");
    }

    function test_showReceiptsOfAnAgreement() public {
        Agreement memory agreement;
        (agreement.operator, agreement.payer, agreement.priceMax) = (operator, payer, JOB);
        bytes32 job = StructHashes.hash(agreement);
        EvidenceSlasher.ProvenReceipt memory a = _amongMany(OPERATOR, _receipt(OPERATOR, job, "a", JOB), 1);
        EvidenceSlasher.ProvenReceipt memory b = _amongMany(OPERATOR, _receipt(OPERATOR, job, "b", JOB), 2);
        vm.prank(relayer);
        slasher.showReceiptsOf(a, b, agreement);
        vm.snapshotGasLastCall("contracts", "contradiction: two receipts and their victim");
    }

    function test_showOfferHeads() public {
        EvidenceSlasher.SignedOfferHead memory a = _head(OPERATOR, 7, "a");
        EvidenceSlasher.SignedOfferHead memory b = _head(OPERATOR, 7, "b");
        vm.prank(relayer);
        slasher.showOfferHeads(a, b);
        vm.snapshotGasLastCall("contracts", "contradiction: two offer heads");
    }

    function test_showLeases() public {
        LeaseSlasher.SignedLease memory a = _lease(OPERATOR, 0, "a");
        LeaseSlasher.SignedLease memory b = _lease(OPERATOR, 1800, "b");
        vm.prank(relayer);
        leaseCourt.showLeases(a, b);
        vm.snapshotGasLastCall("contracts", "contradiction: two leases");
    }

    function test_payers() public {
        address first = vm.addr(0xc9);
        token.transfer(first, 100 * JOB);
        vm.prank(first);
        token.approve(address(escrow), type(uint256).max);
        vm.prank(first);
        escrow.deposit(50 * JOB);
        vm.snapshotGasLastCall("contracts", "escrow: deposit, first");
        (address[] memory miners, uint64[] memory amounts) = (new address[](8), new uint64[](8));
        for (uint256 i = 0; i < 8; i++) (miners[i], amounts[i]) = (address(uint160(0x9000 + i)), JOB);
        vm.prank(first);
        escrow.fund(miners, amounts);
        vm.snapshotGasLastCall("contracts", "escrow: fund eight channels, first");
        vm.prank(first);
        escrow.fund(miners, amounts);
        vm.snapshotGasLastCall("contracts", "escrow: fund eight channels, again");
    }

    function test_otherParts() public {
        vm.prank(relayer);
        escrow.burn();
        vm.snapshotGasLastCall("contracts", "escrow: burn the fees");
        vm.warp(block.timestamp + EVIDENCE + BUCKET);
        vm.prank(owner);
        vault.withdrawEarnings();
        vm.snapshotGasLastCall("contracts", "earnings: withdraw");
    }

    function _snapRedeem(string memory name, Escrow.Claim memory claim) private {
        Escrow.Outcome memory outcome = _redeem(claim);
        vm.snapshotGasLastCall("contracts", name);
        _true(outcome.paid != 0 && outcome.reason == Escrow.Reason.None, name);
    }
}
