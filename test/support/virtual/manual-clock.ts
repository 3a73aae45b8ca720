/** A clock that stands still until a test moves it. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'

interface Pending {
  readonly dueMs: number
  readonly call: () => void
}

export class ManualClock implements Clock {
  #nowMs: number
  #monotonicMs = 0
  #pending: Pending[] = []

  constructor(nowMs = 1_800_000_000_000) {
    this.#nowMs = nowMs
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#pending.length
  }

  /** Until the first of them is due. */
  get nextMs(): number | undefined {
    const [first] = this.#pending.map(({ dueMs }) => dueMs).sort((a, b) => a - b)
    return first === undefined ? undefined : first - this.#monotonicMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  after(delayMs: number, call: () => void): Timer {
    const pending = { dueMs: this.#monotonicMs + delayMs, call }
    this.#pending.push(pending)
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== pending)
      },
    }
  }

  /** The wall clock alone jumps, as it does when somebody sets it. */
  setWall(nowMs: number): void {
    this.#nowMs = nowMs
  }

  /** Runs what is due on the way, in order. */
  advance(ms: number): void {
    const until = this.#monotonicMs + ms
    for (;;) {
      const next = this.#pending.filter(({ dueMs }) => dueMs <= until).sort((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined) break
      this.#pending = this.#pending.filter((other) => other !== next)
      this.#step(next.dueMs - this.#monotonicMs)
      next.call()
    }
    this.#step(until - this.#monotonicMs)
  }

  #step(ms: number): void {
    this.#monotonicMs += ms
    this.#nowMs += ms
  }
}
