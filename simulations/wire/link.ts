/** What a path between two nodes costs. A message on it takes its turn, travels, and may have to be sent again. */
import type { SeededRandom } from '../clock/seeded-random.ts'

export interface LinkLaw {
  /** One way. */
  readonly latencyMs: number
  /** Up to this much on top of it, evenly spread. What is sent later never arrives earlier: it is one connection. */
  readonly jitterMs: number
  /** In each direction; all that the two nodes say shares it. Infinity where nothing waits. */
  readonly bytesPerSecond: number
  /** Of packets of {@link PACKET_BYTES}, 0 to 1. A lost one is sent again, and all behind it waits. */
  readonly lossRate: number
}

/** A home line to the next country: 20 ms and 100 Mbit/s. */
export const DEFAULT_LINK: LinkLaw = { latencyMs: 20, jitterMs: 2, bytesPerSecond: 12_500_000, lossRate: 0 }

/** What an Ethernet frame leaves to TCP, about. */
const PACKET_BYTES = 1_400
/** Linux waits at least this long before it sends again (TCP_RTO_MIN), then doubles. */
const RETRANSMIT_MS_MIN = 200
/** A socket on which nothing moves for two minutes is closed: libp2p's TCP transport. */
export const DEAD_LINE_MS = 120_000

/** One direction of one connection. */
export class Line {
  readonly #random: SeededRandom
  /** The line is busy with earlier messages until then. */
  #busyUntilMs = 0
  #lastArrivalMs = 0

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** When a message sent now arrives; undefined where so much of it was lost that the connection is given up. */
  arrivalMs(nowMs: number, bytes: number, law: LinkLaw): number | undefined {
    const leftAtMs = Math.max(nowMs, this.#busyUntilMs) + (bytes / law.bytesPerSecond) * 1_000
    const againMs = this.#againMs(bytes, law)
    if (againMs === undefined) return undefined
    const travelMs = law.latencyMs + (law.jitterMs > 0 ? this.#random.fraction() * law.jitterMs : 0)
    this.#busyUntilMs = leftAtMs
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, leftAtMs + travelMs + againMs)
    return this.#lastArrivalMs
  }

  /** What sending again costs. */
  #againMs(bytes: number, { latencyMs, lossRate }: LinkLaw): number | undefined {
    if (lossRate <= 0) return 0
    let timeoutMs = Math.max(RETRANSMIT_MS_MIN, 4 * latencyMs)
    let againMs = 0
    let rate = 1 - (1 - lossRate) ** Math.ceil(bytes / PACKET_BYTES)
    while (this.#random.fraction() < rate) {
      againMs += timeoutMs
      timeoutMs *= 2
      rate = lossRate
      if (againMs > DEAD_LINE_MS) return undefined
    }
    return againMs
  }
}
