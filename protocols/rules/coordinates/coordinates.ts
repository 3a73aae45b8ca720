/**
 * Network coordinates: where a node lies in a space in which distance is round-trip time, so that two that never met can tell how far
 * apart they are. Vivaldi's, with a height for the last mile; constants of serf. README.md beside this file has the whole of it.
 */

export interface Coordinates {
  /** {@link DIMENSIONS} components in milliseconds, each within {@link COMPONENT_MS_MAX} of the origin. */
  readonly vectorMs: readonly number[]
  /** What every way to this node costs beyond the space: its last mile. Never below {@link HEIGHT_MS_MIN}. */
  readonly heightMs: number
  /** By how much estimates were lately too short on average; negative where too long. */
  readonly adjustmentMs: number
  /** How far its estimates are off, relative: 0 is exact, {@link ERROR_MAX} says nothing. */
  readonly error: number
}

export const DIMENSIONS = 8
/** A node that knows nothing, and the most that one may say of itself. */
export const ERROR_MAX = 1.5
/** Serf's: a height of nothing would be pulled nowhere. */
export const HEIGHT_MS_MIN = 0.01
/**
 * What int16 holds in tenths of a millisecond. Ways round the earth take a third of a second and by geostationary satellite 0.6 s; farther
 * out lie only stalls and lies.
 */
export const COMPONENT_MS_MAX = 3_276.7
export const HEIGHT_MS_MAX = 6_553.5
/** Below this two lie on each other, and no direction leads from one to the other. */
export const NEAR_MS = 0.001

/** Nowhere in particular, and sure of nothing: where everybody begins. */
export const ORIGIN: Coordinates = {
  vectorMs: Array.from({ length: DIMENSIONS }, () => 0),
  heightMs: HEIGHT_MS_MIN,
  adjustmentMs: 0,
  error: ERROR_MAX,
}

/** False for what has other dimensions, lies beyond the bounds or is no number: nothing may be reckoned from it. */
export function areCoordinates({ vectorMs, heightMs, adjustmentMs, error }: Coordinates): boolean {
  return (
    vectorMs.length === DIMENSIONS &&
    vectorMs.every((component) => Math.abs(component) <= COMPONENT_MS_MAX) &&
    heightMs >= HEIGHT_MS_MIN &&
    heightMs <= HEIGHT_MS_MAX &&
    Math.abs(adjustmentMs) <= COMPONENT_MS_MAX &&
    error >= 0 &&
    error <= ERROR_MAX
  )
}

/** Round trip between two, estimated; symmetric, and never negative. */
export function distanceMs(one: Coordinates, other: Coordinates): number {
  const raw = rawDistanceMs(one, other)
  const adjusted = raw + (one.adjustmentMs + other.adjustmentMs)
  return adjusted > 0 ? adjusted : raw
}

/** The same before both sides' adjustments. */
export function rawDistanceMs(one: Coordinates, other: Coordinates): number {
  return spanMs(one.vectorMs, other.vectorMs) + (one.heightMs + other.heightMs)
}

/** Length of the way within the space alone. */
export function spanMs(one: readonly number[], other: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < DIMENSIONS; i++) sum += (one[i]! - other[i]!) ** 2
  return Math.sqrt(sum)
}
