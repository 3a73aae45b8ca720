/**
 * What the unknown of a candidate is taken to be: as it is with the others that serve the model. One that was measured would else be
 * preferred for having been measured, and who got the first job would get all that follow.
 */
import type { Candidate } from './candidate.ts'
import { GUESS, type Guess, usableMs } from './estimate-latency.ts'

/** Medians of what is known; the general guess where nothing is. */
export function guessFrom(candidates: readonly Pick<Candidate, 'rttMs' | 'distance' | 'serviceMs'>[]): Guess {
  const ways = candidates.map(({ rttMs, distance }) => usableMs(rttMs) ?? usableMs(distance?.ms))
  return {
    rttMs: median(ways) ?? GUESS.rttMs,
    serviceMs: median(candidates.map(({ serviceMs }) => usableMs(serviceMs))) ?? GUESS.serviceMs,
  }
}

/** The higher of the two in the middle. */
function median(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure) => figure !== undefined).sort((a, b) => a - b)
  return known[known.length >> 1]
}
