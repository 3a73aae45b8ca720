/** The law on signatures and evidence; its specification is the README beside this file. */
export { addressOf, addressOfPoint } from './address-of.ts'
export {
  AGREEMENT_TIME_SKEW_S_MAX,
  agreementCodec,
  agreementIsRecent,
  attemptId,
} from './agreement.ts'
export { AGREEMENTS_HASH_START, agreementsHash, nextAgreementsHash } from './agreements-hash.ts'
export {
  CONTENT_LEAVES_MAX,
  CONTENT_STREAMS_MAX,
  type ContentDirection,
  contentDirection,
  contentRoot,
  leafDigests,
  rootOfDigests,
  SALT_BYTES,
  type Stretch,
} from './content-root.ts'
export {
  type Contradiction,
  contradictionCode,
  contradictionFault,
  leasesContradict,
  nullifier,
  offerHeadsContradict,
  receiptsContradict,
} from './contradiction.ts'
export {
  DOMAIN_NAME,
  DOMAIN_TYPE_STRING,
  DOMAIN_VERSION,
  domainSeparator,
  type NetworkDomain,
  networkSalt,
  networkTag,
} from './domain.ts'
export {
  issueStatement,
  type JudgeContext,
  judgeStatement,
  type OpenStatement,
  openStatement,
  STATEMENT_LIFETIME_MS_MAX,
} from './envelope.ts'
export { joinErc2098, type RecoverableSignature, splitErc2098 } from './erc2098.ts'
export { collectionsHash, GRANT_COLLECTIONS_MAX, grantHash } from './grant.ts'
export { GrowingContent, type LeafHasher, STRETCH_BYTES } from './growing-content.ts'
export { HeardReceipts } from './heard-receipts.ts'
export {
  encodeKeyCert,
  type KeyCertFault,
  keyCertCodec,
  keyCertCovers,
  keyCertDigest,
  keyCertFault,
  openKeyCert,
  type SignedKeyCert,
  signKeyCert,
} from './key-cert.ts'
export { leafHasherHere } from './leaf-hasher-here.ts'
export { MerkleTree, merkleNode, merkleRoot, rootFromPath } from './merkle.ts'
export { messageId } from './message-id.ts'
export { judgeOffer, type OfferContext, type OpenOffer } from './offer-head.ts'
export { addressOfPeerId, peerIdOfPublicKey, publicKeyOfPeerId } from './peer-id.ts'
export {
  BATCH_DEPTH_MAX,
  BATCH_RECEIPTS_MAX,
  BatchCheck,
  batchHolds,
  type ProvenReceipt,
  provenReceiptCodec,
  type ReceiptPath,
  type ReceiptTree,
  receiptCodec,
  receiptIsProven,
  receiptLeaf,
  receiptTree,
} from './receipt-batch.ts'
export { createResumeToken, RESUME_TOKEN_BYTES, resumeTokenHash, resumeTokenOpens } from './resume-token.ts'
export { HighestSeen, nextSequence, type SeenEntry, sequenceIsAhead } from './sequence.ts'
export {
  BEACON_SECRET_BYTES,
  beaconOf,
  latencyClassCode,
  policyHash,
  receiptDigest,
  serviceSeed,
  signTimeStamp,
  termsHash,
  ticketOf,
} from './service-level.ts'
export {
  encodeSigned,
  openSigned,
  PAYLOAD_BYTES_MAX,
  PUBLIC_KEY_BYTES,
  requireSigned,
  SIGNATURE_BYTES,
  type SignatureFault,
  type Signed,
  signatureFault,
  signedCodec,
  signStruct,
} from './signed.ts'
export { latestVersion, type StatementRow, statementKind, statementKinds } from './statement-kinds.ts'
export { structCodec } from './struct-codec.ts'
export { type SigningDomain, signingDomain, typeHash } from './struct-hash.ts'
export { type Bytes4, type FieldType, fieldsOf, type SignedType, type StructType, typeString } from './struct-type.ts'
export * from './struct-types.ts'
export { type TypedData, typedData } from './typed-data.ts'
