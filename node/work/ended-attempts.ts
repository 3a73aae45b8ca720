/**
 * Attempts that ended in this process, so that the journal is asked only for those that may be in it: a read of it costs as much
 * as a tenth of a small job. Only starts of ids are kept; who finds one here asks the journal for the truth.
 *
 * Attempts that ended in an earlier process need no entry: an agreement names an offer head, and heads of earlier processes
 * do not stand any more (offer-board.ts), so such an attempt cannot begin again.
 */
import type { AttemptId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'

/** Above the life of an offer, with the clocks' difference: after this no agreement that named it can begin. */
const KEPT_MS = 400_000
/** About 40 bytes each in each of two generations; a busier miner asks its journal instead. */
const GENERATION_MAX = 500_000
/** 48 bits: among a million attempts, one in 280 million asks the journal in vain. */
const PREFIX_DIGITS = 12

const prefixOf = (attempt: AttemptId): number => Number.parseInt(attempt.slice(2, 2 + PREFIX_DIGITS), 16)

export class EndedAttempts {
  readonly #clock: Clock
  #young = new Set<number>()
  #old = new Set<number>()
  #turnedAtMs: number
  /** Until then something may be missing here. */
  #incompleteUntilMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
    this.#turnedAtMs = clock.monotonicMs()
  }

  add(attempt: AttemptId): void {
    this.#turn()
    if (this.#young.size < GENERATION_MAX) this.#young.add(prefixOf(attempt))
    else this.#incompleteUntilMs = this.#clock.monotonicMs() + KEPT_MS
  }

  /** False where it certainly did not end in this process. */
  mayHold(attempt: AttemptId): boolean {
    this.#turn()
    const prefix = prefixOf(attempt)
    return this.#young.has(prefix) || this.#old.has(prefix) || this.#clock.monotonicMs() < this.#incompleteUntilMs
  }

  #turn(): void {
    const now = this.#clock.monotonicMs()
    if (now - this.#turnedAtMs < KEPT_MS) return
    this.#old = now - this.#turnedAtMs < 2 * KEPT_MS ? this.#young : new Set()
    this.#young = new Set()
    this.#turnedAtMs = now
  }
}
