/** How busy and how late the event loop is. Measured only where somebody reads it: it takes a timer. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** A sample each 20 ms: delays of less than that are nobody's trouble. */
const RESOLUTION_MS = 20
const PERCENTILES = [50, 99] as const

export class EventLoopWatch implements Disposable {
  readonly #delays: ReturnType<typeof monitorEventLoopDelay>

  constructor() {
    this.#delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    this.#delays.enable()
  }

  [Symbol.dispose](): void {
    this.#delays.disable()
  }

  /** Of the time since this was last asked; empty where nothing was measured in it. */
  delaysSeconds(): readonly (readonly [statistic: string, seconds: number])[] {
    if (this.#delays.count === 0) return []
    // What is recorded is the time between two samples.
    const seconds = (ns: number): number => Math.max(0, ns / 1e9 - RESOLUTION_MS / 1e3)
    const read = [
      ...PERCENTILES.map((percent) => [`p${percent}`, seconds(this.#delays.percentile(percent))] as const),
      ['max', seconds(this.#delays.max)] as const,
    ]
    this.#delays.reset()
    return read
  }
}
