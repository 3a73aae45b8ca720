/** The machine's clock, which a test can move on: timers that fall due by it run at once. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'

interface Pending {
  readonly dueMs: number
  readonly call: () => void
  readonly timeout: NodeJS.Timeout
}

export class ShiftingClock implements Clock {
  #shiftMs = 0
  readonly #pending = new Set<Pending>()

  nowMs(): number {
    return Date.now() + this.#shiftMs
  }

  monotonicMs(): number {
    return performance.now() + this.#shiftMs
  }

  after(delayMs: number, call: () => void): Timer {
    const run = (): void => {
      this.#pending.delete(pending)
      call()
    }
    const timeout = setTimeout(run, delayMs)
    timeout.unref()
    const pending: Pending = { dueMs: this.monotonicMs() + delayMs, call, timeout }
    this.#pending.add(pending)
    return { cancel: () => this.#cancel(pending) }
  }

  shift(ms: number): void {
    const until = this.monotonicMs() + ms
    for (;;) {
      const [next] = [...this.#pending].filter(({ dueMs }) => dueMs <= until).sort((a, b) => a.dueMs - b.dueMs)
      if (next === undefined) break
      this.#shiftMs += Math.max(0, next.dueMs - this.monotonicMs())
      this.#cancel(next)
      next.call()
    }
    this.#shiftMs += Math.max(0, until - this.monotonicMs())
  }

  /** Timers that were set for this long within the last half second: somebody has begun to wait. */
  waits(ms: number): number {
    const atMs = this.monotonicMs()
    return [...this.#pending].filter(({ dueMs }) => dueMs - atMs <= ms && dueMs - atMs > ms - 500).length
  }

  #cancel(pending: Pending): void {
    clearTimeout(pending.timeout)
    this.#pending.delete(pending)
  }
}
