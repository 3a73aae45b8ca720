/**
 * Where a peer is now, asked of others. libp2p asks the DHT only of peers that it knows no address of, and a node that came back on
 * another port would be dialled at its old one until that is forgotten, for two days.
 */
import type { Libp2p, PeerId as Libp2pPeerId } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { bareAddress } from './bare-address.ts'

/** A peer that is simply down is not asked after at every dial. */
const AGAIN_MS = 2_000
/** Peers whose last question is remembered. */
const ASKED_MAX = 1_024

export interface PeerFinderNeeds {
  readonly libp2p: Libp2p
  readonly dht: KadDHT
  readonly clock: Clock
}

export class PeerFinder {
  readonly #needs: PeerFinderNeeds
  readonly #askedAtMs = new Map<string, number>()

  constructor(needs: PeerFinderNeeds) {
    this.#needs = needs
  }

  /**
   * Addresses that this node did not know, and knows from now on; empty where there are none, others were asked just now, or nobody is
   * there to be asked.
   * @throws what the lookup throws; the signal's reason
   */
  async find(peer: Libp2pPeerId, signal: AbortSignal): Promise<readonly Multiaddr[]> {
    const { libp2p, dht } = this.#needs
    // The DHT of a node that is connected to nobody waits for the first peer, and so would the call, for all of its time.
    if (libp2p.getConnections().length === 0 && libp2p.getDialQueue().length === 0) return []
    if (!this.#mayAsk(peer.toString())) return []
    const known = new Set(await this.#known(peer))
    for await (const event of dht.getClosestPeers(peer.toMultihash().bytes, { signal })) {
      if (event.name !== 'PEER_RESPONSE') continue
      const told = event.closer.find(({ id }) => id.equals(peer))?.multiaddrs ?? []
      const fresh = told.filter((address) => !known.has(bareAddress(address)))
      if (fresh.length === 0) continue
      // The old ones lead nowhere: that is why others were asked.
      await libp2p.peerStore.patch(peer, { multiaddrs: fresh })
      return fresh
    }
    return []
  }

  async #known(peer: Libp2pPeerId): Promise<readonly string[]> {
    try {
      const { addresses } = await this.#needs.libp2p.peerStore.get(peer)
      return addresses.map(({ multiaddr }) => bareAddress(multiaddr))
    } catch {
      // The store throws for a peer that it does not know.
      return []
    }
  }

  #mayAsk(peer: string): boolean {
    const now = this.#needs.clock.monotonicMs()
    const before = this.#askedAtMs.get(peer)
    if (before !== undefined && now - before < AGAIN_MS) return false
    this.#askedAtMs.delete(peer)
    this.#askedAtMs.set(peer, now)
    if (this.#askedAtMs.size > ASKED_MAX) this.#askedAtMs.delete(this.#askedAtMs.keys().next().value!)
    return true
  }
}
