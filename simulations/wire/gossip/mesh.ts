/** The mesh of one topic at one node: the neighbours that get every message at once. */
import { meshDegree } from '../../../node/network/gossip/gossip-law.ts'
import type { GossipValidator } from '../../../node/network/gossip/gossip-router.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { SeededRandom } from '../../clock/seeded-random.ts'

export class TopicMesh {
  readonly validate: GossipValidator
  readonly peers = new Set<PeerId>()

  constructor(validate: GossipValidator) {
    this.validate = validate
  }

  get isThin(): boolean {
    return this.peers.size < meshDegree.min
  }

  /** Whom of the candidates to take in. */
  missing(candidates: readonly PeerId[], random: SeededRandom): PeerId[] {
    return random.sample(candidates, meshDegree.wanted - this.peers.size)
  }

  /** Whom to let go: those with a bad score, and of too many the worst and the unlucky. */
  surplus(scoreOf: (peer: PeerId) => number, random: SeededRandom): PeerId[] {
    const bad = [...this.peers].filter((peer) => scoreOf(peer) < 0)
    const good = [...this.peers].filter((peer) => scoreOf(peer) >= 0)
    if (good.length <= meshDegree.max) return bad
    // Shuffled first, so that equal scores are decided by lot.
    const byScore = random.sample(good, good.length).sort((a, b) => scoreOf(b) - scoreOf(a))
    const kept = new Set([
      ...byScore.slice(0, meshDegree.keptByScore),
      ...random.sample(byScore.slice(meshDegree.keptByScore), meshDegree.wanted - meshDegree.keptByScore),
    ])
    return [...bad, ...good.filter((peer) => !kept.has(peer))]
  }
}
