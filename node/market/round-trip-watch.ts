/**
 * Finds out how far away peers of each region are: a few pings a minute, over connections that stand, to peers that were not timed lately.
 * A ping is echoed byte for byte, so that a peer can seem farther than it is and never nearer.
 */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { type Candidate, choosePeer, LOOK_AGAIN_MS } from '../../protocols/rules/line/choose-peer.ts'
import { type TimedPeer, type TypicalLatency, typicalLatencies } from '../../protocols/rules/line/typical-latencies.ts'

/** Looking for who is due is a walk over all connections: while there is nobody, each look comes twice as late as the last. */
const LOOK_MS = 2_000
const LOOK_MS_MAX = 32_000
/** Pings, each with a question of its own where the peer's region is not known: some kilobytes a minute at most. */
export const LOOKS_PER_MINUTE_MAX = 4
/** One that took long because this process, or that one, was busy is no distance. */
const SAMPLES_MAX = 3
/** Twice what is looked at before a peer's turn comes again; the one longest not looked at goes. */
const PEERS_MAX = 256

export interface ConnectedPeer {
  readonly peer: PeerId
  /** The network of its address; `undefined` where that says nothing. */
  readonly network: string | undefined
}

export interface RoundTripWatchNeeds {
  readonly clock: Clock
  readonly votersMin: number
  /** Connected without a relay between, and able to have a region: not clients. */
  readonly peers: () => Iterable<ConnectedPeer>
  /** What is known of a peer's region without asking it. */
  readonly regionOf: (peer: PeerId) => string | undefined
  /** Asks the peer itself; `undefined` where it does not say. */
  readonly askRegion: (peer: PeerId, signal: AbortSignal) => Promise<string | undefined>
  /** A round trip that somebody measured within the last `withinMs`. */
  readonly knownMs: (peer: PeerId, withinMs: number) => number | undefined
  /** Milliseconds. */
  readonly ping: (peer: PeerId, signal: AbortSignal) => Promise<number>
  /** Another peer was timed. */
  readonly onTimed: () => void
  /** Hears of faults of this program. */
  readonly onFailure: (error: MeshError) => void
}

interface Looked {
  readonly lookedAtMs: number
  /** Looks in a row that told nothing. */
  readonly misses: number
  /** Absent where it has not said its region, or did not answer. */
  readonly timed?: TimedPeer & { readonly samples: readonly number[] }
}

export class RoundTripWatch implements AsyncDisposable {
  readonly #needs: RoundTripWatchNeeds
  /** The one looked at longest ago first. */
  readonly #looked = new Map<PeerId, Looked>()
  readonly #stop = new AbortController()
  #looks = LOOKS_PER_MINUTE_MAX
  #afterMs = LOOK_MS
  #filledAtMs: number
  #timer: Timer | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(needs: RoundTripWatchNeeds) {
    this.#needs = needs
    this.#filledAtMs = needs.clock.monotonicMs()
    this.#later()
  }

  typical(): readonly TypicalLatency[] {
    const { clock, votersMin } = this.#needs
    return typicalLatencies(this.#timed(), { nowMs: clock.monotonicMs(), votersMin })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.cancel()
    this.#stop.abort()
    await this.#running
  }

  #later(): void {
    this.#timer = this.#needs.clock.after(this.#afterMs, () => {
      this.#running = this.#round()
        .catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
        .finally(() => {
          if (!this.#stop.signal.aborted) this.#later()
        })
    })
  }

  async #round(): Promise<void> {
    const nowMs = this.#needs.clock.monotonicMs()
    const more = ((nowMs - this.#filledAtMs) * LOOKS_PER_MINUTE_MAX) / 60_000
    this.#looks = Math.min(LOOKS_PER_MINUTE_MAX, this.#looks + more)
    this.#filledAtMs = nowMs
    while (this.#looks >= 1 && !this.#stop.signal.aborted) {
      const next = choosePeer(this.#candidates(), this.#timed(), this.#needs.clock.monotonicMs())
      if (next === undefined) {
        this.#afterMs = Math.min(2 * this.#afterMs, LOOK_MS_MAX)
        return
      }
      this.#afterMs = LOOK_MS
      this.#looks--
      await this.#look(next)
    }
  }

  *#candidates(): Generator<Candidate & { readonly peer: PeerId }> {
    for (const { peer, network } of this.#needs.peers()) {
      const known = this.#looked.get(peer)
      const region = this.#needs.regionOf(peer) ?? known?.timed?.region
      yield { peer, region, voter: network ?? peer, lookedAtMs: known?.lookedAtMs, misses: known?.misses ?? 0 }
    }
  }

  *#timed(): Generator<TimedPeer> {
    for (const { timed } of this.#looked.values()) if (timed !== undefined) yield timed
  }

  async #look({ peer, voter }: { readonly peer: PeerId; readonly voter: string }): Promise<void> {
    const { clock, regionOf, askRegion, knownMs, ping, onTimed } = this.#needs
    const { timed: before, misses = 0 } = this.#looked.get(peer) ?? {}
    const nowMs = clock.monotonicMs()
    this.#keep(peer, { lookedAtMs: nowMs, misses: misses + 1, ...(before === undefined ? {} : { timed: before }) })
    const { signal } = this.#stop
    try {
      const region = regionOf(peer) ?? (await askRegion(peer, signal))
      if (region === undefined) return
      const ms = knownMs(peer, LOOK_AGAIN_MS) ?? (await ping(peer, signal))
      const samples = [...(before?.samples ?? []), ms].slice(-SAMPLES_MAX)
      const timed = { region, voter, ms: Math.min(...samples), atMs: nowMs, samples }
      this.#keep(peer, { lookedAtMs: nowMs, misses: 0, timed })
    } catch (error) {
      // Who does not answer is not timed, and what it last was holds for its while.
      if (asMeshError(error).fault === 'bug') throw error
      return
    }
    onTimed()
  }

  #keep(peer: PeerId, looked: Looked): void {
    this.#looked.delete(peer)
    this.#looked.set(peer, looked)
    if (this.#looked.size > PEERS_MAX) this.#looked.delete(this.#looked.keys().next().value!)
  }
}
