/** Where a miner stands among those that offer a model, weighed as a client weighs them of whom it knows nothing but their offers. */
import type { Credits } from '../../kernel/money.ts'
import { NEAR_FACTOR } from '../routing/choose-miner.ts'
import { weightsOf } from '../routing/routing-policy.ts'
import { type Weighed, weigh } from '../routing/weigh-candidate.ts'

export interface OfferedWork {
  /** Of one unit in the standard class. */
  readonly base: Credits
  readonly jobs: number
  readonly jobsMax: number
}

export interface MarketRank {
  /** 1 is asked first; equal ones share the better place. */
  readonly rank: number
  /** This miner and all others. */
  readonly of: number
  /** It shares the first place by chance with those that are nearly as good. */
  readonly isNear: boolean
  /** The least base of the others. */
  readonly cheapest: Credits
}

/** Who says nothing else is of this policy. */
const POLICY = 'latency'

/** By price and load alone: how near a client is, and what it has seen of each, no miner knows. `undefined` where it is alone. */
export function marketRank(own: OfferedWork, others: readonly OfferedWork[]): MarketRank | undefined {
  if (others.length === 0) return undefined
  const weighed = others.map(weighedOf)
  const mine = weighedOf(own)
  const isBefore = (each: Weighed): boolean => (isFull(each) === isFull(mine) ? each.cost < mine.cost : isFull(mine))
  const best = weighed.reduce((least, each) => (isFull(each) ? least : Math.min(least, each.cost)), mine.cost)
  return {
    rank: 1 + weighed.filter(isBefore).length,
    of: others.length + 1,
    isNear: !isFull(mine) && mine.cost <= best * NEAR_FACTOR,
    cheapest: others.reduce((least, { base }) => (base < least ? base : least), others[0]!.base),
  }
}

const isFull = ({ standing }: Weighed): boolean => standing === 'full'

const weighedOf = ({ base, jobs, jobsMax }: OfferedWork): Weighed =>
  weigh(
    { price: base, rttMs: undefined, serviceMs: undefined, jobs, jobsMax, failures: 0 },
    { weights: weightsOf(POLICY), latencyClass: 'standard', priceMax: base, latencyMsMax: undefined },
  )
