import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { PowerCurve } from '../../../../protocols/rules/power/power-curve.ts'
import {
  LOAD_SHARE_MIN,
  type PoweredSeat,
  sharePower,
  throttleFor,
  throughputUnder,
} from '../../../../protocols/rules/power/share-power.ts'
import '../../../support/property-seed.ts'

/** Of a card that does `full` at its highest limit; a third of its watts grow with its work. */
const seat = (full: number, byLimit: boolean, idleW = 20, minW = 100, maxW = 300): PoweredSeat => ({
  byLimit,
  curve: {
    linear: (0.3 * (maxW - idleW)) / full,
    steep: (0.7 * (maxW - idleW)) / full ** 3,
    power: 3,
    idleW,
    minW,
    maxW,
    origin: 'measured',
  } satisfies PowerCurve,
})
const anySeat = fc
  .record({
    full: fc.double({ min: 1, max: 200, noNaN: true }),
    byLimit: fc.boolean(),
    idleW: fc.double({ min: 1, max: 30, noNaN: true }),
    minW: fc.double({ min: 40, max: 200, noNaN: true }),
    rangeW: fc.double({ min: 0, max: 300, noNaN: true }),
  })
  .map(({ full, byLimit, idleW, minW, rangeW }) => seat(full, byLimit, idleW, minW, minW + rangeW))

describe('a budget over seats', () => {
  test('is never exceeded, and every card can be kept to its share', () => {
    fc.assert(
      fc.property(
        fc.array(anySeat, { maxLength: 5 }),
        fc.double({ min: 0, max: 1_500, noNaN: true }),
        (seats, budgetW) => {
          const { sharesW, totalW, throughput } = sharePower(seats, { budgetW })
          const idleW = seats.reduce((sum, { curve }) => sum + curve.idleW, 0)
          expect(totalW).toBeLessThanOrEqual(Math.max(budgetW, idleW) + 1e-6)
          let sum = 0
          for (const [i, shareW] of sharesW.entries()) {
            const { curve } = seats[i]!
            const { limitW = curve.maxW, loadShare } = throttleFor(seats[i]!, shareW)
            // What it draws on average, told to do so.
            expect(curve.idleW + loadShare * (limitW - curve.idleW)).toBeLessThanOrEqual(shareW + 1e-6)
            expect(loadShare === 0 || (loadShare >= LOAD_SHARE_MIN - 1e-6 && loadShare <= 1)).toBe(true)
            sum += throughputUnder(seats[i]!, shareW)
          }
          expect(throughput).toBeCloseTo(sum)
        },
      ),
    )
  })

  it('lowers the limits of all where they can be set, and fills cards one after the other where they cannot', () => {
    const byLimit = sharePower([seat(100, true), seat(100, true)], { budgetW: 400 })
    expect(byLimit.sharesW).toEqual([200, 200])
    const byLoad = sharePower([seat(100, false), seat(90, false)], { budgetW: 400 })
    expect(byLoad.sharesW).toEqual([300, 100])
    expect(byLimit.throughput).toBeGreaterThan(1.15 * byLoad.throughput)
  })

  it('gives what is too little for a lowest limit to a part of the time', () => {
    const { sharesW, throughput } = sharePower([seat(100, true)], { budgetW: 60 })
    expect(sharesW).toEqual([60])
    expect(throttleFor(seat(100, true), 60)).toEqual({ limitW: 100, loadShare: 0.5 })
    expect(throughput).toBeGreaterThan(0)
  })

  it('leaves a card off for which a tenth of its time is too much', () => {
    const { sharesW } = sharePower([seat(100, false)], { budgetW: 40 })
    expect([sharesW, throttleFor(seat(100, false), 40).loadShare]).toEqual([[20], 0])
  })

  it('sets no limit above the one that stands', () => {
    expect(throttleFor(seat(100, true, 20, 100, 249.6), 1_000)).toEqual({ limitW: 249.6, loadShare: 1 })
  })
})
