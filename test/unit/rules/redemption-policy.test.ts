import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credits } from '../../../protocols/kernel/money.ts'
import {
  CLAIMS_MAX,
  type Redeemable,
  redemptionBatch,
  redemptionReason,
} from '../../../protocols/rules/settlement/redemption-policy.ts'

const NOW_MS = 1_790_000_000_000
const terms = { amountMin: credits(1_000), ageMsMax: 86_400_000, dust: credits(10) }
const held = (facts: Partial<Redeemable> = {}): Redeemable => ({
  counter: 'a',
  amount: credits(100),
  sinceMs: NOW_MS,
  grantEndsAt: undefined,
  isLeaving: false,
  ...facts,
})

describe('a voucher waits', () => {
  it('until it holds enough', () => {
    expect(redemptionReason(held({ amount: credits(999) }), terms, NOW_MS)).toBeUndefined()
    expect(redemptionReason(held({ amount: credits(1_000) }), terms, NOW_MS)).toBe('amount')
  })

  it('until it has waited long enough', () => {
    expect(redemptionReason(held(), terms, NOW_MS + 86_399_999)).toBeUndefined()
    expect(redemptionReason(held(), terms, NOW_MS + 86_400_000)).toBe('age')
  })

  it('until its grant ends', () => {
    const grantEndsAt = BigInt(NOW_MS / 1_000) + 10n
    expect(redemptionReason(held({ grantEndsAt }), terms, NOW_MS + 9_999)).toBeUndefined()
    expect(redemptionReason(held({ grantEndsAt }), terms, NOW_MS + 10_000)).toBe('grant-ends')
  })

  it('until its payer takes back what stands behind it', () => {
    expect(redemptionReason(held({ isLeaving: true }), terms, NOW_MS)).toBe('payer-leaves')
  })

  it('for ever where it is not worth its gas, whatever happens', () => {
    const dust = held({ amount: credits(9), isLeaving: true, grantEndsAt: 0n, sinceMs: 0 })
    expect(redemptionReason(dust, terms, NOW_MS)).toBeUndefined()
  })
})

describe('a redemption', () => {
  it('is none while all may wait', () => {
    expect(redemptionBatch([held(), held({ counter: 'b' })], terms, NOW_MS)).toEqual([])
  })

  it('takes along whatever is worth its share of the gas, the urgent first, then the large', () => {
    const batch = redemptionBatch(
      [
        held({ counter: 'small' }),
        held({ counter: 'dust', amount: credits(1) }),
        held({ counter: 'large', amount: credits(900) }),
        held({ counter: 'enough', amount: credits(1_000) }),
        held({ counter: 'leaving', amount: credits(50), isLeaving: true }),
      ],
      terms,
      NOW_MS,
    )
    expect(batch.map(({ redeemable, reason }) => `${redeemable.counter} ${reason}`)).toEqual([
      'leaving payer-leaves',
      'enough amount',
      'large along',
      'small along',
    ])
  })

  it('holds no more than one transaction can, and never leaves an urgent one out for one that may wait', () => {
    const some = fc.record({
      amount: fc.bigInt({ min: 0n, max: 2_000n }).map(credits),
      isLeaving: fc.boolean(),
      sinceMs: fc.integer({ min: NOW_MS - 2 * terms.ageMsMax, max: NOW_MS }),
    })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 250 }), (facts) => {
        const all = facts.map((each, i) => held({ ...each, counter: String(i) }))
        const batch = redemptionBatch(all, terms, NOW_MS)
        const urgent = all.filter((each) => redemptionReason(each, terms, NOW_MS) !== undefined)
        expect(batch.length).toBeLessThanOrEqual(CLAIMS_MAX)
        expect(batch.filter(({ reason }) => reason !== 'along')).toHaveLength(Math.min(urgent.length, CLAIMS_MAX))
        expect(new Set(batch.map(({ redeemable }) => redeemable.counter)).size).toBe(batch.length)
        for (const { redeemable } of batch) expect(redeemable.amount).toBeGreaterThanOrEqual(terms.dust)
      }),
    )
  })
})
