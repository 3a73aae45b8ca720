/** Peers that serve the mesh, as they make themselves known on a connection, with the addresses that led to them. */
import type { IdentifyResult } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import { protocolId } from '../../../protocols/kernel/protocol.ts'
import { directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { bareAddress } from './bare-address.ts'

export interface MetPeer {
  readonly peer: PeerId
  /** Without the peer's name at their end; the one that was dialled first. Empty where nothing says how it can be dialled. */
  readonly addresses: readonly string[]
}

/** One for TCP, one for WebSocket, in both versions of IP. */
export const MET_ADDRESSES_MAX = 4
/** Longer than the longest that leads anywhere, one of webrtc-direct with its certificate's hash. */
export const ADDRESS_CHARS_MAX = 256

export const dhtProtocol = (tag: string): string => `/aitbc/${tag}/kad/1`

/** `undefined` for a peer that neither serves the DHT nor keeps a directory: nobody enters a network by a light peer. */
export function metPeer(
  tag: string,
  { peerId: peer, protocols, connection, listenAddrs }: IdentifyResult,
): MetPeer | undefined {
  if (!protocols.includes(dhtProtocol(tag)) && !protocols.includes(protocolId(tag, directoryProtocol))) return undefined
  const { remoteAddr, direction } = connection
  const reached = direction === 'outbound' ? [remoteAddr] : []
  // What a peer says of itself is believed for the machine that its connection comes from: or it could name a victim.
  const told = listenAddrs.filter((address) => machineOf(address) === machineOf(remoteAddr))
  const direct = [...reached, ...told].filter((address) => !isRelayed(address)).map(bareAddress)
  const addresses = [...new Set(direct)].filter(({ length }) => length <= ADDRESS_CHARS_MAX).slice(0, MET_ADDRESSES_MAX)
  return { peer: peerId(peer.toString()), addresses }
}

const isRelayed = (address: Multiaddr): boolean => address.getComponents().some(({ name }) => name === 'p2p-circuit')

/** `/ip4/10.0.0.7` of all addresses that begin with it. */
const machineOf = (address: Multiaddr): string => {
  const [first] = address.getComponents()
  return `${first?.name}/${first?.value}`
}
