import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gasLimit, isStuck, offerFees, raiseFees } from '../../../../node/chain/transactions/fee-rules.ts'
import '../../../support/property-seed.ts'

const wei = fc.bigInt({ min: 0n, max: 10n ** 13n })
const history = fc.record({
  baseFees: fc.array(wei, { minLength: 1, maxLength: 21 }),
  tips: fc.array(wei, { maxLength: 20 }),
})

describe('the fees of a transaction', () => {
  it('never exceed the ceiling, whatever an endpoint claims, and are good for the next block', () => {
    fc.assert(
      fc.property(history, wei, (seen, ceiling) => {
        const offer = offerFees(seen, ceiling)
        const base = seen.baseFees.at(-1)!
        if (offer.kind === 'above') {
          expect(offer.asked).toBeGreaterThan(ceiling)
          return
        }
        const { feeMax, tipMax } = offer.fees
        expect(feeMax).toBeLessThanOrEqual(ceiling)
        expect(tipMax).toBeLessThanOrEqual(feeMax)
        expect(feeMax).toBeGreaterThanOrEqual(base + tipMax)
        expect(offer.expected).toBe(base + tipMax)
      }),
    )
  })

  it('follow the middle tip, which one dear block does not move, and never fall below what pools take', () => {
    const fees = (tips: readonly bigint[]) => {
      const offer = offerFees({ baseFees: [7n, 10n ** 9n], tips }, 10n ** 12n)
      return offer.kind === 'offer' ? offer.fees : undefined
    }
    expect(fees([])).toEqual({ feeMax: 2_001_000_000n, tipMax: 1_000_000n })
    expect(fees([0n, 0n, 10n ** 12n])?.tipMax).toBe(1_000_000n)
    expect(fees([2_000_000n, 3_000_000n, 10n ** 11n])?.tipMax).toBe(3_000_000n)
    expect(fees([2_000_000n, 10n ** 11n])?.tipMax).toBe(2_000_000n)
  })

  it('rise by an eighth at least each time, to the market’s where that is more, and not above the ceiling', () => {
    const fees = fc.record({ feeMax: wei, tipMax: wei }).map(({ feeMax, tipMax }) => ({
      feeMax: feeMax > tipMax ? feeMax : tipMax,
      tipMax,
    }))
    fc.assert(
      fc.property(fees, fees, wei, (before, fresh, ceiling) => {
        const raised = raiseFees(before, fresh, ceiling)
        if (raised === undefined) {
          const needed = [before.feeMax * 9n, fresh.feeMax * 8n, before.tipMax * 9n, fresh.tipMax * 8n]
          // Rounded up by less than one wei.
          expect(needed.some((eighths) => eighths + 8n > ceiling * 8n)).toBe(true)
          return
        }
        expect(raised.feeMax).toBeLessThanOrEqual(ceiling)
        expect(raised.tipMax).toBeLessThanOrEqual(raised.feeMax)
        expect(raised.feeMax * 8n).toBeGreaterThanOrEqual(before.feeMax * 9n)
        expect(raised.tipMax * 8n).toBeGreaterThanOrEqual(before.tipMax * 9n)
        expect(raised.feeMax).toBeGreaterThanOrEqual(fresh.feeMax)
      }),
    )
  })
})

describe('a transaction', () => {
  it('is stuck when time and blocks have passed it by, and never while the chain stands still', () => {
    const at = { nowMs: 10_000, signedAtMs: 0, head: 13n, signedHead: 10n }
    expect(isStuck(at, 10_000)).toBe(true)
    expect(isStuck(at, 10_001)).toBe(false)
    expect(isStuck({ ...at, head: 12n }, 10_000)).toBe(false)
    expect(isStuck({ ...at, nowMs: 10 ** 12, head: 10n }, 10_000)).toBe(false)
  })

  it('may use a fifth and a slot more gas than was estimated, and no more than a block takes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 21_000n, max: 10n ** 9n }), (estimate) => {
        const limit = gasLimit(estimate)
        expect(limit).toBeLessThanOrEqual(16_777_216n)
        if (limit < 16_777_216n) {
          expect((limit - 22_100n) * 5n).toBeGreaterThanOrEqual(estimate * 6n)
          expect((limit - 22_100n) * 5n).toBeLessThan(estimate * 6n + 5n)
        }
      }),
    )
  })
})
