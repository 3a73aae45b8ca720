/** The six multipliers of a price, each an exact fraction with the reason for it. Bounds and constants are the market's. */
import type { Rational } from '../../kernel/money.ts'
import { exactOf, exactText, ONE, plus, times } from './exact-number.ts'

export const multiplierNames = ['latency', 'capability', 'performance', 'demand', 'timeOfDay', 'complexity'] as const
export type MultiplierName = (typeof multiplierNames)[number]

export interface Multiplier {
  readonly factor: Rational
  /** For people: the figure that it comes from. */
  readonly why: string
}

export type Multipliers = Readonly<Record<MultiplierName, Multiplier>>

/** What no fleet reaches: more is a slip or a lie. */
const QUEUE_MAX = 1e9
const SHARE = { min: 0, max: 1 }
const HALF: Rational = { n: 1n, d: 2n }
const minusHalf: Rational = { n: -1n, d: 2n }

export const unknownFactor = (what: string): Multiplier => ({ factor: ONE, why: `${what} is not known` })

/** @param score of the card, 0 to 1 (rules/classification/edge-score.ts). @throws MeshError PRICE_INPUT */
export function capabilityMultiplier(score: number): Multiplier {
  const off = plus(exactOf(score, 'the score of the card', SHARE), minusHalf)
  return { factor: plus(ONE, times(off, HALF)), why: `the card scores ${score.toFixed(2)} of 1` }
}

const DEMAND_QUEUE = 100n
const UTILISATION_WEIGHT: Rational = { n: 2n, d: 5n }

/**
 * @param queue jobs that wait
 * @param utilisation 0 to 1
 * @throws MeshError PRICE_INPUT
 */
export function demandMultiplier(queue: number, utilisation: number): Multiplier {
  const waiting = exactOf(queue, 'the queue', { min: 0, max: QUEUE_MAX })
  const used = exactOf(utilisation, 'the utilisation', SHARE)
  const byQueue = plus(ONE, times(waiting, { n: 1n, d: 2n * DEMAND_QUEUE }))
  const byUse = plus(ONE, times(plus(used, minusHalf), UTILISATION_WEIGHT))
  const why = `${Math.round(queue * 10) / 10} jobs wait, ${Math.round(utilisation * 100)} % is in use`
  return { factor: times(byQueue, byUse), why }
}

/** @param hourUtc 0 to 23. @throws MeshError PRICE_INPUT */
export function hourMultiplier(hourUtc: number): Multiplier {
  const hour = exactOf(hourUtc, 'the hour', { min: 0, max: 23 })
  const whole = hour.n / hour.d
  const why = `it is ${String(whole).padStart(2, '0')}:00 UTC`
  if (whole >= 18n) return { factor: { n: 6n, d: 5n }, why: `${why}, an hour of the evening` }
  if (whole >= 2n && whole <= 6n) return { factor: { n: 4n, d: 5n }, why: `${why}, an hour of the night` }
  return { factor: ONE, why }
}

/** @throws MeshError PRICE_INPUT */
export function complexityMultiplier(complexity: number, { min, max }: { min: number; max: number }): Multiplier {
  const factor = exactOf(complexity, 'the complexity', { min, max })
  return { factor, why: `it takes ${exactText(factor)} times what its type of job takes on the reference card` }
}

/** Not in its lowest terms: it is rounded once, and reducing costs more than all the rest. */
export function productOf(multipliers: Multipliers): Rational {
  let [n, d] = [1n, 1n]
  for (const name of multiplierNames) {
    n *= multipliers[name].factor.n
    d *= multipliers[name].factor.d
  }
  return { n, d }
}
