/** Something happened, or enough time went by: what a loop over many events waits for. */
import type { Clock } from '../../protocols/kernel/ports.ts'

export class Wakeup {
  readonly #clock: Clock
  #woken = false
  #resolve: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Also for a wait that begins later: nothing that happened between two waits is slept through. */
  wake(): void {
    this.#woken = true
    this.#resolve?.()
  }

  async wait(ms: number): Promise<void> {
    if (!this.#woken) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = this.#clock.after(ms, resolve)
      this.#resolve = resolve
      await promise
      timer.cancel()
      this.#resolve = undefined
    }
    this.#woken = false
  }
}
