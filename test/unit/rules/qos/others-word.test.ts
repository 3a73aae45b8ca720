import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Address, address } from '../../../../protocols/kernel/ids.ts'
import { blendEvidence, OTHERS_MAX, type RatedEvidence } from '../../../../protocols/rules/qos/blend.ts'
import { FEE_CREDITS_MAX, raterWeight, worthCenti } from '../../../../protocols/rules/qos/rater-weight.ts'
import { isStars, reviewSum } from '../../../../protocols/rules/qos/reviews.ts'
import '../../../support/property-seed.ts'

const raterOf = (n: number): Address => address(`0x${n.toString(16).padStart(40, '0')}`)
const said = (n: number, centi: number, weight: bigint, count = 50): RatedEvidence => ({
  rater: raterOf(n),
  weight,
  evidence: { uptime: { centi, count } },
})

describe('the weight of a rater', () => {
  it('is nothing for who burned nothing, or paid one owner only', () => {
    expect(raterWeight({ there: 0n, inAll: 1_000n })).toBe(0n)
    expect(raterWeight({ there: 1_000n, inAll: 1_000n })).toBe(0n)
  })

  it('is the fee less the share of it that went there, up to the cap of a pair', () => {
    expect(raterWeight({ there: 100n, inAll: 1_000n })).toBe(90n)
    expect(raterWeight({ there: 1_000_000n, inAll: 2_000_000n })).toBe(FEE_CREDITS_MAX / 2n)
  })

  it('refuses a part that is more than the whole', () => {
    expect(() => raterWeight({ there: 2n, inAll: 1n })).toThrow(RangeError)
    expect(() => raterWeight({ there: -1n, inAll: 1n })).toThrow(RangeError)
  })

  it('never exceeds the fee, nor the cap, and moving money to one owner alone never helps', () => {
    const fee = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    fc.assert(
      fc.property(fee, fee, (there, elsewhere) => {
        const weight = raterWeight({ there, inAll: there + elsewhere })
        expect(weight).toBeGreaterThanOrEqual(0n)
        expect(weight).toBeLessThanOrEqual(there < FEE_CREDITS_MAX ? there : FEE_CREDITS_MAX)
      }),
    )
  })

  it('makes an observation worth no more than itself', () => {
    expect(worthCenti(64, 0n)).toBe(0)
    expect(worthCenti(64, 500n)).toBe(3_200)
    expect(worthCenti(64, FEE_CREDITS_MAX)).toBe(5_818)
  })
})

describe("others' word", () => {
  it('is all there is where there is no own experience', () => {
    expect(blendEvidence({}, [said(1, 9_000, 5_000n), said(2, 8_000, 5_000n)]).uptime).toEqual({
      centi: 8_500,
      count: OTHERS_MAX,
    })
  })

  it('is worth nothing without weight', () => {
    expect(blendEvidence({}, [said(1, 9_000, 0n)])).toEqual({})
    const own = { uptime: { centi: 5_000, count: 3 } }
    expect(blendEvidence(own, [said(1, 0, 0n)])).toEqual(own)
  })

  it('counts also where it is little: as one observation at least', () => {
    expect(blendEvidence({}, [said(1, 9_000, 2n, 3)]).uptime).toEqual({ centi: 9_000, count: 1 })
  })

  it('gives way to own experience within some jobs, however large the crowd', () => {
    const crowd = Array.from({ length: 1_000 }, (_, i) => said(i, 0, FEE_CREDITS_MAX))
    const blended = (count: number): number => blendEvidence({ uptime: { centi: 10_000, count } }, crowd).uptime!.centi
    expect(blended(1)).toBe(5_000)
    expect(blended(10)).toBe(9_090)
  })

  it('lies between what the own side and the others say', () => {
    const centi = fc.integer({ min: 0, max: 10_000 })
    const count = fc.integer({ min: 1, max: 1_000 })
    const weight = fc.bigInt({ min: 0n, max: FEE_CREDITS_MAX })
    const others = fc.array(fc.tuple(centi, weight, count), { maxLength: 12 })
    fc.assert(
      fc.property(centi, count, others, (own, ownCount, rest) => {
        const rated = rest.map(([each, w, n], i) => said(i, each, w, n))
        const blended = blendEvidence({ uptime: { centi: own, count: ownCount } }, rated).uptime!
        const all = [own, ...rest.map(([each]) => each)]
        expect(blended.centi).toBeGreaterThanOrEqual(Math.min(...all))
        expect(blended.centi).toBeLessThanOrEqual(Math.max(...all))
        expect(blended.count).toBeLessThanOrEqual(ownCount + OTHERS_MAX)
      }),
    )
  })

  it('never settles accuracy, which an own mismatch does', () => {
    const accusation: RatedEvidence = {
      rater: raterOf(1),
      weight: FEE_CREDITS_MAX,
      evidence: { accuracy: { centi: 0, count: 9, isSettled: true } },
    }
    expect(blendEvidence({}, [accusation]).accuracy?.isSettled).toBeUndefined()
    const own = { accuracy: { centi: 0, count: 1, isSettled: true } }
    expect(blendEvidence(own, [accusation]).accuracy?.isSettled).toBe(true)
  })
})

describe('reviews', () => {
  it('have one to five stars', () => {
    expect([0, 1, 5, 6, 2.5, Number.NaN].map(isStars)).toEqual([false, true, true, false, false, false])
  })

  it('are weighed like the rest, and counted all', () => {
    const reviews = [
      { stars: 5, weight: 300n },
      { stars: 2, weight: 100n },
      { stars: 1, weight: 0n },
    ]
    expect(reviewSum(reviews)).toEqual({ count: 3, meanCenti: 425 })
    expect(reviewSum([{ stars: 1, weight: 0n }])).toEqual({ count: 1, meanCenti: undefined })
  })
})
