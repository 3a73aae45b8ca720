import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HeatSensor } from '../../../../protocols/rules/cards/card-reading.ts'
import '../../../support/property-seed.ts'
import { WatchedCard } from './watched-card.ts'

describe('a card at rest at one temperature', () => {
  it.each<[number, boolean, number, boolean]>([
    [50, true, 1, false],
    [75, true, 1, false],
    [79.9, true, 1, false],
    [80, false, 1, false],
    [82.5, false, 0.8, false],
    [84.9, false, 0.608, false],
    [85, false, 0.25, false],
    [94.9, false, 0.25, false],
    [95, false, 0, true],
  ])('of %d C admits: %s, runs a share of %d, ends what runs: %s', (celsius, admits, loadShare, stopsRunning) => {
    const { verdict } = new WatchedCard().hold(celsius, 60_000)
    expect(verdict).toMatchObject({ admits, stopsRunning })
    expect(verdict.loadShare).toBeCloseTo(loadShare, 6)
    expect(verdict.reasons.length).toBe(admits ? 0 : 1)
  })

  it('is warm from 75 C: an event, and nothing held back', () => {
    const card = new WatchedCard()
    const { verdict } = card.hold(76, 60_000)
    expect(verdict.reasons).toEqual([])
    expect(card.events).toEqual([
      { kind: 'step', from: 'normal', to: 'warm', text: '76 C at the core: warm from 75 C' },
    ])
  })

  it('reduces from 75 C on in quiet mode', () => {
    const { verdict } = new WatchedCard({ limits: {}, quiet: true }).hold(80, 60_000)
    expect(verdict.loadShare).toBeCloseTo(0.8, 6)
  })

  it('is looked at every ten seconds, and every second above 80 C', () => {
    expect(new WatchedCard().hold(79, 30_000).nextMs).toBe(10_000)
    expect(new WatchedCard().hold(80, 30_000).nextMs).toBe(1_000)
  })
})

describe('each step', () => {
  it.each([
    ['hot', 80, 76, 74.9],
    ['critical', 85, 80.1, 79.9],
    ['warm', 75, 70.1, 69.9],
  ])('%s from %d C still holds at %d C and ends below %d C', (step, beginsC, heldC, endsC) => {
    const card = new WatchedCard()
    expect(card.hold(beginsC, 30_000).state.step).toBe(step)
    expect(card.hold(heldC, 120_000).state.step).toBe(step)
    expect(card.hold(endsC, 120_000).state.step).not.toBe(step)
  })

  it('says what holds and what ends it', () => {
    const card = new WatchedCard()
    expect(card.hold(86, 30_000).verdict.reasons).toEqual([
      { cause: 'heat', text: '86 C at the core: drains from 85 C' },
    ])
    expect(card.hold(82, 120_000).verdict.reasons[0]?.text).toBe('82 C at the core: drains until below 80 C')
  })
})

describe('a card at 95 C', () => {
  it('is off until it was below 70 C for a minute without a break', () => {
    const card = new WatchedCard()
    expect(card.hold(96, 5_000).verdict).toMatchObject({ admits: false, loadShare: 0, stopsRunning: true })
    expect(card.hold(71, 600_000).state.step).toBe('off')
    card.hold(69, 40_000)
    card.hold(72, 10_000)
    expect(card.hold(69, 50_000).state.step).toBe('off')
    expect(card.hold(69, 20_000).verdict).toMatchObject({ admits: true, stopsRunning: false })
  })

  it('is off at the second reading, not when the average gets there, and not by one stray reading', () => {
    const card = new WatchedCard()
    card.hold(84, 30_000)
    expect(card.look(97, 1_000).verdict.stopsRunning).toBe(false)
    expect(card.look(84, 1_000).verdict.stopsRunning).toBe(false)
    card.look(97, 1_000)
    expect(card.look(97, 1_000).verdict.stopsRunning).toBe(true)
  })

  it('ends no job for a forecast', () => {
    const card = new WatchedCard()
    let outcome = card.look(70)
    for (let celsius = 70; celsius < 94; celsius += 0.5) outcome = card.look(celsius, 1_000)
    expect(outcome.state.step).toBe('critical')
  })

  it('comes back with a quarter of the load, and rises slowly', () => {
    const card = new WatchedCard()
    card.hold(96, 5_000)
    let { verdict } = card.hold(60, 60_000)
    while (!verdict.admits) verdict = card.look(60, 1_000).verdict
    expect(verdict.loadShare).toBeLessThan(0.3)
    expect(card.hold(60, 20_000).verdict.loadShare).toBeLessThan(0.8)
    expect(card.hold(60, 80_000).verdict).toEqual({ admits: true, loadShare: 1, stopsRunning: false, reasons: [] })
  })

  it('ends its jobs before the card turns itself off', () => {
    const outcome = new WatchedCard({ limits: { shutdownC: 92 }, quiet: false }).hold(89, 10_000)
    expect(outcome.verdict.stopsRunning).toBe(true)
  })
})

