/** What a miner's line and its own time mean for who asks: information for its owner, never a reason to hold work back. */

/** Jobs that were asked to be quick are answered within this. */
const LATENCY_TARGET_MS = 500
/** From here on clients prefer others whatever the price. */
const LATENCY_LATE_MS = 2_000
/** What bulk work needs upwards: 10 Mibit/s. */
const BULK_UP_BITS_PER_S: number = 10 * 1_024 * 1_024
/** A standing is left only when it is missed by this share: a mean that flickers is no news. */
const HYSTERESIS_SHARE = 0.1
/** Of fewer jobs nothing follows. */
export const LATENCY_JOBS_MIN = 20

export type LatencyStanding = 'unknown' | 'good' | 'slow' | 'late'

/**
 * @param p95Ms of the times from a job's arrival to its end; undefined where too few were counted
 * @param before what it was until now
 */
export function latencyStanding(p95Ms: number | undefined, before: LatencyStanding): LatencyStanding {
  if (p95Ms === undefined || !(p95Ms >= 0)) return 'unknown'
  const from = (limitMs: number, holds: boolean): boolean =>
    p95Ms > (holds ? limitMs * (1 - HYSTERESIS_SHARE) : limitMs)
  if (from(LATENCY_LATE_MS, before === 'late')) return 'late'
  return from(LATENCY_TARGET_MS, before === 'slow' || before === 'late') ? 'slow' : 'good'
}

/** A line that is idle shows nothing of what it can: only enough is ever known, and too little is not. */
export const bulkStanding = (bitsPerSMax: number): 'enough' | 'unknown' =>
  bitsPerSMax >= BULK_UP_BITS_PER_S ? 'enough' : 'unknown'
