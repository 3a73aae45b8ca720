/**
 * Multicast DNS under the network's own service name: nodes of one LAN find each other with no bootstrap peer. Not handed to libp2p
 * as a peer discovery, for then every answer that a stranger makes up would be stored.
 */
import type { PeerId as Libp2pPeerId, Startable } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import type { Multiaddr } from '@multiformats/multiaddr'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { Report } from '../network/libp2p-network.ts'
import { RateTable } from '../network/peers/rate-table.ts'

/** An answer of a machine in the LAN; nothing of it is checked. */
export interface LanAnswer {
  readonly peer: PeerId
  readonly addresses: readonly Multiaddr[]
  /** IP address that the packet came from. */
  readonly source: string
}

export interface LanServiceNeeds {
  readonly tag: string
  readonly clock: Clock
  /** Disposed when the service stops. */
  readonly taker: Disposable & { take(answer: LanAnswer): void }
  readonly report: Report
  /** Another port than multicast DNS's own, for tests. */
  readonly port?: number
}

const MDNS_PORT = 5_353
/** Questions are asked this often; whoever comes later hears of the others by its own. */
const ASK_MS = 10_000
/** Answers to all questions together: one each is enough for a hundred nodes, and a flood of questions makes no flood of answers. */
const ANSWERS_PER_SECOND_MAX = 10

type Components = Parameters<ReturnType<typeof mdns>>[0]
type Mdns = Startable & EventTarget & { readonly mdns?: Socket }
interface Socket {
  prependListener(event: 'response', listener: (packet: unknown, from: { readonly address: string }) => void): void
  on(event: 'error', listener: (error: unknown) => void): void
}

export const lanServiceName = (tag: string): string => `_aitbc-${tag}._udp.local`

export const lanService =
  ({ tag, clock, taker, report, port }: LanServiceNeeds) =>
  (components: Components): Startable => {
    const { addressManager, logger } = components
    const answers = new RateTable(ANSWERS_PER_SECOND_MAX, 1_000, 1)
    const allows = (): boolean => answers.allows('all', clock.monotonicMs())
    const service = mdns({
      serviceTag: lanServiceName(tag),
      interval: ASK_MS,
      ...(port === undefined ? {} : { port }),
    })({
      logger,
      // Without addresses it does not answer.
      addressManager: { getAddresses: () => (allows() ? addressManager.getAddresses() : []) } as typeof addressManager,
    }) as unknown as Mdns
    let source: string | undefined
    service.addEventListener('peer', (event) => {
      const { id, multiaddrs } = (event as CustomEvent<{ id: Libp2pPeerId; multiaddrs: readonly Multiaddr[] }>).detail
      if (source !== undefined) taker.take({ peer: peerId(id.toString()), addresses: multiaddrs, source })
    })
    return {
      async start() {
        await service.start()
        // The event of a peer comes while its packet is being handled, and does not say where that came from.
        service.mdns?.prependListener('response', (_, from) => {
          source = from.address
        })
        service.mdns?.on('error', (error) => {
          const otherwise = 'do without the nodes of the LAN: --lan-discovery off'
          report(new MeshError('PORT_IN_USE', { port: port ?? MDNS_PORT, address: '0.0.0.0', otherwise }, error))
        })
      },
      async stop() {
        taker[Symbol.dispose]()
        await service.stop()
      },
    }
  }
