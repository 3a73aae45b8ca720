/** Rests of a leased card: it cools, or its owner needs it. Their time is not charged, and one that lasts too long ends the lease. */
import type { Period } from './lease-period.ts'
import { type LeaseTerms, stepsEndAt } from './lease-price.ts'

/**
 * One rest. A card that took no new jobs for its heat takes them again within a minute or some; who waits for longer is better served
 * by another card.
 */
export const REST_SECONDS_MAX = 300n

export interface Rests {
  /** Of those that are over, within the lease and what is paid of it. */
  readonly seconds: bigint
  /** The card rests since then; Unix seconds, not before the lease. */
  readonly since: bigint | undefined
}

export const NO_RESTS: Rests = { seconds: 0n, since: undefined }

/** It rests from `at` on. What lies before the lease is no part of it. */
export const restBegun = ({ startsAt }: Period, { seconds, since }: Rests, at: bigint): Rests => ({
  seconds,
  since: since ?? (at > startsAt ? at : startsAt),
})

/** When the rest that goes on ends the lease; `undefined` where none does. */
export const restEndsLeaseAt = ({ since }: Rests): bigint | undefined =>
  since === undefined ? undefined : since + REST_SECONDS_MAX

/** All rests together, as they stand at `at`: what was not paid for is not given back. */
export function restedSeconds(terms: LeaseTerms, paidSteps: number, { seconds, since }: Rests, at: bigint): bigint {
  if (since === undefined) return seconds
  const paidUntil = stepsEndAt(terms, paidSteps)
  const until = at < paidUntil ? at : paidUntil
  return until > since ? seconds + until - since : seconds
}
