import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { Line, type LinkLaw } from '../../../simulations/wire/link.ts'
import '../../support/property-seed.ts'

const law = (given: Partial<LinkLaw> = {}): LinkLaw => ({
  latencyMs: 50,
  jitterMs: 0,
  bytesPerSecond: 1_000_000,
  lossRate: 0,
  ...given,
})
const line = (): Line => new Line(new SeededRandom('line'))

describe('a line', () => {
  it('takes its latency and the time that the bytes need', () => {
    expect(line().arrivalMs(0, 10_000, law())).toBe(60)
  })

  it('lets messages wait for those before them, and is idle again afterwards', () => {
    const one = line()
    expect([one.arrivalMs(0, 10_000, law()), one.arrivalMs(0, 10_000, law())]).toEqual([60, 70])
    expect(one.arrivalMs(1_000, 10_000, law())).toBe(1_060)
  })

  it('never lets a later message overtake, whatever jitter and loss do, and never is faster than its latency', () => {
    const sending = fc.record({ afterMs: fc.nat(50), bytes: fc.integer({ min: 1, max: 100_000 }) })
    fc.assert(
      fc.property(
        fc.array(sending, { maxLength: 60 }),
        fc.nat(80),
        fc.constantFrom(0, 0.001, 0.05),
        (all, jitterMs, lossRate) => {
          const one = line()
          let [now, last] = [0, 0]
          for (const { afterMs, bytes } of all) {
            now += afterMs
            const arrival = one.arrivalMs(now, bytes, law({ jitterMs, lossRate }))
            if (arrival === undefined) continue
            expect(arrival).toBeGreaterThanOrEqual(Math.max(last, now + 50))
            last = arrival
          }
        },
      ),
    )
  })

  it('sends a lost message again after a timeout', () => {
    const lossy = law({ lossRate: 0.2, bytesPerSecond: Number.POSITIVE_INFINITY })
    const delays = Array.from({ length: 2_000 }, (_, i) =>
      new Line(new SeededRandom(`${i}`)).arrivalMs(0, 1_000, lossy),
    )
    const once = delays.filter((delay) => delay === 50).length
    // Four in five arrive at once, within five standard deviations.
    expect(Math.abs(once - 1_600)).toBeLessThan(90)
    expect(Math.min(...delays.filter((delay) => delay !== undefined && delay > 50).map(Number))).toBe(250)
  })

  it('is given up where everything is lost', () => {
    expect(line().arrivalMs(0, 1_000, law({ lossRate: 1 }))).toBeUndefined()
  })
})
