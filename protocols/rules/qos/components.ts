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
 * Of each of several, what share of the others is worse, ties by half, rounded half up.
 * @param means two at least
 */
export function percentilesCenti(means: readonly Mean[], better: 'low' | 'high'): readonly number[] {
  const order = means.map((_, i) => i).sort((a, b) => compare(means[a]!, means[b]!))
  const found: number[] = new Array(means.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && compare(means[order[from]!]!, means[order[to]!]!) === 0) to++
    const worse = better === 'low' ? order.length - to : from
    const halves = 2 * worse + (to - from - 1)
    const total = 2 * (order.length - 1)
    const centi = Math.floor((2 * 10_000 * halves + total) / (2 * total))
    for (let i = from; i < to; i++) found[order[i]!] = centi
    from = to
  }
  return found
}

function compare(a: Mean, b: Mean): number {
  const difference = a.sum * BigInt(b.count) - b.sum * BigInt(a.count)
  return difference === 0n ? 0 : difference < 0n ? -1 : 1
}
