/** GPUs that a client at some place can use for a model within a latency budget: the offers of the book, by the rules of routing. */
import type { Address, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { LatencySource } from '../../../protocols/rules/coordinates/latency-estimate.ts'
import type { Location } from '../../../protocols/rules/geography/location.ts'
import { distancesFrom } from '../../../protocols/rules/geography/place.ts'
import { classForBudget } from '../../../protocols/rules/pricing/latency-class.ts'
import type { Reason } from '../../../protocols/rules/routing/choose-miner.ts'
import { BUDGET_MS, findOptimalGpus } from '../../../protocols/rules/routing/find-optimal-gpus.ts'
import type { PolicyWeights, RoutingPolicy } from '../../../protocols/rules/routing/routing-policy.ts'
import { type JobCandidate, jobCandidate } from '../choosing/job-candidate.ts'
import type { MinerNotes } from './offer-book.ts'

export interface GpuWish {
  /** For the way there and back, the work and the wait; 100 ms where absent. Decides the class, and so the price. */
  readonly latencyMsMax?: number
  readonly priceMax?: Credits
  readonly policy?: RoutingPolicy | PolicyWeights
  /** Only GPUs of this region. */
  readonly region?: string
  /** Seen from there, by distance alone, and not from where this client is. */
  readonly from?: Location
}

export interface FoundGpu {
  readonly miner: Address
  readonly peer: PeerId
  readonly region: string
  /** The word that its offer is sharded by. */
  readonly gpuClass: string
  /** Of one inference in the class that the budget asks for. */
  readonly price: Credits
  readonly estimatedMs: number
  readonly latencySource: LatencySource
  /** 0..100; undefined where nobody knows. */
  readonly score: number | undefined
  /** 0..1: that a job would ask it first. */
  readonly chance: number
  readonly reason: Reason
}

/**
 * The best first.
 * @throws MeshError POLICY_UNKNOWN, POLICY_WEIGHTS, BUDGET_INVALID, REGION_UNSERVED; NO_GPU_FITS with what came closest
 */
export function foundGpus(live: readonly MinerNotes[], model: ModelId, wish: GpuWish): readonly FoundGpu[] {
  const { latencyMsMax = BUDGET_MS, from, priceMax, policy, region } = wish
  const latencyClass = classForBudget(latencyMsMax)
  const candidates = live.map((notes) => placed(jobCandidate(notes, model, latencyClass), from !== undefined))
  const asked = {
    candidates,
    ...(priceMax === undefined ? {} : { priceMax }),
    ...(policy === undefined ? {} : { policy }),
    ...(region === undefined ? {} : { region }),
  }
  const fitting = findOptimalGpus(asked, from === undefined ? () => undefined : distancesFrom(from), latencyMsMax)
  return fitting.map(({ candidate, latency, chance, reason }) => ({
    ...{ miner: candidate.offer.miner, peer: candidate.offer.peer, region: candidate.region },
    ...{ gpuClass: candidate.offer.body.gpuClass, price: candidate.price, chance, reason },
    ...{ estimatedMs: latency.ms, latencySource: latency.source, score: candidate.score?.points },
  }))
}

/** What was measured from here says nothing of another place. */
function placed(candidate: JobCandidate, isElsewhere: boolean): JobCandidate & { readonly region: string } {
  const { distance, quickestMs: _, ...rest } = candidate
  const { region } = candidate.offer.body
  if (isElsewhere) return { ...rest, rttMs: undefined, region }
  return { ...candidate, region }
}
