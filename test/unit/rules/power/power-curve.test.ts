import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assumedPowerCurve,
  fitPowerCurve,
  POWER_SAMPLES_MAX,
  type PowerCurve,
  type PowerSample,
  throughputAt,
} from '../../../../protocols/rules/power/power-curve.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import '../../../support/property-seed.ts'

const range = { idleW: 25, minW: 100, maxW: 350 }
const powers = [100, 150, 200, 250, 300, 350]
const truth = (linear: number, steep: number, power: number): PowerCurve => ({
  ...range,
  linear,
  steep,
  power,
  origin: 'measured',
})
const cube = truth(0.8, 2e-4, 3)
const sampled = (curve: PowerCurve, at: readonly number[], noise: () => number = () => 1): PowerSample[] =>
  at.map((powerW) => ({ powerW, throughput: throughputAt(curve, powerW) * noise() }))
const powerOf = ({ linear, steep, power, idleW }: PowerCurve, t: number): number =>
  idleW + linear * t + steep * t ** power

describe('a power curve', () => {
  test('says the throughput that takes the given power', () => {
    for (const curve of [cube, truth(0, 2e-4, 3), truth(2, 0, 3), truth(0.5, 1e-12, 8)]) {
      for (const powerW of powers) expect(powerOf(curve, throughputAt(curve, powerW))).toBeCloseTo(powerW, 6)
    }
  })

  test('is found again from samples that lie on it', () => {
    for (const curve of [cube, truth(0.3, 1e-9, 6), truth(1.5, 0.004, 2), truth(2, 0, 3), truth(0, 2e-4, 3)]) {
      const fitted = fitPowerCurve(sampled(curve, powers), range)!
      expect(fitted.origin).toBe('measured')
      expect(fitted.error).toBeLessThan(1e-6)
      for (const powerW of [120, 180, 310]) {
        expect(throughputAt(fitted, powerW) / throughputAt(curve, powerW)).toBeCloseTo(1, 5)
      }
    }
  })

  test('is found through noise, and past samples that were taken while the card throttled, or before its sensor followed', () => {
    const random = new SeededRandom('noise of a sensor')
    const uniform = (): number => random.uint32() / 2 ** 32
    const samples = sampled(cube, [...powers, ...powers, ...powers], () => 0.98 + 0.04 * uniform())
    samples[5] = { powerW: 350, throughput: 3 }
    samples[11] = { powerW: 100, throughput: throughputAt(cube, 350) }
    const fitted = fitPowerCurve(samples, range)!
    for (const powerW of powers) {
      const off = throughputAt(fitted, powerW) / throughputAt(cube, powerW) - 1
      expect(Math.abs(off), `${powerW} W`).toBeLessThan(0.03)
    }
    expect(fitted.error!).toBeGreaterThan(0)
    expect(fitted.error!).toBeLessThan(0.03)
  })

  test('from one power only, or from TDP, says that its bend is assumed', () => {
    const level = fitPowerCurve(sampled(cube, [300, 301, 299]), range)!
    expect(level.origin).toBe('level')
    expect(throughputAt(level, 300)).toBeCloseTo(throughputAt(cube, 300), 1)
    const assumed = assumedPowerCurve(200, 29)!
    expect(assumed).toMatchObject({ origin: 'tdp', minW: 100, maxW: 200, idleW: 16 })
    expect(assumed).not.toHaveProperty('error')
    expect(throughputAt(assumed, 200)).toBeCloseTo(29, 9)
    expect(throughputAt(assumed, 100)).toBeGreaterThan(29 / 2)
    expect(assumedPowerCurve(0, 29)).toBeUndefined()
    expect(assumedPowerCurve(200, 0)).toBeUndefined()
    expect(assumedPowerCurve(Number.NaN, 29)).toBeUndefined()
    expect(assumedPowerCurve(9_000, 29)).toBeUndefined()
  })

  test('is made of no sample that cannot be, and of none at all where all are such', () => {
    const bad: PowerSample[] = [
      { powerW: -40, throughput: 10 },
      { powerW: 20, throughput: 10 },
      { powerW: Number.NaN, throughput: 10 },
      { powerW: 200, throughput: 0 },
      { powerW: Number.POSITIVE_INFINITY, throughput: 1 },
    ]
    expect(fitPowerCurve(bad, range)).toBeUndefined()
    expect(fitPowerCurve([...bad, ...sampled(cube, powers)], range)).toEqual(
      fitPowerCurve(sampled(cube, powers), range),
    )
    expect(fitPowerCurve(sampled(cube, powers), { ...range, minW: 400 })).toBeUndefined()
    expect(fitPowerCurve(sampled(cube, powers), { ...range, idleW: 120 })).toBeUndefined()
  })

  test('looks at the newest samples only', () => {
    const old = Array.from({ length: 500 }, (_, i) => ({ powerW: 100 + (i % 250), throughput: 1 }))
    const fresh = sampled(
      cube,
      Array.from({ length: POWER_SAMPLES_MAX }, (_, i) => 100 + 4 * (i % 60)),
    )
    expect(fitPowerCurve([...old, ...fresh], range)).toEqual(fitPowerCurve(fresh, range))
  })

  test('rises, bends down, and is never below 0 or no number', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ powerW: fc.double({ min: -100, max: 1_000 }), throughput: fc.double({ min: -1, max: 1e6 }) }),
          { maxLength: 12 },
        ),
        (samples) => {
          const curve: PowerCurve | undefined = fitPowerCurve(samples, range)
          if (curve === undefined) return
          const steps = powers.map((powerW) => throughputAt(curve, powerW))
          for (const [i, each] of steps.entries()) {
            expect(each > 0 && Number.isFinite(each)).toBe(true)
            if (i > 0) expect(each).toBeGreaterThan(steps[i - 1]!)
            if (i > 1)
              expect(each - steps[i - 1]!).toBeLessThanOrEqual(
                (steps[i - 1]! - steps[i - 2]!) * (1 + 1e-6) + 1e-9 * each,
              )
          }
          expect(throughputAt(curve, 99)).toBe(0)
          expect(throughputAt(curve, 10_000)).toBe(steps.at(-1))
        },
      ),
    )
  })
})
