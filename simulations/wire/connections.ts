/** The connections of one virtual node: dialled, accepted, bounded; and the streams opened and taken on them. */

import type { ByteStream, StreamOpener, StreamTaker } from '../../node/network/calls/byte-stream.ts'
import type { NetworkPreset } from '../../node/network/network-preset.ts'
import type { PeerLedger } from '../../node/network/peers/peer-ledger.ts'
import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { Side, VirtualConnection } from './connection.ts'
import { peerAt } from './virtual-address.ts'
import { VirtualStream } from './virtual-stream.ts'

/**
 * Round trips from a dial to a connection. A cold dial of js-libp2p takes 6.6 to the first byte of an answer (libp2p's perf
 * figures); here the stream that follows takes one of them, and the answer another.
 */
const CONNECT_ROUND_TRIPS = 5
/** What a protocol's name costs on the way to an open stream. */
const OPEN_BYTES = 60
/** Peers whose address is remembered, as libp2p's peer store does; the one longest unheard of goes first. */
const ADDRESSES_MAX = 4_096

/** One side of a connection, as its node sees it. */
export interface ConnectionEnd {
  readonly connection: VirtualConnection
  readonly side: Side
  readonly peer: PeerId
}

/** A node as others meet it. */
export interface Remote {
  /** Why a dialler is not let in; undefined where it is. */
  refusal(from: PeerId): string | undefined
  accept(end: ConnectionEnd): void
  /** A stream that the other side of the connection opens: its side of it, or why there is none. */
  take(connection: VirtualConnection, opener: Side, protocol: string): VirtualStream | 'unsupported' | 'too many'
}

export interface ConnectionsNeeds {
  readonly self: PeerId
  /** False for a node that only dials. */
  readonly listens: boolean
  readonly clock: Clock
  readonly preset: NetworkPreset
  readonly ledger: PeerLedger
  readonly rttMs: (peer: PeerId) => number
  readonly passes: (peer: PeerId) => boolean
  /** The node of that name, where one runs now. */
  readonly nodeAt: (peer: PeerId) => Remote | undefined
  readonly join: (peer: PeerId) => VirtualConnection
  /** Looks for a peer whose address is not known; true where it is afterwards. */
  readonly find: (peer: PeerId, signal: AbortSignal) => Promise<boolean>
}

type PeerListener = (peer: PeerId, state: 'connected' | 'disconnected') => void
type TakeStream = (stream: ByteStream, peer: PeerId) => void

interface Taker {
  readonly streamsMax: number
  readonly onStream: TakeStream
}

export class Connections implements Remote, Disposable {
  readonly #needs: ConnectionsNeeds
  readonly #ends = new Map<PeerId, ConnectionEnd>()
  readonly #dialling = new Map<PeerId, Promise<ConnectionEnd>>()
  readonly #takers = new Map<string, Taker>()
  readonly #addresses = new Set<PeerId>()
  readonly #listeners = new Set<PeerListener>()
  #stopped = false

  constructor(needs: ConnectionsNeeds) {
    this.#needs = needs
  }

