/**
 * Connections that stand before they are needed: with the best miners of a model, as long as jobs of it keep coming, so that a second attempt
 * opens a stream and dials nobody. Connections alone: nothing is asked over them, and nobody is paid for them.
 */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'

/** A model that nobody asked for in this time is not asked for lately; the connections that were kept for it are given up. */
export const STANDBY_MS = 90_000
/** Between two looks at who the best of a model are: often enough that what is still wanted is not given up. */
export const LOOK_MS = STANDBY_MS / 3
/** Connections kept, of all models together: each costs both sides some kilobytes, and a keep-alive every 15 s. */
const KEPT_MAX = 16
/** Models whose last job is remembered; one that is forgotten waits for its second job again. */
const MODELS_MAX = 64

/** What a client needs to keep connections ready. */
export interface Standby {
  /** Kept connected of one model, the one that answers included. */
  readonly miners: number
  /** False where this machine's line is paid by what goes over it. */
  readonly mayKeep: (signal: AbortSignal) => Promise<boolean>
  /** Ends the connection to a peer, unless it is in use by now. */
  readonly release: (peer: PeerId) => void
  /** Hears of faults of this program. */
  readonly onFailure: (error: MeshError) => void
}

export interface StandbyNeeds extends Standby {
  readonly network: Pick<Network, 'connect' | 'connectedPeers'>
  readonly clock: Clock
}

interface Asked {
  askedAtMs: number
  lookedAtMs: number
}

export class StandbyConnections implements AsyncDisposable {
  readonly #needs: StandbyNeeds
  /** The model asked for longest ago comes first. */
  readonly #models = new Map<ModelId, Asked>()
  /** Until when (monotonic), of connections that were opened here and by nobody used since; the one kept longest comes first. */
  readonly #kept = new Map<PeerId, number>()
  readonly #stop = new AbortController()
  #looking: Promise<void> | undefined
  #timer: Timer | undefined

  constructor(needs: StandbyNeeds) {
    this.#needs = needs
  }

  /**
   * A job of the model was answered. The second one in a while begins it: who asks once, as a command does, needs nobody on standby.
   * @param best whom its next jobs would ask, so many at most, the best first; asked for only where it is wanted
   */
  answered(model: ModelId, best: (countMax: number) => readonly PeerId[]): void {
    const now = this.#needs.clock.monotonicMs()
    const last = this.#models.get(model)
    const asked = { askedAtMs: now, lookedAtMs: last?.lookedAtMs ?? Number.NEGATIVE_INFINITY }
    this.#models.delete(model)
    this.#models.set(model, asked)
    if (this.#models.size > MODELS_MAX) this.#models.delete(this.#models.keys().next().value!)
    const isAgain = last !== undefined && now - last.askedAtMs < STANDBY_MS
    if (!isAgain || now - asked.lookedAtMs < LOOK_MS || this.#looking !== undefined) return
    asked.lookedAtMs = now
    this.#looking = this.#keep(best(this.#needs.miners))
      .catch((error: unknown) => this.#onError(error))
      .finally(() => {
        this.#looking = undefined
      })
  }

  /** An attempt goes there: from here on its connection is the attempt's, and is not given up here. */
  used(peer: PeerId): void {
    this.#kept.delete(peer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#timer?.cancel()
    await this.#looking
  }

  async #keep(peers: readonly PeerId[]): Promise<void> {
    const { mayKeep, network, clock } = this.#needs
    const { signal } = this.#stop
    if (!(await mayKeep(signal))) {
      this.#giveUp(Number.POSITIVE_INFINITY)
      return
    }
    const connected = new Set(network.connectedPeers())
    for (const peer of this.#kept.keys()) if (!connected.has(peer)) this.#kept.delete(peer)
    await Promise.all(
      peers.map(async (peer) => {
        // A connection that stands anyway is somebody else's to end.
        if (connected.has(peer) && !this.#kept.has(peer)) return
        if (!connected.has(peer)) {
          const isOpen = await network.connect(peer, [], signal).then(
            () => true,
            (error: unknown) => this.#onError(error),
          )
          if (isOpen !== true) return
        }
        this.#kept.delete(peer)
        this.#kept.set(peer, clock.monotonicMs() + STANDBY_MS)
      }),
    )
    while (this.#kept.size > KEPT_MAX) this.#release(this.#kept.keys().next().value!)
    this.#arm()
  }

  #arm(): void {
    this.#timer?.cancel()
    if (this.#stop.signal.aborted || this.#kept.size === 0) return
    const { clock } = this.#needs
    const dueMs = Math.min(...this.#kept.values())
    this.#timer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => {
      this.#giveUp(clock.monotonicMs())
      this.#arm()
    })
  }

  #giveUp(untilMs: number): void {
    for (const [peer, ms] of this.#kept) if (ms <= untilMs) this.#release(peer)
  }

  #release(peer: PeerId): void {
    this.#kept.delete(peer)
    this.#needs.release(peer)
  }

  /** Who cannot be reached is none of this program's faults, and is dialled again when somebody looks the next time. */
  #onError(error: unknown): void {
    const failed = asMeshError(error)
    if (failed.fault === 'bug') this.#needs.onFailure(failed)
  }
}
