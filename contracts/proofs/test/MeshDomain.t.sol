// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signature} from "../../src/statements/Structs.sol";
import {Proof} from "../support/Proof.sol";
import {StructHashHarness} from "../support/StructHashHarness.sol";
import {vm} from "../support/Vm.sol";

contract MeshDomainTest is Proof {
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    bytes32 private constant STRUCT = "a struct's hash";

    StructHashHarness private _domain = new StructHashHarness("network");

    function test_recoversWhoSigned() public view {
        Signature memory signature = _signed(STRUCT);
        _equal(_domain.signerOf(STRUCT, signature), vm.addr(1), "signer");
        _true(_domain.signerOf("another", signature) != vm.addr(1), "of this struct");
        signature.vs ^= bytes32(uint256(1) << 255);
        _true(_domain.signerOf(STRUCT, signature) != vm.addr(1), "with this parity");
    }

    /// @dev ERC-2098 has no room for most high s: the top bit is the parity's. Where one fits, it is nobody's signature.
    function test_takesNoHighS() public view {
        bytes32 r = _signed(STRUCT).r;
        uint256[3] memory high = [N / 2 + 1, N / 2 + 2, (uint256(1) << 255) - 1];
        for (uint256 i = 0; i < high.length; i++) {
            for (uint256 parity = 0; parity < 2; parity++) {
                address signer = _domain.signerOf(STRUCT, Signature(r, bytes32(high[i] | (parity << 255))));
                _equal(signer, address(0), "high");
            }
        }
        _true(_domain.signerOf(STRUCT, Signature(r, bytes32(N / 2))) != address(0), "the largest low one");
    }

    function test_takesNoZerosForASignature() public view {
        bytes32 r = _signed(STRUCT).r;
        _equal(_domain.signerOf(STRUCT, Signature(0, 0)), address(0), "zeros");
        _equal(_domain.signerOf(STRUCT, Signature(r, 0)), address(0), "s");
        _equal(_domain.signerOf(STRUCT, Signature(0, bytes32(uint256(1)))), address(0), "r");
        _equal(_domain.signerOf(STRUCT, Signature(bytes32(N), bytes32(uint256(1)))), address(0), "r beyond the order");
    }

    /// @dev The separator is kept from the start, and made anew where the chain's id has changed since.
    function test_hasADomainForEachChainAndNetwork() public {
        bytes32 here = _domain.domainSeparator();
        _true(new StructHashHarness("other").domainSeparator() != here, "network");
        vm.chainId(5);
        bytes32 there = _domain.domainSeparator();
        _true(there != here, "chain");
        _equal(new StructHashHarness("network").domainSeparator(), there, "as one that starts there");
        vm.chainId(31_337);
        _equal(_domain.domainSeparator(), here, "and back");
    }

    function _signed(bytes32 structHash) private view returns (Signature memory) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain.domainSeparator(), structHash));
        (bytes32 r, bytes32 vs) = vm.signCompact(1, digest);
        return Signature(r, vs);
    }
}
