/**
 * A network's signing domain: EIP-712 with a name, a version, the chain and a salt of the network's id, and no verifying
 * contract, because one signature is judged by several contracts and by peers without a chain.
 */
import { toHex } from '../kernel/bytes.ts'
import type { Hash32, NetworkId } from '../kernel/ids.ts'
import type { Hasher } from '../kernel/ports.ts'

export interface NetworkDomain {
  readonly networkId: NetworkId
  readonly chainId: bigint
}

export const DOMAIN_NAME = 'AITBC Mesh'
export const DOMAIN_VERSION = '1'
export const DOMAIN_TYPE_STRING = 'EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)'

const encoder = new TextEncoder()

/** keccak256 of the network id's UTF-8 bytes. */
export function networkSalt(hasher: Pick<Hasher, 'keccak256'>, networkId: NetworkId): Hash32 {
  return toHex(hasher.keccak256(encoder.encode(networkId))) as Hash32
}

/** First 8 hexadecimal digits of the salt, without `0x`: part of every protocol, topic and DHT id. */
export function networkTag(hasher: Pick<Hasher, 'keccak256'>, networkId: NetworkId): string {
  return networkSalt(hasher, networkId).slice(2, 10)
}

/** 32 bytes. @throws RangeError where the chain id is no uint256. */
export function domainSeparator(hasher: Pick<Hasher, 'keccak256'>, domain: NetworkDomain): Uint8Array<ArrayBuffer> {
  if (domain.chainId < 0n || domain.chainId >= 2n ** 256n) throw new RangeError('a chain id is a uint256')
  const words = new Uint8Array(5 * 32)
  words.set(hasher.keccak256(encoder.encode(DOMAIN_TYPE_STRING)), 0)
  words.set(hasher.keccak256(encoder.encode(DOMAIN_NAME)), 32)
  words.set(hasher.keccak256(encoder.encode(DOMAIN_VERSION)), 64)
  for (let at = 127, left = domain.chainId; left > 0n; at--, left >>= 8n) words[at] = Number(left & 0xffn)
  words.set(hasher.keccak256(encoder.encode(domain.networkId)), 128)
  return hasher.keccak256(words)
}
