/** How a lease ends, and what is owed for it then. */
import { type Credits, credits } from '../../kernel/money.ts'
import { holds } from './lease-period.ts'
import { type LeaseTerms, leasePrice, stepCount, stepsEndAt } from './lease-price.ts'

/** Who or what ended it before its time; `expired` is its time. */
export type LeaseEnd = 'expired' | 'unpaid' | 'lessee' | 'miner'

/**
 * Where a lease stands by the clock.
 * - `ahead`: it has not begun; the card serves everybody until it does.
 * - `running`: the card serves its lessee alone.
 * - `unpaid`: a step began that is not paid, which ends it for good.
 * - `expired`: its time is over.
 */
export function standingOf(
  terms: LeaseTerms,
  paidSteps: number,
  nowSeconds: bigint,
): 'ahead' | 'running' | 'unpaid' | 'expired' {
  if (nowSeconds >= terms.endsAt) return 'expired'
  if (!holds(terms, nowSeconds)) return 'ahead'
  return nowSeconds < stepsEndAt(terms, paidSteps) ? 'running' : 'unpaid'
}

/** When the standing changes next by the clock alone; `undefined` when it will not any more. */
export function nextChangeAt(terms: LeaseTerms, paidSteps: number, nowSeconds: bigint): bigint | undefined {
  switch (standingOf(terms, paidSteps, nowSeconds)) {
    case 'ahead':
      return terms.startsAt
    case 'running':
      return stepsEndAt(terms, paidSteps)
    default:
      return undefined
  }
}

/**
 * What of the steps that are paid is owed in the end.
 *
 * A lessee who goes owes what it has paid: one step, for it pays each as it comes, and the first even where it goes before the start,
 * for the miner signs nobody else a lease of that time any more. More would only teach lessees to stay silent and not pay. A miner that
 * goes is owed the time that it delivered. The card's rests are owed by nobody.
 * @param at when it ended, Unix seconds
 * @param restedSeconds of all rests together (lease-rest.ts)
 */
export function owedAfter(
  terms: LeaseTerms,
  paidSteps: number,
  end: LeaseEnd,
  at: bigint,
  restedSeconds: bigint,
): Credits {
  const paidUntil = stepsEndAt(terms, paidSteps)
  const until = end !== 'miner' || at > paidUntil ? paidUntil : at
  const seconds = until - terms.startsAt - restedSeconds
  return seconds > 0n ? leasePrice(terms.pricePerHour, seconds) : credits(0)
}

/**
 * The step to pay now, half a step before the paid ones are over; `undefined` where none is due yet, or all are paid.
 * A message that is lost has half a step in which it can be sent again.
 */
export function stepDue(terms: LeaseTerms, paidSteps: number, nowSeconds: bigint): number | undefined {
  if (paidSteps >= stepCount(terms)) return undefined
  return nowSeconds >= stepDueAt(terms, paidSteps) ? paidSteps : undefined
}

/** When {@link stepDue} names the next step. */
export const stepDueAt = (terms: LeaseTerms, paidSteps: number): bigint =>
  stepsEndAt(terms, paidSteps) - terms.stepSeconds / 2n
