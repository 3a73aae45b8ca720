/**
 * Many writers share one transaction and one sync of the disk. The first write after a pause goes at once; what comes while
 * a commit runs, or within a beat of its start, goes together in the next.
 */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

/** Commits start at least this far apart: 500 syncs a second are what a consumer SSD does without queueing. */
export const BEAT_MS = 2
/** Items that end the wait: more gain little, as the sync is shared by 64 already. */
export const ITEMS_FULL = 64
/** Items of one transaction: its run time is what the last writer waits. */
const ITEMS_MAX = 512
/** Items that wait for a slow disk; beyond, the writer hears of it and takes no more work. */
export const QUEUE_MAX = 16_384

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

export class GroupCommit<Item, Result> implements AsyncDisposable {
  readonly #commit: (items: readonly Item[]) => Promise<readonly Result[]>
  readonly #clock: Clock
  #queue: Waiting<Item, Result>[] = []
  #timer: Timer | undefined
  #soon = false
  #running: Promise<void> | undefined
  #startedAtMs = Number.NEGATIVE_INFINITY
  #stopped = false

  /** @param commit makes the items durable; answers in their order, or throws where none of them happened */
  constructor(commit: (items: readonly Item[]) => Promise<readonly Result[]>, clock: Clock) {
    this.#commit = commit
    this.#clock = clock
  }

  get waiting(): number {
    return this.#queue.length
  }

  /**
   * Durable when it resolves.
   * @throws MeshError LIMIT where too much waits, SIGNING_STOPPED after the end; what the commit threw
   */
  append(item: Item): Promise<Result> {
    if (this.#stopped) return Promise.reject(new MeshError('SIGNING_STOPPED', { why: 'the store is closed' }))
    if (this.#queue.length >= QUEUE_MAX) {
      return Promise.reject(new MeshError('LIMIT', { what: 'writes that wait for the disk', max: QUEUE_MAX }))
    }
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    this.#queue.push({ item, resolve, reject })
    this.#schedule()
    return promise
  }

  /** Commits what waits and takes nothing more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    while (this.#queue.length > 0 || this.#running !== undefined) {
      this.#begin()
      await this.#running
    }
  }

  #schedule(): void {
    if (this.#running !== undefined || this.#soon) return
    const waitMs = this.#queue.length >= ITEMS_FULL ? 0 : this.#startedAtMs + BEAT_MS - this.#clock.monotonicMs()
    if (waitMs > 0) {
      this.#timer ??= this.#clock.after(waitMs, () => this.#begin())
      return
    }
    // After this turn: writes of one turn belong together.
    this.#soon = true
    queueMicrotask(() => this.#begin())
  }

  #begin(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#soon = false
    if (this.#running !== undefined || this.#queue.length === 0) return
    this.#startedAtMs = this.#clock.monotonicMs()
    const batch = this.#queue.splice(0, ITEMS_MAX)
    this.#running = this.#settle(batch).finally(() => {
      this.#running = undefined
      if (this.#queue.length > 0) this.#schedule()
    })
  }

  async #settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#commit(batch.map(({ item }) => item))
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
