/**
 * When a second miner is asked for the same job, while the first one still has it: where the first is late by what is known of it. Both
 * have an agreement of their own; together they never cost more than the client's ceiling.
 */
import type { Credits } from '../../kernel/money.ts'

/** One that takes so many times what was expected is late: with the usual spread of service times one in twenty is. */
const LATE_FACTOR = 2
/** Sooner is no lateness but the noise of timers and lines. */
const HEDGE_MS_MIN = 20
/** Part of the latency budget after which a second one can still keep it. */
const BUDGET_SHARE = 0.5

/** @param estimatedMs of the first, as it was chosen */
export function hedgeAfterMs(estimatedMs: number, latencyMsMax: number | undefined): number {
  const lateMs = Math.max(HEDGE_MS_MIN, LATE_FACTOR * estimatedMs)
  return latencyMsMax === undefined ? lateMs : Math.min(lateMs, Math.max(HEDGE_MS_MIN, BUDGET_SHARE * latencyMsMax))
}

/** What a second attempt may cost beside those that are under way, and those of the job whose end nobody saw. */
export function hedgePriceMax(priceMax: Credits, underWay: readonly Credits[]): Credits | undefined {
  const left = underWay.reduce<bigint>((rest, price) => rest - price, priceMax)
  return left > 0n ? (left as Credits) : undefined
}
