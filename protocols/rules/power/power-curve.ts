/**
 * What a card computes under a power limit. Above what it draws idle, watts are `linear x t + steep x t^power` of its throughput t: at
 * one voltage power grows with the clock, and where voltage has to follow, by a higher power of it. Throughput so rises with power and
 * bends down, as every card's does. The curve is fitted from the card's own measurements; where there are none it follows from its
 * TDP, and says so.
 */

export interface PowerSample {
  /** Drawn, as the card's own sensor told, while it computed under a limit. */
  readonly powerW: number
  /** Work a second, in whatever unit the caller counts, the same for all cards that are compared. */
  readonly throughput: number
}

/** Where a limit can be set. */
export interface PowerRange {
  /** Drawn while it is ready and does nothing. */
  readonly idleW: number
  readonly minW: number
  readonly maxW: number
}

export interface PowerCurve extends PowerRange {
  readonly linear: number
  readonly steep: number
  readonly power: number
  /** `tdp`: how it bends is assumed, and no sensor was asked; `level`: measured, but at one power only, so the bend is assumed too. */
  readonly origin: 'measured' | 'level' | 'tdp'
  /** Median of how far samples lie from the curve, as a share of it. */
  readonly error?: number
}

/** The newest; more of them tell nothing new of three unknowns. */
export const POWER_SAMPLES_MAX = 64
/** No card draws more; what says so is misread. */
export const CARD_W_MAX = 5_000
/** Work is counted in some unit in which cards do between a billionth and a trillion of it. */
const THROUGHPUT_MIN = 1e-9
const THROUGHPUT_MAX = 1e12
/** Powers that lie nearer than this, as a share, tell the noise of the sensor and not the bend. */
const LEVEL_SHARE = 0.1
/** From gentle, of cards that their limit holds far below what they could, to those driven to the edge. */
const POWERS = [2, 3, 4, 5, 6, 8] as const
/** Voltage that follows the clock makes it the cube; with fewer than three levels no other can be told. */
const POWER_ASSUMED = 3
const LINEAR_SHARE_ASSUMED = 0.3
/** Of its TDP, for a card whose idle draw nobody measured. */
export const IDLE_SHARE_ASSUMED = 0.08
/** Of its TDP, for a card whose driver names no lowest limit. */
export const MIN_SHARE_ASSUMED = 0.5

/**
 * @returns `undefined` where the range, or every sample, is one that cannot be
 * @example fitPowerCurve([{ powerW: 200, throughput: 80 }, { powerW: 300, throughput: 95 }], { idleW: 20, minW: 150, maxW: 350 })
 */
export function fitPowerCurve(samples: readonly PowerSample[], range: PowerRange): PowerCurve | undefined {
  if (!isRange(range)) return undefined
  const sane = samples
    .filter(
      ({ powerW, throughput }) =>
        powerW > range.idleW && powerW <= CARD_W_MAX && throughput >= THROUGHPUT_MIN && throughput <= THROUGHPUT_MAX,
    )
    .slice(-POWER_SAMPLES_MAX)
  if (sane.length === 0) return undefined
  const levels = levelsOf(sane)
  if (levels < 2) {
    const powerW = median(sane.map((each) => each.powerW))
    const throughput = median(sane.map((each) => each.throughput))
    return withError({ ...assumedShape(powerW, throughput, range), origin: 'level' }, sane)
  }
  const powers = levels < 3 ? [POWER_ASSUMED] : POWERS
  return powers
    .map((power) => withError({ ...range, ...solve(sane, range.idleW, power), power, origin: 'measured' }, sane))
    .reduce((best, each) => (each.error! < best.error! ? each : best))
}

/**
 * Without telemetry: from TDP and what the card does at it, by its benchmark or the catalogue.
 * @returns `undefined` where either is none
 */
export function assumedPowerCurve(
  tdpW: number,
  throughput: number,
  range: Partial<PowerRange> = {},
): PowerCurve | undefined {
  const { idleW = IDLE_SHARE_ASSUMED * tdpW, minW = MIN_SHARE_ASSUMED * tdpW, maxW = tdpW } = range
  const whole = { idleW, minW, maxW }
  if (!isRange(whole) || !(throughput >= THROUGHPUT_MIN && throughput <= THROUGHPUT_MAX)) return undefined
  return { ...assumedShape(tdpW, throughput, whole), origin: 'tdp' }
}

