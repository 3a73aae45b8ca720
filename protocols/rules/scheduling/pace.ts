/** How fast work is handed to an engine: enough in its hands that it never stands still, and rest between where care says so. */

/** Work in the engine's hands beyond the run that computes: a round trip to its process takes a few tenths of it. */
const AHEAD_MS = 5
/** What is in its hands cannot be overtaken any more. */
const IN_HAND_MAX = 16
/** Longer rests would only be looked at again: care may have another word by then. */
const REST_MS_MAX = 10_000

/** Runs of one model that may be in the engine's hands; one where its time is unknown. */
export function runsInHand(serviceMs: number | undefined, loadShare: number): number {
  if (!(loadShare >= 1) || serviceMs === undefined || !(serviceMs >= 0)) return 1
  return Math.min(IN_HAND_MAX, 1 + Math.floor(AHEAD_MS / Math.max(serviceMs, 1e-3)))
}

/** Rest after a run, so that the engine works the share of the time that care allows. A card that runs one job at a time knows no other way to do less. */
export function restMs(tookMs: number, loadShare: number): number {
  if (loadShare >= 1) return 0
  if (!(loadShare > 0)) return REST_MS_MAX
  return Math.min(REST_MS_MAX, Math.max(0, tookMs) * (1 / loadShare - 1))
}

/** A timer of a millisecond comes a millisecond late, and on a busy machine ten: what a card stood still beyond its rest it has rested. */
const LATE_MS_MAX = 20

/**
 * Until when a card rests after a run. A next run that began late, for timers are no finer, is counted as if it had begun in time: else short
 * runs would be done at half of a large share.
 * @param restedUntilMs the end of the rest before that run
 */
export function restsUntil(restedUntilMs: number, startedMs: number, endedMs: number, loadShare: number): number {
  const inTimeMs = Math.min(startedMs, Math.max(restedUntilMs, startedMs - LATE_MS_MAX))
  const tookMs = endedMs - startedMs
  return inTimeMs + tookMs + restMs(tookMs, loadShare)
}

/** Models that may run side by side: the share, and one where that is any at all. */
export function sideBySide(models: number, loadShare: number): number {
  if (!(loadShare > 0)) return 0
  return Math.max(1, Math.floor(models * Math.min(1, loadShare)))
}

/** A payer may have this many jobs for each place that is free: alone it gets sixteen of seventeen places. */
const FREE_PLACES = 16

/**
 * Whether a payer that has `own` of `jobs` jobs here may send another. The fuller a miner is the less of it is one payer's: who comes
 * with a single job finds a place beside those who send without end. Where few places are, all of them are anybody's.
 */
export const hasPlace = (own: number, jobs: number, jobsMax: number): boolean =>
  jobs < jobsMax && own <= FREE_PLACES * (jobsMax - jobs)
