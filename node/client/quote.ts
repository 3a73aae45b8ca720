/** What a job of a model would cost, and where: the offers that are known, weighed as the next job would weigh them. */
import type { Address, ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import { jobPrice } from '../../protocols/rules/pricing/job-price.ts'
import { classForBudget, type LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import { type Budget, cost, estimateMs, withinBudget } from '../../protocols/rules/routing/rank-offers.ts'
import { offeredModel } from '../../protocols/wire/offer/offer.ts'
import type { DirectoryAnswer } from './find-offers.ts'
import type { MinerNotes } from './offer-book.ts'

export interface QuotedOffer {
  readonly miner: Address
  readonly peer: PeerId
  readonly price: Credits
  /** The quickest of the last round trips, and what the model took there; undefined where this client has not measured it. */
  readonly rttMs: number | undefined
  readonly serviceMs: number | undefined
  /** What it reckons with, the unknown guessed. */
  readonly estimatedMs: number
  readonly jobs: number
  readonly jobsMax: number
  /** Recent failures of ours there, fading. */
  readonly failures: number
  /** Directories that named it in the last search; a client that met the miner before knows it without. */
  readonly namedBy: number
  readonly fits: 'yes' | 'too dear' | 'too slow' | 'full'
}

export interface Quote {
  readonly model: ModelId
  readonly latencyClass: LatencyClass
  /** Directories that answered the last search: one that hides a miner shows by the others naming it. */
  readonly directories: number
  /** Those that would be asked first come first. */
  readonly offers: readonly QuotedOffer[]
}

/** @param answers of the last search for this model */
export function quoteOf(
  model: ModelId,
  live: readonly MinerNotes[],
  answers: readonly DirectoryAnswer[],
  budget: Budget,
): Quote {
  const latencyClass = classForBudget(budget.latencyMsMax)
  const weighed = live.map((notes) => {
    const { body, miner, peer } = notes.offer
    const price = jobPrice(offeredModel(body, model)!.base, latencyClass)
    const candidate = { ...notes, price, jobs: body.jobs, jobsMax: body.jobsMax }
    const offer: QuotedOffer = {
      miner,
      peer,
      price,
      rttMs: notes.rttMs,
      serviceMs: notes.serviceMs,
      estimatedMs: estimateMs(candidate),
      jobs: body.jobs,
      jobsMax: body.jobsMax,
      failures: notes.failures,
      namedBy: answers.filter(({ miners }) => miners.includes(miner)).length,
      fits: fitOf(candidate, budget),
    }
    return { offer, cost: cost(candidate) }
  })
  const offers = weighed
    .sort((a, b) => ORDER.indexOf(a.offer.fits) - ORDER.indexOf(b.offer.fits) || a.cost - b.cost)
    .map(({ offer }) => offer)
  return { model, latencyClass, directories: answers.length, offers }
}

const ORDER: readonly QuotedOffer['fits'][] = ['yes', 'full', 'too slow', 'too dear']

function fitOf(candidate: Parameters<typeof withinBudget>[0], budget: Budget): QuotedOffer['fits'] {
  if (candidate.price > budget.priceMax) return 'too dear'
  if (!withinBudget(candidate, budget)) return 'too slow'
  return candidate.jobsMax > 0 && candidate.jobs >= candidate.jobsMax ? 'full' : 'yes'
}
