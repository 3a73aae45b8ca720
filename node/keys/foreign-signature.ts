/** A signature that another wallet made, as text, and the key that made it. */
import { recover } from 'tiny-secp256k1'
import { fromHex } from '../../protocols/kernel/bytes.ts'
import { joinErc2098, splitErc2098 } from '../../protocols/statements/erc2098.ts'

/** Far above 65 bytes in hexadecimal digits. */
export const SIGNATURE_CHARS_MAX = 1_000

export interface ForeignSignature {
  /** Compressed, 33 bytes: whoever signed this digest. */
  readonly publicKey: Uint8Array
  /** As statements carry it (ERC-2098). */
  readonly signature: Uint8Array
}

/**
 * Takes 65 bytes (r, s, v) as `eth_signTypedData_v4` gives them, or 64 (ERC-2098), with or without 0x.
 * @returns `undefined` where it is none of both, or one that contracts refuse
 */
export function readForeignSignature(text: string, digest: Uint8Array): ForeignSignature | undefined {
  const digits = /^\s*(?:0x)?([0-9a-fA-F]{128}(?:[0-9a-fA-F]{2})?)\s*$/.exec(text)?.[1]
  const bytes = digits === undefined ? undefined : fromHex(`0x${digits.toLowerCase()}`)
  if (bytes === undefined) return undefined
  const signature = bytes.length === 64 ? bytes : compact(bytes)
  const parts = signature === undefined ? undefined : splitErc2098(signature)
  if (signature === undefined || parts === undefined) return undefined
  try {
    const publicKey = recover(digest, parts.rs, parts.yParity, true)
    return publicKey === null ? undefined : { publicKey, signature }
  } catch {
    // r or s out of range.
    return undefined
  }
}

/** v is 27 or 28, or 0 or 1 of some hardware. */
function compact(bytes: Uint8Array): Uint8Array | undefined {
  const v = bytes[64]!
  const yParity = v >= 27 ? v - 27 : v
  // A high s would be read as a parity.
  if (yParity > 1 || bytes[32]! >= 0x80) return undefined
  return joinErc2098(bytes.subarray(0, 64), yParity)
}
