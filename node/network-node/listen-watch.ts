/**
 * Tells why a node does not listen. libp2p is told to go on when an address fails (a full relay is no reason not to start),
 * and then says nothing of it; but a taken port is something its owner must hear.
 */
import type { CreateListenerOptions, Listener, Transport } from '@libp2p/interface'
import { MeshError } from '../../protocols/kernel/errors.ts'

type TransportFactory = (components: never) => Transport

/** What Node's server says of a port that it did not get. */
interface PortError {
  readonly code: 'EADDRINUSE' | 'EACCES'
  readonly address?: string
  readonly port?: number
}

export class ListenWatch {
  #failure: { readonly error: unknown; readonly multiaddr: string } | undefined

  /** The transport, with its listeners' failures noted here. Those of a relay are left alone. */
  over(factory: TransportFactory): TransportFactory {
    return (components) => {
      const transport = factory(components)
      const create = transport.createListener.bind(transport)
      transport.createListener = (options: CreateListenerOptions): Listener => this.#watched(create(options))
      return transport
    }
  }

  /** @throws MeshError PORT_IN_USE, or what the first listener that failed had thrown */
  throwIfFailed(): void {
    if (this.#failure === undefined) return
    const { error, multiaddr } = this.#failure
    const { code, address = multiaddr, port = 0 } = error as PortError
    if (code === 'EADDRINUSE') {
      const otherwise = `choose another port with ${multiaddr.includes('/ws') ? '--websocket-port' : '--port'}`
      throw new MeshError('PORT_IN_USE', { port, address, otherwise }, error)
    }
    const why = error instanceof Error ? error.message : String(error)
    const remedy = 'Listen on an address of this machine, or on none: --listen "".'
    const facts = { key: 'listen', value: multiaddr, origin: 'the addresses to listen on', why, remedy }
    throw new MeshError('CONFIG_INVALID', facts, error)
  }

  #watched(listener: Listener): Listener {
    const listen = listener.listen.bind(listener)
    listener.listen = async (multiaddr): Promise<void> => {
      try {
        await listen(multiaddr)
      } catch (error) {
        if (!multiaddr.getComponents().some(({ name }) => name === 'p2p-circuit'))
          this.#failure ??= { error, multiaddr: multiaddr.toString() }
        throw error
      }
    }
    return listener
  }
}
