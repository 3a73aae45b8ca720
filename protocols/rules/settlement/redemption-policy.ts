/** When a miner takes its vouchers to the chain: gas is paid per redemption, and what waits can be lost. */
import type { Credits } from '../../kernel/money.ts'

/** The highest voucher of one counter that the chain has not paid. */
export interface Redeemable {
  readonly counter: string
  /** What redeeming it brings, fee included. */
  readonly amount: Credits
  /** Since when something on this counter waits, Unix milliseconds. */
  readonly sinceMs: number
  /** Last second of the grant that it stands on; `undefined` where the payer signed itself. */
  readonly grantEndsAt: bigint | undefined
  /** The payer takes back what this miner is assured, or its session key. */
  readonly isLeaving: boolean
}

export interface RedemptionTerms {
  /** A counter that holds this much is redeemed. */
  readonly amountMin: Credits
  /** One that has waited so long is redeemed, whatever it holds above {@link dust}. */
  readonly ageMsMax: number
  /** Less than this is not worth its gas, ever. */
  readonly dust: Credits
}

export type RedemptionReason = 'amount' | 'age' | 'grant-ends' | 'payer-leaves'

/** Claims of one transaction: 100 take 1.6 million gas, a tenth of what any block holds. */
export const CLAIMS_MAX = 100

/** Why this one is redeemed now; `undefined` where it waits. */
export function redemptionReason(
  { amount, sinceMs, grantEndsAt, isLeaving }: Redeemable,
  terms: RedemptionTerms,
  nowMs: number,
): RedemptionReason | undefined {
  if (amount < terms.dust) return undefined
  if (isLeaving) return 'payer-leaves'
  // No new voucher comes under it from then on, and the contract takes it for three days more: two of them are for a chain that
  // is slow or dear.
  if (grantEndsAt !== undefined && BigInt(Math.floor(nowMs / 1_000)) >= grantEndsAt) return 'grant-ends'
  if (amount >= terms.amountMin) return 'amount'
  return nowMs - sinceMs >= terms.ageMsMax ? 'age' : undefined
}

/**
 * What goes into one transaction now: where any must go, all that are worth their share of the gas go along, the largest first.
 * @returns none where all may wait
 */
export function redemptionBatch(
  held: readonly Redeemable[],
  terms: RedemptionTerms,
  nowMs: number,
): readonly { readonly redeemable: Redeemable; readonly reason: RedemptionReason | 'along' }[] {
  const reasons = held.map((redeemable) => ({ redeemable, reason: redemptionReason(redeemable, terms, nowMs) }))
  if (reasons.every(({ reason }) => reason === undefined)) return []
  return reasons
    .filter(({ redeemable, reason }) => reason !== undefined || redeemable.amount >= terms.dust)
    .map(({ redeemable, reason }) => ({ redeemable, reason: reason ?? ('along' as const) }))
    .sort((a, b) => rank(a.reason) - rank(b.reason) || (a.redeemable.amount < b.redeemable.amount ? 1 : -1))
    .slice(0, CLAIMS_MAX)
}

const ORDER = ['payer-leaves', 'grant-ends', 'age', 'amount', 'along'] as const
const rank = (reason: RedemptionReason | 'along'): number => ORDER.indexOf(reason)
