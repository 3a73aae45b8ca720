import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignPower } from '../../../../protocols/rules/power/assign-power.ts'
import { type PowerCurve, throughputAt } from '../../../../protocols/rules/power/power-curve.ts'
import '../../../support/property-seed.ts'

/** Of a card that does `full` at its highest limit. */
const curveOf = (
  full: number,
  linearShare: number,
  idleW: number,
  minW: number,
  maxW: number,
  power = 3,
): PowerCurve => ({
  linear: (linearShare * (maxW - idleW)) / full,
  steep: ((1 - linearShare) * (maxW - idleW)) / full ** power,
  power,
  idleW,
  minW,
  maxW,
  origin: 'measured',
})
const anyCurve = fc
  .record({
    full: fc.double({ min: 1, max: 200, noNaN: true }),
    linearShare: fc.double({ min: 0, max: 1, noNaN: true }),
    power: fc.constantFrom(2, 3, 5, 8),
    idleW: fc.integer({ min: 1, max: 30 }),
    minW: fc.integer({ min: 40, max: 200 }),
    rangeW: fc.integer({ min: 0, max: 300 }),
  })
  .map(({ full, linearShare, power, idleW, minW, rangeW }) =>
    curveOf(full, linearShare, idleW, minW, minW + rangeW, power),
  )
const anyCurves = fc.array(anyCurve, { minLength: 1, maxLength: 6 })
const anyBudgetW = fc.integer({ min: 0, max: 2_500 })

/** The best of all ways to spread whole watts in steps of `stepW`, looked through one by one. */
function bruteForce(curves: readonly PowerCurve[], budgetW: number, stepW: number): number {
  if (curves.length === 0) return budgetW >= 0 ? 0 : Number.NEGATIVE_INFINITY
  const [curve, ...others] = curves as [PowerCurve, ...PowerCurve[]]
  let best = bruteForce(others, budgetW - curve.idleW, stepW)
  for (let powerW = curve.minW; powerW <= curve.maxW; powerW += stepW) {
    best = Math.max(best, throughputAt(curve, powerW) + bruteForce(others, budgetW - powerW, stepW))
  }
  return best
}

describe('a power budget over several cards', () => {
  test('is never exceeded, and no card leaves its range', () => {
    fc.assert(
      fc.property(anyCurves, fc.double({ min: 0, max: 2_500, noNaN: true }), (curves, budgetW) => {
        const plan = assignPower(curves, { budgetW })
        const idleW = curves.reduce((sum, curve) => sum + curve.idleW, 0)
        expect(plan.totalW).toBeLessThanOrEqual(Math.max(budgetW, idleW) + 1e-6)
        for (const { card, powerW, on, throughput } of plan.allotments) {
          const { minW, maxW, idleW: rest } = curves[card]!
          expect(on ? powerW >= minW && powerW <= maxW : powerW === rest && throughput === 0).toBe(true)
        }
      }),
    )
  })

  test('brings at least what the same limit for all would, as far as whole watts go', () => {
    fc.assert(
      fc.property(anyCurves, fc.double({ min: 0.4, max: 1, noNaN: true }), (curves, share) => {
        const fullW = curves.reduce((sum, { maxW }) => sum + maxW, 0)
        const uniform = curves.map((curve) => ({ curve, powerW: Math.floor(share * curve.maxW) }))
        const brought = uniform.reduce((sum, { curve, powerW }) => sum + throughputAt(curve, powerW), 0)
        // A card below its lowest limit is off, but goes on drawing what it draws idle.
        const drawnW = uniform.reduce((sum, { curve, powerW }) => sum + Math.max(curve.idleW, powerW), 0)
        fc.pre(drawnW <= share * fullW)
        expect(assignPower(curves, { budgetW: share * fullW }).throughput).toBeGreaterThanOrEqual(brought * (1 - 1e-9))
      }),
    )
  })

  test('brings more, or the same, when it grows', () => {
    fc.assert(
      fc.property(fc.array(anyCurve, { minLength: 1, maxLength: 3 }), anyBudgetW, (curves, budgetW) => {
        const less = assignPower(curves, { budgetW }).throughput
        const best = assignPower(curves, { budgetW: budgetW + 500 }).throughput
        expect(best).toBeGreaterThanOrEqual(less * (1 - 1e-9))
      }),
    )
  })

  test('comes within two per cent of the best of all ways, looked through one by one', () => {
    fc.assert(
      fc.property(
        fc.array(anyCurve, { minLength: 2, maxLength: 3 }),
        fc.integer({ min: 60, max: 900 }),
        (curves, budgetW) => {
          const best = bruteForce(curves, budgetW, 10)
          fc.pre(best > 0)
          expect(assignPower(curves, { budgetW }).throughput).toBeGreaterThanOrEqual(0.98 * best)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('turns a card off rather than starve the others, and on again when there is enough', () => {
    const strong = curveOf(100, 0.5, 10, 100, 300)
    const weak = curveOf(20, 0.5, 10, 100, 300)
    const at = (budgetW: number): readonly boolean[] =>
      assignPower([strong, weak], { budgetW }).allotments.map(({ on }) => on)
    expect(at(15)).toEqual([false, false])
    expect(at(200)).toEqual([true, false])
    expect(at(600)).toEqual([true, true])
  })

  test('lies with the better of two cards where only one can be turned on', () => {
    // For each of its watts the small one brings more, but what is left then is lost.
    const small = curveOf(30, 0.5, 5, 50, 60)
    const large = curveOf(60, 0.5, 5, 200, 300)
    const { allotments } = assignPower([small, large], { budgetW: 210 })
    expect(allotments.map(({ on }) => on)).toEqual([false, true])
  })

  test('is not used up by watts that bring less than they cost', () => {
    const curve = curveOf(100, 0.1, 10, 50, 300)
    const marginal = (powerW: number): number => throughputAt(curve, powerW + 1) - throughputAt(curve, powerW)
    const { allotments } = assignPower([curve], { budgetW: 1_000, perWattMin: marginal(150) })
    expect(allotments[0]!.powerW).toBeGreaterThanOrEqual(150)
    expect(allotments[0]!.powerW).toBeLessThanOrEqual(152)
    expect(assignPower([curve], { budgetW: 1_000, perWattMin: 10 }).allotments[0]!.on).toBe(false)
  })

  test('over no cards, or with cards that draw more idle, turns nothing on', () => {
    expect(assignPower([], { budgetW: 100 })).toEqual({ allotments: [], totalW: 0, throughput: 0 })
    expect(assignPower([curveOf(10, 0.5, 20, 50, 100)], { budgetW: -5 })).toMatchObject({ totalW: 20, throughput: 0 })
    expect(() => assignPower([], { budgetW: Number.NaN })).toThrow(RangeError)
  })
})
