/**
 * ERC-2098: a recoverable signature in 64 bytes. r, then s with the y parity of R in its top bit, which is free because s is
 * low. Whoever implements the Verifier port takes signatures apart here, so that all of them refuse the same bytes.
 */

/** Half the order of secp256k1, rounded down: a larger s is the mirrored copy of a signature, and is refused. */
const S_MAX = Uint8Array.of(
  ...[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  ...[0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0],
)

export interface RecoverableSignature {
  /** r and s, 32 bytes each. */
  readonly rs: Uint8Array<ArrayBuffer>
  readonly yParity: 0 | 1
}

/** `undefined` where these are not 64 bytes or s is high. Whether r and s are in range is for the curve to say. */
export function splitErc2098(signature: Uint8Array): RecoverableSignature | undefined {
  if (signature.length !== 64) return undefined
  const rs = new Uint8Array(signature)
  const yParity = rs[32]! >= 0x80 ? 1 : 0
  rs[32]! &= 0x7f
  for (let i = 0; i < 32; i++) {
    const difference = rs[32 + i]! - S_MAX[i]!
    if (difference > 0) return undefined
    if (difference < 0) break
  }
  return { rs, yParity }
}

/** `rs` is r and a low s, 32 bytes each. */
export function joinErc2098(rs: Uint8Array, yParity: number): Uint8Array<ArrayBuffer> {
  const signature = new Uint8Array(rs)
  signature[32]! |= (yParity & 1) << 7
  return signature
}
