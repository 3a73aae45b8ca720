import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CardLimits } from '../../../../protocols/rules/cards/card-facts.ts'
import type { CardReading, HeatSensor } from '../../../../protocols/rules/cards/card-reading.ts'
import { limitsNow } from '../../../../protocols/rules/cards/limits-now.ts'
import { ladderOf } from '../../../../protocols/rules/thermal/heat-ladder.ts'
import {
  type HeatConfig,
  type HeatEvent,
  type HeatOutcome,
  type HeatState,
  heatEvidence,
  initialHeat,
  watchHeat,
} from '../../../../protocols/rules/thermal/heat-watch.ts'
import '../../../support/property-seed.ts'

const config: HeatConfig = { limits: {}, quiet: false }

/** A card whose readings a test makes up, looked at when the rule wants to look. */
class Watched {
  state: HeatState = initialHeat
  last: HeatOutcome | undefined
  nowMs = 1_000
  readonly events: HeatEvent[] = []
  readonly #config: HeatConfig

  constructor(given: HeatConfig = config) {
    this.#config = given
  }

  look(reading: Partial<CardReading> | number | undefined, passedMs = this.last?.nextMs ?? 0): HeatOutcome {
    this.nowMs += passedMs
    const given = typeof reading === 'number' ? { temperaturesC: { edge: reading } } : reading
    const full = given === undefined ? undefined : { atMs: this.nowMs, temperaturesC: {}, ...given }
    this.last = watchHeat(this.state, { nowMs: this.nowMs, reading: full }, this.#config)
    this.state = this.last.state
    this.events.push(...this.last.events)
    return this.last
  }

  /** The same reading for so long. */
  hold(reading: Partial<CardReading> | number | undefined, ms: number): HeatOutcome {
    const untilMs = this.nowMs + ms
    let outcome = this.look(reading)
    while (this.nowMs < untilMs) outcome = this.look(reading)
    return outcome
  }
}

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
    const { verdict } = new Watched().hold(celsius, 60_000)
    expect(verdict).toMatchObject({ admits, stopsRunning })
    expect(verdict.loadShare).toBeCloseTo(loadShare, 6)
    expect(verdict.reasons.length).toBe(admits ? 0 : 1)
  })

  it('is warm from 75 C: an event, and nothing held back', () => {
    const card = new Watched()
    const { verdict } = card.hold(76, 60_000)
    expect(verdict.reasons).toEqual([])
    expect(card.events).toEqual([
      { kind: 'step', from: 'normal', to: 'warm', text: '76 C at the core: warm from 75 C' },
    ])
  })

  it('reduces from 75 C on in quiet mode', () => {
    const { verdict } = new Watched({ limits: {}, quiet: true }).hold(80, 60_000)
    expect(verdict.loadShare).toBeCloseTo(0.8, 6)
  })

  it('is looked at every ten seconds, and every second above 80 C', () => {
    expect(new Watched().hold(79, 30_000).nextMs).toBe(10_000)
    expect(new Watched().hold(80, 30_000).nextMs).toBe(1_000)
  })
})

describe('each step', () => {
  it.each([
    ['hot', 80, 76, 74.9],
    ['critical', 85, 80.1, 79.9],
    ['warm', 75, 70.1, 69.9],
  ])('%s from %d C still holds at %d C and ends below %d C', (step, beginsC, heldC, endsC) => {
    const card = new Watched()
    expect(card.hold(beginsC, 30_000).state.step).toBe(step)
    expect(card.hold(heldC, 120_000).state.step).toBe(step)
    expect(card.hold(endsC, 120_000).state.step).not.toBe(step)
  })

  it('says what holds and what ends it', () => {
    const card = new Watched()
    expect(card.hold(86, 30_000).verdict.reasons).toEqual([
      { cause: 'heat', text: '86 C at the core: drains from 85 C' },
    ])
    expect(card.hold(82, 120_000).verdict.reasons[0]?.text).toBe('82 C at the core: drains until below 80 C')
  })
})

