import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type PlanFacts, planClassOf, planPrice } from '../../../../protocols/rules/pricing/plan-price.ts'
import '../../../support/property-seed.ts'
import { planVectors } from '../../../support/pricing-vectors/plan-vectors.ts'
import { openVectors } from '../../../support/pricing-vectors/read.ts'
import { toJson } from '../../../support/statement-vectors/json.ts'

const plain: PlanFacts = {
  jobType: 'inference',
  latencyClass: 'standard',
  capabilityScore: 0.5,
  queue: 0,
  hourUtc: 12,
  complexity: 1,
  nowMs: 1_000,
}
const priceOf = (facts: Partial<PlanFacts>): bigint => planPrice({ ...plain, ...facts }).finalPrice

describe('the price as it was planned', () => {
  it('is the base where every multiplier is one, and ends after five minutes', () => {
    const price = planPrice(plain)
    expect([price.basePrice, price.finalPrice, price.expiresAtMs]).toEqual([1_000n, 1_000n, 301_000])
    expect(Object.values(price.multipliers)).toEqual(Array(6).fill({ n: 1n, d: 1n }))
  })

  it.each([
    // By hand: 1000 x 3 x 1.25 x 0.8 x (1.25 x 1.2) x 1.2 x 2 = 10,800
    [
      {
        latencyClass: 'realtime',
        capabilityScore: 1,
        latencyMsMean: 80,
        queue: 50,
        utilisation: 1,
        hourUtc: 18,
        complexity: 2,
      },
      10_800n,
    ],
    // 1000 x 0.7 x 0.75 x 1 x 0.8 x 0.8 = 336, which is under half
    [{ latencyClass: 'economy', capabilityScore: 0, utilisation: 0, hourUtc: 2 }, 500n],
    [{ latencyClass: 'fast' }, 2_000n],
    [{ latencyClass: 'instant' }, 1_000n],
    [{ jobType: 'training-hour' }, 10_000n],
    [{ jobType: 'anything' }, 1_000_000n],
    // No mean latency counts as 1000 ms, and a slow realtime job costs half as much again: 3 x 1.5
    [{ latencyClass: 'realtime' }, 4_500n],
    [{ latencyClass: 'realtime', latencyMsMean: 100 }, 3_000n],
    [{ latencyClass: 'realtime', latencyMsMean: 200 }, 3_000n],
    [{ latencyClass: 'realtime', latencyMsMean: 99.9 }, 2_400n],
    [{ latencyClass: 'fast', latencyMsMean: 99.9 }, 2_000n],
    // A queue of 200 is not held to a hundred: 1 + 2 x 0.5
    [{ queue: 200 }, 2_000n],
    [{ complexity: 0.0001 }, 500n],
    // 1000 x 1.1 x 1.0733333: 1180.66663, by exact tenths
    [{ capabilityScore: 0.7, queue: 14.66666 }, 1_181n],
  ] as const)('of %j is %s', (facts, expected) => {
    expect(priceOf(facts)).toBe(expected)
  })

  it.each([
    [[0, 1, 7, 8, 17], 1_000n],
    [[18, 23], 1_200n],
    [[2, 6], 800n],
  ] as const)('at the hours %j is %s', (hours, expected) => {
    for (const hourUtc of hours) expect(priceOf({ hourUtc })).toBe(expected)
  })

  it('has its vectors in a file, and is what they say', async () => {
    expect(toJson(planVectors())).toEqual((await openVectors()).plan)
  })

  it.each([
    ['capabilityScore', Number.NaN],
    ['capabilityScore', 1.01],
    ['queue', -1],
    ['queue', Number.POSITIVE_INFINITY],
    ['utilisation', -0.1],
    ['hourUtc', 24],
    ['complexity', -1],
    ['complexity', Number.NaN],
    ['latencyMsMean', Number.NaN],
  ] as const)('is refused where %s is %s', (key, value) => {
    expect(() => planPrice({ ...plain, [key]: value })).toThrow(expect.objectContaining({ code: 'PRICE_INPUT' }))
  })

  it('is refused above what an offer can name', () => {
    expect(() => priceOf({ jobType: 'other', complexity: 1e9 })).toThrow(
      expect.objectContaining({ code: 'PRICE_OVERFLOW' }),
    )
  })

  it('is exact: no float dust makes a tie fall to the wrong side', () => {
    // 1000 x 1.005 x 0.9 = 904.5 exactly; in floats 904.4999999999999
    expect(priceOf({ queue: 1, utilisation: 0.25 })).toBe(905n)
    expect(priceOf({ complexity: 1.00049999999999 })).toBe(1_000n)
    expect(priceOf({ complexity: 1.0005 })).toBe(1_001n)
  })

  it('is never under half the base, and never falls with queue, use, score or complexity', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const facts = fc.record({
      latencyClass: fc.constantFrom('realtime', 'fast', 'standard', 'economy', 'none'),
      capabilityScore: share,
      queue: fc.double({ min: 0, max: 1e4, noNaN: true }),
      utilisation: share,
      hourUtc: fc.integer({ min: 0, max: 23 }),
      complexity: fc.double({ min: 0, max: 1e3, noNaN: true }),
    })
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        const price = priceOf(a)
        const more = priceOf({
          ...a,
          capabilityScore: Math.max(a.capabilityScore, b.capabilityScore),
          queue: Math.max(a.queue, b.queue),
          utilisation: Math.max(a.utilisation, b.utilisation),
          complexity: Math.max(a.complexity, b.complexity),
        })
        return price >= 500n && more >= price
      }),
    )
  })

  it('has no class for what takes ten seconds', () => {
    expect([99, 100, 500, 2_000, 9_999, 10_000].map(planClassOf)).toEqual([
      ...['realtime', 'fast', 'standard', 'economy', 'economy'],
      undefined,
    ])
  })

  it('says in its error what was wrong, and what is wanted', () => {
    const error = (() => {
      try {
        return priceOf({ queue: Number.NaN })
      } catch (thrown) {
        return thrown
      }
    })() as MeshError
    expect(error).toBeInstanceOf(MeshError)
    expect(error.message).toBe('no price can be made of the queue = NaN: it is no number')
    expect(error.hint).toBe('Give a number from 0 to 1000000000.')
  })
})
