/**
 * Sequences order what one author says. They are milliseconds where the author's clock allows, so that a restored folder
 * continues above what it signed before, and never behind what the author remembers.
 */
import type { Address } from '../kernel/ids.ts'
import { FUTURE_MS_MAX } from '../kernel/limits.ts'

/** `stored` is the last sequence that this key used, for anything; 0n where none. */
export function nextSequence(stored: bigint, nowMs: number): bigint {
  const now = BigInt(Math.trunc(nowMs))
  return stored + 1n > now ? stored + 1n : now
}

/** A sequence far ahead would shut out all that its author, or a thief of its key, says later. */
export function sequenceIsAhead(sequence: bigint, nowMs: number): boolean {
  return sequence > BigInt(Math.trunc(nowMs) + FUTURE_MS_MAX)
}

export interface SeenEntry {
  readonly author: Address
  /** What is said (kind of statement, or name of the struct) and where (topic), as one text. */
  readonly subject: string
  readonly sequence: bigint
  /** Unix ms after which nothing at or below `sequence` can be accepted any more, seen or not. */
  readonly expiresAtMs: number
}

/** Entries of one node: 12 MB of memory, and more authors and topics than a node of one region follows at once. */
const ENTRIES_MAX = 65_536
/** Share that one sweep frees: sorting all entries once per 4,096 new ones is some microseconds for each of them. */
const SWEEP_SHARE = 16

/**
 * The highest sequence accepted from each author on each subject. Gossip forgets message ids after its seenTTL, so without
 * this map every old statement would be new again.
 *
 * It is bounded. An entry is needed only until what it covers has expired, so a full map first drops those; if that frees too
 * little, it drops what expires soonest, because forgetting an entry allows a replay exactly until then.
 */
export class HighestSeen {
  readonly #entries = new Map<string, SeenEntry>()
  readonly #max: number

  constructor(entriesMax: number = ENTRIES_MAX) {
    if (!Number.isInteger(entriesMax) || entriesMax < 1) throw new RangeError('a map holds at least one entry')
    this.#max = entriesMax
  }

  get size(): number {
    return this.#entries.size
  }

  /** The sequence that the next one must exceed; `undefined` where nothing was seen. */
  highest(author: Address, subject: string): bigint | undefined {
    return this.#entries.get(`${author}/${subject}`)?.sequence
  }

  isReplay(author: Address, subject: string, sequence: bigint): boolean {
    const highest = this.highest(author, subject)
    return highest !== undefined && sequence <= highest
  }

  /** Call after the signature was checked, or anybody could shut an author out. A lower sequence changes nothing. */
  record(entry: SeenEntry, nowMs: number): void {
    const key = `${entry.author}/${entry.subject}`
    const known = this.#entries.get(key)
    if (known !== undefined && known.sequence >= entry.sequence) return
    if (known === undefined && this.#entries.size >= this.#max) this.#sweep(nowMs)
    // An older statement may live longer than the newer one: the entry outlives both.
    const expiresAtMs = Math.max(entry.expiresAtMs, known?.expiresAtMs ?? 0)
    this.#entries.set(key, { ...entry, expiresAtMs })
  }

  /** For the store: what {@link restore} takes back after a restart. */
  entries(): IterableIterator<SeenEntry> {
    return this.#entries.values()
  }

  restore(entries: Iterable<SeenEntry>, nowMs: number): void {
    for (const entry of entries) if (entry.expiresAtMs >= nowMs) this.record(entry, nowMs)
  }

  #sweep(nowMs: number): void {
    for (const [key, entry] of this.#entries) if (entry.expiresAtMs < nowMs) this.#entries.delete(key)
    const excess = this.#entries.size - (this.#max - Math.ceil(this.#max / SWEEP_SHARE))
    if (excess <= 0) return
    const soonest = [...this.#entries].sort(([, a], [, b]) => a.expiresAtMs - b.expiresAtMs)
    for (const [key] of soonest.slice(0, excess)) this.#entries.delete(key)
  }
}
