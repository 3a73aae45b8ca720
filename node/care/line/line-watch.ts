/** Watches how long jobs take here. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import {
  bulkStanding,
  LATENCY_JOBS_MIN,
  type LatencyStanding,
  latencyStanding,
} from '../../../protocols/rules/care/line-standing.ts'
import type { EventBus } from '../../events/event-bus.ts'
import type { LineRates } from './line-book.ts'

const LOOK_MS = 10_000
/** Of the last jobs: on a busy miner some seconds, on a quiet one hours, and never more memory. */
const JOBS_MAX = 256

/** `up` and `down`: absent until large transfers have shown it. */
export interface LineReport extends LineRates {
  readonly latency: LatencyStanding
  /** Of the last jobs, from arrival to end; absent where there were too few. */
  readonly p95Ms?: number
  /** Whether the line carries bulk work upwards. */
  readonly bulk: 'enough' | 'unknown'
}

export interface LineWatchNeeds {
  readonly clock: Clock
  readonly bus: EventBus
  readonly rates: () => LineRates
}

export class LineWatch implements Disposable {
  readonly #needs: LineWatchNeeds
  readonly #tookMs: number[] = []
  readonly #listening: Disposable
  #latency: LatencyStanding = 'unknown'
  #timer: Timer | undefined

  constructor(needs: LineWatchNeeds) {
    this.#needs = needs
    this.#listening = needs.bus.listen(({ event }) => {
      if (event.kind !== 'job:finished') return
      this.#tookMs.push((event.waitedUs + event.computedUs) / 1_000)
      if (this.#tookMs.length > JOBS_MAX) this.#tookMs.shift()
    })
    this.#later()
  }

  report(): LineReport {
    const p95Ms = this.#p95Ms()
    const rates = this.#needs.rates()
    return {
      latency: this.#latency,
      ...(p95Ms === undefined ? {} : { p95Ms }),
      bulk: bulkStanding(rates.up?.bitsPerS ?? 0),
      ...rates,
    }
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#listening[Symbol.dispose]()
  }

  #later(): void {
    this.#timer = this.#needs.clock.after(LOOK_MS, () => {
      this.#look()
      this.#later()
    })
  }

  #look(): void {
    const p95Ms = this.#p95Ms()
    const latency = latencyStanding(p95Ms, this.#latency)
    if (latency === this.#latency) return
    this.#latency = latency
    if (p95Ms !== undefined && latency !== 'unknown') this.#needs.bus.emit({ kind: 'latency:changed', latency, p95Ms })
  }

  #p95Ms(): number | undefined {
    if (this.#tookMs.length < LATENCY_JOBS_MIN) return undefined
    return this.#tookMs.toSorted((one, other) => one - other)[Math.ceil(0.95 * this.#tookMs.length) - 1]
  }
}
