/** The parts of a score from what was counted, each in hundredths of a point. */

/** As quick as a person notices, and as slow as the standard class may be. */
const LATENCY_BEST_MS = 500
const LATENCY_WORST_MS = 2_000
/** Of 100 answers 95 came within it. */
const PERCENTILE = 95

/**
 * The 95th percentile by nearest rank. Milliseconds, whole ones.
 * @param sorted ascending, at least one
 */
export const p95 = (sorted: readonly number[]): number => sorted[Math.ceil((sorted.length * PERCENTILE) / 100) - 1]!

/** clamp((2000 − p95) / 1500), rounded half up. */
export function latencyCenti(p95Ms: number): number {
  const span = LATENCY_WORST_MS - LATENCY_BEST_MS
  const left = Math.min(span, Math.max(0, LATENCY_WORST_MS - p95Ms))
  return Math.floor((2 * 10_000 * left + span) / (2 * span))
}

/** Share of what was answered, rounded half up. The weights are percents, whole ones. */
export function uptimeCenti(answeredPercent: number, unansweredPercent: number): number {
  const total = answeredPercent + unansweredPercent
  return Math.floor((2 * 10_000 * answeredPercent + total) / (2 * total))
}

/** A mean without a remainder: a sum of so many. */
export interface Mean {
  readonly sum: bigint
  readonly count: number
}

/**
 * What share of the others is worse, ties by half, rounded half up.
 * @param others at least one
 */
export function percentileCenti(own: Mean, others: readonly Mean[], better: 'low' | 'high'): number {
  let halves = 0
  for (const other of others) {
    const difference = own.sum * BigInt(other.count) - other.sum * BigInt(own.count)
    if (difference === 0n) halves += 1
    else if (difference < 0n === (better === 'low')) halves += 2
  }
  const total = 2 * others.length
  return Math.floor((2 * 10_000 * halves + total) / (2 * total))
}
