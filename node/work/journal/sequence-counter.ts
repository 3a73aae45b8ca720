/**
 * Sequences that this key never used before, across crashes and across copies of the folder. One counter for everything the
 * key signs, so that what others have seen of it can be compared with one number.
 */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { nextSequence, sequenceIsAhead } from '../../../protocols/statements/sequence.ts'
import type { Store } from '../../storage/store.ts'
import { uint64Blob, uint64OfBlob } from '../../storage/uint64-column.ts'

/**
 * Sequences made durable at a time: a sync a second instead of one per statement. A crash skips at most these, which is one
 * second of the clock; peers accept 30 s ahead, so even a node in a crash loop stays believed.
 */
export const BLOCK = 1_000n

export class SequenceCounter {
  readonly #store: Store
  #last: bigint
  #reserved: bigint
  #seen: bigint
  #reserving: Promise<void> | undefined

  constructor(store: Store) {
    this.#store = store
    const row = store.get('SELECT reserved, seen FROM sequence WHERE id = 0')
    this.#reserved = row === undefined ? 0n : uint64OfBlob(row.reserved as Uint8Array)
    this.#seen = row === undefined ? 0n : uint64OfBlob(row.seen as Uint8Array)
    this.#last = this.#reserved
  }

  /** The highest sequence that this folder may have used. */
  get held(): bigint {
    return this.#reserved
  }

  /** Others have seen more of this key than this folder knows of: it is a copy, or older than the last run. */
  get isRestored(): boolean {
    return this.#seen > this.#reserved
  }

  /** DATA_FOLDER_RESTORED where {@link isRestored}. */
  get fault(): MeshError | undefined {
    if (!this.isRestored) return undefined
    return new MeshError('DATA_FOLDER_RESTORED', { seen: this.#seen, held: this.#reserved })
  }

  /** @throws MeshError DATA_FOLDER_RESTORED */
  requireOwn(): void {
    const { fault } = this
    if (fault !== undefined) throw fault
  }

  /**
   * Durable before it resolves.
   * @throws MeshError DATA_FOLDER_RESTORED; CLOCK_OFF where the next one would be refused as from the future; DISK_FULL;
   *   SIGNING_STOPPED
   */
  async next(nowMs: number): Promise<bigint> {
    for (;;) {
      this.requireOwn()
      const next = nextSequence(this.#last, nowMs)
      if (sequenceIsAhead(next, nowMs)) {
        throw new MeshError('CLOCK_OFF', { seconds: Math.round((Number(next) - nowMs) / 1_000) })
      }
      if (next <= this.#reserved) {
        this.#last = next
        return next
      }
      await this.#reserve(next + BLOCK)
    }
  }

  /** @param sequence of a statement whose signature by this very key was verified */
  async observe(sequence: bigint): Promise<void> {
    if (sequence <= this.#reserved || sequence <= this.#seen) return
    this.#seen = sequence
    await this.#write('seen = max(seen, excluded.seen)', { seen: sequence })
  }

  /** The owner's word that no other copy runs: continues above all that was seen. */
  async confirm(): Promise<void> {
    // A reservation that is under way may be a lower one.
    while (this.isRestored) await this.#reserve(this.#seen)
    this.#last = this.#reserved
  }

  /** At a clean end: gives back what was reserved and not used, so that the next run holds exactly what was signed. */
  async close(): Promise<void> {
    if (this.#last < this.#reserved) await this.#write('reserved = excluded.reserved', { reserved: this.#last })
  }

  #reserve(upTo: bigint): Promise<void> {
    this.#reserving ??= this.#write('reserved = max(reserved, excluded.reserved)', { reserved: upTo })
      .then(() => {
        if (upTo > this.#reserved) this.#reserved = upTo
      })
      .finally(() => {
        this.#reserving = undefined
      })
    return this.#reserving
  }

  /** Only the column that changes: two writes may be under way at once. */
  async #write(update: string, { reserved = 0n, seen = 0n }: { reserved?: bigint; seen?: bigint }): Promise<void> {
    await this.#store.append([
      {
        sql: `INSERT INTO sequence (id, reserved, seen) VALUES (0, ?, ?) ON CONFLICT (id) DO UPDATE SET ${update}`,
        each: [[uint64Blob(reserved), uint64Blob(seen)]],
      },
    ])
  }
}
