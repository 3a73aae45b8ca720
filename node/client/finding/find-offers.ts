/** Asks directories for offers and verifies each: a directory can hide miners, not invent them. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { MalformedError, UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, isMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import type { RoutingPolicy } from '../../../protocols/rules/routing/routing-policy.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { askDirectory, type DirectoryQuery } from '../../../protocols/wire/directory/directory-protocol.ts'
import { openOffer } from '../../../protocols/wire/offer/offer.ts'
import type { OfferBook } from './offer-book.ts'

/** Directories asked at once, of different peers where there are as many. */
export const DIRECTORIES_ASKED = 3
const OFFERS_MAX = 64
/**
 * How long the others are waited for once one has named a live offer: what one directory hides, another names, and a peer on
 * the same continent that must be dialled first answers after five round trips of 60 ms.
 */
export const GRACE_MS = 300
/** One whole answer: a dial and a first response may each take 5 s. Who is later is of no use. */
export const ANSWER_MS_MAX = 10_000

export interface DirectoryAnswer {
  readonly directory: PeerId
  readonly offers: number
  /** Whose offers they were. */
  readonly miners: readonly Address[]
  /** Offers that were no valid ones: the directory's fault. */
  readonly false: number
}

export interface OfferFinderNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly book: OfferBook
  /** Coordinates of this client, where it knows them: directories name the best for it then. */
  readonly near?: () => Uint8Array | undefined
  readonly policy?: RoutingPolicy
  /** A directory that did not answer, or passed on what no miner had signed. */
  readonly onUseless: (directory: PeerId) => void
  /** An answer that its search did not wait for; its offers are in the book. */
  readonly onLate: (answer: DirectoryAnswer, model: ModelId | undefined) => void
}

interface Asked extends DirectoryAnswer {
  /** It names a miner that can be asked now. */
  readonly isLive: boolean
}

/** One search's round of directories. */
interface Round {
  readonly model: ModelId | undefined
  readonly signal: AbortSignal | undefined
  /** What those said that did not answer. */
  readonly why: string[]
  readonly answers: DirectoryAnswer[]
  /** The search went on without those that still owe an answer. */
  isOver: boolean
}

export class OfferFinder implements AsyncDisposable {
  readonly #needs: OfferFinderNeeds
  readonly #stop = new AbortController()
  readonly #asking = new Set<Promise<unknown>>()
  /** Directories whose answer a search has not waited for. */
  readonly #late = new Map<Promise<unknown>, PeerId>()

  constructor(needs: OfferFinderNeeds) {
    this.#needs = needs
  }

  /** Aborted when it is closed. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /**
   * Fills the book from {@link DIRECTORIES_ASKED} of `directories`, and from the next ones where none of those answered. Goes
   * on without those that are still silent {@link GRACE_MS} after one has named a live offer; the book takes what they say later.
   * @throws MeshError NO_PEERS where none of them answered, CANCELLED where this is closed; the signal's reason
   */
  async find(
    directories: readonly PeerId[],
    model: ModelId | undefined,
    signal?: AbortSignal,
  ): Promise<readonly DirectoryAnswer[]> {
    const why: string[] = []
    const ranked = this.#lateLast(directories)
    for (let at = 0; at < ranked.length; at += DIRECTORIES_ASKED) {
      const round: Round = { model, signal, why, answers: [], isOver: false }
      await this.#askAll(ranked.slice(at, at + DIRECTORIES_ASKED), round)
      if (round.answers.length > 0) return round.answers
    }
    throw new MeshError('NO_PEERS', { network: this.#needs.domain.network.networkId, why })
  }

  /** Resolves when those have answered, or failed, that searches have not waited for so far. @throws the signal's reason */
  async lateAnswers(signal?: AbortSignal): Promise<void> {
    if (this.#late.size > 0) await abortable(Promise.allSettled(this.#late.keys()), signal)
  }

  /** Breaks off what is under way, and resolves when nothing is. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    await Promise.allSettled(this.#asking)
  }

  /** Who owes an answer is not asked again before others: it has a quota of calls at once. */
  #lateLast(directories: readonly PeerId[]): readonly PeerId[] {
    const late = new Set(this.#late.values())
    return directories.toSorted((a, b) => Number(late.has(a)) - Number(late.has(b)))
  }

  async #askAll(directories: readonly PeerId[], round: Round): Promise<void> {
    const enough = Promise.withResolvers<void>()
    let grace: Timer | undefined
    const asked = directories.map((directory) => {
      const asking = this.#ask(directory, round).then((answer) => {
        if (answer?.isLive) grace ??= this.#needs.clock.after(GRACE_MS, enough.resolve)
      })
      this.#keep(asking)
      return [directory, asking] as const
    })
    try {
      await Promise.race([Promise.all(asked.map(([, asking]) => asking)), enough.promise])
    } finally {
      round.isOver = true
      grace?.cancel()
      for (const [directory, asking] of asked) if (this.#asking.has(asking)) this.#late.set(asking, directory)
    }
  }

  /** Nobody may be left to hear how it ends. */
  #keep(asking: Promise<void>): void {
    this.#asking.add(asking)
    const done = (): void => {
      this.#asking.delete(asking)
      this.#late.delete(asking)
    }
    asking.then(done, done)
  }

  /** `undefined` where it did not answer. */
  async #ask(directory: PeerId, round: Round): Promise<Asked | undefined> {
    const { network, clock, onUseless, onLate } = this.#needs
    const { model, signal, why } = round
    using deadline = new Deadline(clock, ANSWER_MS_MAX, 'the answer of a directory', this.#stop.signal, signal)
    try {
      deadline.throwIfGivenUp()
      const query = { offersMax: OFFERS_MAX, ...(model === undefined ? {} : { model, ...this.#place() }) }
      const entries = await askDirectory(network, directory, query, { signal: deadline.signal })
      throwIfAborted(this.#stop.signal)
      const { isLive, ...answer } = this.#take(directory, entries, model)
      if (answer.false > 0) onUseless(directory)
      if (round.isOver) onLate(answer, model)
      else round.answers.push(answer)
      return { ...answer, isLive }
    } catch (error) {
      deadline.throwIfGivenUp()
      const failed = asMeshError(error)
      if (failed.fault === 'bug') throw failed
      onUseless(directory)
      why.push(failed.message)
      return undefined
    }
  }

  #place(): Pick<DirectoryQuery, 'near' | 'policy'> {
    const { near, policy } = this.#needs
    const place = near?.()
    return place === undefined ? {} : { near: place, ...(policy === undefined ? {} : { policy }) }
  }

  #take(directory: PeerId, entries: readonly { readonly offer: Uint8Array }[], model: ModelId | undefined): Asked {
    const { domain, book } = this.#needs
    const named = new Set<Address>()
    let bad = 0
    for (const { offer } of entries) {
      const taken = take(domain, book, offer)
      if (taken === 'false') bad++
      else if (taken !== 'unknown') named.add(taken)
    }
    const isLive = book.live(model).some(({ offer }) => named.has(offer.miner))
    return { directory, offers: entries.length - bad, miners: [...named], false: bad, isLive }
  }
}

/** Whose offer it was; `unknown` where only a later version knows. */
function take(domain: SigningDomain, book: OfferBook, bytes: Uint8Array): Address | 'unknown' | 'false' {
  try {
    const offer = openOffer(domain, bytes)
    book.put(offer)
    return offer.miner
  } catch (error) {
    if (error instanceof UnsupportedError) return 'unknown'
    if (error instanceof MalformedError || isMeshError(error)) return 'false'
    throw error
  }
}
