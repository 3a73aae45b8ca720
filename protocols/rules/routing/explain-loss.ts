/** Why a candidate is not the one: the term in which it is furthest behind the best, and what would have been needed. */
import type { Credits } from '../../kernel/money.ts'
import type { LatencySource } from '../coordinates/latency-estimate.ts'
import { type Budget, type TermName, termNames, type Weighed } from './weigh-candidate.ts'

/** The term by which `each` loses most against `best`; `undefined` where it is behind in none. */
export function worstTerm(each: Pick<Weighed, 'factors'>, best: Pick<Weighed, 'factors'>): TermName | undefined {
  let worst: TermName | undefined
  let ratio = 1
  for (const name of termNames) {
    const behind = each.factors[name] / best.factors[name]
    if (behind > ratio) [worst, ratio] = [name, behind]
  }
  return worst
}

/** Who came closest to a budget that nobody keeps, and by how much it missed it. */
export type ClosestMiss =
  | { readonly kind: 'too slow'; readonly ms: number; readonly source: LatencySource; readonly msMax: number }
  | { readonly kind: 'too dear'; readonly price: Credits; readonly priceMax: Credits }

/** How far above what is allowed, as a factor. Of several limits the first that a candidate breaks is told. */
interface Missed {
  readonly by: number
  readonly miss: ClosestMiss
}

function missOf({ candidate, latency, standing }: Weighed, budget: Budget): Missed | undefined {
  switch (standing) {
    case 'too slow': {
      const msMax = budget.latencyMsMax!
      return { by: latency.ms / msMax, miss: { kind: standing, ms: latency.ms, source: latency.source, msMax } }
    }
    case 'too dear': {
      const { price } = candidate
      const { priceMax } = budget
      return { by: Number(price) / Math.max(1, Number(priceMax)), miss: { kind: standing, price, priceMax } }
    }
    default:
      return undefined
  }
}

/** `undefined` where none broke a limit. */
export function closestMiss(weighed: readonly Weighed[], budget: Budget): ClosestMiss | undefined {
  let closest: Missed | undefined
  for (const each of weighed) {
    const missed = missOf(each, budget)
    if (missed !== undefined && (closest === undefined || missed.by < closest.by)) closest = missed
  }
  return closest?.miss
}
