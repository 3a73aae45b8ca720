import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latencyCenti, p95, percentilesCenti, uptimeCenti } from '../../../../protocols/rules/qos/components.ts'
import { wilsonCenti } from '../../../../protocols/rules/qos/wilson.ts'
import '../../../support/property-seed.ts'

describe('latency', () => {
  it('is full up to half a second, nothing from two on, and straight between', () => {
    expect([0, 500, 1_250, 2_000, 60_000].map(latencyCenti)).toEqual([10_000, 10_000, 5_000, 0, 0])
    expect(latencyCenti(501)).toBe(9_993)
  })

  it('goes by the answer within which 95 of 100 came', () => {
    expect(p95([7])).toBe(7)
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
    expect(p95(hundred)).toBe(95)
    expect(p95(hundred.slice(0, 20))).toBe(19)
  })
})

describe('accuracy', () => {
  // The interval's textbook values, to the hundredth below.
  it.each([
    [1, 0, 2_065],
    [10, 0, 7_224],
    [20, 0, 8_388],
    [9, 1, 5_958],
    [50, 50, 4_038],
    [0, 5, 0],
    [0, 1, 0],
    [999_999, 1, 9_999],
  ])('of %i that matched and %i that did not is at least %i hundredths', (matched, mismatched, centi) => {
    expect(wilsonCenti({ matched, mismatched })).toBe(centi)
  })

  it('is the bound that floats give, never above what was seen, and rises with every match', () => {
    const count = fc.integer({ min: 0, max: 500_000 })
    fc.assert(
      fc.property(count, count, (matched, mismatched) => {
        const n = matched + mismatched
        if (n === 0) return
        const [p, z2] = [matched / n, 3.8416]
        const float = (p + z2 / (2 * n) - 1.96 * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n)
        const centi = wilsonCenti({ matched, mismatched })
        expect(Math.abs(centi - float * 10_000)).toBeLessThan(1.01)
        expect(centi).toBeLessThanOrEqual(p * 10_000)
        expect(wilsonCenti({ matched: matched + 1, mismatched })).toBeGreaterThanOrEqual(centi)
      }),
    )
  })

  it('refuses tallies that are none', () => {
    expect(() => wilsonCenti({ matched: 0, mismatched: 0 })).toThrow(RangeError)
    expect(() => wilsonCenti({ matched: -1, mismatched: 2 })).toThrow(RangeError)
    expect(() => wilsonCenti({ matched: Number.NaN, mismatched: 2 })).toThrow(RangeError)
    expect(() => wilsonCenti({ matched: 1e6, mismatched: 1 })).toThrow(RangeError)
  })
})

describe('a share of answers', () => {
  it('is rounded half up', () => {
    expect(uptimeCenti(100, 0)).toBe(10_000)
    expect(uptimeCenti(0, 300)).toBe(0)
    expect(uptimeCenti(200, 100)).toBe(6_667)
  })
})

describe('a percentile', () => {
  const mean = (value: number) => ({ sum: BigInt(value), count: 1 })

  it('is the share of the others that are worse, ties by half', () => {
    expect(percentilesCenti([0, 1, 2, 2, 3].map(mean), 'low')).toEqual([10_000, 7_500, 3_750, 3_750, 0])
    expect(percentilesCenti([0, 1, 2, 2, 3].map(mean), 'high')).toEqual([0, 2_500, 6_250, 6_250, 10_000])
    expect(percentilesCenti([5, 5].map(mean), 'low')).toEqual([5_000, 5_000])
  })

  it('compares means without rounding them', () => {
    const third = { sum: 10n, count: 3 }
    expect(percentilesCenti([third, { sum: 3n, count: 1 }], 'high')).toEqual([10_000, 0])
    expect(
      percentilesCenti(
        [
          { sum: 9n, count: 3 },
          { sum: 3n, count: 1 },
        ],
        'high',
      ),
    ).toEqual([5_000, 5_000])
  })

  it('is what counting each against all others gives', () => {
    const one = fc.record({ sum: fc.bigInt({ min: 0n, max: 40n }), count: fc.integer({ min: 1, max: 4 }) })
    fc.assert(
      fc.property(fc.array(one, { minLength: 2, maxLength: 12 }), (means) => {
        const places = percentilesCenti(means, 'low')
        for (const [i, own] of means.entries()) {
          const value = Number(own.sum) / own.count
          const others = means.filter((_, j) => j !== i).map(({ sum, count }) => Number(sum) / count)
          const dearer = others.filter((other) => other > value + 1e-9).length
          const same = others.filter((other) => Math.abs(other - value) <= 1e-9).length
          expect(places[i]).toBe(Math.round((10_000 * (2 * dearer + same)) / (2 * others.length)))
        }
      }),
    )
  })
})
