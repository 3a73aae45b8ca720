/** What a libp2p node knows of how others reach it. */
import type { Libp2p } from '@libp2p/interface'
import { isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'

export interface OwnAddress {
  readonly address: string
  /** `announce`: its owner says so. `observed`: others saw this node there. `transport`: of a socket of its own. */
  readonly kind: string
  /** Told to others: another peer has dialled it (AutoNAT), its owner said so, or it is private, which nobody can ask about. */
  readonly isConfirmed: boolean
  readonly isPrivate: boolean
}

export interface Reachability {
  readonly addresses: readonly OwnAddress[]
  /** Connections that stand, by who opened them. */
  readonly inbound: number
  readonly outbound: number
  /** Of both: those to private addresses, and those that a relay carries. */
  readonly nearby: number
  readonly relayed: number
}

export function reachabilityOf(libp2p: Libp2p): Reachability {
  const connections = libp2p.getConnections()
  const count = (is: (connection: (typeof connections)[number]) => boolean): number => connections.filter(is).length
  return {
    addresses: addressManagerOf(libp2p)
      .getAddressesWithMetadata()
      .map(({ multiaddr, type, verified }) => ({
        address: multiaddr.toString(),
        kind: type,
        isConfirmed: verified,
        isPrivate: isPrivate(multiaddr),
      })),
    inbound: count(({ direction }) => direction === 'inbound'),
    outbound: count(({ direction }) => direction === 'outbound'),
    nearby: count(({ remoteAddr }) => isPrivate(remoteAddr)),
    relayed: count(({ remoteAddr }) => remoteAddr.getComponents().some(({ name }) => name === 'p2p-circuit')),
  }
}

interface AddressManager {
  getAddressesWithMetadata(): readonly { multiaddr: Multiaddr; type: string; verified: boolean }[]
}

/** Which addresses are confirmed is known to this part alone; the library's own services are handed it the same way. */
const addressManagerOf = (libp2p: Libp2p): AddressManager =>
  (libp2p as unknown as { readonly components: { readonly addressManager: AddressManager } }).components.addressManager
