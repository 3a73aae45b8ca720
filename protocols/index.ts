/** The law as a library: what another program needs to speak with the mesh or to check what it says. */

export { MalformedError, UnsupportedError } from './kernel/cbor-reader.ts'
export * from './kernel/codec.ts'
export { type ErrorCode, errorCatalogue, type Facts, type Fault, isMeshError, MeshError } from './kernel/errors.ts'
export { features } from './kernel/features.ts'
export * from './kernel/ids.ts'
export * from './kernel/limits.ts'
export { modelDigest, modelIdOf } from './kernel/model-id.ts'
export * from './kernel/money.ts'
export type { Network } from './kernel/network.ts'
export * from './kernel/open-codec.ts'
export type * from './kernel/ports.ts'
export * from './kernel/protocol.ts'
export type { RecordSpace } from './kernel/record-space.ts'
export * from './kernel/topic.ts'
export { formatTraceparent, parseTraceparent, type TraceContext } from './kernel/trace-context.ts'
export { commitmentOpens, commitmentTo, isDrawn } from './rules/auditing/audit-draw.ts'
export { type Comparison, compareAnswers } from './rules/auditing/compare-answers.ts'
export { type ToleranceClass, toleranceOf } from './rules/auditing/tolerance-class.ts'
export { areCoordinates, type Coordinates, distanceMs } from './rules/coordinates/coordinates.ts'
export { coordinatesOfBytes, coordinatesToBytes } from './rules/coordinates/coordinates-bytes.ts'
export { type LatencyEstimate, latencyEstimate } from './rules/coordinates/latency-estimate.ts'
export { moved, placedAt, type Spot } from './rules/coordinates/vivaldi.ts'
export { greatCircleKm, type Location } from './rules/geography/location.ts'
export { distancesFrom, parsePlace } from './rules/geography/place.ts'
export { locationOfRegion } from './rules/geography/regions.ts'
export { wayLatency } from './rules/geography/way-latency.ts'
export { jobPrice } from './rules/pricing/job-price.ts'
export { jobTypes, jobTypeTable } from './rules/pricing/job-types.ts'
export { type LatencyClass, latencyClasses } from './rules/pricing/latency-class.ts'
export { type ExplainedPrice, type MarketFacts, marketBase, marketPrice } from './rules/pricing/market-base.ts'
export { type PlanFacts, type PlanPrice, planClassOf, planPrice } from './rules/pricing/plan-price.ts'
export { priceStrategies } from './rules/pricing/price-strategies.ts'
export {
  type AskedPrice,
  askPrice,
  type MarketView,
  type PriceWish,
} from './rules/pricing/price-strategy.ts'
export {
  type ComponentName,
  type MinerScore,
  scoreOf,
  type Tier,
} from './rules/qos/miner-score.ts'
export type { Candidate, DistanceHint } from './rules/routing/candidate.ts'
export {
  BUDGET_MS,
  findOptimalGpus,
  type Requirements,
  type Whereabouts,
} from './rules/routing/find-optimal-gpus.ts'
export { type PolicyWeights, type RoutingPolicy, routingPolicies } from './rules/routing/routing-policy.ts'
export {
  NO_CODE,
  type ProvenAccount,
  proveAccount,
  proveSlot,
  storageRootOf,
} from './rules/state-proof/account-proof.ts'
export { type BlockHeader, openHeader } from './rules/state-proof/block-header.ts'
export { headerOfBlock } from './rules/state-proof/header-of-block.ts'
export { type ProofAnswer, readProofAnswer } from './rules/state-proof/proof-answer.ts'
export { fieldOfWord, mappingSlot, slotAfter, slotAt } from './rules/state-proof/storage-slot.ts'
export * from './statements/index.ts'
export { tellAudits, tellCommitment } from './wire/audit/audit-client.ts'
export { type AuditedDesk, answerAudit } from './wire/audit/audit-handler.ts'
export type { ToldAudit } from './wire/audit/audit-messages.ts'
export { auditProtocol } from './wire/audit/audit-protocol.ts'
export { ChunkList } from './wire/content/chunk-list.ts'
export { ChunkSet } from './wire/content/chunk-set.ts'
export { askChunkSet, askChunks, askCopy } from './wire/content/content-client.ts'
export { contentKey } from './wire/content/content-key.ts'
export { contentProtocol } from './wire/content/content-protocol.ts'
export { directoryKey } from './wire/directory/directory-key.ts'
export { askDirectory, directoryProtocol } from './wire/directory/directory-protocol.ts'
export { contradictionCodec, type Evidence, evidenceOf, inOrder } from './wire/evidence/evidence.ts'
export { type EvidenceDesk, evidenceTopic } from './wire/evidence/evidence-topic.ts'
export { jobProtocol } from './wire/job/job-protocol.ts'
export type { Tensor, TensorHeader, TensorSpec, TensorType } from './wire/job/tensor.ts'
export { HeardHeads } from './wire/offer/heard-heads.ts'
export { type Offer, openOffer, signOffer } from './wire/offer/offer.ts'
export { askTable, offerTableProtocol } from './wire/offer/offer-table.ts'
export { offerTopic } from './wire/offer/offer-topic.ts'
export { paymentProtocol } from './wire/payment/payment-protocol.ts'
export { openProfile, type Profile, profileSpace } from './wire/profile/profile.ts'
export { makeDigest, receiptsNamed, sameDigest } from './wire/score/make-digest.ts'
export type { ObservationBatch } from './wire/score/observation-batch.ts'
export { type PaidReceipt, PaidReceiptCheck } from './wire/score/paid-receipt.ts'
export { askBatches, askPaidReceipts, paidReceiptsProtocol } from './wire/score/paid-receipts-protocol.ts'
export type { DigestRow, ScoreDigest } from './wire/score/score-digest.ts'
export { type HeardWord, openBatch, scoreTopic } from './wire/score/score-topic.ts'
