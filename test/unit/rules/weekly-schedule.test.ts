import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isScheduled,
  nextChange,
  parseWindow,
  WEEK_MINUTES,
  type WeeklyWindow,
  weekdays,
  weekMinuteText,
  windowText,
} from '../../../protocols/rules/care/weekly-schedule.ts'
import '../../support/property-seed.ts'

const at = (day: (typeof weekdays)[number], hours: number, minutes = 0): number =>
  weekdays.indexOf(day) * 1_440 + hours * 60 + minutes
const windows = (...texts: string[]): readonly WeeklyWindow[] => texts.map((text) => parseWindow(text)!)

describe('a window of the week', () => {
  it.each([
    ['22:00-06:00', '22:00-06:00'],
    ['mon-fri 18:00-08:00', 'mon-fri 18:00-08:00'],
    ['SAT,sun  0:00-24:00', 'sat,sun 00:00-24:00'],
    ['fri-mon 9:30-10:00', 'mon,fri-sun 09:30-10:00'],
    ['mon-sun 10:00-10:00', '10:00-10:00'],
  ])('is read from %s', (text, again) => {
    expect(windowText(parseWindow(text)!)).toBe(again)
  })

  it.each([
    '',
    '18:00',
    '18-20',
    '24:00-06:00',
    '25:00-26:00',
    '10:60-11:00',
    'mo 10:00-11:00',
    'mon- 10:00-11:00',
    'mon-tue-wed 10:00-11:00',
    'mon 10:00-11:00 12:00-13:00',
  ])('is not read from "%s"', (text) => {
    expect(parseWindow(text)).toBeUndefined()
  })

  it('goes over midnight, and over the end of the week', () => {
    const nights = windows('sun 22:00-06:00')
    expect(isScheduled(nights, at('sun', 21, 59))).toBe(false)
    expect(isScheduled(nights, at('sun', 22))).toBe(true)
    expect(isScheduled(nights, at('mon', 5, 59))).toBe(true)
    expect(isScheduled(nights, at('mon', 6))).toBe(false)
  })

  it('is always where there is none', () => {
    expect([isScheduled([], 0), nextChange([], 0)]).toEqual([true, undefined])
    expect(nextChange(windows('0:00-24:00'), 100)).toBeUndefined()
  })

  it('says when it changes next', () => {
    const work = windows('mon-fri 18:00-08:00')
    expect(weekMinuteText(nextChange(work, at('tue', 12))!)).toBe('Tue 18:00')
    expect(weekMinuteText(nextChange(work, at('fri', 20))!)).toBe('Sat 08:00')
    expect(weekMinuteText(nextChange(work, at('sat', 12))!)).toBe('Mon 18:00')
  })
})

const someWindow: fc.Arbitrary<WeeklyWindow> = fc.record({
  days: fc.subarray([...weekdays], { minLength: 1 }),
  fromMinute: fc.integer({ min: 0, max: 1_439 }),
  minutes: fc.integer({ min: 1, max: 1_440 }),
})
const minute = fc.integer({ min: 0, max: WEEK_MINUTES - 1 })

describe('whatever the windows', () => {
  it('a text says the same as the window that it is of', () => {
    fc.assert(
      fc.property(someWindow, (window) => {
        expect(parseWindow(windowText(window))).toEqual(window)
      }),
    )
  })

  it('until the next change nothing changes, and then it does', () => {
    fc.assert(
      fc.property(fc.array(someWindow, { minLength: 1, maxLength: 5 }), minute, (some, now) => {
        const next = nextChange(some, now)
        const here = isScheduled(some, now)
        const untilMinutes = next === undefined ? WEEK_MINUTES : (next - now + WEEK_MINUTES) % WEEK_MINUTES
        for (let ahead = 0; ahead < untilMinutes; ahead++) {
          if (isScheduled(some, (now + ahead) % WEEK_MINUTES) !== here) throw new Error(`changed ${ahead} min ahead`)
        }
        if (next !== undefined) expect(isScheduled(some, next)).toBe(!here)
      }),
      { numRuns: 40 },
    )
  })
})
