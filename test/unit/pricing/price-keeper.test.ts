import { describe, expect, it } from 'vitest'
import { DrawnWatts } from '../../../node/pricing/drawn-watts.ts'
import { othersOffers } from '../../../node/pricing/others-offers.ts'
import { type MovedPrice, PriceKeeper, type PriceKeeperNeeds, STEP_MS } from '../../../node/pricing/price-keeper.ts'
import { priceTerms } from '../../../node/pricing/price-terms.ts'
import { priceWish } from '../../../node/pricing/price-wish.ts'
import { ModelSeat } from '../../../node/work/queue/model-seat.ts'
import { ServedModel } from '../../../node/work/served-models.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { PriceWish } from '../../../protocols/rules/pricing/price-strategy.ts'
import { type Offer, shortOf } from '../../../protocols/wire/offer/offer.ts'
import { priceTermsCodec } from '../../../protocols/wire/offer/price-terms.ts'
import { IdentitySession } from '../../support/engines/identity-session.ts'
import { offerOf } from '../../support/offers.ts'
import { crypto, digestOf } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { model } from '../../support/wire-vectors/job-samples.ts'

/** Noon: no multiplier of the hour. */
const NOON_MS = Date.UTC(2026, 0, 1, 12)
const OWN = `0x${'f'.repeat(40)}` as Address

function set(wish: Partial<PriceWish> = {}, more: Partial<PriceKeeperNeeds> = {}) {
  const clock = new ManualClock(NOON_MS)
  const session = new IdentitySession(clock, 1)
  const { kernelClass, inputs, outputs } = session
  const served = new ServedModel(
    { id: model, name: 'm', bytes: 1, base: credits(1_000), kernelClass, inputs, outputs },
    [new ModelSeat(crypto, 'cpu', session)],
  )
  const facts = { offers: [] as readonly Offer[], jobs: 0, told: undefined as Credits | undefined }
  const moved: MovedPrice[] = []
  const failures: MeshError[] = []
  const needs: PriceKeeperNeeds = {
    clock,
    models: { all: () => [served] },
    own: OWN,
    offers: () => facts.offers,
    load: () => ({ jobs: facts.jobs, jobsMax: 4 }),
    seats: 1,
    scoreOf: () => undefined,
    gflopsOf: () => 1_000,
    drawnW: () => undefined,
    energyPrice: undefined,
    toldFor: () => facts.told,
    onMoved: (all) => moved.push(...all),
    onFailure: (error) => failures.push(error),
    ...more,
  }
  const keeper = new PriceKeeper(needs, { strategy: 'demand', price: credits(1_000), ...wish })
  return { clock, served, facts, moved, failures, keeper }
}

const others = (...bases: readonly number[]): readonly Offer[] =>
  bases.map((base, i) => offerOf({ miner: i + 1, body: { models: [{ short: shortOf(model), base: credits(base) }] } }))

describe('what a miner asks', () => {
  it('stands before the first offer, and moves once a minute', () => {
    const { served, clock } = set()
    expect(served.base).toBe(1_000n)
    // Nothing was computed in this minute: two hundredths less.
    clock.advance(STEP_MS - 1)
    expect(served.base).toBe(1_000n)
    clock.advance(1)
    expect(served.base).toBe(980n)
  })

  it('rises while its time is used, by what it computed and not by what waits', () => {
    const { served, clock, facts } = set()
    facts.jobs = 4
    for (let minute = 0; minute < 3; minute++) {
      served.observe(STEP_MS * 1_000)
      clock.advance(STEP_MS)
    }
    expect(served.base).toBe(1_061n)
    served.observe(STEP_MS * 500)
    clock.advance(STEP_MS)
    expect(served.base).toBe(1_061n)
  })

  it('is told at once only where it is off by a twentieth of what was told', () => {
    const { moved, clock, facts } = set()
    facts.told = credits(1_000)
    clock.advance(2 * STEP_MS)
    expect(moved).toEqual([])
    clock.advance(STEP_MS)
    expect(moved).toMatchObject([{ before: 1_000n, asked: { base: 941n } }])
  })

  it('follows the market of its own model, and never itself', () => {
    const { served, clock, facts } = set({ strategy: 'undercut' })
    const own = {
      ...offerOf({ miner: 9, body: { models: [{ short: shortOf(model), base: credits(1) }] } }),
      miner: OWN,
    }
    const another = modelIdOf(digestOf('another'))
    const foreign = offerOf({ miner: 8, body: { models: [{ short: shortOf(another), base: credits(2) }] } })
    facts.offers = [own, foreign, ...others(5_000, 3_000)]
    clock.advance(STEP_MS)
    expect(served.base).toBe(2_970n)
  })

  it('is cheap for a model that takes little of a card, once that was seen', () => {
    const { served, clock } = set({ strategy: 'market' })
    expect([served.base, served.asked!.formula.multipliers.complexity.why]).toEqual([
      1_000n,
      'what a run takes here is not known',
    ])
    // 1 ms at 1,000 GFLOP/s, of 5 ms at 10,000.
    served.observe(1_000)
    clock.advance(STEP_MS)
    // 1000 x 0.02 x 0.8, for nothing else is at work anywhere.
    expect(served.base).toBe(16n)
  })

  it('follows the hour', () => {
    const { served, clock } = set({ strategy: 'market' })
    clock.advance(6 * 3_600_000)
    expect(served.asked!.formula.multipliers.timeOfDay.factor).toEqual({ n: 6n, d: 5n })
  })

  it('counts how many ask less', () => {
    const { keeper, served, facts } = set({ strategy: 'fixed' })
    facts.offers = others(999, 1_000, 1_001, 5)
    expect(keeper.rankOf(served)).toEqual({ cheaper: 2, others: 4 })
  })

  it('keeps what it asked where a step fails, and tries again', () => {
    let fails = false
    const { served, clock, failures } = set({ strategy: 'fixed' }, { scoreOf: () => (fails ? Number.NaN : 0.5) })
    fails = true
    clock.advance(STEP_MS)
    expect(failures).toMatchObject([{ code: 'PRICE_INPUT' }])
    expect(served.base).toBe(1_000n)
    fails = false
    clock.advance(STEP_MS)
    expect(failures).toHaveLength(1)
  })

  it('ends with its keeper', () => {
    const { keeper, clock } = set()
    keeper[Symbol.dispose]()
    expect(clock.pending).toBe(0)
  })
})

