/** When a client wants something, and how much: arrivals that know nothing of each other. */
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import type { SeededRandom } from '../clock/seeded-random.ts'

const HOUR_MS = 3_600_000
/** Sizes of jobs, of the usual one: an even spread whose mean is 1. */
const SIZE_MIN = 0.5
const SIZE_MAX = 1.5

/** Calls `arrives` with each job's size until disposed. */
export class Demand implements Disposable {
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #gapMs: number
  readonly #arrives: (size: number) => void
  #timer: Timer | undefined

  constructor(clock: Clock, random: SeededRandom, jobsPerHour: number, arrives: (size: number) => void) {
    this.#clock = clock
    this.#random = random
    this.#gapMs = HOUR_MS / jobsPerHour
    this.#arrives = arrives
  }

  start(): void {
    // 1 - fraction() is above 0, whose logarithm is finite.
    const gapMs = -Math.log(1 - this.#random.fraction()) * this.#gapMs
    this.#timer = this.#clock.after(gapMs, () => {
      const size = SIZE_MIN + (SIZE_MAX - SIZE_MIN) * this.#random.fraction()
      this.start()
      this.#arrives(size)
    })
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }
}
