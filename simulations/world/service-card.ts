/** A card by the time that it takes: one job after the other, each as long as its size says, with some spread. */
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import type { SeededRandom } from '../clock/seeded-random.ts'
import type { ServiceTimes } from './miner-conduct.ts'

/** Of one job to the next of its size: other programs, heat, memory. */
const SPREAD = 0.1

export interface ServiceCardNeeds {
  readonly clock: Clock
  readonly random: SeededRandom
  /** Of a job of usual size. */
  readonly jobMs: number
}

export class ServiceCard {
  readonly #needs: ServiceCardNeeds
  #jobs = 0
  #freeAtMs = 0
  #workedMs = 0

  constructor(needs: ServiceCardNeeds) {
    this.#needs = needs
  }

  /** That run or wait. */
  get jobs(): number {
    return this.#jobs
  }

  /** Time that work took, all in all. */
  get workedMs(): number {
    return this.#workedMs
  }

  /** Resolves when the job is done; a job that is given up frees its place, and its turn only where it has not begun. */
  run(size: number, signal: AbortSignal): Promise<ServiceTimes | undefined> {
    const { clock, random, jobMs } = this.#needs
    const nowMs = clock.monotonicMs()
    const computedMs = jobMs * size * (1 + SPREAD * (2 * random.fraction() - 1))
    const startsAtMs = Math.max(nowMs, this.#freeAtMs)
    const endsAtMs = startsAtMs + computedMs
    this.#freeAtMs = endsAtMs
    this.#workedMs += computedMs
    this.#jobs++
    return new Promise((resolve) => {
      const end = (times: ServiceTimes | undefined): void => {
        timer.cancel()
        signal.removeEventListener('abort', onAbort)
        this.#jobs--
        resolve(times)
      }
      const timer: Timer = clock.after(endsAtMs - nowMs, () => end({ waitedMs: startsAtMs - nowMs, computedMs }))
      const onAbort = (): void => {
        if (clock.monotonicMs() < startsAtMs && this.#freeAtMs === endsAtMs) this.#freeAtMs = startsAtMs
        end(undefined)
      }
      signal.addEventListener('abort', onAbort)
    })
  }
}
