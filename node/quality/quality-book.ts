/** How good miners have been, as far as this node knows: its own experience first, others' word where there is little. */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { blendEvidence } from '../../protocols/rules/qos/blend.ts'
import {
  type Evidence,
  type MinerScore,
  scoreOf,
  type Tier,
  UNKNOWN_SCORE,
} from '../../protocols/rules/qos/miner-score.ts'
import { FEE_CREDITS_MAX } from '../../protocols/rules/qos/rater-weight.ts'
import { type ReviewSum, reviewSum } from '../../protocols/rules/qos/reviews.ts'
import type { HeardReview, OthersWord, Rating } from './others-word.ts'
import type { OwnWindow } from './own-window.ts'

/** Scores that are kept for the next who asks: a client weighs as many miners. */
const SCORES_MAX = 4_096
/** A score is made again after this: jobs ask for thousands of them a second. */
const FRESH_MS = 1_000

export interface OwnReview {
  readonly attempt: AttemptId
  readonly miner: Address
  readonly stars: number
}

export interface QualityBookNeeds {
  readonly clock: Clock
  readonly own: OwnWindow
  readonly others: OthersWord
  readonly ownReviews: () => Iterable<OwnReview>
  readonly onTier: (miner: Address, tier: Tier, former: Tier, score: MinerScore) => void
}

/** All that a score is made of. */
export interface ScoreReport {
  readonly miner: Address
  readonly score: MinerScore
  readonly own: Evidence
  readonly ratings: readonly Rating[]
  readonly reviews: ReviewSum
  readonly ownReviews: readonly OwnReview[]
  readonly heardReviews: readonly (HeardReview & { readonly weight: bigint })[]
}

interface Kept {
  readonly score: MinerScore
  readonly madeMs: number
}

export class QualityBook {
  readonly #needs: QualityBookNeeds
  readonly #scores = new AgeingMap<Address, Kept>()

  constructor(needs: QualityBookNeeds) {
    this.#needs = needs
  }

  scoreOf(miner: Address): MinerScore {
    const nowMs = this.#needs.clock.monotonicMs()
    const kept = this.#scores.get(miner)
    if (kept === undefined && this.#isUnknown(miner)) return UNKNOWN_SCORE
    return kept !== undefined && nowMs - kept.madeMs < FRESH_MS ? kept.score : this.#make(miner, nowMs)
  }

  /** Most of those that a job weighs; none of them is made and kept. */
  #isUnknown(miner: Address): boolean {
    const { own, others } = this.#needs
    return !own.evidence().has(miner) && !others.isRated(miner)
  }

  #make(miner: Address, nowMs: number): MinerScore {
    const kept = this.#scores.get(miner)
    const former = kept?.score.tier ?? 'U'
    const score = scoreOf(this.#evidenceOf(miner), { former })
    this.#scores.delete(miner)
    if (this.#scores.size >= SCORES_MAX) this.#scores.delete(this.#scores.oldest()!)
    this.#scores.set(miner, { score, madeMs: nowMs })
    if (score.tier !== former) this.#needs.onTier(miner, score.tier, former, score)
    return score
  }

  /** Miners of whom anything is known, by their address. */
  miners(): readonly Address[] {
    const { own, others } = this.#needs
    const named = others.digests().flatMap(({ digest }) => digest.rows.map(({ miner }) => miner))
    return [...new Set([...own.evidence().keys(), ...named])].sort()
  }

  reportOf(miner: Address): ScoreReport {
    const { own, others } = this.#needs
    const ratings = others.ratingsOf(miner)
    const byRater = new Map(ratings.map((rating) => [rating.rater, { rating, left: rating.row.count }]))
    // A receipt is good for one of them, and they come before anybody has looked at receipts.
    const heardReviews = others.reviewsOf(miner).map((review) => {
      const said = byRater.get(review.rater)
      return { ...review, weight: said !== undefined && said.left-- > 0 ? said.rating.weight : 0n }
    })
    const ownReviews = [...this.#needs.ownReviews()].filter((review) => review.miner === miner)
    return {
      miner,
      own: own.evidence(true).get(miner) ?? {},
      score: this.#make(miner, this.#needs.clock.monotonicMs()),
      ratings,
      reviews: reviewSum([
        // What one has seen oneself weighs as much as anybody's may.
        ...ownReviews.map(({ stars }) => ({ stars, weight: FEE_CREDITS_MAX })),
        ...heardReviews,
      ]),
      ownReviews,
      heardReviews,
    }
  }

  /** What others say of a miner, without own experience: how it stands with them. */
  othersScoreOf(miner: Address): { readonly score: MinerScore; readonly raters: number } {
    const ratings = this.#needs.others.ratingsOf(miner)
    const evidence = blendEvidence({}, ratings)
    return { score: ratings.length === 0 ? UNKNOWN_SCORE : scoreOf(evidence), raters: ratings.length }
  }

  #evidenceOf(miner: Address): Evidence {
    const { own, others } = this.#needs
    return blendEvidence(own.evidence().get(miner) ?? {}, others.ratingsOf(miner))
  }
}
