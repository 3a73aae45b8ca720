import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { Candidate } from '../../../../protocols/rules/routing/candidate.ts'
import { estimateLatency } from '../../../../protocols/rules/routing/estimate-latency.ts'
import { guessFrom } from '../../../../protocols/rules/routing/guess-latency.ts'
import { weightsOf } from '../../../../protocols/rules/routing/routing-policy.ts'
import { performanceOf, qualityOf, weigh } from '../../../../protocols/rules/routing/weigh-candidate.ts'
import { ANYTHING, anyCandidate, anyWish, named } from '../../../support/routing-candidates.ts'
import '../../../support/property-seed.ts'

const plain = named('plain')
const costOf = (facts: Parameters<typeof named>[1], policy = 'latency'): number =>
  weigh(named('it', facts), { ...ANYTHING, weights: weightsOf(policy) }).cost

describe('the weight of a candidate', () => {
  it('is a positive number, whatever offers, measurements and scores say', () => {
    fc.assert(
      fc.property(anyCandidate, anyWish, (candidate, wish) => {
        const { cost, factors, quality, latency } = weigh(candidate, wish)
        for (const number of [cost, ...Object.values(factors), quality, latency.ms]) {
          expect(number).toBeGreaterThan(0)
          expect(number).toBeLessThan(Number.POSITIVE_INFINITY)
        }
      }),
    )
  })

  it('is the product of its terms, so that they explain it', () => {
    fc.assert(
      fc.property(anyCandidate, anyWish, (candidate, wish) => {
        const { cost, factors } = weigh(candidate, wish)
        const product = Object.values(factors).reduce((all, factor) => all * factor, 1)
        expect(cost / product).toBeCloseTo(1, 9)
      }),
    )
  })

  it('falls with price, latency and what is held against it, and rises with nothing', () => {
    expect(costOf({ price: credits(2_000) })).toBeGreaterThan(costOf({}))
    expect(costOf({ rttMs: 11 })).toBeGreaterThan(costOf({}))
    expect(costOf({ jobs: 1 })).toBeGreaterThan(costOf({}))
    expect(costOf({ score: { points: 70, confidence: 1 } })).toBeGreaterThan(costOf({}))
    expect(costOf({ failures: 1 })).toBeCloseTo(costOf({}) * 2, 9)
    expect(costOf({ claimFactor: 3 })).toBeCloseTo(costOf({}) * 3, 9)
    expect(costOf({ auditFactor: 10 })).toBeCloseTo(costOf({}) * 10, 9)
    expect(costOf({ reach: 'relayed' })).toBeGreaterThan(costOf({ reach: 'punched' }))
  })

  it('takes nothing below one for what is held against somebody: nobody gains by being accused', () => {
    expect(costOf({ claimFactor: 0.1, auditFactor: -5, failures: -3 })).toBe(costOf({}))
  })

  it('lets the policy say whether a cheap or a quick one is better', () => {
    const [cheap, quick] = [
      { price: credits(500), rttMs: 60 },
      { price: credits(1_500), rttMs: 5 },
    ] as const
    expect(costOf(quick, 'latency')).toBeLessThan(costOf(cheap, 'latency'))
    expect(costOf(cheap, 'cost')).toBeLessThan(costOf(quick, 'cost'))
  })

  it('is the same order in any unit of money', () => {
    const of = (price: number, rttMs: number): number => costOf({ price: credits(price), rttMs }, 'balanced')
    expect(of(1_000, 20) / of(2_000, 10)).toBeCloseTo(of(1_000_000, 20) / of(2_000_000, 10), 9)
  })
})

describe('what is expected of a score', () => {
  it('is its points as far as there is confidence, and a stranger for the rest', () => {
    expect(qualityOf({ points: 90, confidence: 1 })).toBe(0.9)
    expect(qualityOf({ points: 90, confidence: 0.5 })).toBeCloseTo(0.7, 9)
    expect(qualityOf({ points: 90, confidence: 0 })).toBe(0.5)
    expect(qualityOf(undefined)).toBe(0.5)
    expect(qualityOf({ points: undefined, confidence: 1 })).toBe(0.5)
  })

  it('is never better for a new name than for a good one, nor worse than for a bad one', () => {
    expect(costOf({ score: { points: 80, confidence: 1 } })).toBeLessThan(
      weigh({ ...plain, score: { points: undefined, confidence: 0 } }, ANYTHING).cost,
    )
    expect(costOf({ score: { points: 20, confidence: 1 } })).toBeGreaterThan(
      weigh({ ...plain, score: { points: undefined, confidence: 0 } }, ANYTHING).cost,
    )
  })
})

