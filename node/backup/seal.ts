/**
 * How the pieces of an archive are sealed: each so that a change of one bit and a piece that is left out, moved or repeated are
 * found before anything of it is used. An end that is cut off is found by the piece that says that all is there.
 *
 * With a passphrase: AES-256-GCM with a key that scrypt makes of it and of a salt that is drawn for each archive. The number of
 * the piece is its nonce; the head is bound to every piece. Without: a chain of SHA-256, which finds
 * accidents and no forger.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { passphraseKey } from '../keys/passphrase-key.ts'

const KEY_BYTES = 32
const TAG_BYTES = 16
const DIGEST_BYTES = 32
export const CHECK_BYTES = 32
/** Bytes that a seal adds at most. */
export const SEAL_BYTES_MAX = DIGEST_BYTES

export interface Seal {
  /** Of the head: tells a wrong passphrase before the rest is read. */
  readonly check: Uint8Array
  seal(piece: Uint8Array): Uint8Array
  /** In order. `undefined` where it is not what was sealed there. */
  open(sealed: Uint8Array): Uint8Array | undefined
}

export function plainSeal(head: Uint8Array): Seal {
  let before: Uint8Array = sha256(head)
  const next = (piece: Uint8Array): Uint8Array => {
    before = sha256(before, piece)
    return before
  }
  return {
    check: before,
    seal: (piece) => Buffer.concat([piece, next(piece)]),
    open(sealed) {
      if (sealed.length < DIGEST_BYTES) return undefined
      const piece = sealed.subarray(0, -DIGEST_BYTES)
      return timingSafeEqual(next(piece), sealed.subarray(-DIGEST_BYTES)) ? piece : undefined
    },
  }
}

export async function passphraseSeal(head: Uint8Array, passphrase: string, salt: Uint8Array): Promise<Seal> {
  // One key for the pieces, one for the head.
  const keys = await passphraseKey(passphrase, salt, 2 * KEY_BYTES)
  const key = keys.subarray(0, KEY_BYTES)
  const associated = sha256(head)
  let number = 0n
  const nextNonce = (): Uint8Array => {
    const nonce = Buffer.alloc(12)
    nonce.writeBigUInt64BE(number++, 4)
    return nonce
  }
  return {
    check: createHmac('sha256', keys.subarray(KEY_BYTES)).update(head).digest(),
    seal(piece) {
      const cipher = createCipheriv('aes-256-gcm', key, nextNonce()).setAAD(associated)
      return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed) {
      if (sealed.length < TAG_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, nextNonce()).setAAD(associated)
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      const piece = decipher.update(sealed.subarray(0, -TAG_BYTES))
      try {
        return Buffer.concat([piece, decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
