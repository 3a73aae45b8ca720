import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AUDITS_FULL,
  type ComponentEvidence,
  centiOf,
  componentNames,
  type Evidence,
  SCORE_WEIGHTS,
  scoreOf,
  tierOf,
  UNKNOWN_SCORE,
} from '../../../../protocols/rules/qos/miner-score.ts'
import { wilsonCenti } from '../../../../protocols/rules/qos/wilson.ts'
import '../../../support/property-seed.ts'

const sure = (centi: number): ComponentEvidence => ({ centi, count: 1_000 })
const all = (latency: number, accuracy: number, uptime: number, power: number, cost: number): Evidence => ({
  latency: sure(latency),
  accuracy: sure(accuracy),
  uptime: sure(uptime),
  power: sure(power),
  cost: sure(cost),
})

describe('the score of a miner', () => {
  it('is the sum of its components by their weights, to two decimals', () => {
    expect(scoreOf(all(10_000, 0, 0, 0, 0)).points).toBe(30)
    expect(scoreOf(all(0, 10_000, 0, 0, 0)).points).toBe(25)
    expect(scoreOf(all(0, 0, 10_000, 0, 0)).points).toBe(20)
    expect(scoreOf(all(0, 0, 0, 10_000, 0)).points).toBe(15)
    expect(scoreOf(all(0, 0, 0, 0, 10_000)).points).toBe(10)
    expect(scoreOf(all(9_333, 8_388, 10_000, 5_000, 2_500)).points).toBe(78.97)
  })

  it('is unknown where nothing was seen, and not zero', () => {
    expect(UNKNOWN_SCORE).toMatchObject({ points: undefined, confidence: 0, tier: 'U' })
    expect(UNKNOWN_SCORE.components.accuracy).toEqual({ points: undefined, confidence: 0, count: 0 })
  })

  it('shares the weight of what is unknown out over the rest, and says how sure it is', () => {
    const { points, confidence } = scoreOf({ latency: sure(9_000), uptime: sure(6_000) })
    expect(points).toBe(78)
    expect(confidence).toBe(0.5)
  })

  it('says U while too little was seen, whatever that was', () => {
    const few = { latency: { centi: 10_000, count: 1 }, uptime: { centi: 10_000, count: 1 } }
    expect(scoreOf(few)).toMatchObject({ points: 100, tier: 'U' })
    const more = { latency: { centi: 10_000, count: 5 }, uptime: { centi: 10_000, count: 5 } }
    expect(scoreOf(more).tier).toBe('A')
  })

  it('lets an honest miner fall by less than four points for being audited, and a liar by all of it at once', () => {
    const before = { latency: sure(9_500), uptime: sure(9_500), cost: sure(9_500), power: sure(9_500) }
    for (let matched = 1; matched <= 2 * AUDITS_FULL; matched++) {
      const accuracy = { centi: wilsonCenti({ matched, mismatched: 0 }), count: matched }
      expect(scoreOf({ ...before, accuracy }).points).toBeGreaterThan(91)
    }
    const caught = { centi: wilsonCenti({ matched: 0, mismatched: 1 }), count: 1, isSettled: true }
    expect(scoreOf({ ...before, accuracy: caught }).points).toBe(71.25)
  })

  it('refuses weights that do not add up, are negative or no numbers', () => {
    expect(() => scoreOf({}, { weights: { ...SCORE_WEIGHTS, cost: 11 } })).toThrow('add up to 100')
    expect(() => scoreOf({}, { weights: { ...SCORE_WEIGHTS, cost: -10, latency: 50 } })).toThrow('whole percents')
    expect(() => scoreOf({}, { weights: { ...SCORE_WEIGHTS, cost: Number.NaN } })).toThrow('whole percents')
  })

  it('refuses evidence that is out of range', () => {
    expect(() => scoreOf({ latency: { centi: Number.NaN, count: 3 } })).toThrow('hundredths')
    expect(() => scoreOf({ latency: { centi: 10_001, count: 3 } })).toThrow('hundredths')
    expect(() => scoreOf({ uptime: { centi: 10, count: 0 } })).toThrow('observations')
  })

  it('lies between the least and the greatest of its components, and is an integer of hundredths', () => {
    const component = fc.record({
      centi: fc.integer({ min: 0, max: 10_000 }),
      count: fc.integer({ min: 1, max: 100_000 }),
    })
    const evidence = fc.record(Object.fromEntries(componentNames.map((name) => [name, component])), {
      requiredKeys: [],
    }) as fc.Arbitrary<Evidence>
    fc.assert(
      fc.property(evidence, (known) => {
        const centi = centiOf(known)
        const values = Object.values(known).map((each) => each.centi)
        if (values.length === 0) return expect(centi).toBeUndefined()
        expect(Number.isInteger(centi)).toBe(true)
        expect(centi).toBeGreaterThanOrEqual(Math.min(...values))
        expect(centi).toBeLessThanOrEqual(Math.max(...values))
        const { confidence } = scoreOf(known)
        expect(confidence).toBeGreaterThanOrEqual(0)
        expect(confidence).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('a tier', () => {
  it('begins at 90, 75 and 60 for who had none', () => {
    expect([9_000, 8_999, 7_500, 7_499, 6_000, 5_999].map((centi) => tierOf(centi, 'U'))).toEqual([
      'A',
      'B',
      'B',
      'C',
      'C',
      'D',
    ])
  })

  it('changes only where its border is passed by two points', () => {
    expect(tierOf(9_199, 'B')).toBe('B')
    expect(tierOf(9_200, 'B')).toBe('A')
    expect(tierOf(8_801, 'A')).toBe('A')
    expect(tierOf(8_799, 'A')).toBe('B')
    expect(tierOf(3_000, 'A')).toBe('D')
    expect(tierOf(9_100, 'D')).toBe('B')
  })
})
