/**
 * A card classified: what is known of it, how well it serves where people are, and in which precision models of the usual sizes should
 * run on it.
 */
import { cardPlatforms } from '../cards/card-facts.ts'
import { type ClassifyNeeds, classifyCard } from './classify-card.ts'
import { type EdgeScore, edgeScore } from './edge-score.ts'
import type { ConsumerGpuProfile } from './gpu-profile.ts'
import { isMobileCard } from './mobile-card.ts'
import { type PrecisionAdvice, type PrecisionNeeds, recommendPrecision } from './recommend-precision.ts'

export type ModelKind = PrecisionNeeds['model']['kind']

/** Sizes for which models of a kind are mostly run at home: ResNet-50, BERT, and what people chat with. */
const USUAL_WEIGHTS = [
  { model: 'network', weights: 25e6 },
  { model: 'transformer', weights: 110e6 },
  { model: 'language', weights: 7e9 },
] as const satisfies readonly { readonly model: ModelKind; readonly weights: number }[]

const FP32_BYTES = 4

export type ModelAdvice = PrecisionAdvice & { readonly model: ModelKind; readonly weights: number }

export interface CardAssessment {
  readonly profile: ConsumerGpuProfile
  readonly edge: EdgeScore
  /** Of a phone, a handheld or a board; absent where that is not known. */
  readonly isMobile?: boolean
  /** Empty where nothing is known to run models on it: which forms it computes depends on that. */
  readonly advice: readonly ModelAdvice[]
}

export interface AssessNeeds extends ClassifyNeeds {
  /** Of the core's own sensor while the card works; at rest it says nothing. */
  readonly temperatureC?: number
}

/** @example assessCard({ facts, match: matchCard(facts) }).edge.score // 0.62 */
export function assessCard({ temperatureC, ...needs }: AssessNeeds): CardAssessment {
  const profile = classifyCard(needs)
  const isMobile = isMobileCard(profile)
  return {
    profile,
    edge: edgeScore(profile, temperatureC),
    ...(isMobile === undefined ? {} : { isMobile }),
    advice: adviceFor(profile),
  }
}

/** As a miner runs them: several clients share a run, and who quantises has samples. */
function adviceFor(profile: ConsumerGpuProfile): readonly ModelAdvice[] {
  // The maker's own before what all have, as the engines choose.
  const platform = cardPlatforms.find((each) => profile.platforms.includes(each))
  if (platform === undefined) return []
  return USUAL_WEIGHTS.map(({ model, weights }) => ({
    model,
    weights,
    ...recommendPrecision({
      profile,
      model: { kind: model, weightBytes: weights * FP32_BYTES },
      platform,
      batched: true,
      calibrated: true,
    }),
  }))
}
