/** Connected peers as gossip sees them: their topics, what waits for them, and their scores, which outlive the connection. */
import { neighbourScores, UNSENT_BYTES_MAX } from '../../../node/network/gossip/gossip-law.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { NeighbourScore } from './neighbour-score.ts'
import { bytesOf, type GossipRpc } from './rpc.ts'

/** Topics that one neighbour may claim to have joined: a node joins its region's classes, a relay some hundreds. */
const TOPICS_MAX = 1_024

export interface NeighboursNeeds {
  readonly clock: Clock
  readonly standing: (peer: PeerId) => number
  readonly send: (peer: PeerId, rpc: GossipRpc, onArrived: () => void) => void
}

/** Peers whose conduct is remembered, connected ones included. */
const SCORES_MAX = 8_192

interface Neighbour {
  readonly topics: Set<string>
  unsentBytes: number
}

export class Neighbours {
  readonly #needs: NeighboursNeeds
  readonly #connected = new Map<PeerId, Neighbour>()
  readonly #scores = new Map<PeerId, NeighbourScore>()
  readonly #byTopic = new Map<string, Set<PeerId>>()

  constructor(needs: NeighboursNeeds) {
    this.#needs = needs
  }

  get peers(): readonly PeerId[] {
    return [...this.#connected.keys()]
  }

  has(peer: PeerId): boolean {
    return this.#connected.has(peer)
  }

  /** Those that have joined a topic. */
  of(topicId: string): PeerId[] {
    return [...(this.#byTopic.get(topicId) ?? [])]
  }

  add(peer: PeerId): void {
    this.#connected.set(peer, { topics: new Set(), unsentBytes: 0 })
    this.score(peer).goneAtMs = undefined
  }

  /** Returns the topics that it was in. */
  remove(peer: PeerId): readonly string[] {
    const topics = [...(this.#connected.get(peer)?.topics ?? [])]
    for (const topicId of topics) this.#left(peer, topicId)
    this.#connected.delete(peer)
    this.score(peer).goneAtMs = this.#needs.clock.monotonicMs()
    return topics
  }

  subscribed(peer: PeerId, topicId: string, joined: boolean): void {
    const topics = this.#connected.get(peer)?.topics
    if (topics === undefined) return
    if (!joined) {
      topics.delete(topicId)
      this.#left(peer, topicId)
    } else if (topics.size < TOPICS_MAX) {
      topics.add(topicId)
      const inTopic = this.#byTopic.get(topicId)
      if (inTopic === undefined) this.#byTopic.set(topicId, new Set([peer]))
      else inTopic.add(peer)
    }
  }

  score(peer: PeerId): NeighbourScore {
    const known = this.#scores.get(peer)
    if (known !== undefined) return known
    const fresh = new NeighbourScore(this.#needs.clock.monotonicMs())
    this.#scores.set(peer, fresh)
    return fresh
  }

  value(peer: PeerId): number {
    return this.score(peer).value(this.#needs.clock.monotonicMs(), this.#needs.standing(peer))
  }

  /** False where the neighbour has too much waiting: it misses this one. */
  send(peer: PeerId, rpc: GossipRpc): boolean {
    const neighbour = this.#connected.get(peer)
    if (neighbour === undefined) return false
    const bytes = bytesOf(rpc)
    if (neighbour.unsentBytes + bytes > UNSENT_BYTES_MAX) return false
    neighbour.unsentBytes += bytes
    this.#needs.send(peer, rpc, () => {
      neighbour.unsentBytes -= bytes
    })
    return true
  }

  /** Scores of those that left long ago; of too many the ones known longest. */
  forget(): void {
    const now = this.#needs.clock.monotonicMs()
    for (const [peer, { goneAtMs }] of this.#scores) {
      if (goneAtMs === undefined) continue
      if (now - goneAtMs > neighbourScores.retainScore || this.#scores.size > SCORES_MAX) this.#scores.delete(peer)
    }
  }

  #left(peer: PeerId, topicId: string): void {
    const inTopic = this.#byTopic.get(topicId)
    inTopic?.delete(peer)
    if (inTopic?.size === 0) this.#byTopic.delete(topicId)
  }
}
