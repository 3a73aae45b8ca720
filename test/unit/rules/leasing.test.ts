import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { credits } from '../../../protocols/kernel/money.ts'
import { nextChangeAt, owedAfter, standingOf, stepDue, stepDueAt } from '../../../protocols/rules/leasing/lease-end.ts'
import {
  extensionOf,
  freeFrom,
  holds,
  LEASE_AHEAD_SECONDS_MAX,
  LEASE_SECONDS_MAX,
  LEASE_SECONDS_MIN,
  lengthOf,
  overlap,
  type Period,
  periodFault,
} from '../../../protocols/rules/leasing/lease-period.ts'
import {
  type LeaseTerms,
  leasePrice,
  priceOfSteps,
  STEP_SECONDS_MIN,
  stepCount,
  stepLength,
  stepPrice,
  stepSecondsOf,
  stepsEndAt,
  wholePrice,
} from '../../../protocols/rules/leasing/lease-price.ts'
import {
  NO_RESTS,
  REST_SECONDS_MAX,
  type Rests,
  restBegun,
  restEndsLeaseAt,
  restedSeconds,
} from '../../../protocols/rules/leasing/lease-rest.ts'

const NOW = 1_790_000_000n
const small = fc.bigInt({ min: 0n, max: 20n })
const period = fc.record({ startsAt: small, endsAt: small })
const terms: fc.Arbitrary<LeaseTerms> = fc
  .record({
    pricePerHour: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(credits),
    startsAt: fc.bigInt({ min: NOW, max: NOW + LEASE_AHEAD_SECONDS_MAX }),
    length: fc.bigInt({ min: LEASE_SECONDS_MIN, max: 20_000n }),
    stepSeconds: fc.bigInt({ min: STEP_SECONDS_MIN, max: 3_600n }),
  })
  .map(({ length, ...rest }) => ({ ...rest, endsAt: rest.startsAt + length }))
const steps = (of: LeaseTerms): fc.Arbitrary<number> => fc.integer({ min: 0, max: stepCount(of) })
const withSteps = terms.chain((of) => fc.tuple(fc.constant(of), steps(of)))
const hour: LeaseTerms = {
  ...{ startsAt: NOW, endsAt: NOW + 3_600n },
  ...{ pricePerHour: credits(1_000_000), stepSeconds: 1_000n },
}

describe('periods', () => {
  test('overlap where some second lies in both, whichever is named first', () => {
    const seconds = Array.from({ length: 21 }, (_, i) => BigInt(i))
    fc.assert(
      fc.property(period, period, (a, b) => {
        const isShared = seconds.some((second) => holds(a, second) && holds(b, second))
        expect(overlap(a, b)).toBe(isShared)
        expect(overlap(b, a)).toBe(isShared)
      }),
    )
  })

  test('that extend another start where it ends and never overlap it', () => {
    fc.assert(
      fc.property(terms, fc.bigInt({ min: 1n, max: LEASE_SECONDS_MAX }), (of, seconds) => {
        const next = extensionOf(of, seconds)
        expect([next.startsAt, lengthOf(next), overlap(of, next)]).toEqual([of.endsAt, seconds, false])
      }),
    )
  })

  test('find the earliest free time, and none that was free before it', () => {
    fc.assert(
      fc.property(fc.array(period, { maxLength: 6 }), small, fc.bigInt({ min: 1n, max: 6n }), (taken, from, length) => {
        const at = (startsAt: bigint): Period => ({ startsAt, endsAt: startsAt + length })
        const isFree = (start: bigint): boolean => !taken.some((each) => overlap(each, at(start)))
        const found = freeFrom(taken, at(from))
        expect(found >= from && isFree(found)).toBe(true)
        for (let earlier = from; earlier < found; earlier++) expect(isFree(earlier)).toBe(false)
      }),
    )
  })

  test.each([
    ['a minute from now on', 0n, LEASE_SECONDS_MIN, undefined],
    ['a week, tomorrow', LEASE_AHEAD_SECONDS_MAX, LEASE_SECONDS_MAX, undefined],
    ['one whose request was under way for half a minute', -30n, 3_600n, undefined],
    ['less than a minute', 0n, LEASE_SECONDS_MIN - 1n, 'TOO_SHORT'],
    ['none', 0n, 0n, 'TOO_SHORT'],
    ['one that runs backwards', 0n, -60n, 'TOO_SHORT'],
    ['more than a week', 0n, LEASE_SECONDS_MAX + 1n, 'TOO_LONG'],
    ['one that has begun', -31n, 3_600n, 'PAST'],
    ['the day after tomorrow', LEASE_AHEAD_SECONDS_MAX + 1n, 3_600n, 'TOO_FAR'],
  ])('are leased or refused: %s', (_, ahead, length, fault) => {
    expect(periodFault({ startsAt: NOW + ahead, endsAt: NOW + ahead + length }, NOW)).toBe(fault)
  })

  test('of a lease end while what it stands on can still be taken', () => {
    // 12 days of evidence in production; seconds.
    expect(LEASE_AHEAD_SECONDS_MAX + LEASE_SECONDS_MAX).toBeLessThan(12n * 86_400n)
  })
})

