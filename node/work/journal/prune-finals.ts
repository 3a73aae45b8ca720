/** Forgets receipts that nobody can ask for any more, a little at a time, so that the journal stays bounded. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import type { Change } from '../../storage/apply-changes.ts'
import type { Row, Store } from '../../storage/store.ts'
import { batchOf } from './batch-row.ts'
import { hexColumn } from './columns.ts'

const HOUR_MS = 3_600_000
/** Contracts hear evidence for 12 days; one more for a court's clock and a late client. */
export const FINAL_MS_MAX = 13 * 24 * HOUR_MS
/**
 * Never forgotten earlier, however full the disk: an attempt that is unknown may be run again, and what keeps an old one out
 * is that its agreement names a block of the last minute.
 */
export const FINAL_MS_MIN = HOUR_MS
/** Receipts of 0.25 KiB (measured): 34 million, or 30 a second for 13 days. A busier miner keeps them for a shorter time. */
export const JOURNAL_BYTES_MAX = 8_589_934_592
const PRUNE_MS = 600_000
/** Batches deleted in one transaction: up to 2,048 receipts, some milliseconds. */
const SLICE = 32

export interface PruneNeeds {
  readonly store: Store
  readonly clock: Clock
  readonly bytesMax?: number
  readonly onFailure: (error: unknown) => void
}

export class FinalPruner implements AsyncDisposable {
  readonly #needs: PruneNeeds
  #timer: Timer | undefined
  #running: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(needs: PruneNeeds) {
    this.#needs = needs
    this.#later()
  }

  /** Resolves with the number of batches that were forgotten. A batch's sequence is its time in Unix ms, or later. */
  async prune(): Promise<number> {
    const { store, clock } = this.#needs
    for (let pruned = 0; ; ) {
      const ageMs = this.#isLarge() ? FINAL_MS_MIN : FINAL_MS_MAX
      const rows = store.all(
        'SELECT sequence, receipts, crc FROM batch WHERE sequence < ? ORDER BY sequence LIMIT ?',
        Math.trunc(clock.nowMs()) - ageMs,
        SLICE,
      )
      if (rows.length === 0 || this.#stopped) return pruned
      await store.append(rows.flatMap((row) => this.#forget(row)))
      pruned += rows.length
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#running
  }

  #forget(row: Row): Change {
    const batch = { sql: 'DELETE FROM batch WHERE sequence = ?', each: [[row.sequence as bigint]] }
    try {
      const { receipts } = batchOf(row, this.#needs.store.path)
      return [
        { sql: 'DELETE FROM final WHERE attempt = ?', each: receipts.map((it) => [hexColumn(it.agreement)]) },
        batch,
      ]
    } catch (error) {
      this.#needs.onFailure(error)
      // Its attempts cannot be read any more: a scan finds them, and what is damaged does not stay for ever.
      return [{ sql: 'DELETE FROM final WHERE sequence = ?', each: batch.each }, batch]
    }
  }

  #later(): void {
    if (this.#stopped) return
    this.#timer = this.#needs.clock.after(PRUNE_MS, () => {
      this.#running = this.prune()
        .then(() => undefined, this.#needs.onFailure)
        .finally(() => this.#later())
    })
  }

  /** Pages in use; deleted ones are filled again and do not count. */
  #isLarge(): boolean {
    const { store, bytesMax = JOURNAL_BYTES_MAX } = this.#needs
    const pragma = (name: string): bigint => Object.values(store.get(`PRAGMA ${name}`) ?? {})[0] as bigint
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size') > BigInt(bytesMax)
  }
}
