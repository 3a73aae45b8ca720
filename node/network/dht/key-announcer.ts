/** A set of keys that this node stands behind on the DHT, and that changes: who wants to say less just says the smaller set. */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'

export interface KeyAnnouncerNeeds {
  readonly network: Pick<Network, 'provide'>
  readonly onFailure: (error: MeshError) => void
}

export class KeyAnnouncer implements Disposable {
  readonly #needs: KeyAnnouncerNeeds
  readonly #announced = new Map<Hash32, AbortController>()

  constructor(needs: KeyAnnouncerNeeds) {
    this.#needs = needs
  }

  /** These and no others. It happens behind the call; how many a node may have is {@link AnnouncedKeys}' to say. */
  announce(keys: readonly Hash32[]): void {
    const wanted = new Set(keys)
    for (const [key, stop] of this.#announced) {
      if (wanted.has(key)) continue
      stop.abort()
      this.#announced.delete(key)
    }
    for (const key of wanted) {
      if (this.#announced.has(key)) continue
      const stop = new AbortController()
      this.#announced.set(key, stop)
      void this.#provide(key, stop)
    }
  }

  [Symbol.dispose](): void {
    this.announce([])
  }

  async #provide(key: Hash32, stop: AbortController): Promise<void> {
    try {
      const provided = await this.#needs.network.provide(key, stop.signal)
      const end = (): void => provided[Symbol.dispose]()
      if (stop.signal.aborted) end()
      else stop.signal.addEventListener('abort', end, { once: true })
    } catch (error) {
      if (this.#announced.get(key) === stop) this.#announced.delete(key)
      if (!stop.signal.aborted) this.#needs.onFailure(asMeshError(error))
    }
  }
}
