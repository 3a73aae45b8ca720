// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Signature} from "./Structs.sol";

/// @title A network's signing domain
/// @notice EIP-712 with a name, a version, the chain and a salt of the network's id. No verifying contract: one signature is
/// judged by several contracts and by peers without a chain. Vouchers and grants name their escrow in a field of their own.
abstract contract MeshDomain {
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)");

    /// @notice keccak256 of the network id's UTF-8 bytes.
    bytes32 public immutable networkSalt;
    uint256 private immutable _chainIdAtStart;
    bytes32 private immutable _separatorAtStart;

    constructor(bytes32 salt) {
        networkSalt = salt;
        _chainIdAtStart = block.chainid;
        _separatorAtStart = _separator(salt);
    }

    /// @notice The domain separator of this network on this chain; a fork of the chain with another id has its own.
    function domainSeparator() public view returns (bytes32) {
        return block.chainid == _chainIdAtStart ? _separatorAtStart : _separator(networkSalt);
    }

    /// @dev The signer of a struct, or zero where the signature is malformed or its s is high.
    function _signerOf(bytes32 structHash, Signature calldata signature) internal view returns (address) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domainSeparator(), structHash));
        (address signer,,) = ECDSA.tryRecover(digest, signature.r, signature.vs);
        return signer;
    }

    function _separator(bytes32 salt) private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, keccak256("AITBC Mesh"), keccak256("1"), block.chainid, salt));
    }
}
