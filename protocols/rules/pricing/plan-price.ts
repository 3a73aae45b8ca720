/**
 * The price formula exactly as it was planned, for comparison and with vectors: base x latency x capability x performance x demand x
 * time of day x complexity, never under half the base. What the market
 * pays, and where it differs, is in market-base.ts.
 */
import { type Credits, credits, type Rational } from '../../kernel/money.ts'
import { OFFER_TTL_MS, PRICE_MAX } from '../../wire/offer/offer-body.ts'
import { creditsAtMost, exactOf, ONE, rounded, roundedUp, times } from './exact-number.ts'
import { type LatencyClass, latencyClassTable, multiplierOf } from './latency-class.ts'
import { capabilityMultiplier, complexityMultiplier, demandMultiplier, hourMultiplier } from './multipliers.ts'
import { realtimePerformance } from './performance.ts'

export interface PlanFacts {
  /** Any text: what is no inference and no hour of training has the base 1.0. */
  readonly jobType: string
  /** Any text: an unknown class has the multiplier 1.0. */
  readonly latencyClass: string
  /** 0 to 1. */
  readonly capabilityScore: number
  /** Mean latency to clients; 1000 ms where it is not known. */
  readonly latencyMsMean?: number
  readonly queue: number
  /** 0 to 1; a half where it is not known. */
  readonly utilisation?: number
  /** 0 to 23. */
  readonly hourUtc: number
  readonly complexity: number
  readonly nowMs: number
}

export interface PlanPrice {
  readonly basePrice: Credits
  /** Rounded to six decimals of the token's unit, which are credits. */
  readonly finalPrice: Credits
  readonly multipliers: {
    readonly latency: Rational
    readonly capability: Rational
    readonly performance: Rational
    readonly demand: Rational
    readonly timeOfDay: Rational
    readonly complexity: Rational
  }
  readonly expiresAtMs: number
}

const BASES: Readonly<Record<string, Credits>> = { inference: credits(1_000), 'training-hour': credits(10_000) }
const BASE_ELSE = credits(1_000_000)
const LATENCY_MS_UNKNOWN = 1_000
const UTILISATION_UNKNOWN = 0.5

/** @throws MeshError PRICE_INPUT, PRICE_OVERFLOW */
export function planPrice(facts: PlanFacts): PlanPrice {
  const { jobType, latencyClass, queue, utilisation = UTILISATION_UNKNOWN } = facts
  const basePrice = Object.hasOwn(BASES, jobType) ? BASES[jobType]! : BASE_ELSE
  const multipliers = {
    latency: isClass(latencyClass) ? times(ONE, multiplierOf(latencyClass)) : ONE,
    capability: capabilityMultiplier(facts.capabilityScore).factor,
    performance: performanceFactor(latencyClass, facts.latencyMsMean ?? LATENCY_MS_UNKNOWN),
    demand: demandMultiplier(queue, utilisation).factor,
    timeOfDay: hourMultiplier(facts.hourUtc).factor,
    complexity: complexityMultiplier(facts.complexity, { min: 0, max: 1e9 }).factor,
  }
  const product = Object.values(multipliers).reduce(times, { n: basePrice, d: 1n })
  const floor = roundedUp({ n: basePrice, d: 2n })
  const final = rounded(product)
  return {
    basePrice,
    finalPrice: creditsAtMost(final > floor ? final : floor, PRICE_MAX),
    multipliers,
    expiresAtMs: facts.nowMs + OFFER_TTL_MS,
  }
}

/** The plan's classes end at 10 s: what is slower has none. */
export function planClassOf(latencyMs: number): LatencyClass | undefined {
  if (latencyMs < latencyClassTable.realtime.belowMs) return 'realtime'
  if (latencyMs < latencyClassTable.fast.belowMs) return 'fast'
  if (latencyMs < latencyClassTable.standard.belowMs) return 'standard'
  return latencyMs < 10_000 ? 'economy' : undefined
}

const isClass = (text: string): text is LatencyClass => Object.hasOwn(latencyClassTable, text)

function performanceFactor(latencyClass: string, latencyMsMean: number): Rational {
  exactOf(latencyMsMean, 'the mean latency', { min: 0, max: 1e9 })
  return latencyClass === 'realtime' ? realtimePerformance(latencyMsMean) : ONE
}
