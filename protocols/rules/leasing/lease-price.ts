/**
 * What a lease costs, and when. It is paid in steps, each before it begins, so a lessee risks one step and a miner nothing. A step's
 * price is what all steps up to its end cost, less what all before it cost: each figure is rounded once, and the steps sum up to the
 * price of the whole to the credit.
 */
import { type Credits, credits, scale } from '../../kernel/money.ts'
import { lengthOf, type Period } from './lease-period.ts'

export interface LeaseTerms extends Period {
  readonly pricePerHour: Credits
  /** Of each step but the last, which may be shorter. */
  readonly stepSeconds: bigint
}

const HOUR_SECONDS = 3_600n
/** A voucher more often than this costs both sides more than it secures. */
export const STEP_SECONDS_MIN = 10n

/** Price of a time, rounded half up. */
export const leasePrice = (pricePerHour: Credits, seconds: bigint): Credits =>
  scale(pricePerHour, { n: seconds, d: HOUR_SECONDS })

/**
 * The longest step, an hour at most, that costs no more than one billing step of the miner's offer.
 * @returns undefined where not even the shortest does: such a card is not leased out
 */
export function stepSecondsOf(pricePerHour: Credits, chunkCredits: Credits): bigint | undefined {
  if (pricePerHour === 0n) return HOUR_SECONDS
  const seconds = (chunkCredits * HOUR_SECONDS) / pricePerHour
  if (seconds < STEP_SECONDS_MIN) return undefined
  return seconds < HOUR_SECONDS ? seconds : HOUR_SECONDS
}

export function stepCount(terms: LeaseTerms): number {
  const { stepSeconds } = terms
  return Number((lengthOf(terms) + stepSeconds - 1n) / stepSeconds)
}

/** When the first `steps` steps are over. */
export function stepsEndAt({ startsAt, endsAt, stepSeconds }: LeaseTerms, steps: number): bigint {
  const at = startsAt + BigInt(steps) * stepSeconds
  return at < endsAt ? at : endsAt
}

/** Of the first `steps` steps together. */
export const priceOfSteps = (terms: LeaseTerms, steps: number): Credits =>
  leasePrice(terms.pricePerHour, stepsEndAt(terms, steps) - terms.startsAt)

/** @param step the first is 0 */
export const stepPrice = (terms: LeaseTerms, step: number): Credits =>
  credits(priceOfSteps(terms, step + 1) - priceOfSteps(terms, step))

/** Seconds of one step. */
export const stepLength = (terms: LeaseTerms, step: number): bigint =>
  stepsEndAt(terms, step + 1) - stepsEndAt(terms, step)

export const wholePrice = (terms: LeaseTerms): Credits => priceOfSteps(terms, stepCount(terms))
