import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credits } from '../../../../protocols/kernel/money.ts'
import {
  isWorthSettingAside,
  type PricedJob,
  type RunningJob,
} from '../../../../protocols/rules/scheduling/preemption.ts'
import '../../../support/property-seed.ts'

/** Runs since 1 s, needs 10 s in all, and has a minute. */
const running: RunningJob = {
  latencyClass: 'economy',
  dueMs: 60_000,
  serviceMs: 10_000,
  price: credits(700),
  startedMs: 0,
  setAside: 0,
}
const urgent: PricedJob = { latencyClass: 'realtime', dueMs: 3_000, serviceMs: 500, price: credits(3_000) }
const NOW = 1_000
const BACK_MS = 300

describe('an economy job that runs', () => {
  it('is set aside for a realtime job that would be lost without it, and is saved by it', () => {
    expect(isWorthSettingAside(running, urgent, NOW, BACK_MS)).toBe(true)
  })

  it.each<[string, Partial<RunningJob>, Partial<PricedJob>]>([
    ['it is no economy job', { latencyClass: 'standard' }, {}],
    ['the other is not realtime', {}, { latencyClass: 'fast' }],
    ['it was set aside before', { setAside: 1 }, {}],
    ['it has run half of its time', { serviceMs: 1_900 }, {}],
    ['its time is unknown', { serviceMs: undefined }, {}],
    ['the other’s time is unknown', {}, { serviceMs: undefined }],
    ['the other can wait for its end', {}, { dueMs: 10_500 }],
    ['the other would be lost all the same', {}, { dueMs: 1_799 }],
    ['it would be lost itself', { dueMs: 16_000 }, {}],
    ['it is worth more than the other', { price: credits(30_000) }, {}],
  ])('goes on where %s', (_, job, other) => {
    expect(isWorthSettingAside({ ...running, ...job }, { ...urgent, ...other }, NOW, BACK_MS)).toBe(false)
  })

  it('can still be met after it was set aside, and the other one too', () => {
    const ms = (min: number, max: number) => fc.integer({ min, max })
    const price = fc.integer({ min: 0, max: 10_000 }).map(credits)
    const long = fc.record({ serviceMs: ms(4_000, 20_000), dueMs: ms(10_000, 80_000), price })
    const short = fc.record({ serviceMs: ms(0, 2_000), dueMs: ms(0, 10_000), price })
    let met = 0
    fc.assert(
      fc.property(long, short, ms(0, 2_000), ms(0, 1_000), (job, other, now, backMs) => {
        const it = { ...running, ...job }
        const one = { ...urgent, ...other }
        if (!isWorthSettingAside(it, one, now, backMs)) return
        met++
        expect(now + backMs + other.serviceMs).toBeLessThanOrEqual(other.dueMs)
        expect(now + backMs + other.serviceMs + job.serviceMs).toBeLessThanOrEqual(job.dueMs)
      }),
      { numRuns: 5_000 },
    )
    // Where it is never worth it, the property says nothing.
    expect(met).toBeGreaterThan(250)
  })
})
