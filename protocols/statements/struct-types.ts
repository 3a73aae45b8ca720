/**
 * The court structs: what is signed, field by field, in the order that the contracts hash. Times are seconds unless the name
 * ends in Ms; amounts are credits. Changing a row breaks every signature ever made under it.
 */
import type { Address, AttemptId, Hash32 } from '../kernel/ids.ts'
import type { Credits } from '../kernel/money.ts'
import type { Bytes4, SignedType, StructType } from './struct-type.ts'

/** Binds an operator key to its owner; signed by both, travels with every profile. */
export interface KeyCert {
  readonly owner: Address
  readonly operator: Address
  readonly notBefore: bigint
  readonly notAfter: bigint
}

/** A payer lets a session key sign vouchers, up to a total and a total per miner. */
export interface SessionGrant {
  readonly payer: Address
  readonly session: Address
  /** The escrow contract: without it one grant would pay in the old and in the new contract set. */
  readonly escrow: Address
  readonly maxTotal: Credits
  readonly maxPerMiner: Credits
  /** See {@link collectionsHash}; zero = any. */
  readonly collectionsHash: Hash32
  readonly notAfter: bigint
  readonly nonce: bigint
}

/** A cumulative promise: the counter of (payer, session, miner, collection) stands at `cumulative`. */
export interface Voucher {
  readonly payer: Address
  /** Signs. The payer itself where `grant` is zero. */
  readonly session: Address
  /** The operator's address: an owner's could be shown to two machines. */
  readonly miner: Address
  /** Id of a listed model; zero = none. */
  readonly collection: Hash32
  readonly escrow: Address
  /** Struct hash of the SessionGrant; zero where the payer signs itself. */
  readonly grant: Hash32
  readonly cumulative: Credits
  /** Rolling hash of all agreements paid on this counter. */
  readonly agreementsHash: Hash32
}

/** What both sides agreed on for one attempt. Hashed only: its struct hash is the attempt id. */
export interface Agreement {
  readonly payer: Address
  readonly operator: Address
  /** Struct hash of the OfferHead whose price was taken. */
  readonly offerHead: Hash32
  /** keccak256 of the job spec's bytes (model, parameters, latency class, deadline). */
  readonly spec: Hash32
  /** Content root of the inputs. */
  readonly inputRoot: Hash32
  /** keccak256 of the verification, SLA and privacy choices. */
  readonly policy: Hash32
  readonly priceMax: Credits
  readonly nonce: bigint
  readonly attempt: number
  readonly blockNumber: bigint
  /** Seconds, of the block named above. */
  readonly blockTime: bigint
}

/** How an attempt ended. 0 is no status: an empty struct must not read as finished. */
export const receiptStatus = {
  finished: 1,
  abortedThermal: 2,
  abortedRestart: 3,
  abortedCancelled: 4,
  abortedError: 5,
} as const
export type ReceiptStatus = (typeof receiptStatus)[keyof typeof receiptStatus]

/** What a miner says it did. Hashed only: it is signed as a leaf of a {@link ReceiptBatch}. */
export interface Receipt {
  readonly operator: Address
  readonly agreement: AttemptId
  /** A {@link receiptStatus}; what a later version adds is no `finished`. */
  readonly status: number
  /** Content root of the outputs. */
  readonly outputRoot: Hash32
  /** Digest (32 bytes) of the model's CID. */
  readonly weights: Hash32
  /** keccak256 of the canonical text engine/version/provider/precision/card family. */
  readonly kernelClass: Hash32
  readonly usage: bigint
  readonly price: Credits
  readonly waitedUs: bigint
  readonly computedUs: bigint
  readonly blockTime: bigint
}

/** Root over up to 64 receipts: one signature settles what happened in one flush. */
export interface ReceiptBatch {
  readonly operator: Address
  readonly root: Hash32
  readonly count: number
  readonly sequence: bigint
}

/** The signed head of a standing offer. The body travels beside it, or is pulled by its hash. */
export interface OfferHead {
  readonly operator: Address
  readonly sequence: bigint
  readonly expiresAtMs: bigint
  readonly bodyHash: Hash32
  readonly termsHash: Hash32
  /** keccak256 of a secret that the miner reveals in its first answer; it draws the witnesses. */
  readonly beacon: Hash32
}

/** One card, exclusively, for the half-open time from `startsAt` to `endsAt`. */
export interface Lease {
  readonly operator: Address
  /** keccak256 of the card's stable id and the operator. */
  readonly card: Hash32
  readonly startsAt: bigint
  readonly endsAt: bigint
  readonly agreement: AttemptId
}

/**
 * What a miner grants to whoever asks for its word on the quality of its service: hashed only, for the head that names the hash is
 * signed. Without operator and time, which the head has; so miners that grant the same name the same hash.
 */
export interface Terms {
  /** From the last byte of the input until the miner says that it is all there, with the secret behind its beacon. */
  readonly startMsMax: number
  /** Between two words of the miner. */
  readonly stallMsMax: number
  /** Answers within this many ms belong to the class; economy has no bound. Ascending. */
  readonly realtimeMs: number
  readonly fastMs: number
  readonly standardMs: number
  /** Share of the agreed price that is owed for a start that never came and for a stall, in basis points; at most 20,000. */
  readonly compensationBp: number
  /** Witnesses whose word counts, at most. */
  readonly witnesses: number
  /** Witnesses without whom nothing is decided. */
  readonly quorum: number
  /**
   * Stake with which an owner is drawn for certain; with less it is drawn that much less often. In place of the stake of all, which no
   * contract keeps a list of.
   */
  readonly drawStake: Credits
}