describe('the price of a lease', () => {
  test.each([
    [1_000_000n, 3_600n, 1_000_000n],
    [1n, 1_799n, 0n],
    [1n, 1_800n, 1n],
    [3n, 600n, 1n],
  ])('of %s credits an hour for %s s is %s, rounded half up', (perHour, seconds, price) => {
    expect(leasePrice(credits(perHour), seconds)).toBe(price)
  })

  test('is what its steps sum up to, and none is off by more than a credit', () => {
    fc.assert(
      fc.property(terms, (of) => {
        const each = Array.from({ length: stepCount(of) }, (_, step) => stepPrice(of, step))
        expect(each.reduce((sum, price) => sum + price, 0n)).toBe(leasePrice(of.pricePerHour, lengthOf(of)))
        expect(wholePrice(of)).toBe(leasePrice(of.pricePerHour, lengthOf(of)))
        for (const [step, price] of each.entries()) {
          const alone = leasePrice(of.pricePerHour, stepLength(of, step))
          expect(price - alone >= -1n && price - alone <= 1n).toBe(true)
        }
      }),
    )
  })

  test('is paid in steps that follow each other without a gap up to its end', () => {
    fc.assert(
      fc.property(terms, (of) => {
        const count = stepCount(of)
        expect(stepsEndAt(of, 0)).toBe(of.startsAt)
        expect(stepsEndAt(of, count)).toBe(of.endsAt)
        expect(stepsEndAt(of, count - 1)).toBeLessThan(of.endsAt)
        for (let step = 0; step < count; step++) expect(stepLength(of, step)).toBeGreaterThan(0n)
      }),
    )
  })

  test('of a step is at most a billing step of the offer, and a second more would be too much', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 12n }).map(credits)
    fc.assert(
      fc.property(amount, amount, (perHour, chunk) => {
        const seconds = stepSecondsOf(perHour, chunk)
        if (seconds === undefined) {
          expect(STEP_SECONDS_MIN * perHour).toBeGreaterThan(chunk * 3_600n)
          return
        }
        expect(leasePrice(perHour, seconds)).toBeLessThanOrEqual(chunk)
        if (seconds < 3_600n) expect((seconds + 1n) * perHour).toBeGreaterThan(chunk * 3_600n)
      }),
    )
    expect(stepSecondsOf(credits(0), credits(1))).toBe(3_600n)
  })
})