describe('a card at 95 C', () => {
  it('is off until it was below 70 C for a minute without a break', () => {
    const card = new Watched()
    expect(card.hold(96, 5_000).verdict).toMatchObject({ admits: false, loadShare: 0, stopsRunning: true })
    expect(card.hold(71, 600_000).state.step).toBe('off')
    card.hold(69, 40_000)
    card.hold(72, 10_000)
    expect(card.hold(69, 50_000).state.step).toBe('off')
    expect(card.hold(69, 20_000).verdict).toMatchObject({ admits: true, stopsRunning: false })
  })

  it('is off at the second reading, not when the average gets there, and not by one stray reading', () => {
    const card = new Watched()
    card.hold(84, 30_000)
    expect(card.look(97, 1_000).verdict.stopsRunning).toBe(false)
    expect(card.look(84, 1_000).verdict.stopsRunning).toBe(false)
    card.look(97, 1_000)
    expect(card.look(97, 1_000).verdict.stopsRunning).toBe(true)
  })

  it('ends no job for a forecast', () => {
    const card = new Watched()
    let outcome = card.look(70)
    for (let celsius = 70; celsius < 94; celsius += 0.5) outcome = card.look(celsius, 1_000)
    expect(outcome.state.step).toBe('critical')
  })

  it('comes back with a quarter of the load, and rises slowly', () => {
    const card = new Watched()
    card.hold(96, 5_000)
    let { verdict } = card.hold(60, 60_000)
    while (!verdict.admits) verdict = card.look(60, 1_000).verdict
    expect(verdict.loadShare).toBeLessThan(0.3)
    expect(card.hold(60, 20_000).verdict.loadShare).toBeLessThan(0.8)
    expect(card.hold(60, 80_000).verdict).toEqual({ admits: true, loadShare: 1, stopsRunning: false, reasons: [] })
  })

  it('ends its jobs before the card turns itself off', () => {
    const outcome = new Watched({ limits: { shutdownC: 92 }, quiet: false }).hold(89, 10_000)
    expect(outcome.verdict.stopsRunning).toBe(true)
  })
})

describe('limits that make no sense', () => {
  const nonsense = [Number.NaN, Number.NEGATIVE_INFINITY, -40, 0, 12, 1_000, Number.POSITIVE_INFINITY]

  it('leave the core to the table, and sensors without another limit unjudged', () => {
    const stepsOf = (limits: CardLimits, reading: Partial<CardReading>) =>
      [40, 77, 82, 88, 96].map(
        (edge) =>
          new Watched({ limits, quiet: false }).hold({ ...reading, temperaturesC: { edge } }, 60_000).state.step,
      )
    const byTable = ['normal', 'warm', 'hot', 'critical', 'off']
    for (const limit of nonsense) {
      const all: CardLimits = { slowdownC: limit, shutdownC: limit, hotspotCMax: limit, memoryCMax: limit }
      expect(stepsOf(all, {})).toEqual(byTable)
      const hotspot = { temperaturesC: { edge: 50, hotspot: 95, memory: 95 } }
      expect(new Watched({ limits: all, quiet: false }).hold(hotspot, 60_000).verdict.admits).toBe(true)
    }
    for (const marginC of [Number.NaN, Number.NEGATIVE_INFINITY, -1_000, 1_000, Number.POSITIVE_INFINITY])
      expect(stepsOf({ slowdownMarginC: -2, shutdownMarginC: -8 }, { marginC })).toEqual(byTable)
  })
})

describe('a card that tells margins', () => {
  const limits: CardLimits = { slowdownMarginC: -2, shutdownMarginC: -8 }
  const at = (edge: number, marginC?: number) =>
    new Watched({ limits, quiet: false }).hold(
      { temperaturesC: { edge }, ...(marginC === undefined ? {} : { marginC }) },
      60_000,
    )

  it('is judged by the limits that follow from each reading, for they move with the load', () => {
    // At rest it would turn itself off at 95 C; at work, with its memory hotter, at 85 C.
    expect(at(42, 45).state.step).toBe('normal')
    expect([at(74, 13), at(74, 3)].map(({ state }) => state.step)).toEqual(['normal', 'warm'])
    expect([at(78, 9), at(78, -1)].map(({ state }) => state.step)).toEqual(['warm', 'hot'])
    expect([at(82, 5), at(82, -5)].map(({ state }) => state.step)).toEqual(['hot', 'off'])
  })

  it('is judged as any other where it does not tell them, or tells what cannot be', () => {
    expect(at(82).state.step).toBe('hot')
    for (const marginC of [Number.NaN, 200, -80]) expect(at(82, marginC).state.step).toBe('hot')
    expect(limitsNow(limits, { temperaturesC: {}, marginC: 40 })).toEqual(limits)
    expect(limitsNow({ shutdownMarginC: -8 }, { temperaturesC: { edge: 53 }, marginC: 24 })).toEqual({
      shutdownMarginC: -8,
      shutdownC: 85,
    })
    // What is published in degrees counts.
    expect(limitsNow({ ...limits, shutdownC: 98 }, { temperaturesC: { edge: 53 }, marginC: 24 })).toMatchObject({
      slowdownC: 79,
      shutdownC: 98,
    })
  })

  it('drains before it ends its jobs, however low its limit is', () => {
    for (let shutdownC = 70; shutdownC <= 110; shutdownC++) {
      const ladder = ladderOf('edge', { shutdownC })!
      expect(ladder.offC).toBeLessThan(shutdownC)
      expect(ladder.criticalC).toBeLessThan(ladder.offC)
      expect(ladder.hotC).toBeLessThan(ladder.criticalC)
      expect(ladder.warmC).toBeLessThan(ladder.hotC)
      expect(ladder.backC).toBeLessThan(ladder.warmC)
    }
  })
})

