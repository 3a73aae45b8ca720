/** One coarse timer for all sessions of a node: it finds overdue calls, silent peers and sessions that nobody uses. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'

/** What is overdue is found at most this late: deadlines are seconds, and a timer for each call would cost more than the call. */
const SWEEP_MS = 250

export interface Swept {
  /** `nowMs` is monotonic. */
  sweep(nowMs: number): void
}

export class SessionSweeper implements Disposable {
  readonly #clock: Clock
  readonly #sessions = new Set<Swept>()
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(session: Swept): void {
    this.#sessions.add(session)
    this.#timer ??= this.#clock.after(SWEEP_MS, this.#sweep)
  }

  remove(session: Swept): void {
    this.#sessions.delete(session)
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#sessions.clear()
  }

  readonly #sweep = (): void => {
    this.#timer = undefined
    const now = this.#clock.monotonicMs()
    for (const session of [...this.#sessions]) session.sweep(now)
    if (this.#sessions.size > 0) this.#timer = this.#clock.after(SWEEP_MS, this.#sweep)
  }
}
