/** The Network port over the virtual wire: the node's own sessions and topics, on simulated streams, gossip and DHT. */

import { Calls } from '../../node/network/calls/calls.ts'
import { noCharging } from '../../node/network/calls/charging.ts'
import { GossipTopics } from '../../node/network/gossip/gossip-topics.ts'
import type { Report } from '../../node/network/libp2p-network.ts'
import type { NetworkPreset } from '../../node/network/network-preset.ts'
import { type PeerFigures, PeerLedger } from '../../node/network/peers/peer-ledger.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Hasher } from '../../protocols/kernel/ports.ts'
import type { CallOptions, Handler, Protocol } from '../../protocols/kernel/protocol.ts'
import type { RecordSpace } from '../../protocols/kernel/record-space.ts'
import type { Topic } from '../../protocols/kernel/topic.ts'
import { messageId } from '../../protocols/statements/message-id.ts'
import type { SeededRandom } from '../clock/seeded-random.ts'
import type { VirtualConnection } from './connection.ts'
import { type ConnectionEnd, Connections, type Remote } from './connections.ts'
import { answerBytes, type DhtAnswer, type DhtRequest, requestBytes } from './dht/messages.ts'
import { ProviderStore } from './dht/provider-store.ts'
import { RecordStore } from './dht/record-store.ts'
import { VirtualDht } from './dht/virtual-dht.ts'
import { VirtualProviders } from './dht/virtual-providers.ts'
import { VirtualRecords } from './dht/virtual-records.ts'
import { bytesOf, type GossipRpc } from './gossip/rpc.ts'
import { VirtualGossip } from './gossip/virtual-gossip.ts'
import { addressOf } from './virtual-address.ts'

/** What identify tells: key, addresses, protocols. */
const HELLO_BYTES = 500
/** A DHT server that has not answered by then does not answer (kad-dht: READ_MESSAGE_TIMEOUT). */
const DHT_ANSWER_MS = 10_000

/** What two nodes tell each other about themselves once they are connected. */
export interface Hello {
  readonly listens: boolean
  /** Network tag where the node answers DHT requests. */
  readonly dht: string | undefined
}

/** A node as the nodes that it is connected to meet it. */
export interface VirtualPeer extends Remote {
  readonly connections: Connections
  hello(from: PeerId, hello: Hello): void
  gossip(from: PeerId, rpc: GossipRpc): void
  dht(from: PeerId, request: DhtRequest): DhtAnswer
}

export interface VirtualNetworkNeeds {
  readonly self: PeerId
  readonly tag: string
  readonly clock: Clock
  readonly random: SeededRandom
  readonly hasher: Pick<Hasher, 'keccak256' | 'sha256'>
  readonly preset: NetworkPreset
  readonly listens: boolean
  readonly dhtServer: boolean
  readonly report: Report
  // What the world around it says
  readonly rttMs: (peer: PeerId) => number
  readonly passes: (peer: PeerId) => boolean
  readonly nodeAt: (peer: PeerId) => VirtualPeer | undefined
  readonly join: (peer: PeerId) => VirtualConnection
  readonly idOf: (peer: PeerId) => Uint8Array
  readonly onStopped: () => void
}

export class VirtualNetwork implements Network {
  readonly self: PeerId
  readonly tag: string
  readonly #needs: VirtualNetworkNeeds
  readonly #ledger: PeerLedger
  readonly #connections: Connections
  readonly #calls: Calls
  readonly #router: VirtualGossip
  readonly #topics: GossipTopics
  readonly #dht: VirtualDht
  readonly #records: VirtualRecords
  readonly #providers: VirtualProviders
  #stopped = false

