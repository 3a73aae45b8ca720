/** A search beyond the own region, for a model that nobody there serves: its miners are asked themselves, for each is a directory too. */
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import { servesModel } from '../../../protocols/wire/profile/capability-key.ts'
import { type CapableFinderNeeds, findCapable } from './find-capable.ts'
import { DIRECTORIES_ASKED, type DirectoryAnswer, type OfferFinder } from './find-offers.ts'

/** Sixteen lookups of the DHT for one model: who asks for it every second asks those who were found a moment ago. */
const AGAIN_MS = 15_000
const MODELS_MAX = 1_024

export interface WideSearchNeeds extends CapableFinderNeeds {
  readonly finder: Pick<OfferFinder, 'find'>
  /** A live offer of it is known. */
  readonly isKnown: (model: ModelId) => boolean
}

export class WideSearch {
  readonly #needs: WideSearchNeeds
  readonly #found = new AgeingMap<ModelId, { peers: readonly PeerId[]; readonly atMs: number }>()

  constructor(needs: WideSearchNeeds) {
    this.#needs = needs
  }

  /**
   * What they answered; empty where nobody announces the model, or none of those answers: a miner that is gone is announced for
   * two days more.
   * @throws the signal's reason; what the DHT throws, where every lookup failed
   */
  async search(model: ModelId, signal?: AbortSignal): Promise<readonly DirectoryAnswer[]> {
    const capable = await this.#capable(model, signal)
    const answers: DirectoryAnswer[] = []
    for (let at = 0; at < capable.length && !this.#needs.isKnown(model); at += DIRECTORIES_ASKED) {
      answers.push(...(await this.#ask(capable.slice(at, at + DIRECTORIES_ASKED), model, signal)))
    }
    return answers
  }

  async #ask(
    some: readonly PeerId[],
    model: ModelId,
    signal: AbortSignal | undefined,
  ): Promise<readonly DirectoryAnswer[]> {
    try {
      return await this.#needs.finder.find(some, model, signal)
    } catch (error) {
      if (!isMeshError(error, 'NO_PEERS')) throw error
      // Not waited for again at the next search.
      const found = this.#found.get(model)
      if (found !== undefined) found.peers = found.peers.filter((peer) => !some.includes(peer))
      return []
    }
  }

  async #capable(model: ModelId, signal: AbortSignal | undefined): Promise<readonly PeerId[]> {
    const { clock } = this.#needs
    const known = this.#found.get(model)
    if (known !== undefined && clock.monotonicMs() - known.atMs < AGAIN_MS) return known.peers
    const peers = await findCapable(this.#needs, servesModel(model), signal)
    this.#found.set(model, { peers, atMs: clock.monotonicMs() })
    if (this.#found.size > MODELS_MAX) this.#found.delete(this.#found.oldest()!)
    return peers
  }
}
