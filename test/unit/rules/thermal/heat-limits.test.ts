import { describe, expect, it } from 'vitest'
import type { CardLimits } from '../../../../protocols/rules/cards/card-facts.ts'
import type { CardReading, HeatSensor } from '../../../../protocols/rules/cards/card-reading.ts'
import { limitsNow } from '../../../../protocols/rules/cards/limits-now.ts'
import { ladderOf } from '../../../../protocols/rules/thermal/heat-ladder.ts'
import { WatchedCard } from './watched-card.ts'

describe('limits that make no sense', () => {
  const nonsense = [Number.NaN, Number.NEGATIVE_INFINITY, -40, 0, 12, 1_000, Number.POSITIVE_INFINITY]

  it('leave the core to the table, and sensors without another limit unjudged', () => {
    const stepsOf = (limits: CardLimits, reading: Partial<CardReading>) =>
      [40, 77, 82, 88, 96].map(
        (edge) =>
          new WatchedCard({ limits, quiet: false }).hold({ ...reading, temperaturesC: { edge } }, 60_000).state.step,
      )
    const byTable = ['normal', 'warm', 'hot', 'critical', 'off']
    for (const limit of nonsense) {
      const all: CardLimits = { slowdownC: limit, shutdownC: limit, hotspotCMax: limit, memoryCMax: limit }
      expect(stepsOf(all, {})).toEqual(byTable)
      const hotspot = { temperaturesC: { edge: 50, hotspot: 95, memory: 95 } }
      expect(new WatchedCard({ limits: all, quiet: false }).hold(hotspot, 60_000).verdict.admits).toBe(true)
    }
    for (const marginC of [Number.NaN, Number.NEGATIVE_INFINITY, -1_000, 1_000, Number.POSITIVE_INFINITY])
      expect(stepsOf({ slowdownMarginC: -2, shutdownMarginC: -8 }, { marginC })).toEqual(byTable)
  })
})

describe('a card that tells margins', () => {
  const limits: CardLimits = { slowdownMarginC: -2, shutdownMarginC: -8 }
  const at = (edge: number, marginC?: number) =>
    new WatchedCard({ limits, quiet: false }).hold(
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

describe('hot spot and memory', () => {
  const limits: CardLimits = { hotspotCMax: 110, memoryCMax: 105 }
  const at = (temperaturesC: Partial<Record<HeatSensor, number>>, given: CardLimits = limits) =>
    new WatchedCard({ limits: given, quiet: false }).hold({ temperaturesC }, 60_000)

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
      new WatchedCard({ limits: limitsOf, form: 'cpu', quiet: false }).hold(93, 30_000)
    expect(processor({}).verdict.admits).toBe(true)
    expect(processor({ slowdownC: 110 }).verdict.admits).toBe(true)
    expect(processor({ slowdownC: 100 }).verdict.admits).toBe(false)
  })
})
