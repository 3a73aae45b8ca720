import { describe, expect, it } from 'vitest'
import type { CardReading } from '../../../../protocols/rules/cards/card-reading.ts'
import { POWER_SAMPLES_MAX, throughputAt } from '../../../../protocols/rules/power/power-curve.ts'
import {
  type PowerRecord,
  recordAfter,
  type SeatCurveNeeds,
  seatCurve,
} from '../../../../protocols/rules/power/seat-curve.ts'

const blank: PowerRecord = { samples: [] }
const needs = (more: Partial<SeatCurveNeeds>): SeatCurveNeeds => ({
  limits: { powerWMin: 100, powerWDefault: 300, powerWMax: 350 },
  limitW: 300,
  published: { worstW: 575 },
  gflops: 10_000,
  record: blank,
  byLimit: true,
  ...more,
})
/** What a card that goes by the cube of its clock shows, at each limit some times. */
const cubic = (limitsW: readonly number[], each = 4): PowerRecord => ({
  idleW: 20,
  samples: limitsW.flatMap((powerW) =>
    Array.from({ length: each }, () => ({ powerW, coreMhz: 2_000 * ((powerW - 20) / 280) ** (1 / 3) })),
  ),
})

describe('the curve of a card under a budget', () => {
  it('is measured where the card was seen at several powers, with the height of its benchmark', () => {
    const { curve, basis } = seatCurve(needs({ record: cubic([150, 225, 300]) }))
    expect(basis).toBeUndefined()
    expect(throughputAt(curve, 300)).toBeCloseTo(10_000)
    expect(throughputAt(curve, 160) / 10_000).toBeCloseTo(0.5 ** (1 / 3), 2)
  })

  it.each<[string, Partial<SeatCurveNeeds>, string, number]>([
    ['its limit alone', {}, 'by its TDP, not measured', 300],
    [
      'its TDP alone',
      { limits: {}, limitW: undefined, published: { tdpW: 170, worstW: 575 } },
      'by its TDP, not measured',
      170,
    ],
    ['nothing', { limits: {}, limitW: undefined }, 'counted with 575 W, the most of its kind: it tells no power', 575],
    ['one power', { record: cubic([250], 8) }, 'measured at one power only', 300],
    [
      'powers that have nothing to do with its clock',
      {
        record: {
          samples: Array.from({ length: 20 }, (_, i) => ({ powerW: 150 + 7 * i, coreMhz: i % 2 ? 400 : 2_000 })),
        },
      },
      'by its TDP, for its measurements disagree',
      300,
    ],
  ])('of which is known %s is assumed, and says so', (_, more, basis, maxW) => {
    const found = seatCurve(needs(more))
    expect([found.basis, found.curve.maxW]).toEqual([basis, maxW])
    expect(found.curve.idleW).toBeLessThan(found.curve.minW)
  })

  it('ends at what its jobs make it draw, where no limit can be set', () => {
    expect(seatCurve(needs({ byLimit: false, record: cubic([140, 180]) })).curve.maxW).toBe(180)
    expect(seatCurve(needs({ byLimit: true, record: cubic([140, 180]) })).curve.maxW).toBe(300)
  })

  it('stands whatever limits a driver prints', () => {
    for (const powerWMin of [0.001, 300, 4_000]) {
      for (const limitW of [undefined, 0.5, 300, 1e9]) {
        const { idleW, minW, maxW } = seatCurve(needs({ limits: { powerWMin }, limitW })).curve
        expect(idleW > 0 && idleW < minW && minW <= maxW).toBe(true)
      }
    }
  })
})

describe('what readings teach', () => {
  const reading = (atMs: number, more: Partial<CardReading>): CardReading => ({
    atMs,
    temperaturesC: {},
    powerW: 250,
    coreMhz: 1_900,
    utilisation: 0.99,
    ...more,
  })
  const taught = (before: Partial<CardReading>, now: Partial<CardReading>, limitChanged = false): PowerRecord =>
    recordAfter(blank, reading(0, before), reading(2_000, now), limitChanged)

  it('is power and clock while a card computes without a break', () => {
    expect(taught({}, {})).toEqual({ samples: [{ powerW: 250, coreMhz: 1_900 }] })
  })

  it.each<[string, Partial<CardReading>, Partial<CardReading>, boolean]>([
    ['it had just begun', { utilisation: 0.4 }, {}, false],
    ['it rested', {}, { utilisation: 0.6 }, false],
    ['its limit was changed', {}, {}, true],
    ['it is held back by heat', {}, { throttled: ['power', 'heat'] }, false],
    ['it tells no clock', {}, { coreMhz: undefined as never }, false],
    ['it draws what cannot be', {}, { powerW: -3 }, false],
    ['it is the same reading', {}, { atMs: 0 }, false],
  ])('is nothing where %s', (_, before, now, limitChanged) => {
    expect(taught(before, now, limitChanged)).toBe(blank)
  })

  it('is what it draws idle, the least of it', () => {
    const idle = { utilisation: 0, powerW: 22 }
    const first = taught(idle, idle)
    expect(first.idleW).toBe(22)
    const next = (powerW: number) => recordAfter(first, reading(0, idle), reading(2_000, { ...idle, powerW }), false)
    expect([next(40).idleW, next(11).idleW]).toEqual([22, 11])
  })

  it('is kept of every power, however long one limit stands', () => {
    let record: PowerRecord = cubic([150, 225], 8)
    for (let i = 0; i < 500; i++) {
      record = recordAfter(record, reading(2_000 * i, {}), reading(2_000 * i + 2_000, { powerW: 300 + (i % 3) }), false)
    }
    const levels = (powerW: number): number =>
      record.samples.filter((each) => Math.round(each.powerW / 75) * 75 === powerW).length
    expect([levels(150), levels(225), levels(300)]).toEqual([8, 8, 8])
    for (let i = 0; i < 500; i++)
      record = recordAfter(record, reading(0, {}), reading(2_000, { powerW: 10 * 1.2 ** (i % 30) }), false)
    expect(record.samples.length).toBeLessThanOrEqual(POWER_SAMPLES_MAX)
  })
})
