/**
 * What each peer has cost and broken. Who breaks rules that its own bytes prove is disconnected and not let in for a while.
 * One bounded book for all protocols: a peer that is rude on one is not welcome on another.
 */
import { project } from '../../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { PEER_WINDOW_BYTES_MAX, PROCESS_WINDOW_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { BulkMeter } from '../calls/bulk-meter.ts'
import { ByteBudget } from '../calls/byte-budget.ts'
import type { CheckAccount } from '../calls/charging.ts'

/** Points at which a peer is shut out: ten proven broken rules in some minutes, for a single one may be a bug of an old version. */
export const BAN_POINTS = 95
/** Half of the points are forgotten after this. */
const HALF_LIFE_MS = 600_000
export const BAN_MS = 600_000
/** Peers remembered, about 4 MB; the one longest unheard of goes first. */
const PEERS_MAX = 8_192

export interface PeerAccount extends CheckAccount {
  /** Of calls, and of gossip messages that it handed on; the DHT's and the connection's own are the library's. */
  bytesIn: number
  bytesOut: number
  /** Session streams that stand now. */
  streams: number
  /** Calls opened in either direction since the account began. */
  calls: number
  /** Gossip messages that it handed to this node. */
  messages: number
  /** Streams, calls and messages that were not looked at, for they were too many or the peer was shut out. */
  refused: number
  /** Broken rules that its own bytes proved. */
  faults: number
  /** How long the last ping took, there and back; monotonic. */
  ping?: { readonly ms: number; readonly atMs: number }
  /** Told of large transfers; absent where what moves to this peer says nothing of the line, as within a LAN. */
  bulk: BulkMeter | undefined
  /** Growth of call windows that this peer was granted. */
  readonly windows: ByteBudget
  /** Messages of this peer that wait for the application. */
  readonly queued: ByteBudget
}

interface Entry extends PeerAccount {
  points: number
  pointsAtMs: number
  shutOutUntilMs: number
}

/** A copy of one peer's figures, for status and metrics. */
export interface PeerFigures {
  readonly peer: PeerId
  readonly bytesIn: number
  readonly bytesOut: number
  readonly streams: number
  readonly calls: number
  readonly messages: number
  readonly refused: number
  /** Signature checks on its behalf, and the time of the processor that they took. */
  readonly checks: number
  readonly checkMs: number
  readonly faults: number
  readonly points: number
  /** Memory: messages of its calls that wait here, and how far the windows of its calls have grown. */
  readonly queuedBytes: number
  readonly windowBytes: number
}

export class PeerLedger {
  /** What large transfers say of the line. */
  readonly bulk: BulkMeter = new BulkMeter()
  readonly #clock: Clock
  readonly #onShutOut: (peer: PeerId) => void
  readonly #isByLine: (peer: PeerId) => boolean
  readonly #windows = new ByteBudget(PROCESS_WINDOW_BYTES_MAX)
  readonly #queued = new ByteBudget(PROCESS_WINDOW_BYTES_MAX)
  /** In order of last opening: the first was heard of longest ago. */
  readonly #peers = new Map<PeerId, Entry>()
  /** Of peers that are forgotten. */
  readonly #gone = { bytesIn: 0, bytesOut: 0 }

  /** @param isByLine what goes to a connected peer goes over this node's line */
  constructor(clock: Clock, onShutOut: (peer: PeerId) => void, isByLine: (peer: PeerId) => boolean = () => true) {
    this.#clock = clock
    this.#onShutOut = onShutOut
    this.#isByLine = isByLine
  }

  get size(): number {
    return this.#peers.size
  }

  /** The account that a new stream of this peer counts on. */
  open(peer: PeerId): PeerAccount {
    const entry = this.#entry(peer)
    this.#peers.delete(peer)
    this.#peers.set(peer, entry)
    entry.streams++
    entry.bulk = this.#isByLine(peer) ? this.bulk : undefined
    return entry
  }

  /** The same without a stream: what a neighbour sends by gossip. */
  of(peer: PeerId): PeerAccount {
    return this.#entry(peer)
  }

  close(account: PeerAccount): void {
    account.streams--
  }

