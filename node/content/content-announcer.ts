/** Says on the DHT what this node gives to others, as far as a node may have keys there. */
import { toHex } from '../../protocols/kernel/bytes.ts'
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, ModelId } from '../../protocols/kernel/ids.ts'
import { modelDigest } from '../../protocols/kernel/model-id.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import { contentKey } from '../../protocols/wire/content/content-key.ts'

/** Of the 64 keys of a node (announced-keys.ts); the rest is for directories and classes of cards. */
const CONTENTS_MAX = 48

export interface AnnouncerNeeds {
  readonly network: Pick<Network, 'provide' | 'tag'>
  readonly hasher: Pick<Hasher, 'keccak256'>
  readonly onFailure: (error: MeshError) => void
}

export class ContentAnnouncer implements Disposable {
  readonly #needs: AnnouncerNeeds
  readonly #announced = new Map<ModelId, AbortController>()

  constructor(needs: AnnouncerNeeds) {
    this.#needs = needs
  }

  /** These and no others, the first of them where they are too many. It happens behind the call. */
  announce(ids: readonly ModelId[]): void {
    const wanted = new Set(ids.slice(0, CONTENTS_MAX))
    for (const [id, stop] of this.#announced) {
      if (wanted.has(id)) continue
      stop.abort()
      this.#announced.delete(id)
    }
    for (const id of wanted) {
      if (this.#announced.has(id)) continue
      const stop = new AbortController()
      this.#announced.set(id, stop)
      void this.#provide(id, stop)
    }
  }

  [Symbol.dispose](): void {
    this.announce([])
  }

  async #provide(id: ModelId, stop: AbortController): Promise<void> {
    const { network, hasher, onFailure } = this.#needs
    const content = toHex(modelDigest(id)!) as Hash32
    try {
      const provided = await network.provide(contentKey(hasher, network.tag, content), stop.signal)
      const end = (): void => provided[Symbol.dispose]()
      if (stop.signal.aborted) end()
      else stop.signal.addEventListener('abort', end, { once: true })
    } catch (error) {
      if (this.#announced.get(id) === stop) this.#announced.delete(id)
      if (!stop.signal.aborted) onFailure(asMeshError(error))
    }
  }
}
