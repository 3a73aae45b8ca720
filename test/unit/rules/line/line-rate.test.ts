import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  kbpsInProfile,
  lineRate,
  RATE_FOR_MS,
  RATES_MAX,
  type RateSample,
  SLOT_MS,
  withRate,
} from '../../../../protocols/rules/line/line-rate.ts'
import '../../../support/property-seed.ts'

const NOW_MS = 1_800_000_000_000
/** The newest last, one of each ten minutes. */
const samplesOf = (...rates: readonly number[]): readonly RateSample[] =>
  rates.map((bitsPerS, at) => ({ bitsPerS, atMs: NOW_MS - (rates.length - at) * SLOT_MS }))
const anySample: fc.Arbitrary<RateSample> = fc.record({
  atMs: fc.integer({ min: NOW_MS - 2 * RATE_FOR_MS, max: NOW_MS + RATE_FOR_MS }),
  bitsPerS: fc.oneof(fc.double(), fc.integer({ min: 1, max: 1e10 })),
})
const kept = (all: readonly RateSample[]) => all.reduce<readonly RateSample[]>(withRate, [])

describe('what a line carries', () => {
  it('is what one of ten samples reached, and half of them for comparison', () => {
    expect(lineRate(samplesOf(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110), NOW_MS)).toEqual({
      bitsPerS: 100,
      medianBitsPerS: 60,
      samples: 11,
    })
  })

  it('is not known until it was measured, nor when that is a week ago, nor from a day to come', () => {
    const at = (atMs: number) => lineRate([{ atMs, bitsPerS: 7 }], NOW_MS)?.bitsPerS
    expect(lineRate([], NOW_MS)).toBeUndefined()
    expect([at(NOW_MS), at(NOW_MS - RATE_FOR_MS + 1)]).toEqual([7, 7])
    expect([at(NOW_MS + 1), at(NOW_MS - RATE_FOR_MS)]).toEqual([undefined, undefined])
  })

  it('is never set by a single false sample where there are others', () => {
    const true_ = fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(true_, fc.integer({ min: 0, max: 40 }), (rates, place) => {
        const all = [...rates]
        all.splice(place, 0, 1e13)
        expect(lineRate(samplesOf(...all), NOW_MS)!.bitsPerS).toBeLessThanOrEqual(Math.max(...rates))
      }),
    )
  })

  it('is of the best in ten minutes: a long transfer is one sample', () => {
    const hour = Array.from({ length: 360 }, (_, at) => ({ atMs: NOW_MS - 3_600_000 + at * 10_000, bitsPerS: at + 1 }))
    const all = kept(hour)
    expect(all.length).toBeLessThanOrEqual(7)
    expect(all.at(-1)!.bitsPerS).toBe(360)
    expect(withRate(all, { ...all.at(-1)!, bitsPerS: 9 })).toEqual(all)
  })

  it('is kept in few rows, in order and of sound numbers, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 600 }), (all) => {
        const rows = kept(all)
        expect(rows.length).toBeLessThanOrEqual(RATES_MAX)
        expect(rows.map(({ atMs }) => atMs)).toEqual(rows.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
        expect(new Set(rows.map(({ atMs }) => Math.floor(atMs / SLOT_MS))).size).toBe(rows.length)
        for (const { bitsPerS } of rows) expect(bitsPerS > 0 && bitsPerS <= 1e13).toBe(true)
      }),
    )
    const many = Array.from({ length: RATES_MAX + 9 }, (_, at) => ({ atMs: at * SLOT_MS, bitsPerS: 1 }))
    expect(kept(many)[0]!.atMs).toBe(9 * SLOT_MS)
  })

  it('stands in a profile in kbit, at least one, and never above what its owner lets it carry', () => {
    const rate = (bitsPerS: number) => ({ bitsPerS, medianBitsPerS: 1, samples: 1 })
    expect(kbpsInProfile(undefined, 1_000)).toBeUndefined()
    expect(kbpsInProfile(rate(40_000_400))).toBe(40_000)
    expect(kbpsInProfile(rate(40_000_400), 0)).toBe(40_000)
    expect(kbpsInProfile(rate(40_000_400), 2 ** 20)).toBe(8_389)
    expect(kbpsInProfile(rate(4_000_000), 2 ** 20)).toBe(4_000)
    expect(kbpsInProfile(rate(1))).toBe(1)
  })
})
