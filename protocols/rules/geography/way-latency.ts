/**
 * How long a round trip takes between two places, where nothing was measured: by the great circle, with a factor for the detours of cables
 * and routers. Both figures are fitted to 72 round trips over the internet between 48 and 18,692 km (WonderNetwork, 10 November 2018); on 45
 * others (IBM Cloud, February 2024) the median error is 15 %. test/data/way-latency has them, and a test fits anew.
 */
import { greatCircleKm, type Location } from './location.ts'

/** Light in the glass of a cable (group index 1.468 at 1,550 nm), there and back. */
export const FIBRE_MS_PER_KM: number = (2 * 1.468) / 299.792458
/** A way is this much longer than the great circle. */
export const PATH_FACTOR = 1.63
/** What every round trip takes beside the way: last miles, routers, the machines at both ends. */
export const WAY_BASE_MS = 8.5
/** How far these figures are off on average, relative, of the round trips that they were fitted to. */
export const FIT_ERROR = 0.19
/** Two places drawn in one disc are this share of its radius apart on average. */
const WITHIN_DISC = 128 / (45 * Math.PI)

export interface WayLatency {
  readonly ms: number
  /** How far it is expected to be off, relative. */
  readonly error: number
}

export const latencyOfKm = (km: number): number => WAY_BASE_MS + PATH_FACTOR * FIBRE_MS_PER_KM * km

/** Symmetric. Within one region it is the mean way between two places there. */
export function wayLatency(one: Location, other: Location): WayLatency {
  const spreadKm = Math.max(one.spreadKm, other.spreadKm)
  const ms = latencyOfKm(Math.max(greatCircleKm(one, other), WITHIN_DISC * spreadKm))
  return { ms, error: FIT_ERROR + (PATH_FACTOR * FIBRE_MS_PER_KM * spreadKm) / ms }
}
