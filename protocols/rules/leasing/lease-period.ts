/**
 * Times of leases: half-open periods in Unix seconds, `startsAt` inside and `endsAt` outside. Two leases of one card that share a
 * second are evidence against their operator, so what is free is decided here once, for miner, client and simulator.
 */

export interface Period {
  readonly startsAt: bigint
  readonly endsAt: bigint
}

/**
 * From now to the start of a lease. The court of leases takes the same (`LeaseSlasher.AHEAD_SECONDS`): a lease bears no time of its
 * signing, and a revoked key's leases are told from a thief's by how early they can have been signed.
 */
export const LEASE_AHEAD_SECONDS_MAX = 86_400n
/** Below it what is said costs more than what is leased. */
export const LEASE_SECONDS_MIN = 60n
/**
 * A week. With the day ahead a lease ends within eight days of its signature: inside the evidence window of twelve, so its stake is
 * still there when it can last be contradicted. A longer time is leased by extension.
 */
export const LEASE_SECONDS_MAX = 604_800n

export type PeriodFault = 'TOO_SHORT' | 'TOO_LONG' | 'TOO_FAR' | 'PAST'

/** What is wrong with a lease of this period, asked for now; `undefined` where nothing is. */
export function periodFault(period: Period, nowSeconds: bigint): PeriodFault | undefined {
  const length = lengthOf(period)
  if (length < LEASE_SECONDS_MIN) return 'TOO_SHORT'
  if (length > LEASE_SECONDS_MAX) return 'TOO_LONG'
  // Whoever books from now on names a second that may be over when the miner reads it.
  if (period.startsAt + BEGUN_SECONDS_MAX < nowSeconds) return 'PAST'
  return period.startsAt > nowSeconds + LEASE_AHEAD_SECONDS_MAX ? 'TOO_FAR' : undefined
}

/** Clocks differ, and a message takes its time; what has begun is paid from its start all the same. */
const BEGUN_SECONDS_MAX = 30n

/** Negative where it runs backwards. */
export const lengthOf = ({ startsAt, endsAt }: Period): bigint => endsAt - startsAt

export const holds = ({ startsAt, endsAt }: Period, seconds: bigint): boolean => startsAt <= seconds && seconds < endsAt

/** Some second lies in both. Periods without time, or that run backwards, share none. */
export function overlap(a: Period, b: Period): boolean {
  const startsAt = a.startsAt > b.startsAt ? a.startsAt : b.startsAt
  const endsAt = a.endsAt < b.endsAt ? a.endsAt : b.endsAt
  return startsAt < endsAt
}

/**
 * The earliest start, not before that of `wanted`, at which a period of its length overlaps none of those that are taken.
 * @param taken in any order
 */
export function freeFrom(taken: readonly Period[], wanted: Period): bigint {
  const length = lengthOf(wanted)
  const inOrder = [...taken].sort((a, b) => (a.startsAt < b.startsAt ? -1 : a.startsAt > b.startsAt ? 1 : 0))
  let { startsAt } = wanted
  for (const period of inOrder) {
    if (overlap(period, { startsAt, endsAt: startsAt + length })) startsAt = period.endsAt
  }
  return startsAt
}

/** The period by which a lease goes on: it starts where that one ends, so the two never overlap. */
export const extensionOf = ({ endsAt }: Period, seconds: bigint): Period => ({
  startsAt: endsAt,
  endsAt: endsAt + seconds,
})
