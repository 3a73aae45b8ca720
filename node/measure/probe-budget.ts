/** What a miner lends to probes: so much an hour in all, and no more than a share of it to one prober. */
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'

const HOUR_MS = 3_600_000
/** Whoever uses up its own keeps nobody else from asking. */
const SHARE_OF_ONE = 0.25
/** Probes of one prober: more tell it nothing new. */
export const COUNT_OF_ONE = 8
/** Probers that are remembered; the longest unheard of begins anew. */
const PROBERS_MAX = 1_024

interface Use {
  readonly atMs: number
  tookMs: number
}

export class ProbeBudget {
  readonly #clock: Clock
  readonly #msPerHour: number
  readonly #byProber = new Map<PeerId, Use[]>()

  constructor(clock: Clock, msPerHour: number) {
    this.#clock = clock
    this.#msPerHour = msPerHour
  }

  /** When there is something left for this prober, from now; 0 where there is. */
  waitMs(prober: PeerId): number {
    const all = [...this.#byProber.values()].flatMap((uses) => this.#lately(uses))
    const own = this.#lately(this.#byProber.get(prober) ?? [])
    const isFree = sum(all) < this.#msPerHour && sum(own) < this.#msPerHour * SHARE_OF_ONE && own.length < COUNT_OF_ONE
    if (isFree) return 0
    const oldest = Math.min(
      ...(own.length >= COUNT_OF_ONE ? own : all).map(({ atMs }) => atMs),
      this.#clock.monotonicMs(),
    )
    return Math.max(1, Math.ceil(oldest + HOUR_MS - this.#clock.monotonicMs()))
  }

  /** A probe begins. @returns to be told how long it took, however it ended */
  begin(prober: PeerId): (tookMs: number) => void {
    const use: Use = { atMs: this.#clock.monotonicMs(), tookMs: 0 }
    const uses = [...this.#lately(this.#byProber.get(prober) ?? []), use]
    this.#byProber.delete(prober)
    this.#byProber.set(prober, uses)
    if (this.#byProber.size > PROBERS_MAX) this.#byProber.delete(this.#byProber.keys().next().value!)
    return (tookMs) => {
      use.tookMs = tookMs
    }
  }

  #lately(uses: readonly Use[]): Use[] {
    const from = this.#clock.monotonicMs() - HOUR_MS
    return uses.filter(({ atMs }) => atMs > from)
  }
}

const sum = (uses: readonly Use[]): number => uses.reduce((all, { tookMs }) => all + tookMs, 0)
