/** Enters the network by peers of earlier runs: where no bootstrap peer answers, or fewer peers are connected than are wanted. */
import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Random, Timer } from '../../protocols/kernel/ports.ts'
import { drawOrder, type KnownPeer } from './known-peer.ts'
import type { PeerMemory } from './peer-memory.ts'

/** Bootstrap peers answer within this mostly; who waited for all of them to time out would seem broken. */
const HEAD_START_MS = 1_000
/** Dials of this kind under way, and for how long each: a home router holds as many. */
const AT_ONCE = 8
const DIAL_MS_MAX = 5_000
/** One round gets past as many dead peers as this; a person waits for the first one at a start. */
const ROUND_PEERS_MAX = 32
const ROUND_MS_MAX = 20_000
/** Waits before the next round while peers are missing; the last one is repeated, and a lost peer begins anew. */
const AGAIN_MS = [5_000, 15_000, 60_000, 300_000] as const

export type EarlierPeersEvent =
  /** `connected`: peers that serve; the node is alone with 0. */
  | { readonly kind: 'peers:seeking'; readonly known: number; readonly connected: number }
  | { readonly kind: 'peers:sought'; readonly tried: number; readonly reached: number }

export interface EarlierPeersNeeds {
  readonly network: Pick<Network, 'connect' | 'connectedPeers' | 'onPeer'>
  readonly clock: Clock
  readonly random: Random
  readonly memory: PeerMemory
  /** Bootstrap peers: somebody else keeps in touch with them. */
  readonly doors: ReadonlySet<PeerId>
  /** Peers that serve the mesh to be connected to. */
  readonly wanted: number
  readonly onEvent: (event: EarlierPeersEvent) => void
}

export class EarlierPeers implements Disposable {
  readonly #needs: EarlierPeersNeeds
  readonly #stop = new AbortController()
  readonly #watch: Disposable
  #round: Promise<void> | undefined
  #timer: Timer | undefined
  #again = 0

  constructor(needs: EarlierPeersNeeds) {
    this.#needs = needs
    this.#watch = needs.network.onPeer((peer, state) => {
      if (state === 'disconnected' && this.#serves(peer)) this.#later(0)
    })
  }

  /**
   * Stands in for the doors where they do not open soon, and stays in charge of the number of peers afterwards.
   * @param doors settles when one of them is open, or all were tried
   * @returns true as soon as a peer that serves is connected; false where nobody is after a whole round
   */
  async enter(doors: Promise<unknown>, signal?: AbortSignal): Promise<boolean> {
    await this.#headStart(doors, signal)
    if (this.#connected() === 0) await this.#untilOne(signal)
    this.#later(this.#again)
    return this.#connected() > 0
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#watch[Symbol.dispose]()
    this.#timer?.cancel()
  }

  async #headStart(doors: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
    using over = new Deadline(this.#needs.clock, HEAD_START_MS, 'a bootstrap peer', this.#stop.signal, signal)
    // Whoever opens the doors says what became of them.
    await abortable(doors, over.signal).catch(() => undefined)
  }

  /** The first that answers is enough to go on; the round goes on behind it until there are as many as are wanted. */
  async #untilOne(signal: AbortSignal | undefined): Promise<void> {
    const first = Promise.withResolvers<void>()
    using _watch = this.#needs.network.onPeer((_, state) => {
      if (state === 'connected' && this.#connected() > 0) first.resolve()
    })
    await Promise.race([this.#seek(signal), first.promise])
  }

  #later(again: number): void {
    if (this.#stop.signal.aborted) return
    this.#timer?.cancel()
    this.#again = again
    this.#timer = this.#needs.clock.after(AGAIN_MS[Math.min(again, AGAIN_MS.length - 1)]!, () => {
      void this.#seek().then(() => this.#later(this.#again + 1))
    })
  }

  /** One round at a time. */
  #seek(signal?: AbortSignal): Promise<void> {
    this.#round ??= this.#tryAll(signal).finally(() => {
      this.#round = undefined
    })
    return this.#round
  }

  async #tryAll(signal: AbortSignal | undefined): Promise<void> {
    const { memory, random, clock, onEvent, network, doors, wanted } = this.#needs
    const connected = new Set(network.connectedPeers())
    const candidates = [...memory].filter(({ peer }) => !connected.has(peer) && !doors.has(peer))
    if (candidates.length === 0 || this.#connected() >= wanted || signal?.aborted || this.#stop.signal.aborted) return
    onEvent({ kind: 'peers:seeking', known: candidates.length, connected: this.#connected() })
    const order = drawOrder(candidates, random, clock.nowMs()).slice(0, ROUND_PEERS_MAX)
    using deadline = new Deadline(clock, ROUND_MS_MAX, 'a round of dials', this.#stop.signal, signal)
    const next = order.values()
    const silent: PeerId[] = []
    let reached = 0
    const dial = async (): Promise<void> => {
      for (const known of next) {
        if (deadline.signal.aborted || this.#connected() >= wanted) return
        if (await this.#reach(known, deadline.signal)) reached++
        else if (!deadline.signal.aborted) silent.push(known.peer)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, dial))
    // Where nobody answers the line may be down, and that is no peer's failure.
    if (this.#connected() > 0) for (const peer of silent) memory.failed(peer)
    if (!this.#stop.signal.aborted) onEvent({ kind: 'peers:sought', tried: reached + silent.length, reached })
  }

  async #reach({ peer, addresses }: KnownPeer, signal: AbortSignal): Promise<boolean> {
    const { network, memory, clock } = this.#needs
    using deadline = new Deadline(clock, DIAL_MS_MAX, 'a dial', signal)
    try {
      await network.connect(peer, addresses, deadline.signal)
      memory.seen(peer, clock.nowMs())
      return true
    } catch {
      // Away, moved, or shutting us out: the others say how the network is.
      return false
    }
  }

  #serves(peer: PeerId): boolean {
    return this.#needs.memory.has(peer) || this.#needs.doors.has(peer)
  }

  #connected(): number {
    return this.#needs.network.connectedPeers().filter((peer) => this.#serves(peer)).length
  }
}
