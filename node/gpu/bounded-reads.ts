/** Reads that may never end: few at once, each waited for a while only. */
import type { Clock } from '../../protocols/kernel/ports.ts'

/** Of Node's four threads for files: where a driver blocks readers for good, the node keeps the other two. */
export const READS_AT_ONCE_MAX = 2
/** A sensor answers in microseconds; one that sleeps is woken within a few hundred ms. */
export const READ_MS_MAX = 1_000

export class BoundedReads {
  readonly #clock: Clock
  #reading = 0
  readonly #waiting: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `otherwise` where the read fails, or has not ended in time; one that hangs keeps its place until it ends. */
  async within<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>()
    const late = this.#clock.after(READ_MS_MAX, () => resolve(otherwise))
    const go = (): void => {
      this.#reading++
      read()
        .then(resolve, () => resolve(otherwise))
        .finally(() => {
          this.#reading--
          if (this.#reading < READS_AT_ONCE_MAX) this.#waiting.shift()?.()
        })
    }
    if (this.#reading < READS_AT_ONCE_MAX) go()
    else this.#waiting.push(go)
    try {
      return await promise
    } finally {
      late.cancel()
      // Waited for in vain: somebody else's turn.
      const place = this.#waiting.indexOf(go)
      if (place !== -1) this.#waiting.splice(place, 1)
    }
  }
}
