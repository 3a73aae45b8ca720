import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CREDITS_MAX, credits } from '../../../../protocols/kernel/money.ts'
import type { Candidate } from '../../../../protocols/rules/routing/candidate.ts'
import {
  type Chance,
  chancesOf,
  chooseMiner,
  GROUP_SHARE_MAX,
  mayBeAsked,
  NEAR_FACTOR,
  NEWCOMER_COST_MAX,
  NEWCOMER_SHARE,
} from '../../../../protocols/rules/routing/choose-miner.ts'
import { closestMiss, worstTerm } from '../../../../protocols/rules/routing/explain-loss.ts'
import { type Wish, weigh } from '../../../../protocols/rules/routing/weigh-candidate.ts'
import {
  ANYTHING,
  anyCandidate,
  anyWish,
  type Named,
  named,
  plainCandidate,
} from '../../../support/routing-candidates.ts'
import '../../../support/property-seed.ts'

const chances = <T extends Candidate>(
  candidates: readonly T[],
  wish: Partial<Wish> = {},
  isWarm?: (it: T) => boolean,
) =>
  chancesOf(
    candidates.map((candidate) => weigh(candidate, { ...ANYTHING, ...wish })),
    isWarm,
  )
const told = (all: readonly Chance<Named>[]) => all.map(({ candidate, reason }) => [candidate.name, reason])
const sum = (all: readonly { readonly chance: number }[]): number =>
  all.reduce((total, { chance }) => total + chance, 0)
const unknown = { score: { points: undefined, confidence: 0 } }
const isStranger = ({ reason }: Chance): boolean => reason === 'newcomer' || reason === 'on trial'