describe('another wish of the owner', () => {
  it('holds at once, from its own beginning', () => {
    const { keeper, served, clock, facts, moved } = set()
    clock.advance(5 * STEP_MS)
    facts.told = served.base
    keeper.change({ strategy: 'demand', price: credits(5_000) })
    expect([served.base, keeper.wish.price]).toEqual([5_000n, 5_000n])
    expect(moved).toMatchObject([{ asked: { base: 5_000n } }])
    clock.advance(STEP_MS)
    expect(served.base).toBe(4_900n)
  })

  it('that contradicts itself changes nothing', () => {
    const { keeper, served } = set()
    const crossed = { strategy: 'market', price: credits(1), min: credits(2), max: credits(1) } as const
    expect(() => keeper.change(crossed)).toThrow(expect.objectContaining({ code: 'PRICE_INPUT' }))
    expect([served.base, keeper.wish.strategy]).toEqual([1_000n, 'demand'])
    expect(() => set(crossed)).toThrow(expect.objectContaining({ code: 'PRICE_INPUT' }))
  })

  it('is read from the settings: what is named stands, and else the market decides', () => {
    const none = { basePrice: undefined, basePriceMin: undefined, basePriceMax: undefined }
    expect(priceWish({ ...none, priceStrategy: 'auto' })).toEqual({ strategy: 'market', price: 1_000n })
    const named = { ...none, basePrice: credits(7), basePriceMax: credits(9) }
    expect(priceWish({ ...named, priceStrategy: 'auto' })).toEqual({ strategy: 'fixed', price: 7n, max: 9n })
    expect(priceWish({ ...named, priceStrategy: 'demand' }).strategy).toBe('demand')
  })
})

describe('what energy costs', () => {
  it('is the floor of every price, for the time that a run takes and the watts beyond rest', () => {
    const energyPrice = credits(300_000)
    const { served, clock, keeper } = set({ strategy: 'fixed', price: credits(1) }, { energyPrice, drawnW: () => 360 })
    expect(served.base).toBe(1n)
    // 360 W for 100 s are a hundredth of a kilowatt-hour: 3,000 credits, which an economy job has to bring too.
    served.observe(100_000_000)
    clock.advance(STEP_MS)
    expect([served.base, served.asked!.bound]).toEqual([4_286n, 'energy'])
    // 4,286 credits for 100,000 GFLOP; a kilowatt-hour costs 300,000, so a watt-second has to bring 1.94 GFLOP.
    expect(keeper.perWattMin()).toBeCloseTo(300_000 / 3_600_000 / (42 / 1_000), 6)
    expect(set().keeper.perWattMin()).toBeUndefined()
  })

  it('is not known before a card was seen at rest and at work', () => {
    const drawn = new DrawnWatts()
    expect(drawn.beyondRest('card')).toBeUndefined()
    drawn.see('card', { atMs: 0, powerW: 30, utilisation: 0.02 } as never)
    drawn.see('card', { atMs: 1, powerW: 100, utilisation: 0.4 } as never)
    drawn.see('card', { atMs: 1, utilisation: 0.9 } as never)
    expect(drawn.beyondRest('card')).toBeUndefined()
    drawn.see('card', { atMs: 2, powerW: 280, utilisation: 0.97 } as never)
    expect(drawn.beyondRest('card')).toBe(250)
    for (let other = 0; other < 64; other++) drawn.see(`${other}`, { atMs: 0, powerW: 1, utilisation: 0 } as never)
    expect(drawn.beyondRest('card')).toBeUndefined()
  })
})

describe('what a miner tells of its price', () => {
  it('has every multiplier but the class of a job, and fits the wire', () => {
    const { served, clock, keeper } = set({ strategy: 'market' })
    clock.setWall(NOON_MS + 8 * 3_600_000)
    keeper.change({ strategy: 'market', price: credits(1) })
    const terms = priceTerms(served.asked!)
    expect(terms).toEqual({
      strategy: 'market',
      reference: 1_000n,
      formula: 1_200n,
      floor: 8n,
      factors: ['capability', 'performance', 'demand', 'timeOfDay', 'complexity'].map((name) => ({
        name,
        millionths: name === 'timeOfDay' ? 1_200_000 : 1_000_000,
      })),
    })
    expect(encode(priceTermsCodec, terms).length).toBeLessThan(1_024)
  })
})

describe('offers of others', () => {
  it('are found for each of the models in one pass, though a miner lists several', () => {
    const another = modelIdOf(digestOf('another'))
    const both = [model, another].map((id, i) => ({ short: shortOf(id), base: credits(10 + i) }))
    const found = othersOffers([offerOf({ miner: 1, body: { models: both, jobs: 3 } })], [model, another], OWN)
    expect([...found.values()].map(([only]) => only)).toMatchObject([{ base: 10n, jobs: 3, jobsMax: 4 }, { base: 11n }])
  })
})
