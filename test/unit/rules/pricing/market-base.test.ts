import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credits } from '../../../../protocols/kernel/money.ts'
import { cardWork, complexityOf } from '../../../../protocols/rules/pricing/complexity.ts'
import { jobPrice } from '../../../../protocols/rules/pricing/job-price.ts'
import { jobTypes, jobTypeTable } from '../../../../protocols/rules/pricing/job-types.ts'
import { classForBudget, latencyClasses } from '../../../../protocols/rules/pricing/latency-class.ts'
import {
  baseCovering,
  type MarketFacts,
  marketBase,
  marketPrice,
} from '../../../../protocols/rules/pricing/market-base.ts'
import { marketLoad } from '../../../../protocols/rules/pricing/market-load.ts'
import { PRICE_MAX } from '../../../../protocols/wire/offer/offer-body.ts'
import '../../../support/property-seed.ts'
import { marketVectors } from '../../../support/pricing-vectors/market-vectors.ts'
import { openVectors } from '../../../support/pricing-vectors/read.ts'
import { toJson } from '../../../support/statement-vectors/json.ts'

const plain: MarketFacts = { jobType: 'inference', hourUtc: 12, nowMs: 1_000 }
const askedFor = (facts: Partial<MarketFacts>): bigint => marketBase({ ...plain, ...facts }).final

const share = fc.double({ min: 0, max: 1, noNaN: true })
const anyFacts = fc.record({
  jobType: fc.constantFrom(...jobTypes),
  capabilityScore: fc.option(share, { nil: undefined }),
  queue: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
  utilisation: fc.option(share, { nil: undefined }),
  hourUtc: fc.integer({ min: 0, max: 23 }),
  complexity: fc.option(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { nil: undefined }),
  nowMs: fc.constant(1_000),
})

