import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Credits, credits } from '../../../../protocols/kernel/money.ts'
import { jobPrice } from '../../../../protocols/rules/pricing/job-price.ts'
import { latencyClasses } from '../../../../protocols/rules/pricing/latency-class.ts'
import {
  COMPENSATION_BP_MAX,
  defaultTerms,
  termsFault,
  WITNESSES_MAX,
} from '../../../../protocols/rules/service-level/granted-terms.ts'
import { judgeService, type ServiceVerdict } from '../../../../protocols/rules/service-level/judge-service.ts'
import { medianInterval } from '../../../../protocols/rules/service-level/median-interval.ts'
import type { Terms } from '../../../../protocols/statements/struct-types.ts'
import '../../../support/property-seed.ts'

const terms = defaultTerms(credits(1_000))
const agreed = { terms, latencyClass: 'realtime', base: credits(1_000) } as const
const finished = (...intervalsMs: number[]) => judgeService(agreed, { kind: 'finished', usage: 1n, intervalsMs })

describe('a job that finished', () => {
  test('in its class is paid as agreed', () => {
    expect(finished(99, 40, 99)).toEqual({ kind: 'on-time', paid: 3_000n, compensation: 0n, tookMs: 99 })
  })
  test.each([
    [100, 'fast', 2_000n],
    [499, 'fast', 2_000n],
    [500, 'standard', 1_000n],
    [2_000, 'economy', 700n],
  ])('after %i ms met %s and is paid %s', (interval, met, paid) => {
    expect(finished(interval, interval, interval)).toMatchObject({ kind: 'late', met, paid, compensation: 0n })
  })
  test('before too few witnesses is paid as agreed, whatever they say', () => {
    expect(finished(60_000)).toEqual({ kind: 'unknown', paid: 3_000n, compensation: 0n, heard: 1 })
    expect(finished()).toMatchObject({ kind: 'unknown', heard: 0 })
  })
  test('is not late for the time that its client held it up', () => {
    const course = { kind: 'finished', usage: 1n, intervalsMs: [150, 150], clientStalledMs: 60 } as const
    expect(judgeService(agreed, course)).toMatchObject({ kind: 'on-time', tookMs: 90 })
  })
  test('is judged by the first witnesses of the draw, as many as the terms say', () => {
    expect(finished(50, 50, 50, 9_000, 9_000, 9_000, 9_000)).toMatchObject({ kind: 'on-time' })
  })
  test('in the economy class is never late', () => {
    const economy = { ...agreed, latencyClass: 'economy' } as const
    const course = { kind: 'finished', usage: 1n, intervalsMs: [9e6, 9e6] } as const
    expect(judgeService(economy, course)).toMatchObject({ kind: 'on-time' })
  })
})

describe('a job that did not finish', () => {
  test('costs nothing where it was refused', () => {
    expect(judgeService(agreed, { kind: 'refused' })).toEqual({ kind: 'refused', paid: 0n, compensation: 0n })
  })
  test('costs nothing where it never started, and half of the price is owed back', () => {
    expect(judgeService(agreed, { kind: 'not-started' })).toMatchObject({ paid: 0n, compensation: 1_500n })
  })
  test('costs what was delivered where it stalled', () => {
    const stalled = (delivered: bigint): ServiceVerdict => judgeService(agreed, { kind: 'stalled', delivered })
    expect(stalled(0n)).toMatchObject({ paid: 0n, compensation: 1_500n })
    expect(stalled(2n)).toMatchObject({ paid: 6_000n, compensation: 1_500n })
  })
})

const anyTerms: fc.Arbitrary<Terms> = fc
  .record({
    bounds: fc.uniqueArray(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 3, maxLength: 3 }),
    startMsMax: fc.integer({ min: 1, max: 3_600_000 }),
    stallMsMax: fc.integer({ min: 1, max: 3_600_000 }),
    compensationBp: fc.integer({ min: 0, max: COMPENSATION_BP_MAX }),
    witnesses: fc.integer({ min: 2, max: WITNESSES_MAX }),
    quorum: fc.integer({ min: 2, max: WITNESSES_MAX }),
    drawStake: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((stake) => credits(stake)),
  })
  .map(({ bounds, quorum, witnesses, ...rest }) => {
    const [realtimeMs, fastMs, standardMs] = bounds.sort((a, b) => a - b) as [number, number, number]
    return { ...rest, realtimeMs, fastMs, standardMs, witnesses, quorum: Math.min(quorum, witnesses) }
  })
