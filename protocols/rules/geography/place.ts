/** A place as people give it: a region that lies somewhere, or a latitude and a longitude. */
import { MeshError } from '../../kernel/errors.ts'
import type { DistanceHint } from '../routing/candidate.ts'
import type { Location } from './location.ts'
import { locationOfRegion, regionLocations } from './regions.ts'
import { wayLatency } from './way-latency.ts'

const DEGREES = /^([+-]?\d{1,3}(?:\.\d{1,6})?),\s*([+-]?\d{1,3}(?:\.\d{1,6})?)$/

/**
 * @throws MeshError PLACE_UNKNOWN
 * @example
 * parsePlace('eu-west'); parsePlace('geo-u33'); parsePlace('52.5,13.4')
 */
export function parsePlace(text: string): Location {
  const [, latitude, longitude] = DEGREES.exec(text.trim()) ?? []
  if (latitude !== undefined && longitude !== undefined) {
    const location = { latitudeDeg: Number(latitude), longitudeDeg: Number(longitude), spreadKm: 0 }
    if (Math.abs(location.latitudeDeg) <= 90 && Math.abs(location.longitudeDeg) <= 180) return location
    throw unknown(text, 'latitudes reach from -90 to 90 and longitudes from -180 to 180')
  }
  const location = locationOfRegion(text)
  if (location === undefined) throw unknown(text, 'it is neither a region that lies somewhere nor two numbers')
  return location
}

const unknown = (place: string, why: string): MeshError =>
  new MeshError('PLACE_UNKNOWN', { place, why, places: Object.keys(regionLocations) })

/**
 * How far regions are from a place, for who asks what is near it (rules/routing): `undefined` for a region that lies nowhere.
 * @example findOptimalGpus({ candidates }, distancesFrom(parsePlace('52.5,13.4')))
 */
export const distancesFrom =
  (place: Location) =>
  ({ region }: { readonly region?: string }): DistanceHint | undefined => {
    const there = region === undefined ? undefined : locationOfRegion(region)
    return there === undefined ? undefined : { ms: wayLatency(place, there).ms, source: 'geography' }
  }