  get peers(): readonly PeerId[] {
    return [...this.#ends.keys()]
  }

  get size(): number {
    return this.#ends.size
  }

  endTo(peer: PeerId): ConnectionEnd | undefined {
    return this.#ends.get(peer)
  }

  /** In which order listeners hear is the order in which they were added. */
  onPeer(listener: PeerListener): Disposable {
    const own: PeerListener = (peer, state) => listener(peer, state)
    this.#listeners.add(own)
    return { [Symbol.dispose]: () => this.#listeners.delete(own) }
  }

  /** Where a peer may be found was heard from others. */
  learn(peer: PeerId): void {
    if (peer === this.#needs.self) return
    this.#addresses.delete(peer)
    this.#addresses.add(peer)
    if (this.#addresses.size > ADDRESSES_MAX) this.#addresses.delete(this.#addresses.values().next().value!)
  }

  /** @throws MeshError DIAL_FAILED, CANCELLED */
  async connect(peer: PeerId, addresses: readonly string[], signal?: AbortSignal): Promise<ConnectionEnd> {
    const { clock, ledger, preset } = this.#needs
    const standing = this.#ends.get(peer)
    if (standing !== undefined) return standing
    ledger.requireWelcome(peer)
    if (addresses.length > 0) {
      if (!addresses.some((address) => peerAt(address) === peer))
        throw unreachable(peer, 'every address names another peer')
      this.learn(peer)
    }
    using deadline = new Deadline(clock, 2 * preset.dialMs, 'a dial', signal)
    try {
      return await abortable(this.#dial(peer), deadline.signal)
    } catch (error) {
      deadline.throwIfGivenUp()
      throw deadline.isOver ? unreachable(peer, `no answer within ${2 * preset.dialMs} ms`) : error
    }
  }

  readonly openStream: StreamOpener = async (peer, protocol, streamsMax, ...outer) => {
    const { clock, preset } = this.#needs
    using deadline = new Deadline(clock, 2 * preset.dialMs, 'opening a stream', ...outer)
    try {
      deadline.signal.throwIfAborted()
      const end = this.#ends.get(peer) ?? (await abortable(this.#dial(peer), deadline.signal))
      return await this.#open(end, protocol, streamsMax, deadline.signal)
    } catch (error) {
      deadline.throwIfGivenUp()
      throw deadline.isOver ? unreachable(peer, `no answer within ${2 * preset.dialMs} ms`) : error
    }
  }

  readonly takeStreams: StreamTaker = (protocol, streamsMax, onStream) => {
    const taker: Taker = { streamsMax, onStream }
    this.#takers.set(protocol, taker)
    return {
      [Symbol.dispose]: () => {
        if (this.#takers.get(protocol) === taker) this.#takers.delete(protocol)
      },
    }
  }

  // What others meet

  refusal(from: PeerId): string | undefined {
    const { listens, ledger, preset } = this.#needs
    if (!listens || this.#stopped) return 'connection refused'
    if (!ledger.isWelcome(from)) return 'it refuses this node'
    if (this.#ends.size < preset.connectionsMax || this.#longestUnused() !== undefined) return undefined
    return 'it has too many connections'
  }

  accept(end: ConnectionEnd): void {
    const unused = this.#ends.size < this.#needs.preset.connectionsMax ? undefined : this.#longestUnused()
    unused?.connection.close(unused.side)
    // The other process died and is back before its goodbye was heard.
    this.disconnect(end.peer)
    this.#ends.set(end.peer, end)
    for (const listener of [...this.#listeners]) listener(end.peer, 'connected')
  }

  take(connection: VirtualConnection, opener: Side, protocol: string): VirtualStream | 'unsupported' | 'too many' {
    const taker = this.#takers.get(protocol)
    if (taker === undefined) return 'unsupported'
    const side: Side = opener === 0 ? 1 : 0
    if (countOf(connection.streams[side], protocol) >= taker.streamsMax) return 'too many'
    const [theirs, ours] = VirtualStream.pair(connection, opener, protocol)
    taker.onStream(ours, connection.peerOf(side))
    return theirs
  }

  /** This side of the connection has ended. */
  over(connection: VirtualConnection, side: Side): void {
    const peer = connection.peerOf(side)
    if (this.#ends.get(peer)?.connection !== connection) return
    this.#ends.delete(peer)
    for (const listener of [...this.#listeners]) listener(peer, 'disconnected')
  }

  disconnect(peer: PeerId): void {
    const end = this.#ends.get(peer)
    end?.connection.close(end.side)
  }

  [Symbol.dispose](): void {
    this.#stopped = true
    for (const peer of this.peers) this.disconnect(peer)
    this.#takers.clear()
    this.#listeners.clear()
  }

  // Dialling

  /** One dial for all who wait for it; it is not stopped when one of them gives up. */
  #dial(peer: PeerId): Promise<ConnectionEnd> {
    const known = this.#dialling.get(peer)
    if (known !== undefined) return known
    const dialling = this.#dialOnce(peer).finally(() => this.#dialling.delete(peer))
    dialling.catch(() => undefined)
    this.#dialling.set(peer, dialling)
    return dialling
  }

  async #dialOnce(peer: PeerId): Promise<ConnectionEnd> {
    const { self, ledger, nodeAt, join } = this.#needs
    if (peer === self) throw unreachable(peer, 'it is this node')
    if (!this.#addresses.has(peer)) await this.#find(peer)
    await this.#shakeHands(peer)
    const standing = this.#ends.get(peer)
    if (standing !== undefined) return standing
    if (this.#stopped) throw new MeshError('CANCELLED')
    ledger.requireWelcome(peer)
    const connection = join(peer)
    const end: ConnectionEnd = { connection, side: 0, peer }
    nodeAt(peer)!.accept({ connection, side: 1, peer: self })
    this.accept(end)
    return end
  }

  /** A machine that is there says at once that nobody listens; a path that is cut says nothing. */
  async #shakeHands(peer: PeerId): Promise<void> {
    const { self, clock, preset, rttMs, passes, nodeAt } = this.#needs
    const endMs = clock.monotonicMs() + preset.dialMs
    for (let trip = 0; trip < CONNECT_ROUND_TRIPS; trip++) {
      const leftMs = endMs - clock.monotonicMs()
      const tripMs = passes(peer) ? rttMs(peer) : Number.POSITIVE_INFINITY
      await this.#wait(Math.min(tripMs, leftMs))
      if (tripMs > leftMs) throw unreachable(peer, `no answer within ${preset.dialMs} ms`)
      const refusal = (nodeAt(peer) ?? NOBODY).refusal(self)
      if (refusal !== undefined) throw unreachable(peer, refusal)
    }
  }

  async #find(peer: PeerId): Promise<void> {
    const { clock, preset, find } = this.#needs
    using deadline = new Deadline(clock, preset.queryMs, 'a lookup in the DHT')
    if (!(await find(peer, deadline.signal))) throw unreachable(peer, 'nobody knows its address')
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#needs.clock.after(ms, resolve))
  }

  /** Of the connections that carry no stream; undefined where every one is in use. */
  #longestUnused(): ConnectionEnd | undefined {
    let oldest: ConnectionEnd | undefined
    for (const end of this.#ends.values()) {
      if (end.connection.streams[end.side].size > 0) continue
      if (oldest === undefined || end.connection.lastUsedMs < oldest.connection.lastUsedMs) oldest = end
    }
    return oldest
  }

  // Streams

  #open(end: ConnectionEnd, protocol: string, streamsMax: number, signal: AbortSignal): Promise<ByteStream> {
    const { connection, side, peer } = end
    if (countOf(connection.streams[side], protocol) >= streamsMax)
      return Promise.reject(unreachable(peer, `more than ${streamsMax} streams of one protocol`))
    const { promise, resolve, reject } = Promise.withResolvers<ByteStream>()
    const watch = this.onPeer((gone, state) => {
      if (gone === peer && state === 'disconnected') reject(unreachable(peer, 'the connection was lost'))
    })
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort)
    const settled = promise.finally(() => {
      watch[Symbol.dispose]()
      signal.removeEventListener('abort', onAbort)
    })
    const other: Side = side === 0 ? 1 : 0
    connection.transmit(side, 'stream', 'open', OPEN_BYTES, () => {
      const taken = this.#needs.nodeAt(peer)?.take(connection, side, protocol) ?? 'unsupported'
      const word = typeof taken === 'string' ? 'refused' : 'opened'
      connection.transmit(other, 'stream', word, OPEN_BYTES, () => {
        if (taken === 'unsupported') reject(new MeshError('PROTOCOL_UNSUPPORTED', { peer, protocol }))
        else if (taken === 'too many') reject(unreachable(peer, 'it takes no more streams of this protocol'))
        else if (signal.aborted) taken.abort(new MeshError('CANCELLED'))
        else resolve(taken)
      })
    })
    return settled
  }
}

const NOBODY = { refusal: (): string => 'connection refused' }

function countOf(streams: ReadonlySet<VirtualStream>, protocol: string): number {
  let count = 0
  for (const stream of streams) if (stream.protocol === protocol) count++
  return count
}

const unreachable = (peer: PeerId, why: string): MeshError => new MeshError('DIAL_FAILED', { peer, why })
