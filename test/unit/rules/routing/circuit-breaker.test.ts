import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterEvent,
  type Breaker,
  type BreakerEvent,
  breakerWord,
  EXCLUDED_MS,
  EXCLUDED_MS_MAX,
  FAULTS_MAX,
  FORGOTTEN_MS,
  SERIES_MS,
  TRIAL_MS_MAX,
  WHOLE,
} from '../../../../protocols/rules/routing/circuit-breaker.ts'
import '../../../support/property-seed.ts'

const failed = { kind: 'failed', reason: 'STALLED' } as const
const answered = { kind: 'answered' } as const
const tried = { kind: 'tried' } as const

const course = (events: readonly (readonly [number, BreakerEvent])[], from = WHOLE): Breaker =>
  events.reduce((breaker, [atMs, event]) => afterEvent(breaker, event, atMs), from)
const excluded = (atMs = 0): Breaker => course(Array.from({ length: FAULTS_MAX }, () => [atMs, failed] as const))

describe('the circuit breaker of a miner', () => {
  it('excludes it after a series of failures, with the reason, and not after fewer', () => {
    const twice = course([
      [0, failed],
      [10, failed],
    ])
    expect(breakerWord(twice, 10)).toBe('active')
    const thrice = afterEvent(twice, failed, 20)
    expect(breakerWord(thrice, 20)).toBe('excluded')
    expect(thrice).toMatchObject({ reason: 'STALLED', times: 1, untilMs: 20 + EXCLUDED_MS })
  })

  it('counts no series over a success between them, or over a long time', () => {
    expect(
      breakerWord(
        course([
          [0, failed],
          [1, failed],
          [2, answered],
          [3, failed],
        ]),
        3,
      ),
    ).toBe('active')
    const apart = Array.from({ length: 9 }, (_, i) => [i * SERIES_MS, failed] as const)
    expect(breakerWord(course(apart), 9 * SERIES_MS)).toBe('active')
  })

  it('excludes at once who broke a rule by its own bytes', () => {
    expect(breakerWord(afterEvent(WHOLE, { ...failed, isGrave: true }, 5), 5)).toBe('excluded')
  })

  it('gives it one job when its time is over, and no second one before the first has ended', () => {
    const out = excluded()
    expect(breakerWord(out, EXCLUDED_MS - 1)).toBe('excluded')
    expect(breakerWord(out, EXCLUDED_MS)).toBe('probe')
    const trying = afterEvent(out, tried, EXCLUDED_MS)
    expect(breakerWord(trying, EXCLUDED_MS + 1)).toBe('excluded')
    expect(breakerWord(trying, EXCLUDED_MS + TRIAL_MS_MAX)).toBe('probe')
  })

  it('takes it back when that job is answered', () => {
    expect(
      breakerWord(
        course(
          [
            [EXCLUDED_MS, tried],
            [EXCLUDED_MS + 50, answered],
          ],
          excluded(),
        ),
        EXCLUDED_MS + 50,
      ),
    ).toBe('active')
  })

  it('excludes it twice as long each time that job fails, up to a limit', () => {
    let breaker = excluded()
    let now = 0
    const lengths: number[] = []
    for (let i = 0; i < 10; i++) {
      lengths.push(breaker.untilMs - now)
      now = breaker.untilMs
      breaker = course(
        [
          [now, tried],
          [now, failed],
        ],
        breaker,
      )
    }
    expect(lengths.slice(0, 4)).toEqual([1, 2, 4, 8].map((times) => times * EXCLUDED_MS))
    expect(lengths.at(-1)).toBe(EXCLUDED_MS_MAX)
  })

  it('remembers for an hour how often it was excluded, so that who fails, works and fails again gains nothing', () => {
    const back = course(
      [
        [EXCLUDED_MS, tried],
        [EXCLUDED_MS, answered],
      ],
      excluded(),
    )
    const again = course(
      [
        [EXCLUDED_MS + 1, failed],
        [EXCLUDED_MS + 2, failed],
        [EXCLUDED_MS + 3, failed],
      ],
      back,
    )
    expect(again.untilMs - EXCLUDED_MS - 3).toBe(2 * EXCLUDED_MS)
    const later = EXCLUDED_MS + FORGOTTEN_MS + 1
    const anew = course(
      [
        [later, failed],
        [later, failed],
        [later, failed],
      ],
      back,
    )
    expect(anew.untilMs - later).toBe(EXCLUDED_MS)
  })

  it('is not lengthened by jobs that were under way when it was excluded', () => {
    const out = excluded()
    expect(
      course(
        [
          [5, failed],
          [6, failed],
          [7, failed],
        ],
        out,
      ).untilMs,
    ).toBe(out.untilMs)
  })

  it('never excludes for longer than its limit, and always ends in a trial, whatever happens', () => {
    const event = fc.constantFrom<BreakerEvent>(failed, answered, tried, { ...failed, isGrave: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(400_000), event), { maxLength: 60 }), (steps) => {
        let now = 0
        let breaker = WHOLE
        for (const [laterMs, each] of steps) {
          now += laterMs
          breaker = afterEvent(breaker, each, now)
          expect(breaker.untilMs - now).toBeLessThanOrEqual(EXCLUDED_MS_MAX)
        }
        expect(breakerWord(breaker, now + EXCLUDED_MS_MAX)).not.toBe('excluded')
      }),
    )
  })
})
