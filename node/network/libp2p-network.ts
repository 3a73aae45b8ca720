/** The Network port over libp2p: session streams for calls, gossipsub for topics, kad-dht for records and providers. */

import type { IdentifyResult, Libp2p, PeerId as Libp2pPeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Ping } from '@libp2p/ping'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { type Hash32, type PeerId, peerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { CallOptions, Handler, Protocol } from '../../protocols/kernel/protocol.ts'
import type { RecordSpace } from '../../protocols/kernel/record-space.ts'
import type { Topic } from '../../protocols/kernel/topic.ts'
import type { Reach } from '../../protocols/rules/routing/candidate.ts'
import type { BulkMeter } from './calls/bulk-meter.ts'
import { Calls } from './calls/calls.ts'
import type { Charging } from './calls/charging.ts'
import type { DhtProviders } from './dht/dht-providers.ts'
import type { DhtRecords } from './dht/dht-records.ts'
import type { GossipTopics } from './gossip/gossip-topics.ts'
import { dialError } from './peers/dial-error.ts'
import { dhtProtocol, type MetPeer, metPeer } from './peers/met-peer.ts'
import { networkPrefix } from './peers/network-prefix.ts'
import { openStream, streamTaker } from './peers/open-stream.ts'
import type { PeerFinder } from './peers/peer-finder.ts'
import type { PeerFigures, PeerLedger } from './peers/peer-ledger.ts'
import { PeerWays } from './peers/peer-ways.ts'
import { type Reachability, reachabilityOf } from './peers/reachability.ts'
import { StandingConnections } from './peers/standing-connections.ts'

/** A failure that somebody should know of; `peer` where one caused it. */
export type Report = (error: MeshError, peer?: PeerId) => void

export interface Libp2pNetworkNeeds {
  readonly libp2p: Libp2p
  readonly tag: string
  readonly clock: Clock
  readonly ledger: PeerLedger
  readonly charging: Charging
  readonly gossip: GossipTopics
  readonly records: DhtRecords
  readonly providers: DhtProviders
  readonly finder: PeerFinder
  /** For reaching a peer, all its addresses together. */
  readonly openMs: number
  readonly report: Report
  /** Disposed with the network. */
  readonly mode?: Disposable
}

/** Around the earth takes a third of a second; a peer that needs longer is as good as away. */
const PING_MS_MAX = 5_000

export class Libp2pNetwork implements Network {
  readonly self: PeerId
  readonly tag: string
  readonly libp2p: Libp2p
  readonly #needs: Libp2pNetworkNeeds
  readonly #calls: Calls
  readonly #standing: StandingConnections
  readonly #ways: PeerWays
  /** Parts of this program. */
  readonly #onPing = new Set<(peer: PeerId, ms: number) => void>()

  constructor(needs: Libp2pNetworkNeeds) {
    const { libp2p, tag, clock, ledger, charging, finder, openMs, report } = needs
    const onFault = (peer: PeerId, error: MeshError): void => this.charge(peer, error)
    this.#needs = needs
    this.self = peerId(libp2p.peerId.toString())
    this.tag = tag
    this.libp2p = libp2p
    this.#standing = new StandingConnections(libp2p)
    this.#ways = new PeerWays({
      clock,
      addressesTo: (peer) => this.#standing.to(peer).map(({ remoteAddr }) => remoteAddr),
      isConnected: () => libp2p.getConnections().length > 0,
    })
    this.#calls = new Calls({
      openStream: (...attempt) => this.#noted(attempt[0], openStream({ libp2p, clock, finder, openMs }, ...attempt)),
      takeStreams: streamTaker(libp2p, report),
      tag,
      clock,
      ledger,
      charging,
      onFault,
      onBug: report,
    })
  }

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
    return this.#needs.gossip.subscribe(topic, shard, deliver)
  }

  publish<T>(topic: Topic<T>, shard: string, data: Uint8Array): Promise<number> {
    return this.#needs.gossip.publish(topic, shard, data)
  }

  hold<T>(space: RecordSpace<T>): Disposable {
    return this.#needs.records.hold(space)
  }

  putRecord<T>(space: RecordSpace<T>, value: T, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.#needs.records.put(space, value, bytes, signal)
  }

  getRecord<T>(space: RecordSpace<T>, key: Uint8Array, signal?: AbortSignal): Promise<T | undefined> {
    return this.#needs.records.get(space, key, signal)
  }

  provide(key: Hash32, signal?: AbortSignal): Promise<Disposable> {
    return this.#needs.providers.provide(key, signal)
  }

  findProviders(key: Hash32, signal?: AbortSignal): AsyncIterable<PeerId> {
    return this.#needs.providers.find(key, signal)
  }

  async connect(peer: PeerId, addresses: readonly string[] = [], signal?: AbortSignal): Promise<void> {
    this.#needs.ledger.requireWelcome(peer)
    using deadline = new Deadline(this.#needs.clock, this.#needs.openMs, 'a dial', signal)
    try {
      const target = addresses.length > 0 ? addressesOf(peer, addresses) : peerIdFromString(peer)
      await this.libp2p.dial(target, { signal: deadline.signal })
    } catch (error) {
      deadline.throwIfGivenUp()
      throw dialError(peer, deadline.isOver ? new Error(`no answer within ${this.#needs.openMs} ms`) : error)
    }
  }

  connectedPeers(): readonly PeerId[] {
    return this.#standing.peers()
  }

  addresses(): readonly string[] {
    return this.libp2p.getMultiaddrs().map((address) => address.toString())
  }

  /**
   * How calls get to a peer, or that the last one did not get there a moment ago; `undefined` = unknown. What others say of it counts for
   * nothing.
   */
  reachOf(peer: PeerId): Reach | undefined {
    return this.#ways.reachOf(peer)
  }

  /** Where a peer is reached, or may be; undefined where this node does not know. */
  async addressOf(peer: PeerId): Promise<Multiaddr | undefined> {
    const [connection] = this.#standing.to(peer)
    if (connection !== undefined) return connection.remoteAddr
    // The store throws for a peer that it does not know.
    return this.libp2p.peerStore.get(peerIdFromString(peer)).then(
      ({ addresses }) => addresses[0]?.multiaddr,
      () => undefined,
    )
  }

  /** The network of a peer's address; undefined for a private one, or where this node does not know it. */
  async networkOf(peer: PeerId): Promise<string | undefined> {
    const address = await this.addressOf(peer)
    return address === undefined ? undefined : networkPrefix(address)
  }

  /** The network that a connected peer calls from; undefined for a private one, or where it is not connected. */
  callingNetworkOf(peer: PeerId): string | undefined {
    const [connection] = this.#standing.to(peer)
    return connection === undefined ? undefined : networkPrefix(connection.remoteAddr)
  }

  /** Those connected without a relay between, each with the network of its address; `undefined` for a private one. */
  directPeers(): readonly { readonly peer: PeerId; readonly network: string | undefined }[] {
    const direct = new Map<string, Multiaddr>()
    for (const { remotePeer, remoteAddr, direct: isDirect } of this.libp2p.getConnections())
      if (isDirect) direct.set(remotePeer.toString(), remoteAddr)
    return [...direct].map(([peer, address]) => ({ peer: peerId(peer), network: networkPrefix(address) }))
  }

  onPeer(listener: (peer: PeerId, state: 'connected' | 'disconnected') => void): Disposable {
    const connected = (event: CustomEvent<Libp2pPeerId>): void => listener(peerId(event.detail.toString()), 'connected')
    const disconnected = (event: CustomEvent<Libp2pPeerId>): void =>
      listener(peerId(event.detail.toString()), 'disconnected')
    this.libp2p.addEventListener('peer:connect', connected)
    this.libp2p.addEventListener('peer:disconnect', disconnected)
    return {
      [Symbol.dispose]: () => {
        this.libp2p.removeEventListener('peer:connect', connected)
        this.libp2p.removeEventListener('peer:disconnect', disconnected)
      },
    }
  }

  /** Answers DHT queries at the moment: others can reach it, as far as is known. */
  get servesDht(): boolean {
    return this.libp2p.getProtocols().includes(dhtProtocol(this.tag))
  }

  reachability(): Reachability {
    return reachabilityOf(this.libp2p)
  }

  /** Milliseconds there and back; dials where it is not connected. @throws MeshError DIAL_FAILED, TIMEOUT, CANCELLED */
  async ping(peer: PeerId, addresses: readonly string[] = [], signal?: AbortSignal): Promise<number> {
    if (this.#standing.to(peer).length === 0) await this.connect(peer, addresses, signal)
    using deadline = new Deadline(this.#needs.clock, PING_MS_MAX, 'a ping', signal)
    const { ping } = this.libp2p.services as unknown as { readonly ping: Ping }
    try {
      const ms = await ping.ping(peerIdFromString(peer), { signal: deadline.signal })
      this.#needs.ledger.of(peer).ping = { ms, atMs: this.#needs.clock.monotonicMs() }
      for (const hear of this.#onPing) hear(peer, ms)
      return ms
    } catch (error) {
      deadline.throwIfGivenUp()
      if (deadline.isOver) throw new MeshError('TIMEOUT', { what: 'a ping', ms: PING_MS_MAX }, error)
      throw dialError(peer, error)
    }
  }

  /** Hears what pings took, whoever asked for them. */
  onPing(listener: (peer: PeerId, ms: number) => void): Disposable {
    this.#onPing.add(listener)
    return { [Symbol.dispose]: () => void this.#onPing.delete(listener) }
  }

  /** What the last ping took, whoever asked for it; `undefined` where that is longer ago than `withinMs`. */
  lastPingMs(peer: PeerId, withinMs: number): number | undefined {
    return this.#needs.ledger.lastPingMs(peer, withinMs)
  }

  /** Hears when it begins to answer DHT queries and when it stops; at once where it does already. */
  onServesDht(listener: (serves: boolean) => void): Disposable {
    let was = false
    const look = (): void => {
      const serves = this.servesDht
      if (serves === was) return
      was = serves
      listener(serves)
    }
    this.libp2p.addEventListener('self:peer:update', look)
    look()
    return { [Symbol.dispose]: () => this.libp2p.removeEventListener('self:peer:update', look) }
  }

  /** Hears of every peer that says on a connection that it serves the mesh; of one that says so again, again. */
  onMet(listener: (met: MetPeer) => void): Disposable {
    const identified = ({ detail }: CustomEvent<IdentifyResult>): void => {
      const met = metPeer(this.tag, detail)
      if (met !== undefined) listener(met)
    }
    this.libp2p.addEventListener('peer:identify', identified)
    return { [Symbol.dispose]: () => this.libp2p.removeEventListener('peer:identify', identified) }
  }

  /** Charges a peer for what its own bytes prove: for whoever reads them above the network. */
  charge(peer: PeerId, error: MeshError): void {
    this.#needs.ledger.charge(peer, error)
    this.#needs.report(error, peer)
  }

  /** Resets all connections to a peer: closing would wait for its consent. */
  disconnect(peer: PeerId): void {
    for (const connection of this.#standing.to(peer))
      connection.abort(new MeshError('NOT_AUTHORISED', { what: 'a connection' }))
  }

  /** Has it remembered whether the peer was there. */
  async #noted<T>(peer: PeerId, opening: Promise<T>): Promise<T> {
    try {
      const opened = await opening
      this.#ways.reached(peer)
      return opened
    } catch (error) {
      if (isMeshError(error, 'DIAL_FAILED')) this.#ways.failed(peer)
      throw error
    }
  }

  /** Resets the connections to a peer that was dialled ahead of need, unless sessions use them. */
  release(peer: PeerId): void {
    if ((this.#needs.ledger.figures(peer)?.streams ?? 0) > 0) return
    for (const connection of this.#standing.to(peer)) connection.abort(new MeshError('CANCELLED'))
  }

  /** Carries every shard of these topic families that a neighbour joins. */
  relayTopics(topics: readonly Topic<never>[]): Disposable {
    return this.#needs.gossip.relay(topics)
  }

  /** What this node knows of a peer's traffic and conduct; undefined where it has forgotten. */
  figures(peer: PeerId): PeerFigures | undefined {
    return this.#needs.ledger.figures(peer)
  }

  /** Bytes of all calls with all peers since the start; gossip and DHT are libp2p's own. */
  get traffic(): { readonly bytesIn: number; readonly bytesOut: number } {
    return this.#needs.ledger.total()
  }

  /** What large transfers say of this node's line. */
  get bulk(): BulkMeter {
    return this.#needs.ledger.bulk
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#calls[Symbol.dispose]()
    this.#needs.providers[Symbol.dispose]()
    this.#needs.gossip[Symbol.dispose]()
    this.#needs.mode?.[Symbol.dispose]()
    try {
      await this.libp2p.stop()
    } catch (error) {
      this.#needs.report(asMeshError(error))
    }
  }
}

/** Those that may lead to the peer, each with its name at the end, so that whoever answers there must prove to be that peer. */
function addressesOf(peer: PeerId, texts: readonly string[]): Multiaddr[] {
  const own: Multiaddr[] = []
  for (const text of texts) {
    const address = multiaddr(text)
    const last = address.getComponents().at(-1)
    if (last?.name !== 'p2p') own.push(address.encapsulate(`/p2p/${peer}`))
    else if (last.value === peer) own.push(address)
  }
  if (own.length === 0) throw new MeshError('DIAL_FAILED', { peer, why: 'every address names another peer' })
  return own
}
