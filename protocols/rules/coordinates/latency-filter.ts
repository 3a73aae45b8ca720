/**
 * The median of each peer's last three round trips: one that waited for a busy process, or was pushed through by an empty queue, is no
 * distance.
 */
import { lowerMedian } from '../../kernel/lower-median.ts'
import { RTT_MS_MAX } from './vivaldi.ts'

/** Serf's: more would follow a change of route later. */
const FILTER_SAMPLES = 3
/** Twice the peers that a node is connected to; who was not timed for longest is forgotten. */
const PEERS_MAX = 512

export class LatencyFilter {
  readonly #samples = new Map<string, readonly number[]>()

  /** `undefined` for what is no round trip: it is not kept either. */
  filtered(peer: string, rttMs: number): number | undefined {
    if (!(rttMs >= 0 && rttMs <= RTT_MS_MAX)) return undefined
    const samples = [...(this.#samples.get(peer) ?? []), rttMs].slice(-FILTER_SAMPLES)
    this.#samples.delete(peer)
    this.#samples.set(peer, samples)
    if (this.#samples.size > PEERS_MAX) this.#samples.delete(this.#samples.keys().next().value!)
    return lowerMedian(samples)
  }
}