describe('what is coming', () => {
  it('takes no new jobs half a minute before it would be too hot', () => {
    const card = new WatchedCard()
    let celsius = 60
    for (; card.look(celsius, 1_000).verdict.admits; celsius += 0.4);
    expect(celsius).toBeGreaterThan(68)
    expect(celsius).toBeLessThan(75)
    expect(card.last?.verdict.reasons[0]?.text).toMatch(/^[67]\d C at the core, 8\d C in 30 s: no new jobs from 80 C$/)
  })

  it('does not take the jump of a core that begins to work for a trend', () => {
    const card = new WatchedCard()
    card.hold(40, 60_000)
    for (let second = 0; second < 60; second++) {
      expect(card.look(72 - 30 * Math.exp(-second / 2), 1_000).verdict.admits).toBe(true)
    }
  })

  it('does not see a trend in a sensor of whole degrees that flickers', () => {
    const card = new WatchedCard()
    for (let second = 0; second < 120; second++)
      expect(card.look(second % 2 === 0 ? 77 : 78, 1_000).verdict.admits).toBe(true)
  })
})

const temperature = fc.oneof(
  fc.double({ min: 20, max: 110, noNaN: true }),
  fc.constantFrom(Number.NaN, -1, 0, 511, Number.POSITIVE_INFINITY),
  fc.constant(undefined),
)
const moment = fc.record({
  passedMs: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
    fc.integer({ min: -1e6, max: 1e6 }),
  ),
  answers: fc.boolean(),
  edge: temperature,
  hotspot: temperature,
  utilisation: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  throttled: fc.option(fc.subarray(['heat', 'power'] as const), { nil: undefined }),
})
const defined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

describe('whatever a card says', () => {
  it('its verdict is whole, and never milder than what the last reading shows', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 60 }), fc.boolean(), (moments, quiet) => {
        const card = new WatchedCard({ limits: { hotspotCMax: 110 }, quiet })
        for (const { passedMs, answers, edge, hotspot, ...rest } of moments) {
          const temperaturesC = defined({ edge, hotspot }) as Partial<Record<HeatSensor, number>>
          const { verdict, nextMs, state } = card.look(
            answers ? { temperaturesC, ...defined(rest) } : undefined,
            passedMs,
          )
          expect(verdict.loadShare).toBeGreaterThanOrEqual(0)
          expect(verdict.loadShare).toBeLessThanOrEqual(1)
          expect([1_000, 10_000]).toContain(nextMs)
          expect(verdict.reasons.length > 0).toBe(!verdict.admits || verdict.loadShare < 1)
          if (verdict.stopsRunning) expect(verdict).toMatchObject({ admits: false, loadShare: 0 })
          for (const [sensor, hotC] of [
            ['edge', 80],
            ['hotspot', 100],
          ] as const) {
            const smoothedC = state.sensors[sensor]?.course.smoothedC ?? 0
            expect(Number.isFinite(smoothedC)).toBe(true)
            if (smoothedC >= hotC) expect(verdict.admits).toBe(false)
          }
          // What is remembered does not grow with time.
          expect(JSON.stringify(state).length).toBeLessThan(3_000)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('the granted load rises no faster than 1 % a second, but for the way back from off', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 60 }), (moments) => {
        const card = new WatchedCard()
        let before = card.state
        for (const { passedMs, edge, answers } of moments) {
          const { state } = card.look(answers && edge !== undefined ? edge : undefined, passedMs)
          const bound =
            Math.max(before.step === 'off' ? 0.25 : 0, before.share) + 0.01 * (Math.max(0, passedMs) / 1_000)
          if (before.atMs !== undefined) expect(state.share).toBeLessThanOrEqual(bound + 1e-9)
          before = state
        }
      }),
      { numRuns: 300 },
    )
  })
})
