/** A record space with the rules of real ones and nothing else: bound to its author's key, proven, ordered, expiring. */
import { createHash } from 'node:crypto'
import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import type { RecordSpace } from '../../../protocols/kernel/record-space.ts'

export interface Kept {
  readonly author: string
  readonly sequence: number
  readonly text: string
  readonly expiresAtMs: number
}

const proofOf = (kept: Kept): string =>
  createHash('sha256')
    .update(JSON.stringify(['secret of', kept.author, kept.sequence, kept.text, kept.expiresAtMs]))
    .digest('hex')

export const authorKey = (author: string): Uint8Array => createHash('sha256').update(author).digest()

export const keep = (kept: Kept, proof = proofOf(kept)): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ ...kept, proof }))

export function signedRecords(name = 'kept'): RecordSpace<Kept> {
  return {
    name,
    bytesMax: 1_024,
    keyOf: (kept) => authorKey(kept.author),
    open(key, bytes) {
      const { proof, ...kept } = JSON.parse(new TextDecoder().decode(bytes)) as Kept & { proof: string }
      if (proof !== proofOf(kept)) throw new MalformedError('false proof')
      if (!equalBytes(key, authorKey(kept.author))) throw new MalformedError("not this author's key")
      return kept
    },
    newer: (a, b) => a.sequence > b.sequence,
    expiresAtMs: (kept) => kept.expiresAtMs,
  }
}
