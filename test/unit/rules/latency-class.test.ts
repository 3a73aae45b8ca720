import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  classForBudget,
  latencyClasses,
  latencyClassTable,
  multiplierOf,
} from '../../../protocols/rules/pricing/latency-class.ts'
import '../../support/property-seed.ts'

describe('latency classes', () => {
  it('are in order: the faster, the dearer', () => {
    for (const [i, each] of latencyClasses.entries()) {
      const next = latencyClasses[i + 1]
      if (next === undefined) continue
      expect(latencyClassTable[each].belowMs).toBeLessThan(latencyClassTable[next].belowMs)
      expect(latencyClassTable[each].multiplierMilli).toBeGreaterThan(latencyClassTable[next].multiplierMilli)
    }
  })

  it('have multipliers that are exact', () => {
    expect(latencyClasses.map(multiplierOf)).toEqual([3_000n, 2_000n, 1_000n, 700n].map((n) => ({ n, d: 1_000n })))
  })
})

describe('the class for a budget', () => {
  it.each([
    [undefined, 'standard'],
    [0, 'realtime'],
    [99, 'realtime'],
    [499, 'realtime'],
    [500, 'fast'],
    [1_999, 'fast'],
    [2_000, 'standard'],
    [9_999, 'standard'],
    [10_000, 'economy'],
    [Number.POSITIVE_INFINITY, 'economy'],
  ])('of %s ms is %s', (budgetMs, expected) => {
    expect(classForBudget(budgetMs)).toBe(expected)
  })

  it('answers within it, where any class does', () => {
    fc.assert(
      fc.property(fc.double({ min: latencyClassTable.realtime.belowMs, max: 9_999, noNaN: true }), (budgetMs) => {
        return latencyClassTable[classForBudget(budgetMs)].belowMs <= budgetMs
      }),
    )
  })

  it('is never dearer for a wider one', () => {
    const budget = fc.double({ min: 0, max: 20_000, noNaN: true })
    fc.assert(
      fc.property(budget, budget, (a, b) => {
        const [tight, wide] = [classForBudget(Math.min(a, b)), classForBudget(Math.max(a, b))]
        return latencyClassTable[tight].multiplierMilli >= latencyClassTable[wide].multiplierMilli
      }),
    )
  })
})
