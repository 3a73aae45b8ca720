/** Cells of the earth by one to three characters (Niemeyer's geohash): the finest is 156 km wide, so that it names no home. */
import { greatCircleKm, type Location } from './location.ts'

const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz'
/** Finer cells would tell where somebody lives. */
const GEOHASH_MAX = 3

/** The middle of a cell, spread to its corners; `undefined` for what names no cell that is coarse enough. */
export function locationOfGeohash(geohash: string): Location | undefined {
  if (geohash.length < 1 || geohash.length > GEOHASH_MAX) return undefined
  const longitude = { low: -180, high: 180 }
  const latitude = { low: -90, high: 90 }
  let isLongitude = true
  for (const character of geohash) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) return undefined
    for (let bit = 16; bit >= 1; bit >>= 1) {
      const range = isLongitude ? longitude : latitude
      const middle = (range.low + range.high) / 2
      if ((value & bit) === 0) range.high = middle
      else range.low = middle
      isLongitude = !isLongitude
    }
  }
  const centre = {
    latitudeDeg: (latitude.low + latitude.high) / 2,
    longitudeDeg: (longitude.low + longitude.high) / 2,
    spreadKm: 0,
  }
  // Of its two pairs of corners those nearer to the equator are farther out.
  const nearest = Math.abs(latitude.low) < Math.abs(latitude.high) ? latitude.low : latitude.high
  const corner = { latitudeDeg: nearest, longitudeDeg: longitude.high, spreadKm: 0 }
  return { ...centre, spreadKm: greatCircleKm(centre, corner) }
}
