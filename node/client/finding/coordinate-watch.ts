/**
 * Finds out where this node lies: now and then a ping over a connection that stands, to a peer that says where it lies. A newcomer sends one
 * every few seconds, and one that knows its place one a minute. What others measure anyway counts as well (`onPing` of the network).
 * Round trips of jobs do not: they hold the time of hashing, and of all that a payload waited for on the line.
 */
import { asMeshError, isMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock, Random, Timer } from '../../../protocols/kernel/ports.ts'
import type { Coordinates } from '../../../protocols/rules/coordinates/coordinates.ts'

/** Twenty samples make a place among nodes that know theirs, a hundred among newcomers (test/bench/coordinates.ts): one to five minutes, 200 bytes each. */
const UNSURE_MS = 3_000
const SURE_MS = 60_000
/** From here on it knows its place. */
const SURE_ERROR = 0.25

export interface TimedPeer {
  readonly peer: PeerId
  /** The network of its address; `undefined` where that says nothing. */
  readonly network: string | undefined
}

export interface CoordinateWatchNeeds {
  readonly clock: Clock
  readonly random: Random
  /** Connected without a relay between: over one, the relay would be measured. */
  readonly peers: () => Iterable<TimedPeer>
  /** As the peer itself says; `undefined` where it says nothing. */
  readonly coordinatesOf: (peer: PeerId) => Coordinates | undefined
  /** How far off this node's own coordinates are. */
  readonly error: () => number
  /** The network tells of what it measured. */
  readonly ping: (peer: PeerId, signal: AbortSignal) => Promise<number>
  /** Hears of faults of this program. */
  readonly onFailure: (error: MeshError) => void
}

export class CoordinateWatch implements AsyncDisposable {
  readonly #needs: CoordinateWatchNeeds
  readonly #stop = new AbortController()
  #timer: Timer | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(needs: CoordinateWatchNeeds) {
    this.#needs = needs
    this.#later()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.cancel()
    this.#stop.abort()
    await this.#running
  }

  #later(): void {
    const { clock, error } = this.#needs
    // Not all in step: nodes that were started together would measure each other at their busiest.
    const beatMs = (error() > SURE_ERROR ? UNSURE_MS : SURE_MS) * (0.75 + 0.5 * this.#draw())
    this.#timer = clock.after(beatMs, () => {
      this.#running = this.#once()
        .catch((failure: unknown) => this.#needs.onFailure(asMeshError(failure)))
        .finally(() => {
          if (!this.#stop.signal.aborted) this.#later()
        })
    })
  }

  async #once(): Promise<void> {
    const peer = this.#next()
    if (peer === undefined) return
    try {
      await this.#needs.ping(peer, this.#stop.signal)
    } catch (error) {
      // Who does not answer is measured another time, or never.
      if (!isMeshError(error) || error.fault === 'bug') throw error
    }
  }

  /** Each network has the same chance, however many peers call from it: one that makes many would else decide where this node lies. */
  #next(): PeerId | undefined {
    const networks = new Map<string, PeerId[]>()
    for (const { peer, network } of this.#needs.peers()) {
      if (this.#needs.coordinatesOf(peer) === undefined) continue
      const name = network ?? peer
      const known = networks.get(name)
      if (known === undefined) networks.set(name, [peer])
      else known.push(peer)
    }
    const drawn = [...networks.values()][Math.floor(this.#draw() * networks.size)]
    return drawn?.[Math.floor(this.#draw() * drawn.length)]
  }

  /** 0..1, without 1. */
  #draw(): number {
    const [high, low] = this.#needs.random.bytes(2)
    return (high! * 256 + low!) / 65_536
  }
}
