import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Credits, credits } from '../../../../protocols/kernel/money.ts'
import { demandStep } from '../../../../protocols/rules/pricing/demand-law.ts'
import { jobPrice } from '../../../../protocols/rules/pricing/job-price.ts'
import { latencyClasses } from '../../../../protocols/rules/pricing/latency-class.ts'
import { marketBase } from '../../../../protocols/rules/pricing/market-base.ts'
import { priceStrategies } from '../../../../protocols/rules/pricing/price-strategies.ts'
import {
  type AskedPrice,
  askPrice,
  type MarketView,
  type PriceWish,
} from '../../../../protocols/rules/pricing/price-strategy.ts'
import { PRICE_MAX } from '../../../../protocols/wire/offer/offer-body.ts'
import '../../../support/property-seed.ts'

const price = credits(2_000)
const formula = marketBase({ jobType: 'inference', hourUtc: 12, complexity: 1, nowMs: 0 })
/** Before a run was measured. */
const guessed = marketBase({ jobType: 'inference', hourUtc: 12, nowMs: 0 })
const view = (others: readonly number[] = [], more: Partial<MarketView> = {}): MarketView => ({
  formula,
  others: others.map(credits),
  ...more,
})
const wish = (strategy: PriceWish['strategy'], more: Partial<PriceWish> = {}): PriceWish => ({
  strategy,
  price,
  ...more,
})
const whysOf = ({ steps }: AskedPrice): readonly string[] => steps.map(({ why }) => why)

describe('a fixed price', () => {
  it('is what its owner named, whatever others ask', () => {
    const asked = askPrice(wish('fixed'), view([1, 2, 3], { utilisation: 1 }))
    expect([asked.base, asked.bound, whysOf(asked)]).toEqual([2_000n, undefined, ['named by its owner']])
    expect(askPrice(wish('fixed', { price: credits(0) }), view()).base).toBe(0n)
  })

  it('gives way to what the energy of the work costs, for its owner named that too', () => {
    const asked = askPrice(wish('fixed'), view([], { energy: credits(7_000) }))
    expect([asked.base, asked.bound, asked.floor]).toEqual([10_000n, 'energy', 10_000n])
  })
})

describe('a price that follows the market', () => {
  it('is what the formula gives while fewer than three others can be seen', () => {
    expect(askPrice(wish('market'), view([5, 6])).base).toBe(1_000n)
  })

  it('stays within what the middle half of the others ask', () => {
    const dear = askPrice(wish('market'), view([4_000, 3_000, 2_000, 5_000, 6_000]))
    expect([dear.base, whysOf(dear)]).toEqual([
      3_000n,
      ['by the formula of the market', 'three quarters of 5 others ask no less'],
    ])
    expect(askPrice(wish('market'), view([800, 900, 950, 990])).base).toBe(990n)
    expect(askPrice(wish('market'), view([500, 1_500, 2_000])).base).toBe(1_000n)
  })

  it('is what any other asks while no run was measured here, or its first job would never come', () => {
    const asked = askPrice(wish('market'), view([12, 14], { formula: guessed }))
    expect([asked.base, whysOf(asked)[1]]).toEqual([14n, 'the 2 others that are known ask no more'])
    expect(askPrice(wish('market'), view([1], { formula: guessed })).base).toBe(8n)
    expect(askPrice(wish('market'), view([], { formula: guessed })).base).toBe(1_000n)
  })

  it('does not follow dumping below the floor, nor offers of nothing', () => {
    const asked = askPrice(wish('market'), view([1, 1, 1, 1]))
    expect([asked.base, asked.bound]).toEqual([715n, 'floor'])
    expect(askPrice(wish('market'), view([0, 0, 0, 0])).base).toBe(1_000n)
  })
})

describe('a price that undercuts', () => {
  it('is a hundredth below the cheapest, and a credit at least', () => {
    expect(askPrice(wish('undercut'), view([3_000, 2_000, 9_000])).base).toBe(1_980n)
    expect(askPrice(wish('undercut', { max: credits(50) }), view([50])).base).toBe(50n)
  })

  it('ends at its floor, at which two of them meet', () => {
    let [a, b] = [credits(3_000), credits(3_000)]
    for (let round = 0; round < 400; round++) {
      a = askPrice(wish('undercut'), view([Number(b)])).base
      b = askPrice(wish('undercut'), view([Number(a)])).base
    }
    expect([a, b]).toEqual([715n, 715n])
  })

  it('is what the formula gives where nobody is to be undercut', () => {
    expect(askPrice(wish('undercut'), view()).base).toBe(1_000n)
  })
})

