/**
 * The mesh as seen by everything above it. Two adapters implement it, held to one compliance suite: libp2p (node/network)
 * and the virtual network (simulations/wire). Handlers, clients and roles cannot tell which one carries them.
 */
import type { Hash32, PeerId } from './ids.ts'
import type { CallOptions, Handler, Protocol } from './protocol.ts'
import type { RecordSpace } from './record-space.ts'
import type { Topic } from './topic.ts'

export interface Network extends AsyncDisposable {
  readonly self: PeerId
  /** First 8 hexadecimal digits of keccak256(network id). */
  readonly tag: string

  /**
   * Opens a call. Requests are sent as `requests` yields them; responses come in order. Leaving the loop, or aborting the
   * signal, cancels the call at the answering side.
   * @throws MeshError DIAL_FAILED, PROTOCOL_UNSUPPORTED, STREAM_LOST, TIMEOUT, MALFORMED, LIMIT, or what the handler threw
   */
  call<Request, Response>(
    peer: PeerId,
    protocol: Protocol<Request, Response>,
    requests: Request | AsyncIterable<Request>,
    options?: CallOptions,
  ): AsyncIterable<Response>

  /** Answers a protocol until disposed. One handler per protocol. */
  serve<Request, Response>(protocol: Protocol<Request, Response>, handler: Handler<Request, Response>): Disposable

  /** Joins a topic shard; `deliver` sees only what `topic.judge` accepted. */
  subscribe<T>(topic: Topic<T>, shard: string, deliver: (value: T, from: PeerId) => void): Disposable
  /** Resolves with the number of peers that the message was handed to; 0 is no error. */
  publish<T>(topic: Topic<T>, shard: string, data: Uint8Array): Promise<number>

  /** Makes this node hold and judge a family of records. */
  hold<T>(space: RecordSpace<T>): Disposable
  putRecord<T>(space: RecordSpace<T>, value: T, bytes: Uint8Array, signal?: AbortSignal): Promise<void>
  /** The newest valid record found within the quorum; `undefined` where nobody has one. */
  getRecord<T>(space: RecordSpace<T>, key: Uint8Array, signal?: AbortSignal): Promise<T | undefined>

  /** Announces this node under a coarse key, and again until disposed. */
  provide(key: Hash32, signal?: AbortSignal): Promise<Disposable>
  findProviders(key: Hash32, signal?: AbortSignal): AsyncIterable<PeerId>

  /** Connects ahead of need. Addresses are hints of where the peer may be found. */
  connect(peer: PeerId, addresses?: readonly string[], signal?: AbortSignal): Promise<void>
  connectedPeers(): readonly PeerId[]
  /** Where others can reach this node, best first. */
  addresses(): readonly string[]
  onPeer(listener: (peer: PeerId, state: 'connected' | 'disconnected') => void): Disposable
}
