/**
 * Demand as the market itself shows it: what miners say that waits at them. Medians and shares, for each speaks for itself alone and may
 * say anything: a few that claim endless queues change nothing.
 */
export interface MinerLoad {
  /** That run or wait. */
  readonly jobs: number
  readonly jobsMax: number
  /** Share of its time that work takes it, 0 to 1, where that was seen rather than told. */
  readonly busy?: number
}

export interface MarketLoad {
  /** Jobs that wait, at the miner in the middle. */
  readonly queue: number
  /** Mean share of their time that work takes; who tells only jobs counts whole where it has one. */
  readonly utilisation: number
}

/** `undefined` where nobody is there. */
export function marketLoad(miners: readonly MinerLoad[]): MarketLoad | undefined {
  if (miners.length === 0) return undefined
  const waiting = Float64Array.from(miners, ({ jobs, jobsMax }) => Math.max(0, Math.min(jobs, jobsMax) - 1)).sort()
  const working = miners.reduce((sum, { busy, jobs }) => sum + (busy ?? (jobs > 0 ? 1 : 0)), 0)
  return { queue: waiting[Math.floor((waiting.length - 1) / 2)]!, utilisation: working / miners.length }
}
