/** What a job of a model would cost, and where: the offers that are known, weighed as the next job would weigh them. */
import type { Address, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { LatencySource } from '../../../protocols/rules/coordinates/latency-estimate.ts'
import { classForBudget, type LatencyClass } from '../../../protocols/rules/pricing/latency-class.ts'
import { type Chance, chancesOf, type Reason } from '../../../protocols/rules/routing/choose-miner.ts'
import { closestMiss, worstTerm } from '../../../protocols/rules/routing/explain-loss.ts'
import { guessFrom } from '../../../protocols/rules/routing/guess-latency.ts'
import { missText } from '../../../protocols/rules/routing/miss-text.ts'
import { type PolicyWeights, type RoutingPolicy, weightsOf } from '../../../protocols/rules/routing/routing-policy.ts'
import { type Budget, type Standing, type TermName, weigh } from '../../../protocols/rules/routing/weigh-candidate.ts'
import type { DirectoryAnswer } from '../finding/find-offers.ts'
import type { MinerNotes } from '../finding/offer-book.ts'
import { type JobCandidate, jobCandidate } from './job-candidate.ts'

export interface QuotedOffer {
  readonly miner: Address
  readonly peer: PeerId
  readonly price: Credits
  /** The quickest of the last round trips, and what the model took there; undefined where this client has not measured it. */
  readonly rttMs: number | undefined
  readonly serviceMs: number | undefined
  /** What it reckons with, the unknown guessed; `latencySource` says where its way there and back comes from. */
  readonly estimatedMs: number
  readonly latencySource: LatencySource
  /** 0..100; undefined where nobody knows. */
  readonly score: number | undefined
  /** 0..1: how much stands behind the score. */
  readonly confidence: number
  readonly jobs: number
  readonly jobsMax: number
  /** Recent failures of ours there, fading. */
  readonly failures: number
  /** Directories that named it in the last search; a client that met the miner before knows it without. */
  readonly namedBy: number
  readonly fits: 'yes' | Exclude<Standing, 'fits'>
  /** 0..1: that a job would ask it first. */
  readonly chance: number
  readonly reason: Reason
  /** Lower is better; the product of `terms`. */
  readonly cost: number
  readonly terms: Readonly<Record<TermName, number>>
  /** Where it is furthest behind the first one. */
  readonly weakest?: TermName
}

export interface Quote {
  readonly model: ModelId
  readonly latencyClass: LatencyClass
  readonly weights: PolicyWeights
  /** Directories that answered the last search: one that hides a miner shows by the others naming it. */
  readonly directories: number
  /** Those that would be asked first come first. */
  readonly offers: readonly QuotedOffer[]
  /** Miners that offer it and are asked nothing, for they were found to lie. */
  readonly barred: readonly Address[]
  /** Where no offer fits: what came closest. */
  readonly closest?: string
}

export interface QuoteWish extends Budget {
  readonly policy?: RoutingPolicy | PolicyWeights
  readonly isWarm?: (candidate: JobCandidate) => boolean
  readonly barred?: readonly Address[]
}

/**
 * @param answers of the last search for this model
 * @throws MeshError POLICY_UNKNOWN, POLICY_WEIGHTS
 */
export function quoteOf(
  model: ModelId,
  live: readonly MinerNotes[],
  answers: readonly DirectoryAnswer[],
  budget: QuoteWish,
): Quote {
  const latencyClass = classForBudget(budget.latencyMsMax)
  const weights = weightsOf(budget.policy ?? 'latency')
  const candidates = live.map((notes) => jobCandidate(notes, model, latencyClass))
  const guess = guessFrom(candidates)
  const weighed = candidates.map((candidate) => weigh(candidate, { ...budget, weights, latencyClass, guess }))
  const chances = chancesOf(weighed, budget.isWarm)
  const offers = chances.map((each) => quotedOffer(each, chances[0]!, answers))
  const isFitted = offers.some(({ chance }) => chance > 0)
  return {
    ...{ model, latencyClass, weights, directories: answers.length, offers, barred: budget.barred ?? [] },
    ...(isFitted || offers.length === 0 ? {} : { closest: missText(closestMiss(weighed, budget)) }),
  }
}

function quotedOffer(
  each: Chance<JobCandidate>,
  best: Chance<JobCandidate>,
  answers: readonly DirectoryAnswer[],
): QuotedOffer {
  const { candidate, latency, standing } = each
  const { miner, peer } = candidate.offer
  const weakest = worstTerm(each, best)
  return {
    miner,
    peer,
    price: candidate.price,
    rttMs: candidate.rttMs,
    serviceMs: candidate.serviceMs,
    estimatedMs: latency.ms,
    latencySource: latency.source,
    score: candidate.score?.points,
    confidence: candidate.score?.confidence ?? 0,
    jobs: candidate.jobs,
    jobsMax: candidate.jobsMax,
    failures: candidate.failures,
    namedBy: answers.filter(({ miners }) => miners.includes(miner)).length,
    fits: standing === 'fits' ? 'yes' : standing,
    chance: each.chance,
    reason: each.reason,
    cost: each.cost,
    terms: each.factors,
    ...(weakest === undefined ? {} : { weakest }),
  }
}
