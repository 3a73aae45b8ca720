/** How far apart two machines are: great circle, at the speed of light in glass, over paths that are no great circles, plus both last miles. */
import { greatCircleKm, type Location } from '../../protocols/rules/geography/location.ts'
import type { LinkLaw } from '../wire/link.ts'
import type { Region } from './scenario.ts'

export interface Place {
  readonly region: Region
  /** One way. */
  readonly lastMileMs: number
}

/** Two thirds of the speed of light. */
const KM_PER_MS = 200
/** Cables follow coasts and roads: the true world of the simulation, which the nodes in it have to find out. */
const PATH_FACTOR = 1.7
/** Of the latency, and at least this: what radio and queues add. */
const JITTER_SHARE = 0.05
const JITTER_MS_MIN = 0.5
/** A home line, up: 20 Mbit/s. */
const BYTES_PER_SECOND = 2_500_000

export function lineBetween(a: Place, b: Place): LinkLaw {
  const latencyMs =
    (greatCircleKm(locationOf(a), locationOf(b)) * PATH_FACTOR) / KM_PER_MS + a.lastMileMs + b.lastMileMs
  return {
    latencyMs,
    jitterMs: Math.max(JITTER_MS_MIN, JITTER_SHARE * latencyMs),
    bytesPerSecond: BYTES_PER_SECOND,
    lossRate: 0,
  }
}

const locationOf = ({ region: { latitude, longitude } }: Place): Location => ({
  latitudeDeg: latitude,
  longitudeDeg: longitude,
  spreadKm: 0,
})
