/**
 * Keeps the addresses of peers that go on saying them. libp2p's store counts an address' age from when it was first seen and drops
 * it at the end of that, however often it is told again: a miner that stays at one address for longer would be a name without an
 * address on every DHT server, and stay one. What a peer says while it is connected is taken as new; what others say of it is not,
 * or they would keep each other's dead addresses alive.
 */
import type { Address, Peer, PeerData, PeerId, PeerStore } from '@libp2p/interface'
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'

/** Far below the age at which the store drops an address, and rarely enough to cost nothing. */
const FRESHEN_MS = 6 * 3_600_000
/** More than are connected at once; of a forgotten one the time counts anew. */
const PEERS_MAX = 4_096

export interface FreshAddressesNeeds {
  readonly peerStore: Pick<PeerStore, 'merge' | 'patch'>
  readonly isConnected: (peer: PeerId) => boolean
  /** Wall clock, as the store's own. */
  readonly nowMs: () => number
}

/** From here on the store's own `merge` and `patch` do it. */
export function keepAddressesFresh({ peerStore, isConnected, nowMs }: FreshAddressesNeeds): void {
  const merge = peerStore.merge.bind(peerStore)
  const patch = peerStore.patch.bind(peerStore)
  const freshAtMs = new AgeingMap<string, number>()

  /** True once in a while for each peer. */
  const isDue = (name: string): boolean => {
    const now = nowMs()
    const before = freshAtMs.get(name)
    if (before !== undefined && now - before < FRESHEN_MS) return false
    freshAtMs.set(name, now)
    if (freshAtMs.size > PEERS_MAX) freshAtMs.delete(freshAtMs.oldest()!)
    return before !== undefined
  }

  const freshen = async (peer: PeerId, data: PeerData, kept: Peer): Promise<Peer> => {
    const told = addressesIn(data)
    if (told.length === 0 || !isConnected(peer)) return kept
    const name = peer.toString()
    const bare = (address: Address): string => address.multiaddr.toString().replace(`/p2p/${name}`, '')
    const has = new Set(kept.addresses.map(bare))
    if (!isDue(name) && told.every((address) => has.has(bare(address)))) return kept
    // What the store does not have it cannot remember the time of.
    const said = new Set(told.map(bare))
    await patch(peer, { addresses: kept.addresses.filter((address) => !said.has(bare(address))) })
    return merge(peer, { addresses: told })
  }

  peerStore.merge = async (peer, data, options) => freshen(peer, data, await merge(peer, data, options))
  peerStore.patch = async (peer, data, options) => freshen(peer, data, await patch(peer, data, options))
}

const addressesIn = ({ addresses = [], multiaddrs = [] }: PeerData): Address[] => [
  ...addresses,
  ...multiaddrs.map((multiaddr) => ({ multiaddr, isCertified: false })),
]
