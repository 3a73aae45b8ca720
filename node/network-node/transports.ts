/** Transports of a node in Node.js. */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { Transport } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'

type TransportFactory = (components: never) => Transport

export interface TransportTuning {
  /** Further transports: webrtc-direct comes from {@link webRtcDirectTransport}, loaded only where it is wanted. */
  readonly moreTransports?: readonly TransportFactory[]
}

/** Unanswered bytes kept by the kernel for a connection that is being set up. */
const BACKLOG = 511

export function nodeTransports({ moreTransports = [] }: TransportTuning): readonly TransportFactory[] {
  return [
    tcp({ backlog: BACKLOG }) as TransportFactory,
    webSockets() as TransportFactory,
    circuitRelayTransport() as TransportFactory,
    ...moreTransports,
  ]
}