describe('a price that follows demand', () => {
  const stepped = (steps: number, utilisation: number, begin: PriceWish = wish('demand')): AskedPrice => {
    let asked = askPrice(begin, view())
    for (let step = 0; step < steps; step++) asked = askPrice(begin, view([], { utilisation }), asked)
    return asked
  }

  it('begins where its owner says, and rests in the dead zone', () => {
    for (const utilisation of [0.4, 0.5, 0.6]) expect(stepped(50, utilisation).base).toBe(2_000n)
    expect(askPrice(wish('demand'), view()).base).toBe(2_000n)
  })

  it('rises by two hundredths a step at most where all of its time is used, and falls so where none is', () => {
    expect(stepped(1, 1).base).toBe(2_040n)
    expect(stepped(2, 1).base).toBe(2_081n)
    expect(stepped(1, 0).base).toBe(1_960n)
    expect(stepped(1, 0.8).base).toBe(2_020n)
    expect(stepped(500, 0)).toMatchObject({ base: 1_429n, bound: 'floor' })
    expect(stepped(500, 1, wish('demand', { max: credits(5_000) }))).toMatchObject({ base: 5_000n, bound: 'max' })
  })

  it('moves a price of few credits too, in steps that are less than one', () => {
    const few = { jobType: 'inference', hourUtc: 12, nowMs: 0, complexity: 0.01 }
    let asked: AskedPrice | undefined
    for (let step = 0; step < 40; step++) {
      const seen = { formula: marketBase(few), others: [], utilisation: 1 }
      asked = askPrice(wish('demand', { price: credits(10) }), seen, asked)
    }
    expect(asked!.base).toBe(22n)
  })

  it('never steps by more than two hundredths, and always towards the side that use is on', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.bigInt({ min: 1_000_000_000n, max: 10n ** 17n }),
        (utilisation, level) => {
          const cheap = wish('demand', { price: credits(1) })
          const next = askPrice(cheap, view([], { utilisation }), { level }).level
          const off = next > level ? next - level : level - next
          const isRight = utilisation > 0.6 ? next >= level : utilisation < 0.4 ? next <= level : next === level
          return isRight && off * 50n <= level
        },
      ),
    )
    expect(demandStep(1).factor).toEqual({ n: 51n, d: 50n })
    expect(demandStep(0).factor).toEqual({ n: 49n, d: 50n })
    expect(() => demandStep(Number.NaN)).toThrow(expect.objectContaining({ code: 'PRICE_INPUT' }))
  })
})

describe('every price', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 9n }).map(credits)
  const anyWish = fc.record({
    strategy: fc.constantFrom(...priceStrategies),
    price: amount,
    min: fc.option(amount, { nil: undefined }),
  })
  const anyView = fc.record({
    others: fc.array(amount, { maxLength: 12 }),
    utilisation: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    energy: fc.option(amount, { nil: undefined }),
  })

  it('explains itself: its last thought has what is asked', () => {
    fc.assert(
      fc.property(anyWish, anyView, (owner, seen) => {
        const asked = askPrice(owner, { formula, ...seen })
        return asked.steps.at(-1)!.base === asked.base && asked.base <= PRICE_MAX
      }),
    )
  })

  it('covers its floor in every class of a job', () => {
    fc.assert(
      fc.property(anyWish, anyView, (owner, seen) => {
        const asked = askPrice(owner, { formula, ...seen })
        return latencyClasses.every((each) => jobPrice(asked.base, each) >= (seen.energy ?? 0n))
      }),
    )
  })

  it('lies between the bounds of its owner, unless energy costs more', () => {
    fc.assert(
      fc.property(anyWish, amount, anyView, (owner, more, { energy: _, ...seen }) => {
        const strategy = owner.strategy === 'fixed' ? 'market' : owner.strategy
        const [min, max] = [owner.min ?? credits(0), credits((owner.min ?? 0n) + more)]
        const { base } = askPrice({ ...owner, strategy, min, max }, { formula, ...seen })
        return base >= min && base <= max
      }),
    )
  })

  it('of a market that asks more is no lower', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('market', 'undercut' as const),
        fc.array(amount, { maxLength: 9 }),
        amount,
        (strategy, others, more) => {
          const low: readonly Credits[] = others.map((each) => credits(each + 1n))
          const high = low.map((each) => credits(each + more))
          const ask = (seen: readonly Credits[]): bigint => askPrice(wish(strategy), { formula, others: seen }).base
          return ask(high) >= ask(low)
        },
      ),
    )
  })

  it('is refused where its lowest is above its highest, or nothing could name it', () => {
    const crossed = wish('market', { min: credits(3), max: credits(2) })
    expect(() => askPrice(crossed, view())).toThrow(expect.objectContaining({ code: 'PRICE_INPUT' }))
    const dear = wish('fixed', { price: credits(PRICE_MAX + 1n) })
    expect(() => askPrice(dear, view())).toThrow(expect.objectContaining({ code: 'PRICE_OVERFLOW' }))
    expect(() => askPrice(wish('market'), view([], { energy: PRICE_MAX }))).toThrow(
      expect.objectContaining({ code: 'PRICE_OVERFLOW' }),
    )
  })
})
