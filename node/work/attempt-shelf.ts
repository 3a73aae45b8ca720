/**
 * Ended attempts, kept for a client that lost its call before it had everything. Bounded by time, bytes and count; what
 * falls off is answered GONE, never run again.
 */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import type { AttemptId } from '../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import type { Attempt } from './attempt.ts'

/** A client that did not come back within this has another answer by now. */
export const KEEP_MS = 120_000
/** Output of ended attempts that nobody has acknowledged, all together. */
export const KEEP_BYTES_MAX = 64 * 1_048_576
/** Small answers: a few seconds' worth on a fast miner, some tens of MB. */
const KEEP_COUNT_MAX = 8_192
/** Answers above the limit that are being read go soon after. */
const OVER_AGAIN_MS = 1_000
/** Job keys remembered, so that one key is not run twice: several minutes on a busy miner. */
const KEYS_MAX = 65_536

export class AttemptShelf implements Disposable {
  readonly #clock: Clock
  /** In order of their end. */
  readonly #kept = new AgeingMap<AttemptId, { readonly attempt: Attempt; readonly bytes: number }>()
  readonly #keys = new AgeingMap<string, AttemptId>()
  #bytes = 0
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get(id: AttemptId): Attempt | undefined {
    return this.#kept.get(id)?.attempt
  }

  /** Remembers that the job `key` (peer and job id) was taken here as `id`. */
  name(key: string, id: AttemptId): void {
    this.#keys.set(key, id)
    if (this.#keys.size > KEYS_MAX) this.#keys.delete(this.#keys.oldest()!)
  }

  attemptOf(key: string): AttemptId | undefined {
    return this.#keys.get(key)
  }

  keep(attempt: Attempt): void {
    const bytes = attempt.unacknowledgedBytes
    this.#kept.set(attempt.id, { attempt, bytes })
    this.#bytes += bytes
    this.#sweep()
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#kept.clear()
    this.#bytes = 0
  }

  /** Somebody still takes an answer. */
  get isAttended(): boolean {
    for (const { attempt } of this.#kept.values()) if (attempt.attended) return true
    return false
  }

  get #isOver(): boolean {
    return this.#bytes > KEEP_BYTES_MAX || this.#kept.size > KEEP_COUNT_MAX
  }

  #sweep(): void {
    const now = this.#clock.monotonicMs()
    let oldest = this.#kept.oldest()
    while (oldest !== undefined && this.#letGo(oldest, now)) oldest = this.#kept.oldest()
    if (this.#isOver) this.#letGoOfYounger(now)
    this.#sweepLater(now)
  }

  /** The oldest is being read: the next ones go in its place. */
  #letGoOfYounger(now: number): void {
    for (const [id] of this.#kept) {
      this.#letGo(id, now)
      if (!this.#isOver) return
    }
  }

  /** An attempt that is being read stays, whatever its size: its memory is in use anyway. */
  #letGo(id: AttemptId, now: number): boolean {
    const { attempt, bytes } = this.#kept.get(id)!
    const late = (attempt.endedAtMs ?? 0) + KEEP_MS <= now
    if (!late && (!this.#isOver || attempt.attended)) return false
    this.#kept.delete(id)
    this.#bytes -= bytes
    attempt.drop()
    return true
  }

  /** A miner that is asked for nothing more lets go too. */
  #sweepLater(now: number): void {
    const over = this.#isOver
    if (this.#timer !== undefined && !over) return
    this.#timer?.cancel()
    this.#timer = undefined
    const oldest = this.#kept.oldest()
    if (oldest === undefined) return
    const lateMs = Math.max(0, (this.#kept.get(oldest)!.attempt.endedAtMs ?? 0) + KEEP_MS - now)
    this.#timer = this.#clock.after(over ? OVER_AGAIN_MS : lateMs, () => {
      this.#timer = undefined
      this.#sweep()
    })
  }
}
