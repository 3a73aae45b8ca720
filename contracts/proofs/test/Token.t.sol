// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Escrow} from "../../src/pay/Escrow.sol";
import {StakeVault} from "../../src/stake/StakeVault.sol";
import {Burner} from "../../src/token/Burner.sol";
import {World} from "../support/World.sol";
import {vm} from "../support/Vm.sol";

/// @notice Somebody else's token: no permit, no burn.
contract PlainToken is ERC20("Plain", "PLAIN") {
    constructor(address holder, uint256 supply) {
        _mint(holder, supply);
    }
}

contract TokenTest is World {
    bytes32 private constant PERMIT =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    function test_isAPlainTokenWithAFixedSupply() public view {
        _equal(token.totalSupply(), SUPPLY, "supply");
        _equal(token.balanceOf(address(this)), SUPPLY, "all to its holder");
        _equal(token.decimals(), 6, "decimals");
        _equal(keccak256(bytes(token.symbol())), keccak256("MESH"), "symbol");
    }

    // --- burning -----------------------------------------------------------------------------------------------------------

    function test_burnsWhatIsSetAsideButForOneCredit() public {
        _bind(OWNER, OPERATOR);
        _deposit(payer, 10_000);
        escrow.burn();
        _equal(token.totalSupply(), SUPPLY, "nothing to burn");
        _redeem(_voucher(PAYER, operator, 10_000));
        _equal(escrow.unburned(), 100, "set aside");
        vm.expectEmit(address(escrow));
        emit Burner.Burned(99);
        vm.prank(relayer);
        escrow.burn();
        _equal(escrow.unburned(), 1, "one stays");
        _equal(token.totalSupply(), SUPPLY - 99, "burned");
        escrow.burn();
        _equal(token.totalSupply(), SUPPLY - 99, "and goes on staying");
        _equal(token.balanceOf(address(escrow)), 1, "there");
    }

    function test_sendsATokenThatCannotBurnWhereNobodyHasAKey() public {
        PlainToken plain = new PlainToken(address(this), 1_000_000);
        AccessManager own = new AccessManager(address(this));
        StakeVault other = new StakeVault(address(own), IERC20(address(plain)), false, STAKE_THAW, EVIDENCE, BUCKET);
        bytes4[] memory slash = new bytes4[](1);
        slash[0] = other.slash.selector;
        own.setTargetFunctionRole(address(other), slash, COURT);
        own.grantRole(COURT, address(slasher), 0);
        plain.approve(address(other), 1_000);
        other.stakeFor(owner, 1_000);
        vm.prank(address(slasher));
        other.slash(StakeVault.SlashOrder("a", owner, 10_000, 0, address(0), 0, address(0)));
        other.burn();
        _equal(plain.balanceOf(other.DEAD()), 999, "dead");
        _equal(plain.balanceOf(address(other)), 1, "one stays");
    }

    function test_refusesATokenThatCreditsCannotCount() public {
        PlainToken most = new PlainToken(address(this), type(uint64).max);
        new StakeVault(address(manager), IERC20(address(most)), false, STAKE_THAW, EVIDENCE, BUCKET);
        PlainToken more = new PlainToken(address(this), uint256(type(uint64).max) + 1);
        vm.expectRevert(abi.encodeWithSelector(Burner.SupplyAboveCredits.selector, uint256(type(uint64).max) + 1));
        new StakeVault(address(manager), IERC20(address(more)), false, STAKE_THAW, EVIDENCE, BUCKET);
    }

    // --- permits -----------------------------------------------------------------------------------------------------------

    function test_approvesAndActsInOneTransaction() public {
        token.transfer(payer, 1_000);
        bytes[] memory calls = new bytes[](2);
        calls[0] = _permitCall(address(escrow), 1_000);
        calls[1] = abi.encodeCall(escrow.deposit, (1_000));
        vm.prank(payer);
        escrow.multicall(calls);
        _equal(escrow.accountOf(payer).balance, 1_000, "deposited");
        token.transfer(payer, 500);
        calls[0] = _permitCall(address(vault), 500);
        calls[1] = abi.encodeCall(vault.stake, (500));
        vm.prank(payer);
        vault.multicall(calls);
        _equal(vault.accountOf(payer).total, 500, "staked");
    }

    function test_aPermitThatSomebodyElseUsedFirstIsNoFailure() public {
        token.transfer(payer, 1_000);
        bytes[] memory calls = new bytes[](2);
        calls[0] = _permitCall(address(escrow), 1_000);
        calls[1] = abi.encodeCall(escrow.deposit, (1_000));
        (uint8 v, bytes32 r, bytes32 s) = _permit(address(escrow), 1_000);
        vm.prank(relayer);
        token.permit(payer, address(escrow), 1_000, block.timestamp, v, r, s);
        vm.prank(payer);
        escrow.multicall(calls);
        _equal(escrow.accountOf(payer).balance, 1_000, "deposited");
    }

    function test_aFalsePermitGivesNoAllowance() public {
        token.transfer(payer, 1_000);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(escrow.takePermit, (1_000, block.timestamp, 27, bytes32("r"), bytes32("s")));
        calls[1] = abi.encodeCall(escrow.deposit, (1_000));
        vm.prank(payer);
        vm.expectRevert();
        escrow.multicall(calls);
    }

    function test_takesAPermitOfItsCallerOnly() public {
        token.transfer(payer, 1_000);
        (uint8 v, bytes32 r, bytes32 s) = _permit(address(escrow), 1_000);
        vm.prank(relayer);
        escrow.takePermit(1_000, block.timestamp, v, r, s);
        _equal(token.allowance(payer, address(escrow)), 0, "not the relayer's to use here");
    }

    function test_aTokenWithoutPermitIsApprovedBefore() public {
        PlainToken plain = new PlainToken(address(this), 1_000_000);
        StakeVault other =
            new StakeVault(address(manager), IERC20(address(plain)), false, STAKE_THAW, EVIDENCE, BUCKET);
        Escrow pay = new Escrow(SALT, registry, other, false, FEE, ESCROW_THAW, REVOKE);
        pay.takePermit(1_000, block.timestamp, 27, bytes32("r"), bytes32("s"));
        plain.approve(address(pay), 1_000);
        pay.deposit(1_000);
        _equal(pay.accountOf(address(this)).balance, 1_000, "deposited");
    }

    function _permitCall(address spender, uint256 value) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = _permit(spender, value);
        return abi.encodeCall(escrow.takePermit, (value, block.timestamp, v, r, s));
    }

    function _permit(address spender, uint256 value) private view returns (uint8, bytes32, bytes32) {
        bytes32 hash = keccak256(abi.encode(PERMIT, payer, spender, value, token.nonces(payer), block.timestamp));
        return vm.sign(PAYER, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), hash)));
    }
}
