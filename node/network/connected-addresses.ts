/**
 * Remote addresses of the connections that stand, by peer. A job asks for thousands of peers, and libp2p wants each name read first, which
 * takes 150 µs for the point in it: here one map answers for all of them until a connection comes or goes.
 */
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../protocols/kernel/ids.ts'

export class ConnectedAddresses {
  readonly #libp2p: Pick<Libp2p, 'getConnections'>
  /** No more than there are connections. */
  #byPeer: ReadonlyMap<string, readonly Multiaddr[]> | undefined

  constructor(libp2p: Pick<Libp2p, 'getConnections' | 'addEventListener'>) {
    this.#libp2p = libp2p
    const forget = (): void => {
      this.#byPeer = undefined
    }
    libp2p.addEventListener('connection:open', forget)
    libp2p.addEventListener('connection:close', forget)
  }

  of(peer: PeerId): readonly Multiaddr[] {
    this.#byPeer ??= this.#read()
    return this.#byPeer.get(peer) ?? []
  }

  #read(): ReadonlyMap<string, readonly Multiaddr[]> {
    const byPeer = new Map<string, Multiaddr[]>()
    for (const { remotePeer, remoteAddr } of this.#libp2p.getConnections()) {
      const known = byPeer.get(remotePeer.toString())
      if (known === undefined) byPeer.set(remotePeer.toString(), [remoteAddr])
      else known.push(remoteAddr)
    }
    return byPeer
  }
}
