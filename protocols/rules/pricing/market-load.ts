/**
 * Demand as the market itself shows it: what miners say that waits at them. Medians and shares, for each speaks for itself alone and may
 * say anything: a few that claim endless queues change nothing.
 */
export interface MinerLoad {
  /** That run or wait. */
  readonly jobs: number
  readonly jobsMax: number
}

export interface MarketLoad {
  /** Jobs that wait, at the miner in the middle. */
  readonly queue: number
  /** Share of miners that have work. */
  readonly utilisation: number
}

/** `undefined` where nobody is there. */
export function marketLoad(miners: readonly MinerLoad[]): MarketLoad | undefined {
  if (miners.length === 0) return undefined
  const waiting = miners.map(({ jobs, jobsMax }) => Math.max(0, Math.min(jobs, jobsMax) - 1)).sort((a, b) => a - b)
  const working = miners.filter(({ jobs }) => jobs > 0).length
  return { queue: waiting[Math.floor((waiting.length - 1) / 2)]!, utilisation: working / miners.length }
}
