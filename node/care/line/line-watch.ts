/** Watches how long jobs take here, and how much this node was seen to send. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import {
  bulkStanding,
  LATENCY_JOBS_MIN,
  type LatencyStanding,
  latencyStanding,
} from '../../../protocols/rules/care/line-standing.ts'
import type { EventBus } from '../../events/event-bus.ts'

const LOOK_MS = 10_000
/** Of the last jobs: on a busy miner some seconds, on a quiet one hours, and never more memory. */
const JOBS_MAX = 256

export interface LineReport {
  readonly latency: LatencyStanding
  /** Of the last jobs, from arrival to end; absent where there were too few. */
  readonly p95Ms?: number
  /** Whether the line carries bulk work upwards. */
  readonly bulk: 'enough' | 'unknown'
  /** The most that was sent in ten seconds, a second. */
  readonly upBitsPerSMax: number
}

export interface LineWatchNeeds {
  readonly clock: Clock
  readonly bus: EventBus
  /** Sent to peers since the start. */
  readonly bytesOut: () => number
}

export class LineWatch implements Disposable {
  readonly #needs: LineWatchNeeds
  readonly #tookMs: number[] = []
  readonly #listening: Disposable
  #latency: LatencyStanding = 'unknown'
  #sent: { readonly bytes: number; readonly atMs: number }
  #upBitsPerSMax = 0
  #timer: Timer | undefined

  constructor(needs: LineWatchNeeds) {
    this.#needs = needs
    const { bus, clock, bytesOut } = needs
    this.#sent = { bytes: bytesOut(), atMs: clock.monotonicMs() }
    this.#listening = bus.listen(({ event }) => {
      if (event.kind !== 'job:finished') return
      this.#tookMs.push((event.waitedUs + event.computedUs) / 1_000)
      if (this.#tookMs.length > JOBS_MAX) this.#tookMs.shift()
    })
    this.#later()
  }

  report(): LineReport {
    const p95Ms = this.#p95Ms()
    return {
      latency: this.#latency,
      ...(p95Ms === undefined ? {} : { p95Ms }),
      bulk: bulkStanding(this.#upBitsPerSMax),
      upBitsPerSMax: Math.round(this.#upBitsPerSMax),
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
    const { clock, bytesOut, bus } = this.#needs
    const sent = { bytes: bytesOut(), atMs: clock.monotonicMs() }
    const seconds = (sent.atMs - this.#sent.atMs) / 1_000
    if (seconds > 0)
      this.#upBitsPerSMax = Math.max(this.#upBitsPerSMax, (8 * (sent.bytes - this.#sent.bytes)) / seconds)
    this.#sent = sent
    const p95Ms = this.#p95Ms()
    const latency = latencyStanding(p95Ms, this.#latency)
    if (latency === this.#latency) return
    this.#latency = latency
    if (p95Ms !== undefined && latency !== 'unknown') bus.emit({ kind: 'latency:changed', latency, p95Ms })
  }

  #p95Ms(): number | undefined {
    if (this.#tookMs.length < LATENCY_JOBS_MIN) return undefined
    return this.#tookMs.toSorted((one, other) => one - other)[Math.ceil(0.95 * this.#tookMs.length) - 1]
  }
}
