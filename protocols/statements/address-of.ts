/** The EVM address of a secp256k1 key: the last 20 bytes of keccak256 of its uncompressed point, without the 0x04. */
import { toHex } from '../kernel/bytes.ts'
import type { Address } from '../kernel/ids.ts'
import type { Crypto } from '../kernel/ports.ts'

/** `publicKey` is compressed (33 bytes); `undefined` where it is no point of the curve. */
export function addressOf(
  crypto: Pick<Crypto, 'keccak256' | 'uncompress'>,
  publicKey: Uint8Array,
): Address | undefined {
  const point = crypto.uncompress(publicKey)
  return point === undefined ? undefined : addressOfPoint(crypto, point)
}

/** `point` is uncompressed (65 bytes). */
export function addressOfPoint(crypto: Pick<Crypto, 'keccak256'>, point: Uint8Array): Address {
  return toHex(crypto.keccak256(point.subarray(1)).subarray(12)) as Address
}
