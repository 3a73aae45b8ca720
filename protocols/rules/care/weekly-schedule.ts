/** When a miner may work, as its owner says it: windows of the week in local time. Pure: the caller says which minute it is. */

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** Minutes of the week from Monday 0:00, on the wall clock of the machine. */
export const DAY_MINUTES = 1_440
export const WEEK_MINUTES: number = 7 * DAY_MINUTES

/** From `fromMinute` of each of the days, for `minutes`: over midnight where that is longer than the day is. */
export interface WeeklyWindow {
  readonly days: readonly Weekday[]
  /** Of the day. */
  readonly fromMinute: number
  /** 1 to 1440. */
  readonly minutes: number
}

const WINDOW = /^(?:(?<days>[a-z,-]+) )?(?<from>\d{1,2}:\d{2})-(?<to>\d{1,2}:\d{2})$/

/**
 * `mon-fri 18:00-08:00`, `sat,sun 00:00-24:00`, or `22:00-06:00` for every day. An end that is not after the beginning is on the next
 * day.
 * @returns undefined where the text has another form
 */
export function parseWindow(text: string): WeeklyWindow | undefined {
  const found = WINDOW.exec(text.trim().toLowerCase().replaceAll(/\s+/g, ' '))?.groups
  const days = found?.days === undefined ? weekdays : parseDays(found.days)
  const fromMinute = minuteOf(found?.from)
  const toMinute = minuteOf(found?.to)
  if (days === undefined || fromMinute === undefined || toMinute === undefined || fromMinute === DAY_MINUTES)
    return undefined
  const minutes = toMinute > fromMinute ? toMinute - fromMinute : toMinute + DAY_MINUTES - fromMinute
  return { days, fromMinute, minutes }
}

/** The same text again, in one form. */
export function windowText({ days, fromMinute, minutes }: WeeklyWindow): string {
  const end = fromMinute + minutes
  const hours = `${clockText(fromMinute)}-${clockText(end <= DAY_MINUTES ? end : end - DAY_MINUTES)}`
  return days.length === weekdays.length ? hours : `${daysText(days)} ${hours}`
}

/** Whether a minute of the week is inside of one of the windows; always where there are none. */
export function isScheduled(windows: readonly WeeklyWindow[], minuteOfWeek: number): boolean {
  return windows.length === 0 || windows.some((window) => covers(window, minuteOfWeek))
}

/**
 * The next minute of the week, after this one, at which it changes; undefined where it never does. Clocks that are put forward or
 * back skip or repeat minutes: who waits for it looks at the clock again rather than counting.
 */
export function nextChange(windows: readonly WeeklyWindow[], minuteOfWeek: number): number | undefined {
  const now = isScheduled(windows, minuteOfWeek)
  const edges = windows.flatMap(({ days, fromMinute, minutes }) =>
    days.flatMap((day) => {
      const from = weekdays.indexOf(day) * DAY_MINUTES + fromMinute
      return [from % WEEK_MINUTES, (from + minutes) % WEEK_MINUTES]
    }),
  )
  const ahead = (edge: number): number => (edge - minuteOfWeek + WEEK_MINUTES - 1) % WEEK_MINUTES
  return edges.sort((one, other) => ahead(one) - ahead(other)).find((edge) => isScheduled(windows, edge) !== now)
}

/** `Tue 18:00`. */
export function weekMinuteText(minuteOfWeek: number): string {
  const day = weekdays[Math.floor(minuteOfWeek / DAY_MINUTES)]!
  return `${day[0]!.toUpperCase()}${day.slice(1)} ${clockText(minuteOfWeek % DAY_MINUTES)}`
}

function covers({ days, fromMinute, minutes }: WeeklyWindow, minuteOfWeek: number): boolean {
  return days.some((day) => {
    const from = weekdays.indexOf(day) * DAY_MINUTES + fromMinute
    return (minuteOfWeek - from + WEEK_MINUTES) % WEEK_MINUTES < minutes
  })
}

function parseDays(text: string): readonly Weekday[] | undefined {
  const chosen = new Set<number>()
  for (const part of text.split(',')) {
    const [first, last = first, ...more] = part.split('-')
    const from = weekdays.indexOf(first as Weekday)
    const to = weekdays.indexOf(last as Weekday)
    if (from < 0 || to < 0 || more.length > 0) return undefined
    // `fri-mon` goes over the end of the week.
    for (let day = from; ; day = (day + 1) % weekdays.length) {
      chosen.add(day)
      if (day === to) break
    }
  }
  return weekdays.filter((_, day) => chosen.has(day))
}

function minuteOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [hours, minutes] = text.split(':').map(Number)
  const minute = hours! * 60 + minutes!
  return minutes! < 60 && minute <= DAY_MINUTES ? minute : undefined
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')
const clockText = (minute: number): string => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`

function daysText(days: readonly Weekday[]): string {
  const runs: Weekday[][] = []
  for (const day of days) {
    const run = runs.at(-1)
    if (run !== undefined && weekdays.indexOf(run.at(-1)!) === weekdays.indexOf(day) - 1) run.push(day)
    else runs.push([day])
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',')
}
