/** Peers in an order in which one network does not follow itself while there are others: a /24 full of names is one voice. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'

/** The network of a peer's address; undefined where it is private, or not known: then it counts as one of its own. */
export type NetworkOf = (peer: PeerId) => Promise<string | undefined>

/** One of each network before a second of any; among those of one turn the order that they came in. */
export async function spreadNetworks(peers: readonly PeerId[], networkOf: NetworkOf): Promise<readonly PeerId[]> {
  const names = await Promise.all(peers.map(networkOf))
  const counts = new Map<string, number>()
  const turns = names.map((network, i) => {
    const name = network ?? peers[i]!
    const turn = counts.get(name) ?? 0
    counts.set(name, turn + 1)
    return turn
  })
  const order = peers.map((_, i) => i).sort((a, b) => turns[a]! - turns[b]! || a - b)
  return order.map((i) => peers[i]!)
}
