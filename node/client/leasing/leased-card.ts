/** A lease as its lessee is shown it, and what went wrong where there is none. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import { standingOf } from '../../../protocols/rules/leasing/lease-end.ts'
import type { Period, PeriodFault } from '../../../protocols/rules/leasing/lease-period.ts'
import { stepCount, wholePrice } from '../../../protocols/rules/leasing/lease-price.ts'
import type { LeaseResponse } from '../../../protocols/wire/lease/lease-messages.ts'
import type { Booking, BookingEnd } from './lessee-journal.ts'

export interface LeasedCard extends Period {
  readonly id: AttemptId
  readonly miner: Address
  readonly pricePerHour: Credits
  readonly price: Credits
  readonly steps: number
  readonly stepsPaid: number
  readonly stepSeconds: bigint
  /** `asked`: whether its miner signed it is still asked. `leaving`: given back, and the miner has not heard of it yet. */
  readonly state: 'asked' | 'ahead' | 'running' | 'leaving' | 'ended'
  /** How it ended, and what of it is owed; absent until that is known. */
  readonly end?: BookingEnd
}

export function leasedCard({ id, miner, proposed, steps, state, end }: Booking, nowSeconds: bigint): LeasedCard {
  const { startsAt, endsAt, pricePerHour, stepSeconds } = proposed
  const standing = standingOf(proposed, steps, nowSeconds)
  const isOver = state === 'ended' || standing === 'expired' || (state === 'booked' && standing === 'unpaid')
  return {
    ...{ id, miner, startsAt, endsAt, pricePerHour, stepSeconds, price: wholePrice(proposed) },
    ...{ steps: stepCount(proposed), stepsPaid: steps },
    state: isOver ? 'ended' : state === 'booked' ? (standing === 'ahead' ? 'ahead' : 'running') : state,
    ...(end === undefined ? {} : { end }),
  }
}

export const LENGTHS = 'Lease it for a minute to a week, from now or within a day.'
export const faultWords: Readonly<Record<PeriodFault, string>> = {
  TOO_SHORT: 'less than a minute is asked',
  TOO_LONG: 'more than a week is asked',
  TOO_FAR: 'it would begin more than a day from now',
  PAST: 'it would have begun',
}

export const takenError = (miner: Address, free: bigint): MeshError =>
  new MeshError('LEASE_TAKEN', { miner, free: new Date(Number(free) * 1_000).toISOString() })

/** Beyond it a time is none that a date can be. */
const DATE_SECONDS_MAX = 2n ** 40n

export function refusedError(miner: Address, answer: LeaseResponse): MeshError {
  if (answer.kind !== 'refused') return new MeshError('MALFORMED', { what: 'answer about leases', why: answer.kind })
  const { reason, detail, freeFrom } = answer
  if (reason === 'TAKEN' && freeFrom > 0n && freeFrom < DATE_SECONDS_MAX) return takenError(miner, freeFrom)
  const escrow = { why: detail, next: 'Set more aside with aitbc escrow fund.' }
  const other = { why: `${reason}: ${detail}`, next: 'See aitbc lease list.' }
  return new MeshError('LEASE_REFUSED', { miner, ...(reason === 'ESCROW' ? escrow : other) })
}