const isRange = ({ idleW, minW, maxW }: PowerRange): boolean =>
  idleW >= 0 && idleW < minW && minW <= maxW && maxW <= CARD_W_MAX

/** How many powers there are that are truly different. */
function levelsOf(samples: readonly PowerSample[]): number {
  let levels = 0
  let last = 0
  for (const { powerW } of [...samples].sort((a, b) => a.powerW - b.powerW)) {
    if (powerW < last * (1 + LEVEL_SHARE)) continue
    levels++
    last = powerW
  }
  return levels
}

/** The assumed bend, laid through one point. */
function assumedShape(powerW: number, throughput: number, range: PowerRange): Omit<PowerCurve, 'origin'> {
  const spanW = range.maxW - range.idleW
  const unit = { linear: LINEAR_SHARE_ASSUMED * spanW, steep: (1 - LINEAR_SHARE_ASSUMED) * spanW, power: POWER_ASSUMED }
  const full = throughput / invert(unit, powerW - range.idleW)
  return { ...range, linear: unit.linear / full, steep: unit.steep / full ** POWER_ASSUMED, power: POWER_ASSUMED }
}

type Shape = Pick<PowerCurve, 'linear' | 'steep' | 'power'>

/** Rounds after which weights hardly change. */
const WEIGHING_ROUNDS = 8
/** Below it a sample counts in full: sensors are not better. */
const RESIDUAL_MIN = 0.01

/**
 * Least relative error of the watts, by absolute value, so that what was sampled while the card throttled does not bend the curve:
 * squares are weighed down by how far off they were in the round before.
 */
function solve(samples: readonly PowerSample[], idleW: number, power: number): Omit<Shape, 'power'> {
  const unit = Math.max(...samples.map(({ throughput }) => throughput))
  // As shares of the watts: one equation `a u + b v = 1` a sample.
  const points = samples.map(({ powerW, throughput }) => {
    const t = throughput / unit
    return { u: t / (powerW - idleW), v: t ** power / (powerW - idleW) }
  })
  let weights = points.map(() => 1)
  let a = 0
  let b = 0
  for (let round = 0; round < WEIGHING_ROUNDS; round++) {
    const sum = (of: (point: (typeof points)[number]) => number): number =>
      points.reduce((total, point, i) => total + weights[i]! * of(point), 0)
    const [uu, uv, vv, u1, v1] = [
      sum(({ u }) => u * u),
      sum(({ u, v }) => u * v),
      sum(({ v }) => v * v),
      sum(({ u }) => u),
      sum(({ v }) => v),
    ]
    const determinant = uu * vv - uv * uv
    a = (u1 * vv - v1 * uv) / determinant
    b = (v1 * uu - u1 * uv) / determinant
    // Neither part gives power back; the other then explains all.
    if (!(a >= 0)) [a, b] = [0, v1 / vv]
    else if (!(b >= 0)) [a, b] = [u1 / uu, 0]
    weights = points.map(({ u, v }) => 1 / Math.max(RESIDUAL_MIN, Math.abs(a * u + b * v - 1)))
  }
  return { linear: a / unit, steep: b / unit ** power }
}

function withError(curve: PowerCurve, samples: readonly PowerSample[]): PowerCurve {
  const errors = samples.map(({ powerW, throughput }) => Math.abs(throughput / invert(curve, powerW - curve.idleW) - 1))
  return { ...curve, error: median(errors) }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Newton's method from above on a curve that bends up comes down to its root without passing it. */
const NEWTON_ROUNDS_MAX = 40

/** The throughput that takes so many watts above idle. */
function invert({ linear, steep, power }: Shape, watts: number): number {
  // Each part alone would allow more.
  let t = Math.min(watts / linear, (watts / steep) ** (1 / power))
  for (let round = 0; round < NEWTON_ROUNDS_MAX; round++) {
    const steepPart = steep * t ** power
    const step = (linear * t + steepPart - watts) / (linear + (power * steepPart) / t)
    if (!(step > t * 1e-13)) break
    t -= step
  }
  return t
}

/** Work a second under a limit; 0 below the lowest that can be set, and no more than at the highest. */
export function throughputAt(curve: PowerCurve, powerW: number): number {
  return powerW < curve.minW ? 0 : invert(curve, Math.min(powerW, curve.maxW) - curve.idleW)
}
