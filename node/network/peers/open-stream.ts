/** Streams of libp2p: opened over the connection that stands, that is dialled, or that comes in meanwhile; and taken from peers. */

import type { Connection, Libp2p, PeerId as Libp2pPeerId, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { StreamTaker } from '../calls/byte-stream.ts'
import { dialError } from './dial-error.ts'
import type { PeerFinder } from './peer-finder.ts'

export interface OpenStreamNeeds {
  readonly libp2p: Libp2p
  readonly clock: Clock
  readonly finder: PeerFinder
  /** For finding the peer, connecting and agreeing on the protocol together. */
  readonly openMs: number
}

/**
 * @param outer signals that end the attempt
 * @throws MeshError DIAL_FAILED, PROTOCOL_UNSUPPORTED, CANCELLED
 */
export async function openStream(
  { libp2p, clock, finder, openMs }: OpenStreamNeeds,
  peer: PeerId,
  protocol: string,
  streamsMax: number,
  ...outer: readonly (AbortSignal | undefined)[]
): Promise<Stream> {
  using deadline = new Deadline(clock, openMs, 'opening a stream', ...outer)
  const id = namedPeer(peer)
  if (id.equals(libp2p.peerId)) throw new MeshError('DIAL_FAILED', { peer, why: 'it is this node itself' })
  const options = { signal: deadline.signal, runOnLimitedConnection: true, maxOutboundStreams: streamsMax }
  try {
    if (libp2p.getConnections(id).length > 0) return await libp2p.dialProtocol(id, protocol, options)
    using arrival = new Arrival(libp2p, id)
    const arrived = arrival.promise.then((connection) => connection.newStream([protocol], options))
    const dialled = dialAnywhere(libp2p, finder, id, protocol, options)
    dialled.catch(() => arrival.end())
    return await firstStream(dialled, arrived)
  } catch (error) {
    deadline.throwIfGivenUp()
    throw dialError(peer, deadline.isOver ? new Error(`no answer within ${openMs} ms`) : error, protocol)
  }
}

/** Strangers say whom to ask, as a digest names who has its receipts: what is no name is nobody who could be reached, and no fault of ours. */
function namedPeer(peer: PeerId): Libp2pPeerId {
  try {
    return peerIdFromString(peer)
  } catch (error) {
    throw dialError(peer, error)
  }
}

/** At the addresses that are known, and where none of them answers, at those that others know. */
async function dialAnywhere(
  libp2p: Libp2p,
  finder: PeerFinder,
  peer: Libp2pPeerId,
  protocol: string,
  options: {
    readonly signal: AbortSignal
    readonly runOnLimitedConnection: boolean
    readonly maxOutboundStreams: number
  },
): Promise<Stream> {
  try {
    return await libp2p.dialProtocol(peer, protocol, options)
  } catch (error) {
    if (options.signal.aborted || (error as Error).name === 'UnsupportedProtocolError') throw error
    const fresh = await finder.find(peer, options.signal).catch(() => [])
    if (fresh.length === 0) throw error
    return libp2p.dialProtocol(peer, protocol, options)
  }
}

/**
 * The stream of whoever is first; should the other one come to something too, it is closed again.
 * @throws what the dial threw, where both come to nothing
 */
async function firstStream(dialled: Promise<Stream>, arrived: Promise<Stream>): Promise<Stream> {
  const both = [dialled, arrived]
  let chosen: Stream
  try {
    chosen = await Promise.any(both)
  } catch {
    return dialled
  }
  const late = (stream: Stream): void => {
    if (stream !== chosen) stream.abort(new Error('another stream was first'))
  }
  for (const each of both) each.then(late, () => undefined)
  return chosen
}

/** The next connection that the peer itself opens to us; the one that our dial makes has its stream by the dial. */
class Arrival implements Disposable {
  readonly promise: Promise<Connection>
  readonly #end: () => void

  constructor(libp2p: Libp2p, peer: Libp2pPeerId) {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>()
    const onOpen = ({ detail }: CustomEvent<Connection>): void => {
      if (detail.direction === 'inbound' && detail.remotePeer.equals(peer)) resolve(detail)
    }
    libp2p.addEventListener('connection:open', onOpen)
    this.promise = promise
    this.#end = () => {
      libp2p.removeEventListener('connection:open', onOpen)
      reject(new Error('nobody came'))
    }
  }

  /** One that has come is used still. */
  end(): void {
    this.#end()
  }

  [Symbol.dispose](): void {
    this.#end()
  }
}

/** Whoever opens one of these streams is answered, also over a relay. `onBug` hears what should not happen. */
export function streamTaker(libp2p: Libp2p, onBug: (error: MeshError) => void): StreamTaker {
  const told = (error: unknown): void => onBug(asMeshError(error))
  return (protocol, streamsMax, onStream) => {
    const limits = { maxInboundStreams: streamsMax, maxOutboundStreams: streamsMax, runOnLimitedConnection: true }
    libp2p
      .handle(protocol, (stream, { remotePeer }) => onStream(stream, peerId(remotePeer.toString())), limits)
      .catch(told)
    return { [Symbol.dispose]: () => void libp2p.unhandle(protocol).catch(told) }
  }
}