/** What an agreement's `policy` is the hash of, where its service is to be witnessed: a court cannot read a job's spec. */
export interface ServicePolicy {
  /** Struct hash of the {@link Terms}. */
  readonly terms: Hash32
  /** A code of {@link latencyClassCode}. */
  readonly latencyClass: number
  /** Credits of one unit of usage in the standard class: what is paid for a class that was met follows from it. */
  readonly base: Credits
}

/** A witness first heard of this digest then. What it stands for the witness cannot tell. */
export interface TimeStamp {
  /** An operator's address: the registry says whose, and so with what stake. */
  readonly witness: Address
  readonly digest: Hash32
  /** By the witness's clock; only differences of one witness's stamps count. */
  readonly atMs: bigint
}

/** The envelope of everything that no court judges. */
export interface Statement {
  readonly author: Address
  readonly kind: Bytes4
  readonly version: number
  readonly sequence: bigint
  readonly issuedAtMs: bigint
  readonly expiresAtMs: bigint
  readonly payloadHash: Hash32
}

export const keyCertType: StructType<KeyCert> = {
  name: 'KeyCert',
  fields: { owner: 'address', operator: 'address', notBefore: 'uint64', notAfter: 'uint64' },
}

export const sessionGrantType: SignedType<SessionGrant> = {
  name: 'SessionGrant',
  fields: {
    payer: 'address',
    session: 'address',
    escrow: 'address',
    maxTotal: 'uint64',
    maxPerMiner: 'uint64',
    collectionsHash: 'bytes32',
    notAfter: 'uint64',
    nonce: 'uint64',
  },
  signer: 'payer',
}

export const voucherType: SignedType<Voucher> = {
  name: 'Voucher',
  fields: {
    payer: 'address',
    session: 'address',
    miner: 'address',
    collection: 'bytes32',
    escrow: 'address',
    grant: 'bytes32',
    cumulative: 'uint64',
    agreementsHash: 'bytes32',
  },
  signer: 'session',
}

export const agreementType: StructType<Agreement> = {
  name: 'Agreement',
  fields: {
    payer: 'address',
    operator: 'address',
    offerHead: 'bytes32',
    spec: 'bytes32',
    inputRoot: 'bytes32',
    policy: 'bytes32',
    priceMax: 'uint64',
    nonce: 'uint64',
    attempt: 'uint32',
    blockNumber: 'uint64',
    blockTime: 'uint64',
  },
}

export const receiptType: StructType<Receipt> = {
  name: 'Receipt',
  fields: {
    operator: 'address',
    agreement: 'bytes32',
    status: 'uint8',
    outputRoot: 'bytes32',
    weights: 'bytes32',
    kernelClass: 'bytes32',
    usage: 'uint64',
    price: 'uint64',
    waitedUs: 'uint64',
    computedUs: 'uint64',
    blockTime: 'uint64',
  },
}

export const receiptBatchType: SignedType<ReceiptBatch> = {
  name: 'ReceiptBatch',
  fields: { operator: 'address', root: 'bytes32', count: 'uint32', sequence: 'uint64' },
  signer: 'operator',
}

export const offerHeadType: SignedType<OfferHead> = {
  name: 'OfferHead',
  fields: {
    operator: 'address',
    sequence: 'uint64',
    expiresAtMs: 'uint64',
    bodyHash: 'bytes32',
    termsHash: 'bytes32',
    beacon: 'bytes32',
  },
  signer: 'operator',
  payload: { hash: 'bodyHash', presence: 'optional' },
}

export const leaseType: SignedType<Lease> = {
  name: 'Lease',
  fields: { operator: 'address', card: 'bytes32', startsAt: 'uint64', endsAt: 'uint64', agreement: 'bytes32' },
  signer: 'operator',
}

export const termsType: StructType<Terms> = {
  name: 'Terms',
  fields: {
    startMsMax: 'uint32',
    stallMsMax: 'uint32',
    realtimeMs: 'uint32',
    fastMs: 'uint32',
    standardMs: 'uint32',
    compensationBp: 'uint16',
    witnesses: 'uint8',
    quorum: 'uint8',
    drawStake: 'uint64',
  },
}

export const servicePolicyType: StructType<ServicePolicy> = {
  name: 'ServicePolicy',
  fields: { terms: 'bytes32', latencyClass: 'uint8', base: 'uint64' },
}

export const timeStampType: SignedType<TimeStamp> = {
  name: 'TimeStamp',
  fields: { witness: 'address', digest: 'bytes32', atMs: 'uint64' },
  signer: 'witness',
}

export const statementType: SignedType<Statement> = {
  name: 'Statement',
  fields: {
    author: 'address',
    kind: 'bytes4',
    version: 'uint16',
    sequence: 'uint64',
    issuedAtMs: 'uint64',
    expiresAtMs: 'uint64',
    payloadHash: 'bytes32',
  },
  signer: 'author',
  payload: { hash: 'payloadHash', presence: 'required' },
}

/** Every row, for tables, tests and documents. */
export const structTypes = {
  KeyCert: keyCertType,
  SessionGrant: sessionGrantType,
  Voucher: voucherType,
  Agreement: agreementType,
  Receipt: receiptType,
  ReceiptBatch: receiptBatchType,
  OfferHead: offerHeadType,
  Lease: leaseType,
  Terms: termsType,
  ServicePolicy: servicePolicyType,
  TimeStamp: timeStampType,
  Statement: statementType,
} as const