const anyBase: fc.Arbitrary<Credits> = fc.bigInt({ min: 0n, max: 10n ** 12n }).map((base) => credits(base))
const anyAgreed = fc.record({ terms: anyTerms, latencyClass: fc.constantFrom(...latencyClasses), base: anyBase })
const anyInterval = fc.oneof(fc.integer({ min: -5, max: 4_000 }), fc.integer({ min: -1_000, max: 100_000_000 }))
const anyIntervals = fc.array(anyInterval, { maxLength: 9 })
const anyCourse = fc.oneof(
  fc.constant({ kind: 'refused' } as const),
  fc.constant({ kind: 'not-started' } as const),
  fc.record({ kind: fc.constant('stalled' as const), delivered: fc.bigInt({ min: 0n, max: 100n }) }),
  fc.record({
    kind: fc.constant('finished' as const),
    usage: fc.bigInt({ min: 0n, max: 100n }),
    intervalsMs: anyIntervals,
  }),
)

test('terms that may be granted are told from those that may not', () => {
  fc.assert(fc.property(anyTerms, (granted) => termsFault(granted) === undefined))
  expect(termsFault(terms)).toBeUndefined()
  expect(termsFault({ ...terms, quorum: 1 })).toBeDefined()
  expect(termsFault({ ...terms, quorum: 4 })).toBeDefined()
  expect(termsFault({ ...terms, fastMs: 100 })).toBeDefined()
  expect(termsFault({ ...terms, startMsMax: 0 })).toBeDefined()
  expect(termsFault({ ...terms, stallMsMax: 2 ** 32 - 1 })).toBeDefined()
  expect(termsFault({ ...terms, compensationBp: 20_001 })).toBeDefined()
  expect(termsFault({ ...terms, drawStake: credits(0) })).toBeDefined()
})

test('nobody pays more than the agreed price, and what is owed back stays within its share of it', () => {
  fc.assert(
    fc.property(anyAgreed, anyCourse, (agreement, course) => {
      const { paid, compensation } = judgeService(agreement, course)
      const units = course.kind === 'finished' ? course.usage : course.kind === 'stalled' ? course.delivered : 0n
      const price = jobPrice(agreement.base, agreement.latencyClass, units)
      const one = jobPrice(agreement.base, agreement.latencyClass)
      expect(paid).toBeLessThanOrEqual(price)
      expect(compensation * 10_000n).toBeLessThanOrEqual(one * BigInt(agreement.terms.compensationBp))
      expect(paid + compensation).toBeLessThanOrEqual(price + 2n * one)
    }),
  )
})

test('who takes longer is never paid more', () => {
  fc.assert(
    fc.property(
      anyAgreed,
      anyIntervals,
      fc.array(fc.nat(5_000), { minLength: 9, maxLength: 9 }),
      (agreement, intervals, more) => {
        const paid = (intervalsMs: readonly number[]) =>
          judgeService(agreement, { kind: 'finished', usage: 1n, intervalsMs }).paid
        expect(paid(intervals.map((interval, i) => interval + more[i]!))).toBeLessThanOrEqual(paid(intervals))
      },
    ),
  )
})

describe('the median', () => {
  const clamped = (interval: number): number => Math.max(0, interval)
  test('of witnesses that agree is theirs, whatever one more says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.nat(10_000),
        anyInterval,
        fc.nat(8),
        (honest, interval, lie, at) => {
          const intervals = Array.from({ length: honest }, () => interval)
          intervals.splice(Math.min(at, honest), 0, lie)
          expect(medianInterval(intervals)).toBe(interval)
        },
      ),
    )
  })
  test('moves no further than to its neighbour when one witness says something else', () => {
    fc.assert(
      fc.property(
        fc.array(anyInterval, { minLength: 3, maxLength: 7 }),
        fc.nat(6),
        anyInterval,
        (intervals, which, lie) => {
          const sorted = intervals.map(clamped).sort((a, b) => a - b)
          const middle = (sorted.length - 1) >>> 1
          const moved = medianInterval(intervals.with(which % intervals.length, lie))
          expect(moved).toBeGreaterThanOrEqual(sorted[middle - 1]!)
          expect(moved).toBeLessThanOrEqual(sorted[middle + 1]!)
        },
      ),
    )
  })
  test('of two is the smaller, so that one alone makes nobody late', () => {
    fc.assert(
      fc.property(anyInterval, anyInterval, (a, b) => {
        expect(medianInterval([a, b])).toBe(Math.min(clamped(a), clamped(b)))
      }),
    )
  })
  test('takes what is no time for none', () => {
    expect(medianInterval([Number.NaN, -1, 7])).toBe(0)
  })
})
