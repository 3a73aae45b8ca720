/** Which miner gets the job: filter by what the client cannot do without, then order by what it asked for. */
import type { Credits } from '../../kernel/money.ts'

export interface Candidate {
  readonly price: Credits
  /** Measured or estimated round trip; `undefined` = unknown. */
  readonly rttMs: number | undefined
  /** Observed service time of this model at this miner; `undefined` = unknown. */
  readonly serviceMs: number | undefined
  readonly jobs: number
  readonly jobsMax: number
  /** Attempts of ours that failed there lately. */
  readonly failures: number
  /** By how much dearer it looks for what its claims turned out to be worth (rules/probing); 1 where absent. */
  readonly claimFactor?: number
}

export interface Budget {
  readonly priceMax: Credits
  readonly latencyMsMax: number | undefined
}

/** Unknown latency counts as this much: worse than a near miner, better than one known to be slow. */
const UNKNOWN_RTT_MS = 100
const UNKNOWN_SERVICE_MS = 50
/** Each recent failure makes a miner look this much dearer and slower. */
const FAILURE_FACTOR = 4

export function estimateMs(candidate: Candidate): number {
  const service = candidate.serviceMs ?? UNKNOWN_SERVICE_MS
  const waiting = candidate.jobsMax > 0 ? (candidate.jobs / candidate.jobsMax) * service : 0
  return (candidate.rttMs ?? UNKNOWN_RTT_MS) + service + waiting
}

export const withinBudget = (candidate: Candidate, budget: Budget): boolean =>
  candidate.price <= budget.priceMax &&
  (budget.latencyMsMax === undefined || candidate.rttMs === undefined || estimateMs(candidate) <= budget.latencyMsMax)

/** Lower is better: price in credits x estimated latency, both at least 1, times the factors of failures and of false claims. */
export function cost(candidate: Candidate): number {
  const price = Math.max(1, Number(candidate.price))
  const factors = FAILURE_FACTOR ** Math.min(candidate.failures, 8) * (candidate.claimFactor ?? 1)
  return price * Math.max(1, estimateMs(candidate)) * factors
}

/**
 * Order of trying. Full miners come last, whatever they cost. `draw` in 0..1 is drawn per candidate and breaks near ties
 * (within a tenth), so that equal miners share the work.
 */
export function rankOffers<T extends Candidate>(
  candidates: readonly T[],
  budget: Budget,
  draw: () => number,
): readonly T[] {
  return candidates
    .filter((candidate) => withinBudget(candidate, budget))
    .map((candidate) => ({
      candidate,
      full: candidate.jobsMax > 0 && candidate.jobs >= candidate.jobsMax,
      cost: cost(candidate) * (1 + 0.1 * draw()),
    }))
    .sort((a, b) => Number(a.full) - Number(b.full) || a.cost - b.cost)
    .map(({ candidate }) => candidate)
}
