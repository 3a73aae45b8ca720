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
export type * from './kernel/ports.ts'
export * from './kernel/protocol.ts'
export type { RecordSpace } from './kernel/record-space.ts'
export * from './kernel/topic.ts'
export { formatTraceparent, parseTraceparent, type TraceContext } from './kernel/trace-context.ts'
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
export { ChunkList } from './wire/content/chunk-list.ts'
export { ChunkSet } from './wire/content/chunk-set.ts'
export { askChunkSet, askChunks, askCopy } from './wire/content/content-client.ts'
export { contentKey } from './wire/content/content-key.ts'
export { contentProtocol } from './wire/content/content-protocol.ts'
export { directoryKey } from './wire/directory/directory-key.ts'
export { askDirectory, directoryProtocol } from './wire/directory/directory-protocol.ts'
export { jobProtocol } from './wire/job/job-protocol.ts'
export type { Tensor, TensorHeader, TensorSpec, TensorType } from './wire/job/tensor.ts'
export { type Offer, openOffer, signOffer } from './wire/offer/offer.ts'
export { askTable, offerTableProtocol } from './wire/offer/offer-table.ts'
export { offerTopic } from './wire/offer/offer-topic.ts'
export { paymentProtocol } from './wire/payment/payment-protocol.ts'
export { openProfile, type Profile, profileSpace } from './wire/profile/profile.ts'
