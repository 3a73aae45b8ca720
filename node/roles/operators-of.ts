/** The miner that a peer is, by its name alone; a point is uncompressed once for each, for all that are connected are looked at often. */
import type { Address, PeerId } from '../../protocols/kernel/ids.ts'
import { addressOfPeerId } from '../../protocols/statements/peer-id.ts'

/** As many as are connected, twice. */
const OPERATORS_MAX = 1_024

export function operatorsOf(crypto: Parameters<typeof addressOfPeerId>[0]): (peer: PeerId) => Address | undefined {
  const found = new Map<PeerId, Address | undefined>()
  return (peer) => {
    if (!found.has(peer)) {
      if (found.size >= OPERATORS_MAX) found.clear()
      found.set(peer, addressOfPeerId(crypto, peer))
    }
    return found.get(peer)
  }
}
