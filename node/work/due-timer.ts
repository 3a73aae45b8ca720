/** One timer for all that wait: rings when the first of them is over. */
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

export class DueTimer implements Disposable {
  readonly #clock: Clock
  readonly #firstDueMs: () => number | undefined
  readonly #ring: (nowMs: number) => void
  #timer: Timer | undefined
  #atMs = Number.POSITIVE_INFINITY

  /**
   * @param firstDueMs on the monotonic clock; `undefined` while nobody waits
   * @param ring lets go of all that are over by then
   */
  constructor(clock: Clock, firstDueMs: () => number | undefined, ring: (nowMs: number) => void) {
    this.#clock = clock
    this.#firstDueMs = firstDueMs
    this.#ring = ring
  }

  /** Somebody waits who may be the first. */
  watch(): void {
    const firstMs = this.#firstDueMs()
    if (firstMs === undefined || firstMs >= this.#atMs) return
    this.#timer?.cancel()
    this.#atMs = firstMs
    this.#timer = this.#clock.after(Math.max(0, firstMs - this.#clock.monotonicMs()), () => {
      this.#atMs = Number.POSITIVE_INFINITY
      this.#ring(this.#clock.monotonicMs())
      this.watch()
    })
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }
}
