import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { EventBus } from '../../events/event-bus.ts'

/** When the last job of this node ended. */
export class OwnWork implements Disposable {
  readonly #clock: Clock
  readonly #listening: Disposable
  #running = 0
  #endedAtMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, bus: EventBus) {
    this.#clock = clock
    this.#listening = bus.listen(({ event }) => {
      if (event.kind === 'job:accepted') this.#running++
      else if (event.kind === 'job:finished' || event.kind === 'job:aborted') {
        this.#running = Math.max(0, this.#running - 1)
        this.#endedAtMs = clock.monotonicMs()
      }
    })
  }

  /** On the monotonic clock; now while one runs. */
  get endedAtMs(): number {
    return this.#running > 0 ? this.#clock.monotonicMs() : this.#endedAtMs
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
  }
}