describe('what the market asks for a unit of work', () => {
  it('is the base of its type where nothing else is known, and says so of each multiplier', () => {
    const price = marketBase(plain)
    expect([price.base, price.final, price.isFloor, price.expiresAtMs]).toEqual([1_000n, 1_000n, false, 301_000])
    expect(Object.values(price.multipliers).map(({ factor }) => factor)).toEqual(Array(6).fill({ n: 1n, d: 1n }))
    expect(price.multipliers.complexity.why).toBe('what a run takes here is not known')
  })

  it.each([
    // A hundredth of the base, not the half of it that the plan would have: 1000 x 0.01
    [{ complexity: 0.01 }, 10n],
    [{ complexity: 4 }, 4_000n],
    [{ capabilityScore: 1, hourUtc: 20 }, 1_500n],
    // 1 + 0.5 at a hundred that wait, and no more for ten times as many
    [{ queue: 100 }, 1_500n],
    [{ queue: 1_000 }, 1_500n],
    // 0.75 x 0.8 x 0.8 = 0.48: the floor, which an economy job keeps too: 500 / 0.7
    [{ capabilityScore: 0, utilisation: 0, hourUtc: 4, complexity: 1 }, 715n],
    // Before it was measured it may be the smallest job: the floor is that of a hundredth.
    [{ capabilityScore: 0, utilisation: 0, hourUtc: 4 }, 480n],
    // 1 + 4 / 100 x 0.5
    [{ utilisation: 0.5, queue: 4 }, 1_020n],
  ] as const)('of %j is %s', (facts, expected) => {
    expect(askedFor(facts)).toBe(expected)
  })

  it('pays no card for being slow', () => {
    const complexity = (serviceMs?: number, gflops?: number) => complexityOf('inference', cardWork(serviceMs, gflops))
    expect([complexity(5, 10_000), complexity(50, 1_000)]).toEqual([1, 1])
    expect([complexity(0.0001, 100), complexity(1e9, 100_000)]).toEqual([0.01, 1_000])
    for (const unknown of [complexity(undefined, 10), complexity(10), complexity(Number.NaN, 10), complexity(10, 0)]) {
      expect(unknown).toBeUndefined()
    }
  })

  it('counts what takes ten seconds or more as economy', () => {
    expect([99, 100, 500, 2_000, 10_000, 1e9].map(classForBudget)).toEqual([
      ...['realtime', 'realtime', 'fast', 'standard', 'economy', 'economy'],
    ])
  })

  it('refuses a type of job that nobody knows, and says which there are', () => {
    for (const jobType of ['mining', '', '__proto__', 'toString']) {
      expect(() => askedFor({ jobType })).toThrow(expect.objectContaining({ code: 'JOB_TYPE_UNKNOWN' }))
    }
    expect(Object.keys(jobTypeTable)).toEqual([...jobTypes])
  })

  it.each([
    ['capabilityScore', -0.01],
    ['capabilityScore', Number.NaN],
    ['queue', -1],
    ['queue', Number.NaN],
    ['queue', Number.POSITIVE_INFINITY],
    ['utilisation', 1.0001],
    ['hourUtc', -1],
    ['hourUtc', Number.NaN],
    ['complexity', 0.0099],
    ['complexity', 1_001],
    ['complexity', Number.NaN],
  ] as const)('is refused where %s is %s', (key, value) => {
    expect(() => askedFor({ [key]: value })).toThrow(expect.objectContaining({ code: 'PRICE_INPUT' }))
  })

  it('has its vectors in a file, and is what they say', async () => {
    expect(toJson(marketVectors())).toEqual((await openVectors()).market)
  })

  it('never falls with score, queue, use or complexity', () => {
    const most = (a: number | undefined, b: number | undefined): number | undefined =>
      a === undefined || b === undefined ? a : Math.max(a, b)
    fc.assert(
      fc.property(anyFacts, anyFacts, (a, b) => {
        const more = {
          ...a,
          capabilityScore: most(a.capabilityScore, b.capabilityScore),
          queue: most(a.queue, b.queue),
          utilisation: most(a.utilisation, b.utilisation),
          complexity: most(a.complexity, b.complexity),
        }
        return askedFor(more) >= askedFor(a)
      }),
    )
  })

  it('is exact within half a credit, and no class of a job is sold under half the base of its work', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { base, final, isFloor, floor, multipliers } = marketBase(facts)
        const { factor } = multipliers.complexity
        let [n, d] = [2n * base, 2n]
        for (const each of Object.values(multipliers)) [n, d] = [n * each.factor.n, d * each.factor.d]
        const least = facts.complexity === undefined ? { n: 1n, d: 100n } : factor
        const isNear = isFloor ? final === floor : 2n * final * d - 2n * n <= d && 2n * n - 2n * final * d <= d
        return isNear && latencyClasses.every((each) => 2n * jobPrice(final, each) * least.d >= base * least.n)
      }),
    )
  })

  it('is one function with what a client is quoted and charged: the price of the base that the offer names', () => {
    fc.assert(
      fc.property(anyFacts, fc.constantFrom(...latencyClasses), (facts, latencyClass) => {
        const offered = marketBase(facts).final
        return marketPrice({ ...facts, latencyClass }).final === jobPrice(offered, latencyClass)
      }),
    )
  })
})

describe('the least base that covers an amount', () => {
  it('covers it in every class, and one credit less does not', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: PRICE_MAX / 2n }).map(credits), (least) => {
        const base = baseCovering(least)
        const isCovered = (each: bigint): boolean =>
          latencyClasses.every((latencyClass) => jobPrice(credits(each), latencyClass) >= least)
        return isCovered(base) && !isCovered(base - 2n)
      }),
    )
  })

  it('is refused where no offer could name it', () => {
    expect(() => baseCovering(PRICE_MAX)).toThrow(expect.objectContaining({ code: 'PRICE_OVERFLOW' }))
  })
})

describe('the load of the market', () => {
  it('is that of the miner in the middle, whatever a few claim', () => {
    const miners = [1, 3, 5].map((jobs) => ({ jobs, jobsMax: 64 }))
    expect(marketLoad(miners)).toEqual({ queue: 2, utilisation: 1 })
    const liars = [1, 2].map(() => ({ jobs: 4_294_967_295, jobsMax: 4_294_967_295 }))
    expect(marketLoad([...miners, ...liars])!.queue).toBe(4)
    expect(
      marketLoad([
        { jobs: 0, jobsMax: 8 },
        { jobs: 9, jobsMax: 8 },
      ]),
    ).toEqual({ queue: 0, utilisation: 0.5 })
    expect(
      marketLoad([
        { jobs: 1, jobsMax: 8, busy: 0.25 },
        { jobs: 1, jobsMax: 8 },
      ])!.utilisation,
    ).toBe(0.625)
    // More than may wait there cannot.
    expect(marketLoad([{ jobs: 4_294_967_295, jobsMax: 3 }])!.queue).toBe(2)
    expect(marketLoad([])).toBeUndefined()
  })
})
