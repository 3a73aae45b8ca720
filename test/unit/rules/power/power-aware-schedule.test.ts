import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { credits } from '../../../../protocols/kernel/money.ts'
import { energyFloor, workPerWattMin } from '../../../../protocols/rules/power/energy-price.ts'
import { type PoweredCard, schedulePowerAware } from '../../../../protocols/rules/power/power-aware-schedule.ts'
import '../../../support/property-seed.ts'

const GB = 1e9
const card = (
  key: string,
  more: Partial<PoweredCard> & { scale?: number; minW?: number; maxW?: number } = {},
): PoweredCard => {
  const { scale = 1, minW = 100, maxW = 300, ...rest } = more
  return {
    key,
    memoryBytes: 8 * GB,
    // Linear: it does `scale` for each watt above what it draws idle.
    curve: { linear: 1 / scale, steep: 0, power: 3, idleW: 10, minW, maxW, origin: 'measured' },
    ...rest,
  }
}
const job = (work: number, gb = 1): { readonly work: number; readonly memoryBytes: number } => ({
  work,
  memoryBytes: gb * GB,
})

const anyCards = fc.array(
  fc.record({
    scale: fc.double({ min: 0.5, max: 5, noNaN: true }),
    minW: fc.integer({ min: 50, max: 150 }),
    maxW: fc.integer({ min: 150, max: 450 }),
    memoryBytes: fc.constantFrom(4 * GB, 8 * GB, 24 * GB),
    temperatureC: fc.constantFrom(undefined, 40, 79.9, 80, 95, 'lost' as const, Number.NaN),
  }),
  { minLength: 1, maxLength: 5 },
)
const anyWork = fc.array(
  fc.record({
    work: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
    memoryBytes: fc.constantFrom(1 * GB, 6 * GB, 20 * GB),
  }),
  { maxLength: 12 },
)

describe('a queue under a power budget', () => {
  test('draws no more than the budget at any moment, gives each job one place, and a hot card none', () => {
    fc.assert(
      fc.property(anyCards, anyWork, fc.integer({ min: 0, max: 1_500 }), (given, work, budgetW) => {
        const cards = given.map(({ temperatureC, ...rest }, i) =>
          card(String(i), { ...rest, ...(temperatureC === undefined ? {} : { temperatureC }) }),
        )
        const { phases, left, refused, makespanMs } = schedulePowerAware(work, cards, { budgetW })
        const idleW = cards.reduce((sum, { curve }) => sum + curve.idleW, 0)
        const hot = new Set(refused.map(({ key }) => key))
        expect([...hot]).toEqual(
          cards.flatMap(({ key, temperatureC: t }) =>
            t === undefined || (typeof t === 'number' && t < 80) ? [] : [key],
          ),
        )
        const placed: number[] = []
        for (const [i, { totalW, limitsW, placements, fromMs, toMs }] of phases.entries()) {
          expect(totalW).toBeLessThanOrEqual(Math.max(budgetW, idleW) + 1e-6)
          // What the phase says it draws is what its limits add up to, with the others idle.
          const drawnW = cards.reduce((sum, { key, curve }) => sum + (limitsW[key] ?? curve.idleW), 0)
          expect(totalW).toBeCloseTo(drawnW, 6)
          expect(fromMs).toBe(i === 0 ? 0 : phases[i - 1]!.toMs)
          for (const each of placements) {
            placed.push(each.job)
            const on = cards.find(({ key }) => key === each.key)!
            expect(limitsW[each.key]).toBeGreaterThanOrEqual(on.curve.minW)
            expect(work[each.job]!.memoryBytes).toBeLessThanOrEqual(on.memoryBytes)
            expect(hot.has(each.key)).toBe(false)
            expect(each.startMs >= fromMs && each.endMs <= toMs + 1e-6).toBe(true)
          }
          for (const key of Object.keys(limitsW)) {
            const own = placements.filter((each) => each.key === key).sort((a, b) => a.startMs - b.startMs)
            for (let j = 1; j < own.length; j++)
              expect(own[j]!.startMs).toBeGreaterThanOrEqual(own[j - 1]!.endMs - 1e-6)
          }
        }
        expect([...placed, ...left].sort((a, b) => a - b)).toEqual(work.map((_, i) => i))
        expect(makespanMs).toBe(phases.at(-1)?.toMs ?? 0)
      }),
    )
  })

  test('takes nothing to a card from 80 C on, or with a silent sensor, and says why', () => {
    const cards = [
      card('cool', { temperatureC: 79.9 }),
      card('hot', { temperatureC: 80 }),
      card('mute', { temperatureC: 'lost' }),
      card('plain'),
    ]
    const { refused, phases } = schedulePowerAware([job(1), job(1), job(1)], cards, { budgetW: 10_000 })
    expect(refused).toEqual([
      { key: 'hot', why: '80 C, and no new jobs from 80' },
      { key: 'mute', why: 'its sensor is silent' },
    ])
    expect(Object.keys(phases[0]!.limitsW)).toEqual(['cool', 'plain'])
    // Those that get nothing still draw what they draw idle.
    expect(phases[0]!.totalW).toBe(300 + 300 + 10 + 10)
  })

  test('turns on another card after the first ones, for what only that one can hold', () => {
    const cards = [card('quick', { scale: 5 }), card('large', { memoryBytes: 24 * GB })]
    const { phases, left } = schedulePowerAware([job(10), job(10, 20), job(10, 40)], cards, { budgetW: 310 })
    expect(phases.map(({ limitsW }) => Object.keys(limitsW))).toEqual([['quick'], ['large']])
    expect(phases.map(({ placements }) => placements.map((each) => each.job))).toEqual([[0], [1]])
    expect(left).toEqual([2])
  })

  test('leaves what it has no power for, and work that is none', () => {
    expect(schedulePowerAware([job(1)], [card('a')], { budgetW: 50 })).toMatchObject({
      phases: [],
      left: [0],
      makespanMs: 0,
    })
    expect(schedulePowerAware([job(Number.NaN), job(-1), job(1)], [card('a')], { budgetW: 500 }).left).toEqual([0, 1])
    expect(schedulePowerAware([job(1, 0)], [card('a', { memoryBytes: 0 })], { budgetW: 500 }).left).toEqual([0])
  })
})

