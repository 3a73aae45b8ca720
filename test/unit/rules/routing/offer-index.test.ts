import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CREDITS_MAX, credits } from '../../../../protocols/kernel/money.ts'
import { chancesOf } from '../../../../protocols/rules/routing/choose-miner.ts'
import { type IndexedOffer, type IndexQuery, OfferIndex } from '../../../../protocols/rules/routing/offer-index.ts'
import { weightsOf } from '../../../../protocols/rules/routing/routing-policy.ts'
import { weigh } from '../../../../protocols/rules/routing/weigh-candidate.ts'
import '../../../support/property-seed.ts'

const DIMENSIONS = 3

/** Exact in single precision, which positions are kept in. */
const coordinate = fc.integer({ min: -400, max: 400 })
const position = fc.array(coordinate, { minLength: DIMENSIONS, maxLength: DIMENSIONS })
const offer: fc.Arbitrary<IndexedOffer> = fc.record(
  {
    price: fc.integer({ min: 0, max: 5_000 }),
    position,
    addedMs: fc.integer({ min: 0, max: 700 }),
    quality: fc.double({ min: 0.05, max: 1, noNaN: true }),
    factor: fc.constantFrom(1, 1, 1, 2, 3, 40),
    isFull: fc.boolean(),
  },
  { requiredKeys: ['price', 'addedMs', 'quality', 'factor'] },
)
const query: fc.Arbitrary<IndexQuery> = fc.record(
  {
    weights: fc.constantFrom(weightsOf('latency'), weightsOf('cost'), weightsOf('balanced')),
    position,
    addedMs: fc.integer({ min: 0, max: 30 }),
    priceMax: fc.integer({ min: 0, max: 5_000 }),
    latencyMsMax: fc.integer({ min: 1, max: 900 }),
    count: fc.integer({ min: 0, max: 20 }),
  },
  { requiredKeys: ['weights', 'count'] },
)
type Step = readonly ['put', number, IndexedOffer] | readonly ['delete', number]
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('put' as const), fc.nat(60), offer) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('delete' as const), fc.nat(60)) },
)

/** By the rules, each weighed by itself. */
function plainCosts(offers: Iterable<IndexedOffer>, asked: IndexQuery): readonly number[] {
  const wish = {
    weights: asked.weights,
    latencyClass: 'standard',
    priceMax: asked.priceMax === undefined ? CREDITS_MAX : credits(asked.priceMax),
    latencyMsMax: asked.latencyMsMax,
  } as const
  const weighed = [...offers].map((each) => {
    const isKnown = each.position !== undefined && asked.position !== undefined
    const wayMs = isKnown ? Math.hypot(...Array.from(each.position, (value, i) => value - asked.position![i]!)) : 0
    const quality = Math.max(0.05, each.quality)
    return weigh(
      {
        price: credits(each.price),
        rttMs: undefined,
        ...(isKnown ? { distance: { ms: wayMs, source: 'coordinates' } as const } : {}),
        serviceMs: each.addedMs + (asked.addedMs ?? 0),
        jobs: each.isFull === true ? 1 : 0,
        jobsMax: each.isFull === true ? 1 : 0,
        failures: 0,
        claimFactor: each.factor,
        score: { points: quality * 100, confidence: 1 },
      },
      wish,
    )
  })
  // The wait of a full one is in what it adds already.
  const free = weighed.filter(({ standing }) => standing === 'fits').map(({ cost }) => cost)
  return free.sort((a, b) => a - b).slice(0, asked.count)
}

