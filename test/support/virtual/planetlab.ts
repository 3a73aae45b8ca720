/** Measured round trips between 490 machines of PlanetLab, for coordinates to be tried on: test/data/planetlab-490. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** Milliseconds, from row to column; 0 on the diagonal. */
export function planetlab(): readonly (readonly number[])[] {
  const packed = readFileSync(new URL('../../data/planetlab-490/round-trips.gz', import.meta.url))
  return gunzipSync(packed)
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
}
