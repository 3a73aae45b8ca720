/** How long a round trip to a peer takes, by the best that is known: measured, else by coordinates, else by where both say they are. */
import type { Location } from '../geography/location.ts'
import { wayLatency } from '../geography/way-latency.ts'
import { type Coordinates, distanceMs } from './coordinates.ts'

export type LatencySource = 'measured' | 'coordinates' | 'geography' | 'unknown'

export interface LatencyEstimate {
  /** `undefined` where the source is unknown. */
  readonly ms: number | undefined
  readonly source: LatencySource
  /** 1 less how far it is expected to be off, relative: 1 of what was measured, 0 where nothing is known. */
  readonly confidence: number
}

export interface LatencyFacts {
  /** Of this node, lately. */
  readonly measuredMs?: number | undefined
  readonly own?: Coordinates | undefined
  /** As the peer claims them. */
  readonly other?: Coordinates | undefined
  readonly from?: Location | undefined
  readonly to?: Location | undefined
}

const UNKNOWN_LATENCY: LatencyEstimate = { ms: undefined, source: 'unknown', confidence: 0 }
/** Coordinates that are farther off are asked after places only, and used where there are none. */
const COORDINATES_ERROR_GOOD = 0.5

export function latencyEstimate({ measuredMs, own, other, from, to }: LatencyFacts): LatencyEstimate {
  if (measuredMs !== undefined) return { ms: measuredMs, source: 'measured', confidence: 1 }
  // The larger one: whoever claims to be sure makes nobody surer than we are.
  const error = own === undefined || other === undefined ? 1 : Math.max(own.error, other.error)
  const byCoordinates = (): LatencyEstimate => ({
    ms: distanceMs(own!, other!),
    source: 'coordinates',
    confidence: 1 - error,
  })
  if (error <= COORDINATES_ERROR_GOOD) return byCoordinates()
  if (from !== undefined && to !== undefined) {
    const way = wayLatency(from, to)
    return { ms: way.ms, source: 'geography', confidence: Math.max(0, 1 - way.error) }
  }
  return error < 1 ? byCoordinates() : UNKNOWN_LATENCY
}
