/** Latency classes: what a client asks for and pays for. Bounds and multipliers are the market's constants. */
import type { Rational } from '../../kernel/money.ts'

export const latencyClasses = ['realtime', 'fast', 'standard', 'economy'] as const
export type LatencyClass = (typeof latencyClasses)[number]

export interface LatencyClassRow {
  /** Answers within this many milliseconds belong to the class; economy has no bound. */
  readonly belowMs: number
  /** Times the base price, in thousandths. */
  readonly multiplierMilli: number
}

export const latencyClassTable: Record<LatencyClass, LatencyClassRow> = {
  realtime: { belowMs: 100, multiplierMilli: 3000 },
  fast: { belowMs: 500, multiplierMilli: 2000 },
  standard: { belowMs: 2000, multiplierMilli: 1000 },
  economy: { belowMs: Number.POSITIVE_INFINITY, multiplierMilli: 700 },
}

/** The cheapest class whose answers keep a latency budget; realtime where the budget is tighter than every class. */
export function classForBudget(latencyMsMax: number | undefined): LatencyClass {
  if (latencyMsMax === undefined) return 'standard'
  if (latencyMsMax >= latencyClassTable.standard.belowMs) return latencyMsMax >= 10_000 ? 'economy' : 'standard'
  return latencyMsMax >= latencyClassTable.fast.belowMs ? 'fast' : 'realtime'
}

export const multiplierOf = (latencyClass: LatencyClass): Rational => ({
  n: BigInt(latencyClassTable[latencyClass].multiplierMilli),
  d: 1000n,
})
