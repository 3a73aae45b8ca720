/** What a client tells of what miners sign, so that one that contradicts itself is found; and whom it may not ask any more. */
import type { Address, AttemptId, PeerId } from '../../protocols/kernel/ids.ts'
import type { CandidateScore, DistanceHint, Reach } from '../../protocols/rules/routing/candidate.ts'
import type { ProvenReceipt } from '../../protocols/statements/receipt-batch.ts'
import type { Signed } from '../../protocols/statements/signed.ts'
import type { Agreement, Lease } from '../../protocols/statements/struct-types.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'

export interface MinerWatch {
  /** Every offer whose signature was checked, news or not. */
  heardOffer(offer: Offer): void
  /** Every receipt of a batch whose signature was checked, awaited or not; its path may be anything. */
  heardReceipt(proven: ProvenReceipt): void
  /** Every lease whose signature was checked. */
  heardLease(lease: Signed<Lease>): void
  /** What a receipt of this client will be about: who can open it for a court is made whole. */
  agreed(attempt: AttemptId, agreement: Agreement): void
  /** It contradicted itself, or audits found it lying again and again: it gets no work. */
  isBarred(miner: Address): boolean
  /** By how much worse its offers look, for what probes found out about its claims; 1 where absent. */
  claimFactor?(miner: Address): number
  /** The same for what audits found; 1 where absent. */
  auditFactor?(miner: Address): number
  /** True where this node audits and has not found any answer of it to be right yet. */
  isUntested?(miner: Address): boolean
  /** How good its service has been; unknown where absent. */
  scoreOf?(miner: Address): CandidateScore | undefined
  /** How far away it is where this client has not measured it. */
  distanceOf?(offer: Offer): DistanceHint | undefined
  /** How this client gets to it, or that it did not a moment ago; unknown where absent. */
  reachOf?(peer: PeerId): Reach | undefined
  /** Who stands behind it, as far as this node knows: its owner, or the network that it is in. */
  groupOf?(miner: Address): string | undefined
}

/** For who keeps no evidence, as a page in a browser. */
export const noWatch: MinerWatch = {
  heardOffer: () => undefined,
  heardReceipt: () => undefined,
  heardLease: () => undefined,
  agreed: () => undefined,
  isBarred: () => false,
}

/** What stands behind a miner, for who sends it work. */
export interface MinerStanding {
  /** @throws MeshError MINER_STAKE where too little does, or nobody can say; the signal's reason */
  require(miner: Address, signal: AbortSignal): Promise<void>
}
