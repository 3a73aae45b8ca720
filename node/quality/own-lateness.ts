/** How late this process is: a node that is held up takes its own delay for that of others. */
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

/** Often enough to be asked by a job that has just ended, and one timer a second costs nothing. */
const TICK_MS = 500
/** What was late three seconds ago has to do with the job that ends now. */
const TICKS_MAX = 6

export class OwnLateness implements Disposable {
  readonly #clock: Clock
  #timer: Timer
  #late: readonly number[] = []
  #dueMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#dueMs = clock.monotonicMs() + TICK_MS
    this.#timer = clock.after(TICK_MS, () => this.#tick())
  }

  /** The latest tick of the last seconds, also of one that is still to come. */
  get lagMs(): number {
    return Math.max(0, this.#clock.monotonicMs() - this.#dueMs, ...this.#late)
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs()
    this.#late = [...this.#late, Math.max(0, nowMs - this.#dueMs)].slice(-TICKS_MAX)
    this.#dueMs = nowMs + TICK_MS
    this.#timer = this.#clock.after(TICK_MS, () => this.#tick())
  }
}
