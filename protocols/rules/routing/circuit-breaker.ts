/**
 * A miner that keeps failing gets no work for a while, then one job to show that it is well again: ACTIVE -> EXCLUDED -> PROBE. A pure
 * state for each miner in each router. Times are milliseconds of a clock that never jumps.
 */
import type { BreakerWord } from './candidate.ts'

/** So many failures with no success between them; fewer are chance, and the ranking counts them anyway. */
export const FAULTS_MAX = 3
/** Failures that are further apart are no series. */
export const SERIES_MS = 600_000
/** The first exclusion: most restarts are over by then. */
export const EXCLUDED_MS = 30_000
/** Each further one is twice as long, up to this: a machine that was mended is back within the hour. */
export const EXCLUDED_MS_MAX = 1_800_000
/** A miner that was well for so long after an exclusion begins anew. */
export const FORGOTTEN_MS = 3_600_000
/** One that is on trial and does not answer may be given another job after this. */
export const TRIAL_MS_MAX = 60_000

export interface Breaker {
  readonly kind: 'active' | 'excluded' | 'trying'
  /** Failures in this series. */
  readonly faults: number
  /** Of the last change. */
  readonly atMs: number
  /** Exclusions so far, as long as they are remembered. */
  readonly times: number
  /** End of the last exclusion. */
  readonly untilMs: number
  /** What it did last; '' where nothing is held against it. */
  readonly reason: string
}

export const WHOLE: Breaker = { kind: 'active', faults: 0, atMs: 0, times: 0, untilMs: 0, reason: '' }

export type BreakerEvent =
  /** An attempt began there. */
  | { readonly kind: 'tried' }
  | { readonly kind: 'answered' }
  /** It is alive, and took no work: that says nothing of how it would have ended. */
  | { readonly kind: 'refused' }
  /** `isGrave`: its own bytes prove that it broke a rule, which no bad luck does. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isGrave?: boolean }

export function afterEvent(breaker: Breaker, event: BreakerEvent, nowMs: number): Breaker {
  switch (event.kind) {
    case 'tried':
      return breakerWord(breaker, nowMs) === 'probe' ? { ...breaker, kind: 'trying', atMs: nowMs } : breaker
    case 'answered':
      return { ...WHOLE, atMs: nowMs, times: timesOf(breaker, nowMs), untilMs: Math.min(breaker.untilMs, nowMs) }
    case 'refused':
      return breaker.kind === 'trying' ? { ...breaker, kind: 'excluded', atMs: nowMs, untilMs: nowMs } : breaker
    case 'failed':
      return afterFailure(breaker, event, nowMs)
  }
}

/** `excluded` also while it is on trial: it gets one job at a time. */
export function breakerWord({ kind, untilMs, atMs }: Breaker, nowMs: number): BreakerWord {
  if (kind === 'active') return 'active'
  const waitsUntilMs = kind === 'trying' ? atMs + TRIAL_MS_MAX : untilMs
  return nowMs < waitsUntilMs ? 'excluded' : 'probe'
}

function afterFailure(
  breaker: Breaker,
  { reason, isGrave = false }: Extract<BreakerEvent, { kind: 'failed' }>,
  nowMs: number,
): Breaker {
  // Jobs that were under way when it was excluded fail too, and say nothing new.
  if (breaker.kind === 'excluded' && nowMs < breaker.untilMs) return { ...breaker, reason }
  const faults = breaker.faults > 0 && nowMs - breaker.atMs < SERIES_MS ? breaker.faults + 1 : 1
  const times = timesOf(breaker, nowMs)
  if (!isGrave && faults < FAULTS_MAX && breaker.kind === 'active') {
    return { ...breaker, faults, atMs: nowMs, times, reason }
  }
  const lengthMs = Math.min(EXCLUDED_MS_MAX, EXCLUDED_MS * 2 ** Math.min(times, 16))
  return { kind: 'excluded', faults, atMs: nowMs, times: times + 1, untilMs: nowMs + lengthMs, reason }
}

const timesOf = ({ times, untilMs }: Breaker, nowMs: number): number => (nowMs - untilMs > FORGOTTEN_MS ? 0 : times)
