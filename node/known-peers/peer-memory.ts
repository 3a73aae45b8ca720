/** The peers that a node would enter the network by tomorrow: few, and not all in one stranger's network. */
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import { networkPrefix } from '../network/peers/network-prefix.ts'
import { FAILURES_MAX, type KnownPeer, MET_MAX } from './known-peer.ts'

/** After months away some of them are still there; as a file it is some 100 KB. */
export const KNOWN_PEERS_MAX = 256
/** In one /24 or /48: who owns one cannot fill the memory with it. */
export const PER_NETWORK_MAX = 8

interface Entry {
  known: KnownPeer
  readonly prefixes: readonly string[]
  /** Met in this run, which counts once. */
  isMet: boolean
}

export class PeerMemory {
  readonly #entries = new Map<PeerId, Entry>()
  readonly #privateAddresses: boolean

  /** @param privateAddresses true where they are good for anybody of the network: on one machine or in one LAN */
  constructor(privateAddresses: boolean, peers: Iterable<KnownPeer> = []) {
    this.#privateAddresses = privateAddresses
    for (const known of peers) this.#keep(known, false)
  }

  get size(): number {
    return this.#entries.size
  }

  has(peer: PeerId): boolean {
    return this.#entries.has(peer)
  }

  *[Symbol.iterator](): Generator<KnownPeer> {
    for (const { known } of this.#entries.values()) yield known
  }

  /** It serves, and these addresses lead to it; false where none is worth to be remembered. */
  met(peer: PeerId, addresses: readonly string[], nowMs: number): boolean {
    const entry = this.#entries.get(peer)
    const before = entry?.known
    // An inbound connection may tell less than the outbound one of yesterday: what is known stays until others are.
    const useful = this.#useful(addresses)
    const known = useful.length > 0 ? useful : (before?.addresses ?? [])
    if (known.length === 0) return false
    const met = Math.min(MET_MAX, (before?.met ?? 0) + (entry?.isMet ? 0 : 1))
    this.#keep({ peer, addresses: known, lastSeenMs: nowMs, met, failures: 0 }, true)
    return true
  }

  /** Still, or again, connected. */
  seen(peer: PeerId, nowMs: number): void {
    const entry = this.#entries.get(peer)
    if (entry !== undefined) entry.known = { ...entry.known, lastSeenMs: nowMs, failures: 0 }
  }

  /** It did not answer, though the line was there: others did. */
  failed(peer: PeerId): void {
    const entry = this.#entries.get(peer)
    if (entry === undefined) return
    const failures = entry.known.failures + 1
    if (failures >= FAILURES_MAX) this.#entries.delete(peer)
    else entry.known = { ...entry.known, failures }
  }

  #useful(addresses: readonly string[]): readonly string[] {
    return addresses.filter((text) => this.#privateAddresses || networkPrefix(multiaddr(text)) !== undefined)
  }

  #keep(known: KnownPeer, isMet: boolean): void {
    const prefixes = new Set(
      known.addresses.map((text) => networkPrefix(multiaddr(text))).filter((it) => it !== undefined),
    )
    this.#entries.delete(known.peer)
    for (const prefix of prefixes) this.#makeRoom(PER_NETWORK_MAX, (entry) => entry.prefixes.includes(prefix))
    this.#makeRoom(KNOWN_PEERS_MAX, () => true)
    this.#entries.set(known.peer, { known, prefixes: [...prefixes], isMet })
  }

  #makeRoom(max: number, isIn: (entry: Entry) => boolean): void {
    const among = [...this.#entries.values()].filter(isIn)
    if (among.length < max) return
    this.#entries.delete(among.reduce((worst, entry) => (isWorse(entry.known, worst.known) ? entry : worst)).known.peer)
  }
}

/** A flood of new names washes away new names, not those that were there on other days. */
function isWorse(a: KnownPeer, b: KnownPeer): boolean {
  if (a.failures !== b.failures) return a.failures > b.failures
  if (a.met !== b.met) return a.met < b.met
  return a.lastSeenMs < b.lastSeenMs
}
