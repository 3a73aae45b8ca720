/**
 * What the client knows of the market is found here: directories of its region, beyond it where nobody there serves a model, and again when
 * the book has grown old. One search of a model serves all jobs that wait for it.
 */
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { asMeshError, isMeshError, type MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { ModelId } from '../../../protocols/kernel/ids.ts'
import type { MeshClientNeeds } from '../client-needs.ts'
import { DirectoryFinder } from './find-directories.ts'
import { type DirectoryAnswer, OfferFinder } from './find-offers.ts'
import type { OfferBook } from './offer-book.ts'
import { WideSearch } from './wide-search.ts'

/** Offers are heard of again after this: half of the rate at which miners may change them. */
const OFFERS_FRESH_MS = 30_000
/** A search that found nobody is repeated at most this often. */
export const SEARCH_AGAIN_MS = 1_000
/** Models whose last search is remembered; a forgotten one is searched for again. */
const SEARCHES_MAX = 1_024

export interface MarketSearchNeeds
  extends Pick<
    MeshClientNeeds,
    'network' | 'domain' | 'clock' | 'random' | 'region' | 'networkOf' | 'near' | 'policy' | 'onEvent'
  > {
  readonly book: OfferBook
  /** The book has news of a model, or of all. */
  readonly onNews: (model: ModelId | undefined) => void
}

export class MarketSearch implements AsyncDisposable {
  readonly #needs: MarketSearchNeeds
  readonly #directories: DirectoryFinder
  readonly #finder: OfferFinder
  readonly #wide: WideSearch
  /** No more than models that jobs wait for. */
  readonly #searching = new Map<string, Promise<void>>()
  readonly #searchedAtMs = new Map<string, number>()

  constructor(needs: MarketSearchNeeds) {
    const { network, domain, clock, random, region, networkOf, near, policy, book } = needs
    this.#needs = needs
    this.#directories = new DirectoryFinder(network, clock, domain.crypto, region, networkOf)
    this.#finder = new OfferFinder({
      network,
      domain,
      clock,
      book,
      ...(near === undefined ? {} : { near }),
      ...(policy === undefined ? {} : { policy }),
      onUseless: (directory) => this.#directories.forget(directory),
      onLate: (answer, model) => {
        needs.onNews(model)
        needs.onEvent({ kind: 'late-answer', answer })
      },
    })
    this.#wide = new WideSearch({
      network,
      hasher: domain.crypto,
      clock,
      random,
      finder: this.#finder,
      isKnown: (model) => book.live(model).length > 0,
    })
  }

  /** Ends with the client. */
  get signal(): AbortSignal {
    return this.#finder.signal
  }

  /** @throws MeshError NO_PEERS */
  async search(model?: ModelId, signal?: AbortSignal): Promise<readonly DirectoryAnswer[]> {
    const { clock, onNews, onEvent } = this.#needs
    const answers = await this.#searchWide(model, await this.#searchRegion(model, signal), signal)
    if (this.#searchedAtMs.size >= SEARCHES_MAX) this.#searchedAtMs.delete(this.#searchedAtMs.keys().next().value!)
    this.#searchedAtMs.set(model ?? '', clock.monotonicMs())
    onNews(model)
    onEvent({ kind: 'searched', answers })
    return answers
  }

  /** In another region than the client's own; who does not answer there serves nobody. */
  async searchIn(region: string, model: ModelId, signal?: AbortSignal): Promise<void> {
    const { network, clock, domain, networkOf } = this.#needs
    await this.#searchRegion(model, signal, new DirectoryFinder(network, clock, domain.crypto, region, networkOf))
  }

  /** When those that the last searches did not wait for have answered or failed. */
  lateAnswers(signal?: AbortSignal): Promise<void> {
    return this.#finder.lateAnswers(signal)
  }

  /** Waits for a search only where nothing is known; else the book is renewed in the background. */
  async refresh(model: ModelId, signal: AbortSignal | undefined): Promise<void> {
    const { book, clock } = this.#needs
    const ageMs = clock.monotonicMs() - this.#searchedAt(model)
    const known = book.live(model).length > 0
    if (known && ageMs < OFFERS_FRESH_MS) return
    if (!known && ageMs < SEARCH_AGAIN_MS) return
    const search = this.#searching.get(model) ?? this.#searchOnce(model)
    // Its failure is the next search's to tell, where the book no longer knows anybody.
    if (known) search.catch(() => undefined)
    else await abortable(search, signal)
  }

  /** True where directories name another offer than before. What was searched a moment ago is not searched again. */
  async again(model: ModelId, signal: AbortSignal): Promise<boolean> {
    const { book, clock } = this.#needs
    const before = heads(book, model)
    // The last search may not have waited for all that it asked.
    await this.lateAnswers(signal)
    if (heads(book, model) !== before) return true
    if (clock.monotonicMs() - this.#searchedAt(model) < SEARCH_AGAIN_MS) return false
    await this.search(model, signal)
    return heads(book, model) !== before
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#finder[Symbol.asyncDispose]()
  }

  /** Monotonic. */
  #searchedAt(model: ModelId): number {
    return this.#searchedAtMs.get(model) ?? Number.NEGATIVE_INFINITY
  }

  async #searchRegion(
    model: ModelId | undefined,
    signal: AbortSignal | undefined,
    finder = this.#directories,
  ): Promise<readonly DirectoryAnswer[] | MeshError> {
    const directories = await finder.find(signal ?? this.signal)
    return this.#finder.find(directories, model, signal).catch((error: unknown) => {
      if (isMeshError(error, 'NO_PEERS')) return error
      throw error
    })
  }

  /** @param region what its directories said, or that none answered */
  async #searchWide(
    model: ModelId | undefined,
    region: readonly DirectoryAnswer[] | MeshError,
    signal: AbortSignal | undefined,
  ): Promise<readonly DirectoryAnswer[]> {
    const isMissed = model !== undefined && this.#needs.book.live(model).length === 0
    const wide = isMissed ? await this.#beyond(model, signal ?? this.signal) : []
    if (!isMeshError(region)) return [...region, ...wide]
    if (wide.length === 0) throw region
    return wide
  }

  /** A DHT that does not answer takes nothing from what the region's directories said. */
  async #beyond(model: ModelId, signal: AbortSignal): Promise<readonly DirectoryAnswer[]> {
    try {
      return await this.#wide.search(model, signal)
    } catch (error) {
      throwIfAborted(signal)
      if (asMeshError(error).fault === 'bug' || isMeshError(error, 'CANCELLED')) throw error
      return []
    }
  }

  #searchOnce(model: ModelId): Promise<void> {
    const search = this.search(model)
      .then(() => undefined)
      .finally(() => this.#searching.delete(model))
    this.#searching.set(model, search)
    return search
  }
}

const heads = (book: OfferBook, model: ModelId): string =>
  book
    .live(model)
    .map(({ offer }) => offer.hash)
    .sort()
    .join()
