/** One sensor over time: smoothed, with its trend, and whether it can be believed. */

/** Time constant of the moving average: a lone reading that is off by 10 C moves it by 1 C where one comes each second. */
const SMOOTHING_MS = 10_000
/** Readings of this time make the trend: a longer one would still count the jump with which work begins. */
const TREND_MS = 10_000
/** Fewer show nothing but the steps of the sensor. */
const TREND_MS_MIN = 8_000
/** At one a second. */
const TREND_READINGS_MAX = 12
/** A degree in ten seconds is what a sensor of whole degrees makes of nothing. */
const TREND_C_PER_S_MIN = 0.1
/** 300 W into a cooler of 600 J/K whose fan stands still. What is faster is the core alone, and soon over. */
const TREND_C_PER_S_MAX = 0.5
const FORECAST_S = 30
/** Nobody has watched for so long that what was known says nothing. */
export const UNWATCHED_MS = 30_000
/** Sensors of cards show nothing else; 0, 127, 255 and 511 are how broken ones speak. */
const CELSIUS_MAX = 125

/** Load counts as low or as high for so long before a temperature must have moved by a degree. */
const STUCK_RUN_MS = 20_000
const LOAD_LOW = 0.3
const LOAD_HIGH = 0.6

export interface SensorCourse {
  /** The last one. */
  readonly rawC: number
  readonly atMs: number
  readonly smoothedC: number
  /** Of the last ten seconds, and one that is older. */
  readonly recent: readonly Point[]
  readonly unmoved: Unmoved
}

interface Point {
  readonly atMs: number
  readonly celsius: number
}

/** How long without a break the load was low, and high, since the value last changed; the longest times. */
interface Unmoved {
  readonly band: LoadBand
  readonly runMs: number
  readonly lowMs: number
  readonly highMs: number
}

type LoadBand = 'low' | 'high' | 'between'

/** What a sensor said, where it can be true. */
export const plausibleC = (celsius: number | undefined): number | undefined =>
  celsius !== undefined && celsius > 0 && celsius <= CELSIUS_MAX ? celsius : undefined

const unmoved = (load: number | undefined): Unmoved => ({ band: bandOf(load), runMs: 0, lowMs: 0, highMs: 0 })

/** @param load 0 to 1; undefined where the card does not say how much it does */
export function beginCourse(celsius: number, atMs: number, load: number | undefined): SensorCourse {
  const recent = [{ atMs, celsius }]
  return { rawC: celsius, atMs, smoothedC: celsius, recent, unmoved: unmoved(load) }
}

/** With one more reading. Where the time ran backwards, or nobody watched, it begins anew. */
export function afterReading(
  course: SensorCourse,
  celsius: number,
  atMs: number,
  load: number | undefined,
): SensorCourse {
  const passedMs = atMs - course.atMs
  if (!(passedMs >= 0 && passedMs <= UNWATCHED_MS)) return beginCourse(celsius, atMs, load)
  if (passedMs === 0) return course
  const weight = 1 - Math.exp(-passedMs / SMOOTHING_MS)
  // One older than the time of the trend stays, or readings ten seconds apart would have none.
  const young = course.recent.findLastIndex((point) => atMs - point.atMs >= TREND_MS)
  const recent = [...course.recent.slice(Math.max(0, young)), { atMs, celsius }].slice(-TREND_READINGS_MAX)
  return {
    rawC: celsius,
    atMs,
    smoothedC: course.smoothedC + weight * (celsius - course.smoothedC),
    recent,
    unmoved: celsius === course.rawC ? afterStill(course.unmoved, passedMs, load) : unmoved(load),
  }
}

/** Least squares over the last ten seconds, bounded. */
function trendCPerS({ recent }: SensorCourse): number {
  const count = recent.length
  if (recent[count - 1]!.atMs - recent[0]!.atMs < TREND_MS_MIN) return 0
  const meanMs = recent.reduce((sum, { atMs }) => sum + atMs, 0) / count
  const meanC = recent.reduce((sum, { celsius }) => sum + celsius, 0) / count
  const spread = recent.reduce((sum, { atMs }) => sum + (atMs - meanMs) ** 2, 0)
  const together = recent.reduce((sum, { atMs, celsius }) => sum + (atMs - meanMs) * (celsius - meanC), 0)
  const perS = (together / spread) * 1_000
  return Math.abs(perS) < TREND_C_PER_S_MIN ? 0 : Math.min(TREND_C_PER_S_MAX, Math.max(-TREND_C_PER_S_MAX, perS))
}

/** What the steps are judged by: where it is, or where it will be in {@link FORECAST_S}. What cools is not ahead of itself. */
export const judgedC = (course: SensorCourse): number => course.smoothedC + FORECAST_S * Math.max(0, trendCPerS(course))

/** The last two readings, and so no lone stray one, are there: what ends jobs waits for no average. */
export const isSurelyAt = ({ recent }: SensorCourse, celsius: number): boolean =>
  recent.length > 1 && recent.slice(-2).every((point) => point.celsius >= celsius)

/** It has shown one value while the load went from low to high, or back, and stayed there: it shows nothing. */
export const isStuck = ({ unmoved: { lowMs, highMs } }: SensorCourse): boolean =>
  lowMs >= STUCK_RUN_MS && highMs >= STUCK_RUN_MS

function afterStill(before: Unmoved, passedMs: number, load: number | undefined): Unmoved {
  const band = bandOf(load)
  const runMs = band === before.band ? before.runMs + passedMs : 0
  return {
    band,
    runMs,
    lowMs: band === 'low' ? Math.max(before.lowMs, runMs) : before.lowMs,
    highMs: band === 'high' ? Math.max(before.highMs, runMs) : before.highMs,
  }
}

function bandOf(load: number | undefined): LoadBand {
  if (load === undefined || Number.isNaN(load)) return 'between'
  if (load <= LOAD_LOW) return 'low'
  return load >= LOAD_HIGH ? 'high' : 'between'
}
