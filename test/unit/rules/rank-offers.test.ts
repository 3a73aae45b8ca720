import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import {
  type Budget,
  type Candidate,
  cost,
  estimateMs,
  rankOffers,
  withinBudget,
} from '../../../protocols/rules/routing/rank-offers.ts'
import '../../support/property-seed.ts'

const plain: Candidate = { price: credits(1_000), rttMs: 10, serviceMs: 20, jobs: 0, jobsMax: 8, failures: 0 }
const anyone: Budget = { priceMax: CREDITS_MAX, latencyMsMax: undefined }
const unmoved = (): number => 0
const named = (name: string, facts: Partial<Candidate>): Candidate & { readonly name: string } => ({
  ...plain,
  ...facts,
  name,
})
const names = (candidates: readonly (Candidate & { readonly name: string })[], budget = anyone): readonly string[] =>
  rankOffers(candidates, budget, unmoved).map(({ name }) => name)

const candidate: fc.Arbitrary<Candidate> = fc.record({
  price: fc.bigInt({ min: 0n, max: CREDITS_MAX }).map(credits),
  rttMs: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
  serviceMs: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
  jobs: fc.integer({ min: 0, max: 100 }),
  jobsMax: fc.integer({ min: 1, max: 64 }),
  failures: fc.double({ min: 0, max: 50, noNaN: true }),
})
const budget: fc.Arbitrary<Budget> = fc.record({
  priceMax: fc.bigInt({ min: 0n, max: CREDITS_MAX }).map(credits),
  latencyMsMax: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
})
const draws = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
const drawn = (from: readonly number[]): (() => number) => {
  let at = 0
  return () => from[at++ % from.length]!
}

describe('ranking', () => {
  it('keeps the budget, whatever is offered and drawn', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 12 }), budget, draws, (all, wanted, from) => {
        for (const { price, rttMs, serviceMs, jobs, jobsMax, failures } of rankOffers(all, wanted, drawn(from))) {
          expect(price).toBeLessThanOrEqual(wanted.priceMax)
          const estimate = estimateMs({ price, rttMs, serviceMs, jobs, jobsMax, failures })
          if (wanted.latencyMsMax !== undefined && rttMs !== undefined)
            expect(estimate).toBeLessThanOrEqual(wanted.latencyMsMax)
        }
      }),
    )
  })

  it('drops nobody who fits, and invents nobody', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 12 }), budget, draws, (all, wanted, from) => {
        const ranked = rankOffers(all, wanted, drawn(from))
        const fitting = all.filter((each) => withinBudget(each, wanted))
        expect(ranked).toHaveLength(fitting.length)
        for (const each of fitting) expect(ranked).toContain(each)
      }),
    )
  })

  it('puts those who are full behind all others, whatever they cost', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 12 }), draws, (all, from) => {
        const full = rankOffers(all, anyone, drawn(from)).map(({ jobs, jobsMax }) => jobs >= jobsMax)
        return full.lastIndexOf(false) < (full.indexOf(true) === -1 ? full.length : full.indexOf(true))
      }),
    )
  })

  it('never puts a candidate behind one that is more than a tenth worse', () => {
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 12 }), draws, (all, from) => {
        const free = all.filter(({ jobs, jobsMax }) => jobs < jobsMax)
        const costs = rankOffers(free, anyone, drawn(from)).map(cost)
        for (let i = 1; i < costs.length; i++) if (costs[i - 1]! > costs[i]! * 1.1 * 1.000001) return false
        return true
      }),
    )
  })

  it('prefers the cheaper of two that are equally near, and the nearer of two that cost the same', () => {
    expect(names([named('dear', { price: credits(2_000) }), named('cheap', {})])).toEqual(['cheap', 'dear'])
    expect(names([named('far', { rttMs: 200 }), named('near', {})])).toEqual(['near', 'far'])
  })

  it('prefers one that is known to be near to one that is not known, and that to one known to be far', () => {
    const all = [named('far', { rttMs: 400 }), named('unknown', { rttMs: undefined }), named('near', {})]
    expect(names(all)).toEqual(['near', 'unknown', 'far'])
  })

  it('tries a miner that failed lately behind an equal one, and behind one that is somewhat dearer', () => {
    const all = [named('failed', { failures: 1 }), named('dearer', { price: credits(3_500) }), named('equal', {})]
    expect(names(all)).toEqual(['equal', 'dearer', 'failed'])
  })

  it('lets chance decide between equals, so that they share the work', () => {
    const all = [named('a', {}), named('b', {}), named('c', {})]
    const first = (from: readonly number[]): string => rankOffers(all, anyone, drawn(from))[0]!.name
    expect([first([0, 1, 1]), first([1, 0, 1]), first([1, 1, 0])]).toEqual(['a', 'b', 'c'])
  })

  it('gives a miner a chance of which only the price is known', () => {
    const unknown = named('unknown', { rttMs: undefined, serviceMs: undefined })
    expect(names([unknown], { ...anyone, latencyMsMax: 1 })).toEqual(['unknown'])
  })

  it('finds nobody where nobody fits', () => {
    expect(names([named('dear', {})], { priceMax: credits(999), latencyMsMax: undefined })).toEqual([])
    expect(names([named('slow', {})], { priceMax: CREDITS_MAX, latencyMsMax: 29 })).toEqual([])
    expect(names([named('in time', {})], { priceMax: CREDITS_MAX, latencyMsMax: 30 })).toEqual(['in time'])
  })
})

describe('the estimate', () => {
  it('is the way there and back, the work, and the wait behind those who came before', () => {
    expect(estimateMs(plain)).toBe(30)
    expect(estimateMs({ ...plain, jobs: 4 })).toBe(40)
  })

  it('never falls with load', () => {
    fc.assert(fc.property(candidate, (each) => estimateMs({ ...each, jobs: each.jobs + 1 }) >= estimateMs(each)))
  })
})
