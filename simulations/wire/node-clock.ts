/** The world's time as one process has it: with the process its timers end. */
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

export class NodeClock implements Clock {
  readonly #world: Clock
  #stopped = false

  constructor(world: Clock) {
    this.#world = world
  }

  nowMs(): number {
    return this.#world.nowMs()
  }

  monotonicMs(): number {
    return this.#world.monotonicMs()
  }

  after(delayMs: number, call: () => void): Timer {
    return this.#world.after(delayMs, () => {
      if (!this.#stopped) call()
    })
  }

  stop(): void {
    this.#stopped = true
  }
}