describe('a lease ends', () => {
  test('by the clock alone, in one order: ahead, running, then unpaid or expired', () => {
    expect(standingOf(hour, 1, NOW - 1n)).toBe('ahead')
    expect(standingOf(hour, 1, NOW)).toBe('running')
    expect(standingOf(hour, 1, NOW + 999n)).toBe('running')
    expect(standingOf(hour, 1, NOW + 1_000n)).toBe('unpaid')
    expect(standingOf(hour, 4, NOW + 3_599n)).toBe('running')
    expect(standingOf(hour, 1, NOW + 3_600n)).toBe('expired')
  })

  test('and what is said of the next change is when the standing changes', () => {
    fc.assert(
      fc.property(withSteps, fc.bigInt({ min: -100n, max: 20_100n }), ([of, paid], offset) => {
        const now = of.startsAt + offset
        const at = nextChangeAt(of, paid, now)
        const standing = standingOf(of, paid, now)
        if (at === undefined) {
          expect(['unpaid', 'expired']).toContain(standing)
          return
        }
        expect(at).toBeGreaterThan(now)
        expect(standingOf(of, paid, at - 1n)).toBe(standing)
        expect(standingOf(of, paid, at)).not.toBe(standing)
      }),
    )
  })

  test('and its lessee owes what it paid, also before the start; of a miner that goes what it delivered', () => {
    expect(owedAfter(hour, 1, 'lessee', NOW - 5n, 0n)).toBe(stepPrice(hour, 0))
    expect(owedAfter(hour, 1, 'miner', NOW - 5n, 0n)).toBe(0n)
    expect(owedAfter(hour, 1, 'miner', NOW + 500n, 0n)).toBe(leasePrice(hour.pricePerHour, 500n))
    expect(owedAfter(hour, 4, 'miner', NOW + 9_999n, 0n)).toBe(1_000_000n)
    fc.assert(
      fc.property(withSteps, fc.bigInt({ min: -100n, max: 20_100n }), ([of, paid], offset) => {
        const at = of.startsAt + offset
        const owed = owedAfter(of, paid, 'miner', at, 0n)
        // Never more than was paid, and never less than a moment before.
        expect(owed).toBeLessThanOrEqual(priceOfSteps(of, paid))
        expect(owed).toBeGreaterThanOrEqual(owedAfter(of, paid, 'miner', at - 1n, 0n))
        for (const end of ['lessee', 'unpaid', 'expired'] as const)
          expect(owedAfter(of, paid, end, at, 0n)).toBe(priceOfSteps(of, paid))
      }),
    )
  })

  test('of which the rests of the card are owed by nobody', () => {
    // A rest of 100 s in a step of 1,000 that is paid.
    const rests = { seconds: 0n, since: NOW + 200n }
    expect(restedSeconds(hour, 1, rests, NOW + 300n)).toBe(100n)
    expect(owedAfter(hour, 1, 'expired', NOW + 1_000n, 100n)).toBe(leasePrice(hour.pricePerHour, 900n))
    expect(owedAfter(hour, 1, 'miner', NOW + 300n, 100n)).toBe(leasePrice(hour.pricePerHour, 200n))
    fc.assert(
      fc.property(withSteps, fc.array(fc.bigInt({ min: 0n, max: 400n }), { maxLength: 12 }), ([of, paid], lengths) => {
        // Rests and work by turns from a while before the lease on, until its paid steps are over, and beyond.
        let rested: Rests = NO_RESTS
        let at = of.startsAt - 50n
        let inLease = 0n
        for (const [i, length] of lengths.entries()) {
          const until = at + length
          if (i % 2 === 0 && until > of.startsAt) {
            rested = restBegun(of, rested, at)
            rested = { seconds: restedSeconds(of, paid, rested, until), since: undefined }
            const [from, to] = [at > of.startsAt ? at : of.startsAt, stepsEndAt(of, paid)]
            inLease += (until < to ? until : to) > from ? (until < to ? until : to) - from : 0n
          }
          at = until
        }
        expect(rested.seconds).toBe(inLease)
        for (const end of ['lessee', 'unpaid', 'expired', 'miner'] as const) {
          const owed = owedAfter(of, paid, end, at, rested.seconds)
          expect(owed).toBeGreaterThanOrEqual(0n)
          expect(owed).toBeLessThanOrEqual(owedAfter(of, paid, end, at, 0n))
          // To the credit: the time that was neither rested nor left unpaid.
          if (end !== 'miner') {
            expect(owed).toBe(leasePrice(of.pricePerHour, stepsEndAt(of, paid) - of.startsAt - inLease))
          }
        }
      }),
    )
  })

  test('and a rest ends it that lasts longer than five minutes, counted from within the lease', () => {
    expect(restEndsLeaseAt(NO_RESTS)).toBeUndefined()
    expect(restEndsLeaseAt(restBegun(hour, NO_RESTS, NOW - 60n))).toBe(NOW + REST_SECONDS_MAX)
    const begun = restBegun(hour, NO_RESTS, NOW + 7n)
    expect(restEndsLeaseAt(restBegun(hour, begun, NOW + 90n))).toBe(NOW + 7n + REST_SECONDS_MAX)
  })

  test('unless each step is paid half a step before the one before it is over', () => {
    expect(stepDue(hour, 1, NOW + 499n)).toBeUndefined()
    expect(stepDue(hour, 1, NOW + 500n)).toBe(1)
    expect(stepDue(hour, 4, NOW + 3_599n)).toBeUndefined()
    fc.assert(
      fc.property(withSteps, ([of, paid]) => {
        fc.pre(paid > 0 && paid < stepCount(of))
        expect(standingOf(of, paid, stepDueAt(of, paid))).not.toBe('unpaid')
        expect(stepDue(of, paid, stepDueAt(of, paid))).toBe(paid)
      }),
    )
  })
})