describe('the chances', () => {
  it('name everybody once, and add up to one where anybody may be asked', () => {
    for (const [each, runs] of [
      [anyCandidate, 300],
      [plainCandidate, 1_000],
    ] as const) {
      fc.assert(
        fc.property(fc.array(each, { maxLength: 16 }), anyWish, (candidates, wish) => {
          const all = chances(candidates, wish)
          expect(new Set(all.map(({ candidate }) => candidate))).toEqual(new Set(candidates))
          expect(sum(all)).toBeCloseTo(all.some(mayBeAsked) ? 1 : 0, 9)
          for (const one of all) expect(one.chance).toBeGreaterThanOrEqual(0)
        }),
        { numRuns: runs },
      )
    }
  })

  it('give nothing to who breaks the budget, whatever it offers', () => {
    fc.assert(
      fc.property(fc.array(anyCandidate, { maxLength: 16 }), anyWish, (candidates, wish) => {
        for (const { candidate, chance, latency } of chances(candidates, wish)) {
          if (chance === 0) continue
          expect(candidate.price).toBeLessThanOrEqual(wish.priceMax)
          if (wish.latencyMsMax !== undefined && latency.source !== 'unknown') {
            expect(latency.ms).toBeLessThanOrEqual(wish.latencyMsMax)
          }
        }
      }),
    )
  })

  it('give nothing to who is worse than the near ones, strangers apart', () => {
    fc.assert(
      fc.property(fc.array(plainCandidate, { minLength: 1, maxLength: 16 }), (candidates) => {
        const all = chances(candidates)
        for (const each of all) {
          if (each.chance > 0 && !isStranger(each)) expect(each.cost).toBeLessThanOrEqual(all[0]!.cost * NEAR_FACTOR)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('give the full, the excluded and the unreachable a job only where nobody else is left', () => {
    expect(
      told(
        chances([
          named('full', { jobs: 8 }),
          named('out', { breaker: 'excluded' }),
          named('dear', { price: credits(99_000) }),
        ]),
      ),
    ).toEqual([
      ['dear', 'best'],
      ['full', 'full'],
      ['out', 'excluded'],
    ])
    expect(
      chances([named('full', { jobs: 8 }), named('out', { breaker: 'excluded' })]).map(({ chance }) => chance),
    ).toEqual([1, 0])
    expect(chances([named('out', { breaker: 'excluded' })])[0]!.chance).toBe(1)
    const gone = named('gone', { reach: 'unreachable', price: credits(1) })
    expect(told(chances([gone, named('out', { breaker: 'excluded' })]))).toEqual([
      ['out', 'excluded'],
      ['gone', 'unreachable'],
    ])
    expect(chances([gone])[0]!.chance).toBe(1)
  })

  it('are shared by the nearly equal, the better ones first, so that no one miner drowns in work', () => {
    const [a, b, c] = chances([
      named('a'),
      named('b', { price: credits(1_100) }),
      named('c', { price: credits(1_300) }),
    ])
    expect([a!.reason, b!.reason, c!.reason]).toEqual(['best', 'near the best', 'worse'])
    expect(a!.chance).toBeGreaterThan(b!.chance)
    expect(b!.chance).toBeGreaterThan(a!.chance / 2)
    expect(c!.chance).toBe(0)
  })
})

describe('a warm miner', () => {
  const isWarm = ({ name }: Named): boolean => name === 'warm'

  it('keeps the jobs of its model while it is near the best', () => {
    const all = chances([named('best'), named('warm', { price: credits(1_100) })], {}, isWarm)
    expect(told(all)).toEqual([
      ['best', 'worse'],
      ['warm', 'warm'],
    ])
    expect(all[1]!.chance).toBe(1)
  })

  it('loses them when it is not', () => {
    expect(told(chances([named('best'), named('warm', { price: credits(2_000) })], {}, isWarm))).toEqual([
      ['best', 'best'],
      ['warm', 'worse'],
    ])
    expect(told(chances([named('best'), named('warm', { jobs: 8 })], {}, isWarm))[1]).toEqual(['warm', 'full'])
  })
})

describe('newcomers', () => {
  it('get a small part of the jobs, and no more', () => {
    fc.assert(
      fc.property(fc.array(plainCandidate, { minLength: 1, maxLength: 40 }), (candidates) => {
        const strangers = chances(candidates).filter(isStranger)
        expect(sum(strangers)).toBeLessThanOrEqual(NEWCOMER_SHARE + 1e-9)
        const groups = Map.groupBy(strangers, ({ candidate }) => candidate.group)
        for (const group of groups.values()) expect(sum(group)).toBeLessThanOrEqual(GROUP_SHARE_MAX + 1e-9)
      }),
      { numRuns: 500 },
    )
  })

  it('share it by owner or network, so that many names are worth no more than one', () => {
    const sybils = Array.from({ length: 100 }, (_, i) => named(`sybil ${i}`, { ...unknown, group: 'mallory' }))
    const all = chances([named('known'), named('honest', { ...unknown, group: 'alice' }), ...sybils])
    expect(sum(all.filter(({ candidate }) => candidate.group === 'mallory'))).toBeCloseTo(GROUP_SHARE_MAX, 9)
    expect(all.find(({ candidate }) => candidate.name === 'honest')!.chance).toBeCloseTo(GROUP_SHARE_MAX, 9)
    const many = Array.from({ length: 50 }, (_, i) => named(`owner ${i}`, { ...unknown, group: `owner ${i}` }))
    expect(sum(chances([named('known'), ...many]).filter(isStranger))).toBeCloseTo(NEWCOMER_SHARE, 9)
  })

  it('cost a client no more than a bounded extra', () => {
    fc.assert(
      fc.property(fc.array(plainCandidate, { minLength: 1, maxLength: 16 }), (candidates) => {
        const all = chances(candidates)
        for (const each of all)
          if (isStranger(each)) expect(each.cost).toBeLessThanOrEqual(all[0]!.cost * NEWCOMER_COST_MAX)
      }),
    )
    expect(told(chances([named('known'), named('robber', { ...unknown, price: credits(50_000) })]))[1]).toEqual([
      'robber',
      'worse',
    ])
  })

  it('need nothing set aside where the best are unknown themselves', () => {
    expect(told(chances([named('a', unknown), named('b', { ...unknown, price: credits(1_500) })]))).toEqual([
      ['a', 'best'],
      ['b', 'worse'],
    ])
  })

  it('that look better than all who are known get no more than their share: a low price is a promise, and a name costs nothing', () => {
    const cheap = { price: credits(1), ...unknown, group: 'mallory' }
    const all = chances([named('cheap', cheap), named('known')])
    expect(told(all)).toEqual([
      ['known', 'best'],
      ['cheap', 'newcomer'],
    ])
    expect(all[1]!.chance).toBeCloseTo(GROUP_SHARE_MAX, 9)
  })

  it('are those too of whom no audit has found an answer to be right, however quick and sure they are', () => {
    const all = chances([
      named('quick', { price: credits(1), isUntested: true, group: 'mallory', score: { points: 100, confidence: 1 } }),
      named('known'),
    ])
    expect(told(all)).toEqual([
      ['known', 'best'],
      ['quick', 'newcomer'],
    ])
  })

  it('do not stand behind who is known for a false answer alone', () => {
    const all = chances([
      named('liar', { price: credits(800), auditFactor: 4 }),
      named('a', unknown),
      named('b', unknown),
    ])
    expect(told(all)).toEqual([
      ['a', 'best'],
      ['b', 'near the best'],
      ['liar', 'worse'],
    ])
    expect(told(chances([named('known'), named('liar', { auditFactor: 4 })]))).toEqual([
      ['known', 'best'],
      ['liar', 'worse'],
    ])
  })

  it('are not those on trial that were the best before and are as good as ever', () => {
    const all = chances([named('far', { rttMs: 150 }), named('back', { breaker: 'probe', failures: 0 })])
    expect(told(all)).toEqual([
      ['back', 'best'],
      ['far', 'worse'],
    ])
  })

  it('are also those that failed and are on trial again', () => {
    const all = chances([named('known'), named('back', { breaker: 'probe', failures: 0.5, group: 'bob' })])
    expect(told(all)[1]).toEqual(['back', 'on trial'])
    expect(all[1]!.chance).toBeCloseTo(GROUP_SHARE_MAX, 9)
  })
})

describe('the draw', () => {
  it('of 0 always means the best, so that a fixed one makes a network that can be foretold', () => {
    fc.assert(
      fc.property(fc.array(plainCandidate, { minLength: 1, maxLength: 16 }), (candidates) => {
        const all = chances(candidates)
        expect(chooseMiner(all, 0)).toBe(all[0])
      }),
    )
  })

  it('asks each as often as its chance says', () => {
    const all = chances([named('a'), named('b', { price: credits(1_100) }), named('new', { ...unknown, group: 'x' })])
    const asked = new Map<string, number>()
    const draws = 20_000
    for (let i = 0; i < draws; i++) {
      const { name } = chooseMiner(all, (i + 0.5) / draws)!.candidate
      asked.set(name, (asked.get(name) ?? 0) + 1)
    }
    for (const { candidate, chance } of all) expect(asked.get(candidate.name)! / draws).toBeCloseTo(chance, 3)
  })

  it('finds somebody for every number, and nobody where nobody may be asked', () => {
    fc.assert(
      fc.property(
        fc.array(plainCandidate, { maxLength: 16 }),
        anyWish,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (candidates, wish, draw) => {
          const all = chances(candidates, wish)
          expect(chooseMiner(all, draw) !== undefined).toBe(all.some(mayBeAsked))
        },
      ),
    )
  })
})

describe('why one lost', () => {
  it('is the term in which it is furthest behind', () => {
    const [best, ...others] = chances([
      named('best'),
      named('dear', { price: credits(9_000) }),
      named('far', { rttMs: 200 }),
      named('bad', { score: { points: 5, confidence: 1 } }),
      named('caught', { auditFactor: 10 }),
    ])
    const why = Object.fromEntries(others.map((each) => [each.candidate.name, worstTerm(each, best!)]))
    expect(why).toEqual({ dear: 'price', far: 'latency', bad: 'quality', caught: 'audits' })
    expect(worstTerm(best!, best!)).toBeUndefined()
  })

  it('names what came closest to a budget that nobody keeps', () => {
    const miss = (facts: readonly Parameters<typeof named>[1][], wish: Partial<Wish>) => {
      const all = { ...ANYTHING, ...wish }
      return closestMiss(
        facts.map((each) => weigh(named('it', each), all)),
        all,
      )
    }
    expect(miss([{}, { rttMs: 90 }], { latencyMsMax: 5 })).toMatchObject({
      kind: 'too slow',
      ms: 30,
      source: 'measured',
      msMax: 5,
    })
    expect(miss([{ price: credits(700) }, {}], { priceMax: credits(600) })).toMatchObject({
      kind: 'too dear',
      price: 700n,
    })
    // A tenth too dear is nearer than twice too slow.
    expect(
      miss([{ price: credits(1_100) }, { rttMs: 40 }], { priceMax: credits(1_000), latencyMsMax: 30 }),
    ).toMatchObject({ kind: 'too dear' })
    expect(miss([{}], {})).toBeUndefined()
    expect(miss([{}], { priceMax: credits(0) })).toMatchObject({ kind: 'too dear' })
    expect(miss([{}], { priceMax: CREDITS_MAX })).toBeUndefined()
  })
})
