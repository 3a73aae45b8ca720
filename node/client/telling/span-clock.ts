/** Wall time with fractions, so that pieces of less than a millisecond have a length and never end before they began. */
import type { Clock } from '../../../protocols/kernel/ports.ts'

/** The wall clock counts whole milliseconds; further apart it was set, or the machine slept. */
const APART_MS_MAX = 2

export class SpanClock {
  readonly #clock: Clock
  /** Wall less monotonic time. */
  #offsetMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#offsetMs = clock.nowMs() - clock.monotonicMs()
  }

  /** Unix milliseconds of now, or of a moment on the monotonic clock. */
  at(monotonicMs?: number): number {
    const now = this.#clock.monotonicMs()
    const wallMs = this.#clock.nowMs()
    if (Math.abs(wallMs - now - this.#offsetMs) > APART_MS_MAX) this.#offsetMs = wallMs - now
    return (monotonicMs ?? now) + this.#offsetMs
  }
}
