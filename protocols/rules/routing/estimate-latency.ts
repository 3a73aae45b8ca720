/** How long a job will take at a candidate, and where that number comes from. */
import type { LatencySource } from '../coordinates/latency-estimate.ts'
import type { Candidate } from './candidate.ts'

export interface LatencyEstimate {
  /** All of it. */
  readonly ms: number
  /** There and back. */
  readonly rttMs: number
  /** Of `rttMs`. */
  readonly source: LatencySource
  readonly serviceMs: number
  /** False where `serviceMs` is a guess. */
  readonly isServiceKnown: boolean
  /** Behind the jobs that came before. */
  readonly waitingMs: number
}

/** Unknown latency counts as this much: worse than a near miner, better than one known to be slow. */
export const UNKNOWN_RTT_MS = 100
export const UNKNOWN_SERVICE_MS = 50
/** The longest that a job may take (wire/job): what is beyond has no meaning, and would end in infinity. */
const MS_MAX = 3_600_000
/** Offers say how many jobs wait; a lie is not believed beyond this many queues. */
const QUEUES_MAX = 1_000

/** What is taken for the unknown. */
export interface Guess {
  readonly rttMs: number
  readonly serviceMs: number
}

export const GUESS: Guess = { rttMs: UNKNOWN_RTT_MS, serviceMs: UNKNOWN_SERVICE_MS }

/**
 * A measured round trip counts before coordinates, those before geography; the unknown is guessed. Nobody is expected to be quicker than
 * it ever was: what a miner says of its times moves them from work to waiting, and takes nothing from the whole.
 */
export function estimateLatency(candidate: Candidate, guess: Guess = GUESS): LatencyEstimate {
  const { rttMs, source } = roundTrip(candidate, guess)
  const known = usableMs(candidate.serviceMs)
  const serviceMs = known ?? guess.serviceMs
  const queuedMs = candidate.jobsMax > 0 ? Math.min(QUEUES_MAX, candidate.jobs / candidate.jobsMax) * serviceMs : 0
  const waitingMs = Math.max(queuedMs, (usableMs(candidate.quickestMs) ?? 0) - rttMs - serviceMs)
  return { ms: rttMs + serviceMs + waitingMs, rttMs, source, serviceMs, isServiceKnown: known !== undefined, waitingMs }
}

function roundTrip({ rttMs, distance }: Candidate, guess: Guess): Pick<LatencyEstimate, 'rttMs' | 'source'> {
  const measured = usableMs(rttMs)
  if (measured !== undefined) return { rttMs: measured, source: 'measured' }
  const estimated = usableMs(distance?.ms)
  if (estimated !== undefined) return { rttMs: estimated, source: distance!.source }
  return { rttMs: guess.rttMs, source: 'unknown' }
}

/** A number that is none says nothing. */
export const usableMs = (ms: number | undefined): number | undefined =>
  ms !== undefined && ms >= 0 && ms < Number.POSITIVE_INFINITY ? Math.min(ms, MS_MAX) : undefined
