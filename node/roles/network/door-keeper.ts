/** Keeps a node in touch with the peers it was told to ask first, and comes back to those that were away. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'

export interface Door {
  readonly peer: PeerId
  readonly address: string
}

export interface DoorKeeperNeeds {
  readonly network: Network
  readonly clock: Clock
}

/** Waits before an absent door is tried again; the last one is repeated. */
const AGAIN_MS = [500, 1_000, 2_000, 5_000, 15_000, 60_000] as const

export class DoorKeeper implements Disposable {
  readonly #needs: DoorKeeperNeeds
  readonly #doors: ReadonlyMap<PeerId, readonly string[]>
  readonly #failures = new Map<PeerId, number>()
  readonly #timers = new Map<PeerId, Timer>()
  readonly #stop = new AbortController()
  readonly #watch: Disposable

  private constructor(needs: DoorKeeperNeeds, doors: readonly Door[]) {
    this.#needs = needs
    const grouped = new Map<PeerId, string[]>()
    for (const { peer, address } of doors) {
      if (peer !== needs.network.self) grouped.set(peer, [...(grouped.get(peer) ?? []), address])
    }
    this.#doors = grouped
    this.#watch = needs.network.onPeer((peer, state) => {
      if (state === 'disconnected' && grouped.has(peer)) this.#later(peer)
    })
  }

  /**
   * Resolves when one door is open, or all of them were tried: a network may be waiting for this very node.
   * @param standIn another way in, told when the doors are done with; true ends the wait for them
   */
  static async start(
    needs: DoorKeeperNeeds,
    doors: readonly Door[],
    signal?: AbortSignal,
    standIn: (doors: Promise<unknown>) => Promise<boolean> = async () => false,
  ): Promise<DoorKeeper> {
    const keeper = new DoorKeeper(needs, doors)
    const opened = Promise.any([...keeper.#doors.keys()].map((peer) => ifTrue(keeper.#try(peer, signal))))
    await Promise.any([opened, ifTrue(standIn(opened))]).catch(() => undefined)
    return keeper
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#watch[Symbol.dispose]()
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }

  async #try(peer: PeerId, signal: AbortSignal = this.#stop.signal): Promise<boolean> {
    if (this.#stop.signal.aborted) return false
    try {
      await this.#needs.network.connect(peer, this.#doors.get(peer), signal)
      this.#failures.delete(peer)
      return true
    } catch {
      // Away, or shutting us out: it is tried again either way, and the peers that are there say how the network is.
      this.#failures.set(peer, (this.#failures.get(peer) ?? 0) + 1)
      this.#later(peer)
      return false
    }
  }

  #later(peer: PeerId): void {
    if (this.#stop.signal.aborted) return
    this.#timers.get(peer)?.cancel()
    const waitMs = AGAIN_MS[Math.min(this.#failures.get(peer) ?? 0, AGAIN_MS.length - 1)]!
    this.#timers.set(
      peer,
      this.#needs.clock.after(waitMs, () => void this.#try(peer)),
    )
  }
}

/** @throws Error for false, so that the first that is true can be waited for */
async function ifTrue(trying: Promise<boolean>): Promise<void> {
  if (!(await trying)) throw new Error('closed')
}
