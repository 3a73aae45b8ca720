/** What this node itself knows of its way to a peer: by the connections that stand, else by a dial that failed a moment ago. */
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { Reach } from '../../../protocols/rules/routing/candidate.ts'

/** As long as the circuit breaker first excludes a miner; a peer that was only restarted is not passed over for longer. */
export const FAILED_DIAL_MS = 30_000
/** Peers whose failed dial is remembered: more are not dialled in that time. */
const FAILED_MAX = 1_024

export interface PeerWaysNeeds {
  readonly clock: Clock
  /** Remote addresses of the connections that stand with a peer. */
  readonly addressesTo: (peer: PeerId) => readonly Multiaddr[]
  /** Whether this node is connected with anybody. */
  readonly isConnected: () => boolean
}

export class PeerWays {
  readonly #needs: PeerWaysNeeds
  /** Monotonic; the one that failed first comes first. */
  readonly #failedAtMs = new Map<PeerId, number>()

  constructor(needs: PeerWaysNeeds) {
    this.#needs = needs
  }

  /** `undefined` where nothing is known: who was never dialled may be near. */
  reachOf(peer: PeerId): Reach | undefined {
    const ways = this.#needs.addressesTo(peer).map(wayOf)
    const best = BEST_FIRST.find((way) => ways.includes(way))
    if (best !== undefined) {
      this.#failedAtMs.delete(peer)
      return best
    }
    const failedAtMs = this.#failedAtMs.get(peer)
    if (failedAtMs === undefined) return undefined
    if (this.#needs.clock.monotonicMs() - failedAtMs < FAILED_DIAL_MS) return 'unreachable'
    this.#failedAtMs.delete(peer)
    return undefined
  }

  /** None of its addresses answered. Where nobody else is connected either, it is this node's own line that is down. */
  failed(peer: PeerId): void {
    if (!this.#needs.isConnected()) return
    this.#failedAtMs.delete(peer)
    if (this.#failedAtMs.size >= FAILED_MAX) this.#failedAtMs.delete(this.#failedAtMs.keys().next().value!)
    this.#failedAtMs.set(peer, this.#needs.clock.monotonicMs())
  }

  reached(peer: PeerId): void {
    this.#failedAtMs.delete(peer)
  }
}

const BEST_FIRST = ['direct', 'punched', 'relayed'] as const

/** Behind a relay only the first words go by it where WebRTC follows in the address: the data takes the hole that was punched. */
function wayOf(address: Multiaddr): (typeof BEST_FIRST)[number] {
  const names = address.getComponents().map(({ name }) => name)
  const relay = names.lastIndexOf('p2p-circuit')
  if (relay < 0) return 'direct'
  return names.includes('webrtc', relay) ? 'punched' : 'relayed'
}