  /** The peer's own bytes broke a rule: it loses the points of that error, and its welcome with too many of them. */
  charge(peer: PeerId, error: MeshError): void {
    const { peerPenalty } = project(error.code)
    if (peerPenalty === 0) return
    const entry = this.#entry(peer)
    const now = this.#clock.monotonicMs()
    entry.faults++
    entry.points = this.#pointsOf(entry, now) + peerPenalty
    entry.pointsAtMs = now
    if (entry.points < BAN_POINTS || entry.shutOutUntilMs > now) return
    entry.shutOutUntilMs = now + BAN_MS
    entry.points = 0
    this.#onShutOut(peer)
  }

  isWelcome(peer: PeerId): boolean {
    const entry = this.#peers.get(peer)
    return entry === undefined || entry.shutOutUntilMs <= this.#clock.monotonicMs()
  }

  /** @throws MeshError DIAL_FAILED for a peer that is shut out */
  requireWelcome(peer: PeerId): void {
    if (!this.isWelcome(peer)) throw new MeshError('DIAL_FAILED', { peer, why: 'it broke the rules too often' })
  }

  /** 0 where nothing is held against the peer, down to -1 where it is shut out. */
  standing(peer: PeerId): number {
    const entry = this.#peers.get(peer)
    if (entry === undefined) return 0
    const now = this.#clock.monotonicMs()
    return entry.shutOutUntilMs > now ? -1 : -this.#pointsOf(entry, now) / BAN_POINTS
  }

  figures(peer: PeerId): PeerFigures | undefined {
    const entry = this.#peers.get(peer)
    if (entry === undefined) return undefined
    const { bytesIn, bytesOut, streams, calls, messages, refused, checks, checkMs, faults } = entry
    const conduct = { refused, faults, points: this.#pointsOf(entry, this.#clock.monotonicMs()) }
    const memory = { queuedBytes: entry.queued.used, windowBytes: entry.windows.used }
    return { peer, bytesIn, bytesOut, streams, calls, messages, checks, checkMs, ...conduct, ...memory }
  }

  lastPingMs(peer: PeerId, withinMs: number): number | undefined {
    const last = this.#peers.get(peer)?.ping
    return last === undefined || this.#clock.monotonicMs() - last.atMs >= withinMs ? undefined : last.ms
  }

  /** Bytes of all calls with all peers since the start. */
  total(): { readonly bytesIn: number; readonly bytesOut: number } {
    let { bytesIn, bytesOut } = this.#gone
    for (const entry of this.#peers.values()) {
      bytesIn += entry.bytesIn
      bytesOut += entry.bytesOut
    }
    return { bytesIn, bytesOut }
  }

  #pointsOf(entry: Entry, nowMs: number): number {
    return entry.points * 2 ** ((entry.pointsAtMs - nowMs) / HALF_LIFE_MS)
  }

  #entry(peer: PeerId): Entry {
    const known = this.#peers.get(peer)
    if (known !== undefined) return known
    if (this.#peers.size >= PEERS_MAX) this.#forgetOne()
    const now = this.#clock.monotonicMs()
    const fresh: Entry = {
      bytesIn: 0,
      bytesOut: 0,
      streams: 0,
      calls: 0,
      messages: 0,
      refused: 0,
      checks: 0,
      checkMs: 0,
      faults: 0,
      bulk: undefined,
      windows: new ByteBudget(PEER_WINDOW_BYTES_MAX, this.#windows),
      queued: new ByteBudget(PEER_WINDOW_BYTES_MAX, this.#queued),
      points: 0,
      pointsAtMs: now,
      shutOutUntilMs: 0,
    }
    this.#peers.set(peer, fresh)
    return fresh
  }

  /** Accounts in use stay; of the rest those without a ban go first, so that new names do not wash an old one. */
  #forgetOne(): void {
    const now = this.#clock.monotonicMs()
    let shutOut: PeerId | undefined
    for (const [peer, entry] of this.#peers) {
      if (entry.streams > 0) continue
      if (entry.shutOutUntilMs <= now) {
        this.#forget(peer)
        return
      }
      shutOut ??= peer
    }
    if (shutOut !== undefined) this.#forget(shutOut)
  }

  #forget(peer: PeerId): void {
    const entry = this.#peers.get(peer)
    this.#peers.delete(peer)
    this.#gone.bytesIn += entry?.bytesIn ?? 0
    this.#gone.bytesOut += entry?.bytesOut ?? 0
  }
}