  constructor(needs: VirtualNetworkNeeds) {
    const { self, tag, clock, random, hasher, preset, report } = needs
    this.#needs = needs
    this.self = self
    this.tag = tag
    const ledger = new PeerLedger(clock, (peer) => this.disconnect(peer))
    const onFault = (peer: PeerId, error: MeshError): void => this.charge(peer, error)
    const connections = new Connections({ ...needs, ledger, find: (peer, signal) => this.#dht.find(peer, signal) })
    const learn = (peer: PeerId): void => connections.learn(peer)
    const peers = (): number => connections.size
    this.#ledger = ledger
    this.#connections = connections
    connections.onPeer((peer, state) => (state === 'connected' ? this.#greet(peer) : this.#router.disconnected(peer)))
    this.#calls = new Calls({
      openStream: connections.openStream,
      takeStreams: connections.takeStreams,
      tag,
      clock,
      ledger,
      charging: noCharging,
      onFault,
      onBug: report,
    })
    // Topics
    this.#router = new VirtualGossip({
      clock,
      random: random.fork('gossip'),
      preset,
      messageId: (topicId, data) => messageId(hasher, topicId, data),
      standing: (peer) => ledger.standing(peer),
      send: (peer, rpc, onArrived) => this.#sendGossip(peer, rpc, onArrived),
    })
    this.#topics = new GossipTopics({
      router: this.#router,
      tag,
      clock,
      ledger,
      charging: noCharging,
      onFault,
      report,
    })
    // Records and providers
    const records = new RecordStore(clock)
    const providers = new ProviderStore(clock)
    this.#dht = new VirtualDht({
      self,
      isServer: needs.dhtServer,
      isLight: !needs.listens,
      clock,
      random: random.fork('dht'),
      preset,
      records,
      providers,
      idOf: needs.idOf,
      request: (peer, request, signal) => this.#askDht(peer, request, signal),
      learn,
    })
    const dht = this.#dht
    this.#records = new VirtualRecords({ dht, store: records, clock, hasher, preset, peers })
    this.#providers = new VirtualProviders({ self, dht, store: providers, clock, hasher, preset, peers, learn })
  }

  // The port

  call<Request, Response>(
    peer: PeerId,
    protocol: Protocol<Request, Response>,
    requests: Request | AsyncIterable<Request>,
    options: CallOptions = {},
  ): AsyncIterable<Response> {
    return this.#calls.call(peer, protocol, requests, options)
  }

  serve<Request, Response>(protocol: Protocol<Request, Response>, handler: Handler<Request, Response>): Disposable {
    return this.#calls.serve(protocol, handler)
  }

  subscribe<T>(topic: Topic<T>, shard: string, deliver: (value: T, from: PeerId) => void): Disposable {
    return this.#topics.subscribe(topic, shard, deliver)
  }

  publish<T>(topic: Topic<T>, shard: string, data: Uint8Array): Promise<number> {
    return this.#topics.publish(topic, shard, data)
  }

  hold<T>(space: RecordSpace<T>): Disposable {
    return this.#records.hold(space)
  }

  putRecord<T>(space: RecordSpace<T>, value: T, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.#records.put(space, value, bytes, signal)
  }

  getRecord<T>(space: RecordSpace<T>, key: Uint8Array, signal?: AbortSignal): Promise<T | undefined> {
    return this.#records.get(space, key, signal)
  }

  provide(key: Hash32, signal?: AbortSignal): Promise<Disposable> {
    return this.#providers.provide(key, signal)
  }

  findProviders(key: Hash32, signal?: AbortSignal): AsyncIterable<PeerId> {
    return this.#providers.find(key, signal)
  }

  async connect(peer: PeerId, addresses: readonly string[] = [], signal?: AbortSignal): Promise<void> {
    await this.#connections.connect(peer, addresses, signal)
  }

  connectedPeers(): readonly PeerId[] {
    return this.#connections.peers
  }

  addresses(): readonly string[] {
    return this.#needs.listens ? [addressOf(this.self)] : []
  }

  onPeer(listener: (peer: PeerId, state: 'connected' | 'disconnected') => void): Disposable {
    return this.#connections.onPeer(listener)
  }

  // What the libp2p adapter offers beside the port

  /** Charges a peer for what its own bytes prove: for whoever reads them above the network. */
  charge(peer: PeerId, error: MeshError): void {
    this.#ledger.charge(peer, error)
    this.#needs.report(error, peer)
  }

  disconnect(peer: PeerId): void {
    this.#connections.disconnect(peer)
  }

  /** Carries every shard of these topic families that a neighbour joins. */
  relayTopics(topics: readonly Topic<never>[]): Disposable {
    return this.#topics.relay(topics)
  }

  /** What this node knows of a peer's traffic and conduct; undefined where it has forgotten. */
  figures(peer: PeerId): PeerFigures | undefined {
    return this.#ledger.figures(peer)
  }

  // For whoever studies the world

  /** Neighbours in this node's mesh of a topic. */
  meshOf(topicId: string): readonly PeerId[] {
    return this.#router.meshOf(topicId)
  }

  /** Neighbours that have joined a topic. */
  subscribers(topicId: string): number {
    return this.#router.subscribers(topicId)
  }

  /** DHT servers in the routing table. */
  get dhtServersKnown(): number {
    return this.#dht.size
  }

  /** How other nodes reach this one. */
  get asPeer(): VirtualPeer {
    const connections = this.#connections
    return {
      connections,
      refusal: (from) => connections.refusal(from),
      accept: (end) => connections.accept(end),
      take: (...opened) => connections.take(...opened),
      hello: (from, hello) => this.#heard(from, hello),
      gossip: (from, rpc) => this.#router.receive(from, rpc),
      dht: (from, request) => this.#dht.answer(from, request),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    this.#calls[Symbol.dispose]()
    this.#providers[Symbol.dispose]()
    this.#topics[Symbol.dispose]()
    this.#router[Symbol.dispose]()
    this.#dht[Symbol.dispose]()
    this.#connections[Symbol.dispose]()
    this.#needs.onStopped()
  }

  // On a connection

  #greet(peer: PeerId): void {
    const { listens, dhtServer, nodeAt } = this.#needs
    const hello: Hello = { listens, dht: dhtServer ? this.tag : undefined }
    this.#say(peer, 'connect', 'hello', HELLO_BYTES, () => nodeAt(peer)?.hello(this.self, hello))
  }

  #heard(peer: PeerId, { listens, dht }: Hello): void {
    if (listens) this.#connections.learn(peer)
    if (dht === this.tag) this.#dht.met(peer)
    this.#router.connected(peer)
  }

  #sendGossip(peer: PeerId, rpc: GossipRpc, onArrived: () => void): void {
    this.#say(peer, 'gossip', rpc.what, bytesOf(rpc), () => {
      onArrived()
      this.#needs.nodeAt(peer)?.gossip(this.self, rpc)
    })
  }

  #say(peer: PeerId, kind: 'connect' | 'gossip', what: string, bytes: number, arrive: () => void): void {
    const end = this.#connections.endTo(peer)
    end?.connection.transmit(end.side, kind, what, bytes, arrive)
  }

  async #askDht(peer: PeerId, request: DhtRequest, signal: AbortSignal): Promise<DhtAnswer | undefined> {
    if (signal.aborted) return undefined
    using deadline = new Deadline(this.#needs.clock, DHT_ANSWER_MS, 'an answer of the DHT', signal)
    try {
      const end = await this.#connections.connect(peer, [], deadline.signal)
      return await this.#exchange(end, request, deadline.signal)
    } catch {
      // Not reached, out of time, or given up: for a lookup all of them are no answer.
      return undefined
    }
  }

  #exchange(
    { connection, side, peer }: ConnectionEnd,
    request: DhtRequest,
    signal: AbortSignal,
  ): Promise<DhtAnswer | undefined> {
    const { promise, resolve } = Promise.withResolvers<DhtAnswer | undefined>()
    const onAbort = (): void => resolve(undefined)
    signal.addEventListener('abort', onAbort)
    const watch = this.#connections.onPeer((gone, state) => {
      if (gone === peer && state === 'disconnected') resolve(undefined)
    })
    connection.transmit(side, 'dht', request.what, requestBytes(request), () => {
      const answer = this.#needs.nodeAt(peer)?.dht(this.self, request)
      if (answer === undefined) return
      const back = side === 0 ? 1 : 0
      connection.transmit(back, 'dht', `${request.what} answer`, answerBytes(answer), () => resolve(answer))
    })
    return promise.finally(() => {
      signal.removeEventListener('abort', onAbort)
      watch[Symbol.dispose]()
    })
  }
}