describe('the price of energy', () => {
  // 0.30 a kWh, and a token unit that is worth 0.10.
  const price = { perKwhMilli: 300n, perTokenUnitMilli: 100n }

  test('is a floor for a job, rounded up, in whole credits', () => {
    // 360 W for 10 s are a thousandth of a kWh: 0.0003, which is 0.003 token units.
    expect(energyFloor(360, 10_000, price)).toBe(3_000n)
    expect(energyFloor(0.001, 1, price)).toBe(1n)
    expect(energyFloor(0, 1_000, price)).toBe(0n)
    expect(energyFloor(300, 60_000, { ...price, perKwhMilli: 0n })).toBe(0n)
  })

  test('never falls with power, time or tariff, and is never below the exact cost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.bigInt({ min: 0n, max: 10_000n }),
        fc.bigInt({ min: 1n, max: 1_000_000n }),
        (powerW, computeMs, perKwhMilli, perTokenUnitMilli) => {
          const floor = energyFloor(powerW, computeMs, { perKwhMilli, perTokenUnitMilli })
          const exactTimes = BigInt(powerW) * BigInt(computeMs) * perKwhMilli * 1_000_000n
          const each = 3_600_000_000n * perTokenUnitMilli
          expect(floor * each >= exactTimes).toBe(true)
          expect((floor - 1n) * each < exactTimes).toBe(true)
          expect(energyFloor(powerW + 1, computeMs, { perKwhMilli, perTokenUnitMilli }) >= floor).toBe(true)
          expect(energyFloor(powerW, computeMs + 1, { perKwhMilli, perTokenUnitMilli }) >= floor).toBe(true)
        },
      ),
    )
  })

  test('is what the last watt has to bring', () => {
    // One unit of work is paid 0.0003, and a watt costs 0.30 / 3,600,000 a second.
    expect(workPerWattMin(credits(3_000), price)).toBeCloseTo(1 / 3_600, 12)
    expect(workPerWattMin(credits(0), price)).toBe(Number.POSITIVE_INFINITY)
    expect(workPerWattMin(credits(0), { ...price, perKwhMilli: 0n })).toBe(0)
  })

  test('refuses what is no price, and no power', () => {
    expect(() => energyFloor(-1, 1, price)).toThrow(RangeError)
    expect(() => energyFloor(1, Number.NaN, price)).toThrow(RangeError)
    expect(() => energyFloor(1, 1, { ...price, perTokenUnitMilli: 0n })).toThrow(RangeError)
    expect(() => energyFloor(1, 1, { ...price, perKwhMilli: -1n })).toThrow(RangeError)
  })
})
