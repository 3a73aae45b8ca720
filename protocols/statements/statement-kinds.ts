/** What an envelope may hold: four ASCII letters per kind, never reused for another meaning. */
import { toHex } from '../kernel/bytes.ts'
import type { Codec } from '../kernel/codec.ts'
import type { Bytes4 } from './struct-type.ts'

/** The kind's bytes. @throws RangeError where `letters` are not four lower-case ASCII letters */
export function statementKind(letters: string): Bytes4 {
  if (!/^[a-z]{4}$/.test(letters)) throw new RangeError('a kind has four lower-case letters')
  return toHex(Uint8Array.from(letters, (letter) => letter.charCodeAt(0))) as Bytes4
}

export const statementKinds = {
  /** A node's hardware, keys and capabilities: a DHT record. */
  profile: statementKind('prof'),
  /** An offer that stands unchanged still does: a digest at half of its lifetime. */
  liveness: statementKind('live'),
  /** A rater's batch of what it observed. */
  observations: statementKind('obsv'),
  /** A rater's digest of scores over a window. */
  scores: statementKind('scor'),
  /** A session key's word that a peer speaks for it, to one miner. */
  session: statementKind('sess'),
  /** A miner's word that it has begun with an attempt. */
  started: statementKind('strt'),
} as const

/** A kind that this node understands. */
export interface StatementRow<T> {
  readonly kind: Bytes4
  /** Payload by version; the highest is what this node issues. Minor changes are optional keys, not versions. */
  readonly versions: Readonly<Record<number, Codec<T>>>
  /** Longest life in ms. A policy of this kind: a longer one is ignored without blame. */
  readonly lifetimeMsMax: number
}

export function latestVersion(row: StatementRow<unknown>): number {
  return Math.max(...Object.keys(row.versions).map(Number))
}