describe('what is coming', () => {
  it('takes no new jobs half a minute before it would be too hot', () => {
    const card = new Watched()
    let celsius = 60
    for (; card.look(celsius, 1_000).verdict.admits; celsius += 0.4);
    expect(celsius).toBeGreaterThan(68)
    expect(celsius).toBeLessThan(75)
    expect(card.last?.verdict.reasons[0]?.text).toMatch(/^[67]\d C at the core, 8\d C in 30 s: no new jobs from 80 C$/)
  })

  it('does not take the jump of a core that begins to work for a trend', () => {
    const card = new Watched()
    card.hold(40, 60_000)
    for (let second = 0; second < 60; second++) {
      expect(card.look(72 - 30 * Math.exp(-second / 2), 1_000).verdict.admits).toBe(true)
    }
  })

  it('does not see a trend in a sensor of whole degrees that flickers', () => {
    const card = new Watched()
    for (let second = 0; second < 120; second++)
      expect(card.look(second % 2 === 0 ? 77 : 78, 1_000).verdict.admits).toBe(true)
  })
})

describe('hot spot and memory', () => {
  const limits: CardLimits = { hotspotCMax: 110, memoryCMax: 105 }
  const at = (temperaturesC: Partial<Record<HeatSensor, number>>, given: CardLimits = limits) =>
    new Watched({ limits: given, quiet: false }).hold({ temperaturesC }, 60_000)

  it('take no new jobs from ten degrees below their own limits', () => {
    expect(at({ edge: 70, hotspot: 99, memory: 94 }).verdict.admits).toBe(true)
    expect(at({ edge: 70, hotspot: 100, memory: 90 }).verdict.admits).toBe(false)
    expect(at({ edge: 70, hotspot: 90, memory: 95 }).verdict.admits).toBe(false)
    expect(at({ edge: 70, hotspot: 110, memory: 90 }).verdict.stopsRunning).toBe(true)
  })

  it('are not judged where nobody said how hot they may be, while the core has a sensor of its own', () => {
    expect(at({ edge: 70, hotspot: 105 }, {}).verdict.admits).toBe(true)
    expect(at({ hotspot: 81 }, {}).verdict.admits).toBe(false)
  })

  it('are named', () => {
    expect(at({ edge: 70, hotspot: 101 }).verdict.reasons[0]?.text).toBe(
      '101 C at the hot spot: no new jobs from 100 C',
    )
  })

  it('of a processor are judged by the limit that it states', () => {
    const processor = (limitsOf: CardLimits) =>
      new Watched({ limits: limitsOf, form: 'cpu', quiet: false }).hold(93, 30_000)
    expect(processor({}).verdict.admits).toBe(true)
    expect(processor({ slowdownC: 110 }).verdict.admits).toBe(true)
    expect(processor({ slowdownC: 100 }).verdict.admits).toBe(false)
  })
})

