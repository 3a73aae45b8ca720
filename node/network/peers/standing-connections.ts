/**
 * The connections that stand, by peer. A job asks for them several times, and libp2p wants each name read first, which takes 150 µs for the
 * point in it: here one map answers for all of them until a connection comes or goes.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'

const CHANGES = ['connection:open', 'connection:close', 'peer:connect', 'peer:disconnect'] as const

export class StandingConnections {
  readonly #libp2p: Pick<Libp2p, 'getConnections'>
  /** No more than there are connections. */
  #byPeer: ReadonlyMap<PeerId, readonly Connection[]> | undefined

  constructor(libp2p: Pick<Libp2p, 'getConnections' | 'addEventListener'>) {
    this.#libp2p = libp2p
    const forget = (): void => {
      this.#byPeer = undefined
      // libp2p's own table changes in the same turn, before or after this listener; what read it in between read what was.
      queueMicrotask(() => {
        this.#byPeer = undefined
      })
    }
    for (const change of CHANGES) libp2p.addEventListener(change, forget)
  }

  to(peer: PeerId): readonly Connection[] {
    return this.#all.get(peer) ?? []
  }

  /** Whoever is connected, in the order in which they came. */
  peers(): readonly PeerId[] {
    return [...this.#all.keys()]
  }

  get #all(): ReadonlyMap<PeerId, readonly Connection[]> {
    this.#byPeer ??= this.#read()
    return this.#byPeer
  }

  #read(): ReadonlyMap<PeerId, readonly Connection[]> {
    const byPeer = new Map<PeerId, Connection[]>()
    for (const connection of this.#libp2p.getConnections()) {
      const peer = peerId(connection.remotePeer.toString())
      const known = byPeer.get(peer)
      if (known === undefined) byPeer.set(peer, [connection])
      else known.push(connection)
    }
    return byPeer
  }
}
