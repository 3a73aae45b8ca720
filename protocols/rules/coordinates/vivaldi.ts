/**
 * One step of Vivaldi: a round trip to a peer whose coordinates are known moves this node a little, as a spring between the two would.
 * Coordinates of others are claims, so what one of them can do is bounded: a step has a greatest length, and a round trip that disagrees
 * with what is expected far more than others lately did is passed over. What both are worth is measured in test/bench/coordinates.ts.
 */

import { lowerMedian } from '../../kernel/lower-median.ts'
import {
  areCoordinates,
  COMPONENT_MS_MAX,
  type Coordinates,
  DIMENSIONS,
  distanceMs,
  ERROR_MAX,
  HEIGHT_MS_MAX,
  HEIGHT_MS_MIN,
  NEAR_MS,
  ORIGIN,
  rawDistanceMs,
  spanMs,
} from './coordinates.ts'

/** How much one sample counts for the node's confidence, and for its place: Vivaldi's tuning, as serf has it. */
export const CE = 0.25
export const CC = 0.25
/** Samples whose mean error becomes the adjustment, and by which an outlier is told. */
export const WINDOW = 20
/** Pulls all nodes towards the origin, in seconds, so that the whole space does not drift away. */
const GRAVITY_RHO_S = 150
/** What takes longer was no distance. */
export const RTT_MS_MAX = 10_000
/** Longest step of a node that knows its place: with 10 ms liars did up to half as much harm again, with 3 ms all took longer to find theirs. */
export const MOVE_MS_MAX = 5
/** How many times as far one that does not yet know it may go. */
const UNSURE_MOVES = 4
/** Farther from the median surprise than this many of their median deviations, and milliseconds, is an outlier. */
const OUTLIER_DEVIATIONS = 5
const OUTLIER_MS_MIN = 5
/**
 * What is off is taken of no less than this: clocks count whole milliseconds, and within a LAN a node would for ever believe that it is lost.
 */
const WRONG_OF_MS_MIN = 5
/** Who were surer than this would never move again. */
const OWN_ERROR_MIN = 0.01

export interface Spot {
  readonly coordinates: Coordinates
  /** Of the last {@link WINDOW} samples that counted, oldest first: by how much each was longer than the space says. */
  readonly residualsMs: readonly number[]
  /** Of the last {@link WINDOW} samples, outliers too, so that a network that has really changed is followed: distance from what was expected. */
  readonly surprisesMs: readonly number[]
}

/** Where everybody begins, or goes on from an earlier run. */
export const placedAt = (coordinates: Coordinates = ORIGIN): Spot => ({
  coordinates: areCoordinates(coordinates) ? coordinates : ORIGIN,
  residualsMs: [],
  surprisesMs: [],
})

/**
 * Where a node is after one more round trip. What is no round trip or no coordinates changes nothing.
 * @param rttMs filtered, as `LatencyFilter` does
 * @param draw in 0..1, for a direction where both lie on one spot
 */
export function moved(spot: Spot, remote: Coordinates, rttMs: number, draw: () => number): Spot {
  if (!(rttMs >= 0 && rttMs <= RTT_MS_MAX) || !areCoordinates(remote)) return spot
  const expectedMs = distanceMs(spot.coordinates, remote)
  const surpriseMs = Math.abs(rttMs - expectedMs)
  const surprisesMs = [...spot.surprisesMs, surpriseMs].slice(-WINDOW)
  if (isOutlier(surpriseMs, spot.surprisesMs)) return { ...spot, surprisesMs }
  const own = spot.coordinates
  const ownError = Math.max(own.error, OWN_ERROR_MIN)
  const weight = ownError / (ownError + remote.error)
  // Beyond the longest step nothing counts, for confidence and adjustment either: a liar would make the node unsure, and who is unsure is
  // moved farther.
  const stepMs = within(CC * weight * (rttMs - expectedMs), moveMsMax(ownError))
  const believedMs = Math.max(expectedMs + stepMs / (CC * weight), 0)
  const wrongness = Math.abs(believedMs - expectedMs) / Math.max(believedMs, WRONG_OF_MS_MIN)
  const error = Math.min(ERROR_MAX, CE * weight * wrongness + ownError * (1 - CE * weight))
  const pulled = { ...pushed(own, remote, stepMs, draw), error }
  const residualsMs = [...spot.residualsMs, believedMs - rawDistanceMs(pulled, remote)].slice(-WINDOW)
  const sum = residualsMs.reduce((one, other) => one + other, 0)
  const adjusted = { ...pulled, adjustmentMs: within(sum / (2 * WINDOW), COMPONENT_MS_MAX) }
  return { coordinates: towardsOrigin(adjusted), residualsMs, surprisesMs }
}

function isOutlier(surpriseMs: number, earlierMs: readonly number[]): boolean {
  if (earlierMs.length < WINDOW) return false
  const median = lowerMedian(earlierMs)
  const deviation = lowerMedian(earlierMs.map((each) => Math.abs(each - median)))
  return surpriseMs > median + OUTLIER_DEVIATIONS * deviation + OUTLIER_MS_MIN
}

const moveMsMax = (error: number): number => MOVE_MS_MAX * Math.min(Math.max(1, UNSURE_MOVES * error), UNSURE_MOVES)

/** Away from the other where the step is positive. */
function pushed(own: Coordinates, other: Coordinates, stepMs: number, draw: () => number): Coordinates {
  const apartMs = spanMs(own.vectorMs, other.vectorMs)
  const isApart = apartMs > NEAR_MS
  const direction = isApart
    ? own.vectorMs.map((component, i) => (component - other.vectorMs[i]!) / apartMs)
    : anyDirection(draw)
  const vectorMs = own.vectorMs.map((component, i) => within(component + direction[i]! * stepMs, COMPONENT_MS_MAX))
  if (!isApart) return { ...own, vectorMs }
  // In proportion, and no farther than the step either: next to a peer with a great height it would be thrown up at once.
  const riseMs = within((stepMs * (own.heightMs + other.heightMs)) / apartMs, Math.abs(stepMs))
  return { ...own, vectorMs, heightMs: Math.min(Math.max(own.heightMs + riseMs, HEIGHT_MS_MIN), HEIGHT_MS_MAX) }
}

function towardsOrigin(own: Coordinates): Coordinates {
  const stepMs = -1_000 * (distanceMs(own, ORIGIN) / 1_000 / GRAVITY_RHO_S) ** 2
  const apartMs = spanMs(own.vectorMs, ORIGIN.vectorMs)
  return apartMs > NEAR_MS ? pushed(own, ORIGIN, stepMs, () => 0) : own
}

function anyDirection(draw: () => number): readonly number[] {
  const drawn = Array.from({ length: DIMENSIONS }, () => draw() - 0.5)
  const length = Math.hypot(...drawn)
  return length > 1e-6 ? drawn.map((component) => component / length) : drawn.map((_, i) => (i === 0 ? 1 : 0))
}

const within = (value: number, max: number): number => Math.min(Math.max(value, -max), max)
