/**
 * Resume and cancel show a token whose SHA-256 came with the first message: attempt ids stand in receipts and are no secret,
 * so knowing one must not let a stranger read or stop a job.
 */
import { toHex } from '../kernel/bytes.ts'
import type { Hash32 } from '../kernel/ids.ts'
import type { Hasher, Random } from '../kernel/ports.ts'

export const RESUME_TOKEN_BYTES = 32

export function createResumeToken(random: Random): Uint8Array<ArrayBuffer> {
  return random.bytes(RESUME_TOKEN_BYTES)
}

/** @throws RangeError where the token has not 32 bytes */
export function resumeTokenHash(crypto: Pick<Hasher, 'sha256'>, token: Uint8Array): Hash32 {
  if (token.length !== RESUME_TOKEN_BYTES) throw new RangeError(`a resume token has ${RESUME_TOKEN_BYTES} bytes`)
  return toHex(crypto.sha256(token)) as Hash32
}

/** What is compared are hashes: how far two of them agree says nothing about a token. */
export function resumeTokenOpens(crypto: Pick<Hasher, 'sha256'>, token: Uint8Array, hash: Hash32): boolean {
  return token.length === RESUME_TOKEN_BYTES && toHex(crypto.sha256(token)) === hash
}