describe('a sensor that cannot be believed', () => {
  const silences: readonly (Partial<CardReading> | undefined)[] = [
    undefined,
    { temperaturesC: {} },
    { temperaturesC: { edge: Number.NaN } },
    { temperaturesC: { edge: -3 } },
    { temperaturesC: { edge: 0 } },
    { temperaturesC: { edge: 511 } },
    { temperaturesC: { edge: 50 }, atMs: -100_000 },
  ]

  it.each(silences)('counts as hot from the second time on that it says nothing that can be: %o', (silent) => {
    const card = new Watched()
    card.hold(50, 30_000)
    expect(card.look(silent).verdict.admits).toBe(true)
    expect(card.last?.nextMs).toBe(1_000)
    expect(card.look(silent).verdict).toEqual({
      admits: false,
      loadShare: 0.25,
      stopsRunning: false,
      reasons: [{ cause: 'heat', text: 'the sensor of the core does not answer: that counts as hot' }],
    })
    expect(card.events).toContainEqual({ kind: 'sensor', sensor: 'edge', state: 'silent' })
  })

  it('ends what runs after half a minute of silence, and is forgiven a minute after it answers again', () => {
    const card = new Watched()
    card.hold(50, 30_000)
    expect(card.hold(undefined, 45_000).verdict.stopsRunning).toBe(true)
    expect(card.hold(50, 50_000).verdict.admits).toBe(false)
    expect(card.hold(50, 20_000).verdict.admits).toBe(true)
    expect(card.events).toContainEqual({ kind: 'sensor', sensor: 'edge', state: 'answers' })
  })

  it('is stuck where one value stands while the load goes from rest to work', () => {
    const card = new Watched()
    card.hold({ temperaturesC: { edge: 55 }, utilisation: 0.05 }, 40_000)
    expect(card.hold({ temperaturesC: { edge: 55 }, utilisation: 0.95 }, 40_000).verdict.admits).toBe(false)
    expect(card.events).toContainEqual({ kind: 'sensor', sensor: 'edge', state: 'stuck' })
    expect(card.hold({ temperaturesC: { edge: 56 }, utilisation: 0.95 }, 20_000).verdict.admits).toBe(true)
  })

  it('is believed where it stands still under one load for an hour', () => {
    const card = new Watched()
    expect(card.hold({ temperaturesC: { edge: 55 }, utilisation: 0.95 }, 3_600_000).verdict.admits).toBe(true)
  })

  it('is held against power where the card tells it', () => {
    const card = new Watched()
    const waiting = { temperaturesC: { edge: 55 }, powerLimitW: 300 }
    card.hold({ ...waiting, powerW: 30, utilisation: 0 }, 40_000)
    expect(card.hold({ ...waiting, powerW: 40, utilisation: 1 }, 60_000).verdict.admits).toBe(true)
    expect(card.hold({ ...waiting, powerW: 280, utilisation: 1 }, 40_000).verdict.admits).toBe(false)
  })
})

describe('a card without a sensor', () => {
  it('is judged by what it says of its speed, for a minute after it said so', () => {
    const card = new Watched()
    expect(card.look({ throttled: [] }).verdict.admits).toBe(true)
    expect(heatEvidence(card.state, { atMs: 0, temperaturesC: {}, throttled: [] })).toBe('throttling')
    expect(card.look({ throttled: ['heat', 'power'] }).verdict).toEqual({
      admits: false,
      loadShare: 0.6,
      stopsRunning: false,
      reasons: [{ cause: 'heat', text: 'the card has no sensor and slows itself down for heat' }],
    })
    expect(card.hold({ throttled: ['power'] }, 50_000).verdict.admits).toBe(false)
    expect(card.hold({ throttled: [] }, 20_000).verdict.admits).toBe(true)
  })

  it('that says nothing at all is known to be judged by nothing', () => {
    const card = new Watched()
    expect(card.look(undefined).verdict.admits).toBe(true)
    expect(heatEvidence(card.state, undefined)).toBe('nothing')
  })
})

describe('a clock that jumps', () => {
  it('back leaves no card off for longer than a minute of watching, and none on', () => {
    const card = new Watched()
    card.hold(96, 5_000)
    card.hold(60, 50_000)
    card.look(60, -3_000_000)
    expect(card.hold(60, 50_000).verdict.admits).toBe(false)
    expect(card.hold(60, 20_000).verdict.admits).toBe(true)
  })

  it('ahead does not count as a minute of cooling', () => {
    const card = new Watched()
    card.hold(96, 5_000)
    card.hold(60, 40_000)
    expect(card.state.coolSinceMs).toBeDefined()
    expect(card.look(60, 3_000_000).verdict.stopsRunning).toBe(true)
    expect(card.hold(60, 70_000).verdict.stopsRunning).toBe(false)
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
        const card = new Watched({ limits: { hotspotCMax: 110 }, quiet })
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
        const card = new Watched()
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
