/** Whom a job asks next: the miners of the book, weighed by its wish, and chosen by the draw; and why it was this one. */
import type { Draw } from '../../../protocols/kernel/draw.ts'
import type { Address, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { LatencySource } from '../../../protocols/rules/coordinates/latency-estimate.ts'
import { type Chance, chancesOf, chooseMiner, type Reason } from '../../../protocols/rules/routing/choose-miner.ts'
import { closestMiss, worstTerm } from '../../../protocols/rules/routing/explain-loss.ts'
import { guessFrom } from '../../../protocols/rules/routing/guess-latency.ts'
import { missText } from '../../../protocols/rules/routing/miss-text.ts'
import { type TermName, weigh } from '../../../protocols/rules/routing/weigh-candidate.ts'
import type { OfferBook } from '../finding/offer-book.ts'
import type { JobWish } from '../running/job-event.ts'
import { type JobCandidate, jobCandidate } from './job-candidate.ts'

/** Plain JSON. */
export interface ChosenBecause {
  readonly reason: Reason
  /** 0..1: that it would be asked first. */
  readonly chance: number
  /** Miners that were weighed, and of them those that fitted. */
  readonly weighed: number
  readonly fitting: number
  readonly estimatedMs: number
  readonly latencySource: LatencySource
  /** 0..100; absent where nobody knows. */
  readonly score?: number
  /** The best of the others, and where it is furthest behind this one; absent where it is not. */
  readonly next?: { readonly miner: Address; readonly behindIn?: TermName }
}

export interface Chosen {
  readonly candidate: JobCandidate
  readonly because: ChosenBecause
  /** What it is expected to take. */
  readonly estimatedMs: number
}

/** Models whose last miner is remembered; a forgotten one is chosen anew. */
const WARM_MAX = 256

export class MinerChoice {
  readonly #book: OfferBook
  readonly #draw: Draw
  readonly #warm = new Map<ModelId, Address>()

  constructor(book: OfferBook, draw: Draw) {
    this.#book = book
    this.#draw = draw
  }

  /** The last job of this model was answered there: its line is open, and the model is loaded. */
  answered(model: ModelId, miner: Address): void {
    this.#warm.delete(model)
    this.#warm.set(model, miner)
    if (this.#warm.size > WARM_MAX) this.#warm.delete(this.#warm.keys().next().value!)
  }

  isWarm(model: ModelId, { offer }: Pick<JobCandidate, 'offer'>): boolean {
    return this.#warm.get(model) === offer.miner
  }

  candidates({ model, latencyClass, among = everybody }: JobWish): readonly JobCandidate[] {
    return this.#book
      .live(model)
      .filter(among)
      .map((notes) => jobCandidate(notes, model, latencyClass))
  }

  /** @param isOpen of those that may be asked, whom this job has not asked yet */
  next(wish: JobWish, isOpen: (candidate: JobCandidate) => boolean): Chosen | undefined {
    const chances = this.#chances(wish, isOpen)
    const chosen = chooseMiner(chances, this.#draw())
    if (chosen === undefined) return undefined
    return {
      candidate: chosen.candidate,
      because: becauseOf(chosen, chances),
      estimatedMs: chosen.latency.ms,
    }
  }

  /** Whom attempts of such a job would ask one after another, the best first; only who fits it now. */
  best(wish: JobWish, countMax: number): readonly PeerId[] {
    return this.#chances(wish, () => true)
      .filter(({ standing }) => standing === 'fits')
      .slice(0, countMax)
      .map(({ candidate }) => candidate.offer.peer)
  }

  /** What came closest to the limits of a wish that nobody keeps. */
  closest(wish: JobWish): string {
    return missText(
      closestMiss(
        this.candidates(wish).map((candidate) => weigh(candidate, wish)),
        wish,
      ),
    )
  }

  #chances(wish: JobWish, isOpen: (candidate: JobCandidate) => boolean): readonly Chance<JobCandidate>[] {
    const candidates = this.candidates(wish)
    const guessed = { ...wish, guess: guessFrom(candidates) }
    const weighed = candidates.filter(isOpen).map((candidate) => weigh(candidate, guessed))
    return chancesOf(weighed, (candidate) => this.isWarm(wish.model, candidate))
  }
}

const everybody = (): boolean => true

function becauseOf(chosen: Chance<JobCandidate>, chances: readonly Chance<JobCandidate>[]): ChosenBecause {
  const fitting = chances.filter(({ standing }) => standing === chosen.standing)
  const next = fitting.find((each) => each !== chosen)
  const behindIn = next === undefined ? undefined : worstTerm(next, chosen)
  const { points } = chosen.candidate.score ?? {}
  return {
    reason: chosen.reason,
    chance: chosen.chance,
    weighed: chances.length,
    fitting: fitting.length,
    estimatedMs: chosen.latency.ms,
    latencySource: chosen.latency.source,
    ...(points === undefined ? {} : { score: points }),
    ...(next === undefined
      ? {}
      : { next: { miner: next.candidate.offer.miner, ...(behindIn === undefined ? {} : { behindIn }) } }),
  }
}
