/** Lengths of time as people read and type them. */

import { usageError } from '../frame/usage-error.ts'
import { numberText, UNKNOWN } from './numbers.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The two largest units: `0.35 ms`, `12 ms`, `1.2 s`, `2 min 5 s`, `3 h 4 min`, `2 d 3 h`. */
export function durationText(ms: number | undefined): string {
  if (ms === undefined) return UNKNOWN
  if (ms < 0) return `-${durationText(-ms)}`
  if (ms < 999.5) return `${numberText(ms)} ms`
  if (ms < 59_950) return `${(ms / SECOND).toFixed(1).replace(/\.0$/, '')} s`
  const seconds = Math.round(ms / SECOND)
  if (seconds < HOUR / SECOND) return two(seconds, 60, 'min', 's')
  const minutes = Math.round(ms / MINUTE)
  if (minutes < DAY / MINUTE) return two(minutes, 60, 'h', 'min')
  return two(Math.round(ms / HOUR), 24, 'd', 'h')
}

function two(units: number, base: number, large: string, small: string): string {
  const rest = units % base
  return `${Math.floor(units / base)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, min: MINUTE, h: HOUR, d: DAY }
/** Longer waits than a year are slips of a unit. */
const DURATION_MS_MAX = 365 * DAY

/**
 * Milliseconds of `500ms`, `2m`, `1.5h`; for options.
 * @throws MeshError COMMAND_LINE
 */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|min|m|h|d)$/.exec(text.trim())
  const ms = match === null ? Number.NaN : Math.round(Number(match[1]) * UNITS[match[2]!]!)
  if (ms <= DURATION_MS_MAX) return ms
  throw usageError(`${text} is no length of time`, 'Give a number with its unit, like 500ms, 30s, 2m or 1h.')
}

/** `3 min ago`, `now` for less than a second. */
export const agoText = (ms: number | undefined): string =>
  ms === undefined ? UNKNOWN : ms < SECOND ? 'now' : `${durationText(ms)} ago`