describe('what a candidate is good for', () => {
  const standing = (facts: Parameters<typeof named>[1], wish = {}) =>
    weigh(named('it', facts), { ...ANYTHING, ...wish }).standing

  it('is nothing where it breaks a limit of the budget', () => {
    expect(standing({}, { priceMax: credits(999) })).toBe('too dear')
    expect(standing({}, { latencyMsMax: 29 })).toBe('too slow')
    expect(standing({}, { latencyMsMax: 30 })).toBe('fits')
    expect(standing({ reach: 'unreachable' })).toBe('unreachable')
    expect(standing({ reach: 'unreachable' }, { priceMax: credits(999) })).toBe('too dear')
    expect(standing({ breaker: 'excluded' })).toBe('excluded')
    expect(standing({ jobs: 8 })).toBe('full')
    expect(standing({ jobs: 8, jobsMax: 0 })).toBe('fits')
  })

  it('is in doubt where nothing is known, and then it gets its chance', () => {
    expect(standing({ rttMs: undefined, serviceMs: undefined }, { latencyMsMax: 1 })).toBe('fits')
  })

  it('counts an estimate by coordinates or geography where nothing is measured, and the measured before both', () => {
    const distance = { ms: 90, source: 'coordinates' } as const
    expect(standing({ rttMs: undefined, distance }, { latencyMsMax: 100 })).toBe('too slow')
    expect(standing({ rttMs: 10, distance }, { latencyMsMax: 100 })).toBe('fits')
    expect(estimateLatency(named('it', { rttMs: undefined, distance }))).toMatchObject({
      rttMs: 90,
      source: 'coordinates',
    })
    expect(estimateLatency(named('it', { distance }))).toMatchObject({ rttMs: 10, source: 'measured' })
    const nowhere = { ms: Number.NaN, source: 'geography' } as const
    expect(estimateLatency(named('it', { rttMs: undefined, distance: nowhere }))).toMatchObject({
      rttMs: 100,
      source: 'unknown',
    })
  })
})

describe('the estimate', () => {
  const estimateMs = (candidate: Candidate): number => estimateLatency(candidate).ms

  it('is the way there and back, the work, and the wait behind those who came before', () => {
    expect(estimateMs(plain)).toBe(30)
    expect(estimateMs({ ...plain, jobs: 4 })).toBe(40)
  })

  it('never falls with load', () => {
    fc.assert(fc.property(anyCandidate, (each) => estimateMs({ ...each, jobs: each.jobs + 1 }) >= estimateMs(each)))
  })

  it('is never below the quickest answer that came, whatever a miner says of its way, its work and its wait', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.integer({ min: 1, max: 5_000 }), (rttMs, serviceMs, quickestMs) => {
        const said = estimateLatency({ ...plain, rttMs, serviceMs })
        const { ms, waitingMs } = estimateLatency({ ...plain, rttMs, serviceMs, quickestMs })
        expect(ms).toBeCloseTo(Math.max(said.ms, quickestMs))
        expect(ms).toBeCloseTo(rttMs + serviceMs + waitingMs)
      }),
    )
  })
})

describe('what is guessed', () => {
  it('is what is known of the others, so that nobody is preferred for having been measured', () => {
    const known = [
      named('a', { rttMs: 4, serviceMs: 3 }),
      named('b', { rttMs: 6, serviceMs: 5 }),
      named('c', { rttMs: 90, serviceMs: undefined }),
    ]
    const unknown = named('d', { rttMs: undefined, serviceMs: undefined })
    const guess = guessFrom([...known, unknown])
    expect(guess).toEqual({ rttMs: 6, serviceMs: 5 })
    expect(weigh(unknown, { ...ANYTHING, guess }).cost).toBe(weigh(known[1]!, { ...ANYTHING, guess }).cost)
    expect(weigh(unknown, { ...ANYTHING, guess }).latency).toMatchObject({ source: 'unknown', isServiceKnown: false })
  })

  it('is the same for all where nothing is known, and takes nothing for known that is no number', () => {
    const nothing = named('x', {
      rttMs: Number.NaN,
      serviceMs: -1,
      distance: { ms: Number.POSITIVE_INFINITY, source: 'geography' },
    })
    expect(guessFrom([nothing])).toEqual({ rttMs: 100, serviceMs: 50 })
    expect(guessFrom([])).toEqual({ rttMs: 100, serviceMs: 50 })
  })
})

describe('the performance multiplier', () => {
  it('has the bounds of the plan, for the realtime class, and is 1 for whom nobody measured', () => {
    const at = (rttMs: number, latencyClass: 'realtime' | 'fast' = 'realtime') =>
      performanceOf(estimateLatency(named('it', { rttMs, serviceMs: 0 })), latencyClass)
    expect([99, 100, 200, 201].map((ms) => at(ms))).toEqual([0.8, 1, 1, 1.5])
    expect(at(10, 'fast')).toBe(1)
    expect(performanceOf(estimateLatency(named('it', { rttMs: undefined })), 'realtime')).toBe(1)
  })

  it('moves the ranking only: the price that is agreed stays what was offered', () => {
    const slow = named('slow', { rttMs: 300 })
    const weighed = weigh(slow, { ...ANYTHING, latencyClass: 'realtime' })
    expect(weighed.performance).toBe(1.5)
    expect(weighed.candidate.price).toBe(slow.price)
    // Nor does it make a price too dear that is not.
    expect(weigh(slow, { ...ANYTHING, latencyClass: 'realtime', priceMax: slow.price }).standing).toBe('fits')
  })
})
