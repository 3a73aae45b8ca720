/** The mesh of one topic at one node: the neighbours that get every message at once. */
import type { GossipValidator } from '../../../node/network/gossip-router.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { SeededRandom } from '../../clock/seeded-random.ts'

/** Neighbours wanted, and the bounds below and above which the mesh is put right (gossipsub's own defaults). */
export const MESH_DEGREE = 6
export const MESH_DEGREE_MIN = 4
export const MESH_DEGREE_MAX = 12
/** Of an overfull mesh the best this many stay, the rest by lot. */
const KEPT_BY_SCORE = 4

export class TopicMesh {
  readonly validate: GossipValidator
  readonly peers = new Set<PeerId>()

  constructor(validate: GossipValidator) {
    this.validate = validate
  }

  get isThin(): boolean {
    return this.peers.size < MESH_DEGREE_MIN
  }

  /** Whom of the candidates to take in. */
  missing(candidates: readonly PeerId[], random: SeededRandom): PeerId[] {
    return random.sample(candidates, MESH_DEGREE - this.peers.size)
  }

  /** Whom to let go: those with a bad score, and of too many the worst and the unlucky. */
  surplus(scoreOf: (peer: PeerId) => number, random: SeededRandom): PeerId[] {
    const bad = [...this.peers].filter((peer) => scoreOf(peer) < 0)
    const good = [...this.peers].filter((peer) => scoreOf(peer) >= 0)
    if (good.length <= MESH_DEGREE_MAX) return bad
    // Shuffled first, so that equal scores are decided by lot.
    const byScore = random.sample(good, good.length).sort((a, b) => scoreOf(b) - scoreOf(a))
    const kept = new Set([
      ...byScore.slice(0, KEPT_BY_SCORE),
      ...random.sample(byScore.slice(KEPT_BY_SCORE), MESH_DEGREE - KEPT_BY_SCORE),
    ])
    return [...bad, ...good.filter((peer) => !kept.has(peer))]
  }
}
