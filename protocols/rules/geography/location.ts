/** Where something is on the earth, as coarsely as the mesh says it; and how far apart two such are. */

export interface Location {
  /** Degrees north, -90 to 90. */
  readonly latitudeDeg: number
  /** Degrees east, -180 to 180. */
  readonly longitudeDeg: number
  /** How far from there it may really be: who names a region is anywhere in it. */
  readonly spreadKm: number
}

/** The mean radius of the earth (IUGG). */
const EARTH_KM = 6_371.009

/** Along the great circle, between the middles of both; symmetric. */
export function greatCircleKm(one: Location, other: Location): number {
  const [lat1, lat2] = [radians(one.latitudeDeg), radians(other.latitudeDeg)]
  const halfLat = (lat2 - lat1) / 2
  const halfLon = radians(other.longitudeDeg - one.longitudeDeg) / 2
  const h = Math.sin(halfLat) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(halfLon) ** 2
  // Rounding may leave a hair more than 1 for antipodes.
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)))
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
