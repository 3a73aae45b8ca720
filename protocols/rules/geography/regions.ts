/**
 * Where a region lies, by its word: one of the words below, or `geo-` and a geohash of one to three characters. Other words name regions as
 * well, as `earth` does, and lie nowhere in particular. The middles and spreads are what the words mean here, drawn generously by hand.
 */
import { locationOfGeohash } from './geohash.ts'
import type { Location } from './location.ts'

const at = (latitudeDeg: number, longitudeDeg: number, spreadKm: number): Location => ({
  latitudeDeg,
  longitudeDeg,
  spreadKm,
})

export const regionLocations: Readonly<Record<string, Location>> = {
  'africa-east': at(-1, 37, 1_000),
  'africa-north': at(31, 15, 1_800),
  'africa-south': at(-28, 26, 900),
  'africa-west': at(8, 2, 1_200),
  'asia-central': at(43, 70, 1_300),
  'asia-east': at(31, 118, 1_200),
  'asia-northeast': at(36, 135, 900),
  'asia-south': at(20, 78, 1_300),
  'asia-southeast': at(4, 106, 1_500),
  'asia-west': at(29, 47, 1_300),
  'australia-east': at(-33, 150, 1_000),
  'australia-west': at(-32, 117, 800),
  'ca-east': at(45, -74, 700),
  'ca-west': at(51, -117, 800),
  'eu-central': at(50, 12, 600),
  'eu-east': at(50, 29, 900),
  'eu-north': at(60, 17, 800),
  'eu-south': at(42, 14, 900),
  'eu-southwest': at(40, -4, 600),
  'eu-west': at(51, 2, 700),
  'latin-central': at(17, -94, 1_300),
  'latin-east': at(-20, -46, 1_200),
  'latin-north': at(6, -72, 900),
  'latin-south': at(-34, -63, 1_000),
  'latin-west': at(-11, -75, 800),
  'new-zealand': at(-40, 175, 700),
  'us-central': at(38, -95, 900),
  'us-east': at(39, -77, 900),
  'us-west': at(39, -120, 900),
}

const CELL = /^geo-([0-9a-z]{1,3})$/

/** `undefined` where the word says nothing about where it is. */
export function locationOfRegion(region: string): Location | undefined {
  if (Object.hasOwn(regionLocations, region)) return regionLocations[region]
  const cell = CELL.exec(region)?.[1]
  return cell === undefined ? undefined : locationOfGeohash(cell)
}
