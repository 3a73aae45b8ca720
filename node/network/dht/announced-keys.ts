/**
 * Provider keys that a node stands behind: each announced once for all its users, and again until the last of them lets go.
 * How one announcement is made is the adapter's; the rhythm is the same on every network.
 */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'

/** Servers forget a provider's addresses after an hour by default, while they keep its record for 48: said again well before. */
const AGAIN_MS = 25 * 60_000
/** After an announcement that reached nobody. */
const RETRY_MS = 30_000
/** Coarse keys of one node: its card's classes and its cached models. */
const KEYS_MAX = 64

export interface AnnouncedKeysNeeds {
  readonly clock: Clock
  /** Says it once; how many peers took it. @throws MeshError CANCELLED */
  readonly announce: (key: Hash32, signal: AbortSignal | undefined) => Promise<number>
  /** There is no un-provide: others remember us for a while, and who asks us then hears that we do not. */
  readonly forget: (key: Hash32) => void
  /** A repetition failed: none follows it. */
  readonly onFailure: (error: unknown) => void
}

interface Announced {
  timer: Timer | undefined
  users: number
}

export class AnnouncedKeys implements Disposable {
  readonly #needs: AnnouncedKeysNeeds
  readonly #announced = new Map<Hash32, Announced>()

  constructor(needs: AnnouncedKeysNeeds) {
    this.#needs = needs
  }

  /** Resolves after the first attempt; one that reached nobody is repeated soon. @throws MeshError LIMIT, CANCELLED */
  async provide(key: Hash32, signal?: AbortSignal): Promise<Disposable> {
    if (this.#announced.size >= KEYS_MAX && !this.#announced.has(key))
      throw new MeshError('LIMIT', { what: 'keys announced', max: KEYS_MAX })
    const announced = this.#announced.get(key) ?? { timer: undefined, users: 0 }
    this.#announced.set(key, announced)
    announced.users++
    let mine = true
    const release = (): void => {
      if (mine && --announced.users === 0) this.#forget(key, announced)
      mine = false
    }
    try {
      if (announced.users === 1) await this.#announce(key, announced, signal)
    } catch (error) {
      release()
      throw error
    }
    return { [Symbol.dispose]: release }
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#announced.values()) timer?.cancel()
    this.#announced.clear()
  }

  async #announce(key: Hash32, announced: Announced, signal?: AbortSignal): Promise<void> {
    const { clock, announce, onFailure } = this.#needs
    const told = await announce(key, signal)
    if (this.#announced.get(key) !== announced) return
    announced.timer = clock.after(told > 0 ? AGAIN_MS : RETRY_MS, () => {
      this.#announce(key, announced).catch(onFailure)
    })
  }

  #forget(key: Hash32, announced: Announced): void {
    announced.timer?.cancel()
    this.#announced.delete(key)
    this.#needs.forget(key)
  }
}
