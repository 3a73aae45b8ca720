/** The GPUs that a client at some place can use within a latency budget, the best first. */
import { MeshError } from '../../kernel/errors.ts'
import { CREDITS_MAX, type Credits } from '../../kernel/money.ts'
import { classForBudget } from '../pricing/latency-class.ts'
import type { Candidate, DistanceHint } from './candidate.ts'
import { type Chance, chancesOf, mayBeAsked } from './choose-miner.ts'
import { closestMiss } from './explain-loss.ts'
import { missText } from './miss-text.ts'
import { type PolicyWeights, type RoutingPolicy, weightsOf } from './routing-policy.ts'
import { type Wish, weigh } from './weigh-candidate.ts'

export const BUDGET_MS = 100

export interface Requirements<T extends Candidate> {
  /** Those that run the model, or have the kind of card. */
  readonly candidates: readonly T[]
  /** `latency` where absent. */
  readonly policy?: RoutingPolicy | PolicyWeights
  /** Any price where absent. */
  readonly priceMax?: Credits
  /** Of one card: who is known to have less is left out. */
  readonly memoryBytesMin?: number
  /** Only candidates of this region. */
  readonly region?: string
}

/** Where the client is: how far it is from there to a candidate that nobody measured (rules/coordinates); `undefined` = unknown. */
export type Whereabouts<T> = (candidate: T) => DistanceHint | undefined

/** What only who looks for a card asks of it. */
interface GpuFacts {
  /** A place on the map of regions. */
  readonly region?: string
  /** Of its largest card, as a profile or the class of an offer says; unknown where absent, and then taken for enough. */
  readonly memoryBytes?: number
}

/**
 * @param budgetMs for the way there and back, the work and the wait
 * @returns those that may be asked, best first, each with its chance in chooseMiner
 * @throws MeshError POLICY_UNKNOWN, POLICY_WEIGHTS, BUDGET_INVALID, REGION_UNSERVED; NO_GPU_FITS with what came closest
 * @example findOptimalGpus({ candidates, policy: 'cost' }, () => undefined, 50)[0]?.latency.ms
 */
export function findOptimalGpus<T extends Candidate & GpuFacts>(
  requirements: Requirements<T>,
  location: Whereabouts<T>,
  budgetMs: number = BUDGET_MS,
): readonly Chance<T>[] {
  if (!(budgetMs > 0 && budgetMs < Number.POSITIVE_INFINITY)) throw new MeshError('BUDGET_INVALID', { given: budgetMs })
  const { candidates, region, priceMax = CREDITS_MAX, memoryBytesMin = 0, policy = 'latency' } = requirements
  const wish: Wish = {
    weights: weightsOf(policy),
    latencyClass: classForBudget(budgetMs),
    priceMax,
    latencyMsMax: budgetMs,
  }
  const there = candidates.filter((candidate) => region === undefined || candidate.region === region)
  if (region !== undefined && there.length === 0) {
    throw new MeshError('REGION_UNSERVED', { region, regions: regionsOf(candidates) })
  }
  const large = there.filter(({ memoryBytes = Number.POSITIVE_INFINITY }) => memoryBytes >= memoryBytesMin)
  if (large.length === 0 && there.length > 0) {
    const largest = Math.max(...there.map(({ memoryBytes = 0 }) => memoryBytes))
    const closest = `the largest has ${largest} bytes of memory, and ${memoryBytesMin} are needed`
    throw new MeshError('NO_GPU_FITS', { weighed: there.length, closest })
  }
  const weighed = large.map((candidate) => weigh(withDistance(candidate, location), wish))
  const fitting = chancesOf(weighed).filter((each) => mayBeAsked(each) && each.standing !== 'unreachable')
  if (fitting.length > 0) return fitting
  throw new MeshError('NO_GPU_FITS', { weighed: there.length, closest: missText(closestMiss(weighed, wish)) })
}

function withDistance<T extends Candidate>(candidate: T, location: Whereabouts<T>): T {
  if (candidate.rttMs !== undefined || candidate.distance !== undefined) return candidate
  const distance = location(candidate)
  return distance === undefined ? candidate : { ...candidate, distance }
}

/** More are no help to who mistyped one. */
const REGIONS_SHOWN = 8

function regionsOf(candidates: readonly GpuFacts[]): string {
  const regions = new Set(candidates.flatMap(({ region }) => region ?? []))
  return regions.size === 0 ? 'none is known' : [...regions].slice(0, REGIONS_SHOWN).join(', ')
}
