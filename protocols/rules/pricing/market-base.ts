/**
 * What one unit of work costs in the standard class right now: the plan's formula (plan-price.ts) as the market uses it. It differs in what
 * would pay the wrong one: performance is 1, for a slow card would be paid more (it counts where miners are ranked); what is not known
 * is 1, so that a newcomer is neither dear nor cheap; a queue counts up to a hundred; and the floor is half of base x complexity, else
 * the smallest jobs would cost fifty times too much. The class of a job is multiplied by {@link jobPrice} alone.
 */
import { type Credits, credits } from '../../kernel/money.ts'
import { OFFER_TTL_MS, PRICE_MAX } from '../../wire/offer/offer-body.ts'
import { COMPLEXITY } from './complexity.ts'
import { creditsAtMost, exactOf, ONE, rounded, roundedUp, times } from './exact-number.ts'
import { jobPrice } from './job-price.ts'
import { jobTypeRow } from './job-types.ts'
import { type LatencyClass, latencyClasses, latencyClassTable, multiplierOf } from './latency-class.ts'
import {
  capabilityMultiplier,
  complexityMultiplier,
  demandMultiplier,
  hourMultiplier,
  type Multipliers,
  productOf,
  unknownFactor,
} from './multipliers.ts'

export interface MarketFacts {
  readonly jobType: string
  /** Score of the card, 0 to 1; absent where nothing is known of it. */
  readonly capabilityScore?: number | undefined
  /** Jobs that wait in the market for this work; absent where nobody can be seen. */
  readonly queue?: number | undefined
  /** Of those that do it, 0 to 1; a half where it is not known. */
  readonly utilisation?: number | undefined
  /** 0 to 23. */
  readonly hourUtc: number
  /** By {@link complexityOf}; absent before it was measured. */
  readonly complexity?: number | undefined
  readonly nowMs: number
}

export interface ExplainedPrice {
  /** The price of the type of job, before anything. */
  readonly base: Credits
  /** What is asked. */
  readonly final: Credits
  /** The multipliers alone would give less. */
  readonly isFloor: boolean
  readonly floor: Credits
  readonly multipliers: Multipliers
  /** False before a run was measured: what others ask says more than the formula then. */
  readonly isMeasured: boolean
  readonly expiresAtMs: number
}

const QUEUE_COUNTED_MAX = 100
const UTILISATION_UNKNOWN = 0.5

/** In the standard class. @throws MeshError JOB_TYPE_UNKNOWN, PRICE_INPUT, PRICE_OVERFLOW */
export function marketBase(facts: MarketFacts): ExplainedPrice {
  const { jobType, capabilityScore, queue, utilisation, complexity } = facts
  const { base } = jobTypeRow(jobType)
  const multipliers: Multipliers = {
    latency: { factor: ONE, why: 'the standard class' },
    capability:
      capabilityScore === undefined ? unknownFactor('the score of the card') : capabilityMultiplier(capabilityScore),
    performance: { factor: ONE, why: 'a slow card is not paid more; it counts where miners are ranked' },
    demand:
      queue === undefined && utilisation === undefined
        ? unknownFactor('the demand')
        : demandMultiplier(counted(queue ?? 0), utilisation ?? UTILISATION_UNKNOWN),
    timeOfDay: hourMultiplier(facts.hourUtc),
    complexity:
      complexity === undefined ? unknownFactor('what a run takes here') : complexityMultiplier(complexity, COMPLEXITY),
  }
  const whole = { n: base as bigint, d: 1n }
  // What nobody has measured may be the smallest job there is.
  const least =
    complexity === undefined ? exactOf(COMPLEXITY.min, 'the complexity', COMPLEXITY) : multipliers.complexity.factor
  const floor = baseCovering(credits(roundedUp(times(whole, times(least, HALF)))))
  const { n, d } = productOf(multipliers)
  const product = rounded({ n: base * n, d })
  return {
    base,
    final: creditsAtMost(product > floor ? product : floor, PRICE_MAX),
    isFloor: product < floor,
    floor,
    multipliers,
    isMeasured: complexity !== undefined,
    expiresAtMs: facts.nowMs + OFFER_TTL_MS,
  }
}

/** The same for a job of a class: what {@link jobPrice} makes of the base that is asked. @throws as {@link marketBase} */
export function marketPrice(facts: MarketFacts & { readonly latencyClass: LatencyClass }): ExplainedPrice {
  const asked = marketBase(facts)
  const { latencyClass } = facts
  const latency = {
    factor: multiplierOf(latencyClass),
    why: `the class ${latencyClass}, ${boundText(latencyClassTable[latencyClass].belowMs)}`,
  }
  return { ...asked, final: jobPrice(asked.final, latencyClass), multipliers: { ...asked.multipliers, latency } }
}

/** The least base of which no class brings less than `least` for one unit. */
export function baseCovering(least: Credits): Credits {
  let base: bigint = least
  for (const each of latencyClasses) {
    const { n, d } = multiplierOf(each)
    const needed = roundedUp({ n: least * d, d: n })
    if (needed > base) base = needed
  }
  return creditsAtMost(base, PRICE_MAX)
}

const HALF = { n: 1n, d: 2n }

function counted(queue: number): number {
  exactOf(queue, 'the queue', { min: 0, max: Number.MAX_VALUE })
  return Math.min(queue, QUEUE_COUNTED_MAX)
}

const boundText = (belowMs: number): string =>
  belowMs === Number.POSITIVE_INFINITY ? 'however long' : `under ${belowMs} ms`
