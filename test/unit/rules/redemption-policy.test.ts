import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import {
  CLAIMS_MAX,
  type Redeemable,
  type RedemptionTerms,
  redemptionBatch,
  redemptionReason,
} from '../../../protocols/rules/settlement/redemption-policy.ts'
import '../../support/property-seed.ts'

const NOW_MS = 1_800_000_000_500
const NOW_S = BigInt(Math.floor(NOW_MS / 1_000))
const terms: RedemptionTerms = { amountMin: credits(1_000), ageMsMax: 60_000, dust: credits(10) }
const waiting = (more: Partial<Redeemable> = {}): Redeemable => ({
  counter: 'one',
  amount: credits(999),
  sinceMs: NOW_MS - 59_999,
  grantEndsAt: NOW_S + 1n,
  isLeaving: false,
  ...more,
})

describe('a voucher is redeemed', () => {
  it.each<[string, Partial<Redeemable>, ReturnType<typeof redemptionReason>]>([
    ['not yet while it holds little, is young, and nothing presses', {}, undefined],
    ['by the amount, from the least that is worth a transaction of its own', { amount: credits(1_000) }, 'amount'],
    ['by its age, from the millisecond on', { sinceMs: NOW_MS - 60_000 }, 'age'],
    ['when its grant ends, in the very second', { grantEndsAt: NOW_S }, 'grant-ends'],
    ['when its payer leaves, before all else', { isLeaving: true, grantEndsAt: NOW_S, sinceMs: 0 }, 'payer-leaves'],
    ['not when the payer signed itself and so no grant ends', { grantEndsAt: undefined }, undefined],
    [
      'never as dust, whatever presses',
      { amount: credits(9), isLeaving: true, grantEndsAt: 0n, sinceMs: 0 },
      undefined,
    ],
    ['at the edge of dust, as soon as something presses', { amount: credits(10), isLeaving: true }, 'payer-leaves'],
  ])('%s', (_, more, reason) => {
    expect(redemptionReason(waiting(more), terms, NOW_MS)).toBe(reason)
  })
})

const amount = (max: bigint): fc.Arbitrary<Credits> => fc.bigInt({ min: 0n, max }).map(credits)
const some = fc.oneof(amount(20n), amount(2_000n), amount(2n ** 64n - 1n))
const held: fc.Arbitrary<readonly Redeemable[]> = fc
  .array(
    fc.record({
      amount: some,
      sinceMs: fc.integer({ min: NOW_MS - 100_000, max: NOW_MS + 10_000 }),
      grantEndsAt: fc.option(fc.bigInt({ min: NOW_S - 3n, max: NOW_S + 1_000n }), { nil: undefined }),
      isLeaving: fc.boolean(),
    }),
    { maxLength: 250, size: 'max' },
  )
  .map((all) => all.map((each, i) => ({ ...each, counter: String(i) })))
const anyTerms: fc.Arbitrary<RedemptionTerms> = fc.record({
  amountMin: some,
  ageMsMax: fc.integer({ min: 0, max: 100_000 }),
  dust: some,
})

describe('a transaction of redemptions', () => {
  it('is no larger than any block takes: the largest of too many go first', () => {
    const all = Array.from({ length: 150 }, (_, i) => waiting({ counter: String(i), amount: credits(2_000 + i) }))
    const batch = redemptionBatch(all, terms, NOW_MS)
    expect(batch.map(({ redeemable }) => redeemable.counter)).toEqual(
      Array.from({ length: CLAIMS_MAX }, (_, i) => String(149 - i)),
    )
  })

  it('is sent where at least one voucher must go, and then takes along all that are worth their share of the gas', () => {
    fc.assert(
      fc.property(held, anyTerms, (all, given) => {
        const batch = redemptionBatch(all, given, NOW_MS)
        const pressing = all.filter((each) => redemptionReason(each, given, NOW_MS) !== undefined)
        const worth = all.filter((each) => each.amount >= given.dust)
        expect(batch.length).toBe(pressing.length === 0 ? 0 : Math.min(CLAIMS_MAX, worth.length))
      }),
    )
  })

  it('holds every voucher once, none that is dust, and says of each what drives it', () => {
    fc.assert(
      fc.property(held, anyTerms, (all, given) => {
        const batch = redemptionBatch(all, given, NOW_MS)
        expect(new Set(batch.map(({ redeemable }) => redeemable.counter)).size).toBe(batch.length)
        for (const { redeemable, reason } of batch) {
          expect(all).toContain(redeemable)
          expect(redeemable.amount).toBeGreaterThanOrEqual(given.dust)
          expect(reason).toBe(redemptionReason(redeemable, given, NOW_MS) ?? 'along')
        }
      }),
    )
  })

  it('has room first for those that would be lost, then for the larger', () => {
    const urgency = ['payer-leaves', 'grant-ends', 'age', 'amount', 'along']
    fc.assert(
      fc.property(held, anyTerms, (all, given) => {
        const batch = redemptionBatch(all, given, NOW_MS)
        const left = all.filter(({ counter }) => !batch.some(({ redeemable }) => redeemable.counter === counter))
        const ordered = batch.map(({ redeemable, reason }) => [urgency.indexOf(reason), -redeemable.amount] as const)
        for (let i = 1; i < ordered.length; i++) {
          const [[rank, size], [nextRank, nextSize]] = [ordered[i - 1]!, ordered[i]!]
          expect(rank < nextRank || (rank === nextRank && size <= nextSize)).toBe(true)
        }
        if (batch.length < CLAIMS_MAX) return
        const last = ordered.at(-1)!
        for (const each of left) {
          if (each.amount < given.dust) continue
          const rank = urgency.indexOf(redemptionReason(each, given, NOW_MS) ?? 'along')
          expect(rank > last[0] || (rank === last[0] && -each.amount >= last[1])).toBe(true)
        }
      }),
    )
  })
})