describe('an index of offers', () => {
  it('finds what weighing all of them finds, after any puts and deletes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), query, (steps, asked) => {
        const index = new OfferIndex<number>(DIMENSIONS)
        const plain = new Map<number, IndexedOffer>()
        for (const each of steps) {
          if (each[0] === 'put') {
            index.put(each[1], each[2])
            plain.set(each[1], each[2])
          } else {
            expect(index.delete(each[1])).toBe(plain.delete(each[1]))
          }
        }
        expect(index.size).toBe(plain.size)
        const free = [...plain.values()].filter(({ isFull }) => isFull !== true)
        const wanted = plainCosts(free, asked)
        const found = index.best(asked)
        for (const [i, cost] of wanted.entries()) expect(found[i]!.cost / cost).toBeCloseTo(1, 9)
        // Then, and only then, those that are full.
        for (const { key } of found.slice(wanted.length)) expect(plain.get(key)!.isFull).toBe(true)
        expect(new Set(found.map(({ key }) => key)).size).toBe(found.length)
      }),
      { numRuns: 400 },
    )
  })

  it('keeps every offer and no other where many are alike, come, change and go', () => {
    const alike = fc.tuple(fc.nat(80), fc.integer({ min: 0, max: 3 }))
    fc.assert(
      fc.property(fc.array(alike, { maxLength: 400 }), (steps) => {
        const index = new OfferIndex<number>(DIMENSIONS)
        const plain = new Map<number, number>()
        for (const [key, price] of steps) {
          if (price === 0) {
            index.delete(key)
            plain.delete(key)
            continue
          }
          index.put(key, { price: 1_000 + price, position: [1, 1, 1], addedMs: 5, quality: 0.5, factor: 1 })
          plain.set(key, price)
        }
        const found = index.best({ weights: weightsOf('latency'), position: [0, 0, 0], count: 1_000 })
        expect(new Set(found.map(({ key }) => key))).toEqual(new Set(plain.keys()))
        const prices = found.map(({ key }) => plain.get(key)!)
        expect(prices).toEqual(prices.toSorted((a, b) => a - b))
      }),
    )
  })

  it('stays exact when the cells of a place that fills are divided', () => {
    const index = new OfferIndex<number>(DIMENSIONS)
    const offers = Array.from({ length: 2_500 }, (_, i) => ({
      price: 500 + ((i * 7_919) % 2_003),
      position: [(i * 31) % 13, (i * 17) % 11, (i * 7) % 5],
      addedMs: (i * 104_729) % 301,
      quality: 0.3 + ((i * 13) % 7) / 10,
      factor: 1,
    }))
    for (const [i, each] of offers.entries()) index.put(i, each)
    for (let i = 0; i < 2_500; i += 3) index.delete(i)
    const asked = { weights: weightsOf('latency'), position: [5, 5, 5], count: 50 }
    const wanted = plainCosts(
      offers.filter((_, i) => i % 3 !== 0),
      asked,
    )
    expect(index.best(asked).map(({ cost }, i) => Math.abs(cost / wanted[i]! - 1) < 1e-9)).toEqual(
      wanted.map(() => true),
    )
  })

  it('is exact also where more neighbourhoods are claimed than it keeps apart', () => {
    const index = new OfferIndex<number>(DIMENSIONS)
    const offers: IndexedOffer[] = []
    for (let i = 0; i < 3_000; i++) {
      const at = [(i * 7_919) % 30_000, (i * 104_729) % 30_000, (i * 1_299_709) % 30_000]
      const each = { price: 1_000 + (i % 17), position: at, addedMs: i % 90, quality: 0.5 + (i % 5) / 10, factor: 1 }
      offers.push(each)
      index.put(i, each)
    }
    for (let i = 0; i < 20; i++) {
      const asked = { weights: weightsOf('latency'), position: [i * 1_500, i * 700, i * 90], count: 10 }
      const wanted = plainCosts(offers, asked)
      expect(index.best(asked).map(({ cost }, at) => Math.abs(cost / wanted[at]! - 1) < 1e-9)).toEqual(
        wanted.map(() => true),
      )
    }
  })

  it('takes no figure that is none', () => {
    const index = new OfferIndex<number>(DIMENSIONS)
    const good = { price: 1, addedMs: 1, quality: 0.5, factor: 1 }
    for (const wrong of [
      { price: Number.NaN },
      { price: -1 },
      { addedMs: Number.POSITIVE_INFINITY },
      { quality: 0 },
      { factor: 0.5 },
    ]) {
      expect(() => index.put(1, { ...good, ...wrong })).toThrow(RangeError)
    }
    expect(index.size).toBe(0)
  })

  it('names the one that the rules would ask first', () => {
    const index = new OfferIndex<string>(DIMENSIONS)
    const at = { cheap: [1_000, 90], dear: [4_000, 5], fair: [1_200, 20] } as const
    for (const [name, [price, x]] of Object.entries(at)) {
      index.put(name, { price, position: [x, 0, 0], addedMs: 20, quality: 0.5, factor: 1 })
    }
    const wish = {
      weights: weightsOf('latency'),
      latencyClass: 'standard',
      priceMax: CREDITS_MAX,
      latencyMsMax: undefined,
    } as const
    const weighed = Object.entries(at).map(([name, [price, ms]]) => {
      const distance = { ms, source: 'coordinates' } as const
      const known = { rttMs: undefined, distance, serviceMs: 20, jobs: 0, jobsMax: 0, failures: 0 }
      return weigh({ name, price: credits(price), ...known }, wish)
    })
    const names = chancesOf(weighed).map(({ candidate }) => candidate.name)
    expect(index.best({ weights: wish.weights, position: [0, 0, 0], count: 3 }).map(({ key }) => key)).toEqual(names)
  })
})
