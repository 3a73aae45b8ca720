import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latencyCenti, p95, percentileCenti, uptimeCenti } from '../../../../protocols/rules/qos/components.ts'
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
    const others = [1, 2, 2, 3].map(mean)
    expect(percentileCenti(mean(0), others, 'low')).toBe(10_000)
    expect(percentileCenti(mean(2), others, 'low')).toBe(5_000)
    expect(percentileCenti(mean(4), others, 'low')).toBe(0)
    expect(percentileCenti(mean(4), others, 'high')).toBe(10_000)
  })

  it('compares means without rounding them', () => {
    expect(percentileCenti({ sum: 10n, count: 3 }, [{ sum: 3n, count: 1 }], 'high')).toBe(10_000)
    expect(percentileCenti({ sum: 9n, count: 3 }, [{ sum: 3n, count: 1 }], 'high')).toBe(5_000)
  })
})
