/** What a simulated market is made of: places, miners, clients and what goes wrong. Plain data; the same data and seed, the same run. */
import type { PriceWish } from '../../protocols/rules/pricing/price-strategy.ts'
import type { ClientConduct } from './client-conduct.ts'
import type { MinerConduct } from './miner-conduct.ts'

export interface Region {
  readonly name: string
  /** Degrees. */
  readonly latitude: number
  readonly longitude: number
}

export interface Resident {
  /** Once in the scenario: key and chance of the node come of seed and name. */
  readonly name: string
  readonly region: string
  /** One way, from the machine to where the region's lines meet. */
  readonly lastMileMs: number
  /** Joins then; at the beginning where absent. */
  readonly fromHour?: number
}

export interface MinerPlan extends Resident {
  /** Whose stake and earnings it is; several miners may name the same. Its own name where absent. */
  readonly owner?: string
  /** Milliseconds that its card computes for a job of usual size. */
  readonly jobMs: number
  /** Jobs that run or wait; the next one is refused. */
  readonly jobsMax: number
  /** Credits of one inference in the standard class at the beginning. */
  readonly base: bigint
  /** Where it may move from there, by its strategy; `fixed` where absent. */
  readonly pricing?: Pick<PriceWish, 'strategy' | 'min' | 'max'>
  readonly conduct?: MinerConduct
}

export interface ClientPlan extends Resident {
  /** Whose escrow pays; its own name where absent. */
  readonly owner?: string
  /** A mean: jobs come by chance, independent of each other. */
  readonly jobsPerHour: number
  /** Credits in its escrow at the beginning. */
  readonly escrow: bigint
  readonly priceMax: bigint
  readonly latencyMsMax: number
  /** Part of its jobs that it asks again elsewhere, in parts of a million. */
  readonly auditShare: number
  readonly conduct?: ClientConduct
}

/** The lines of a region are down: nothing passes between it and the others, nor within it. */
export interface Outage {
  readonly region: string
  readonly fromHour: number
  readonly hours: number
}

/** What the word of these raters does for these miners is counted for each job (job-record.ts). Names. */
export interface Suspects {
  readonly raters: readonly string[]
  readonly miners: readonly string[]
}

export interface Scenario {
  readonly name: string
  readonly seed: string
  readonly hours: number
  readonly regions: readonly Region[]
  /** Full nodes that collect offers and tell light peers of them, in each region. */
  readonly directoriesPerRegion: number
  readonly miners: readonly MinerPlan[]
  readonly clients: readonly ClientPlan[]
  readonly outages?: readonly Outage[]
  readonly suspects?: Suspects
}
