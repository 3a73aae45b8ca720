/**
 * A digest from batches and receipts: one function for who publishes it and for who checks it, so that both have the same bytes or one of
 * them is wrong.
 */
import { compareBytes, equalBytes, toHex } from '../../kernel/bytes.ts'
import { encode } from '../../kernel/codec.ts'
import { type Address, type AttemptId, type Hash32, type PeerId, ZERO_HASH } from '../../kernel/ids.ts'
import type { Credits } from '../../kernel/money.ts'
import { evidenceOf } from '../../rules/qos/evidence-of.ts'
import { type ComponentEvidence, centiOf, type Evidence } from '../../rules/qos/miner-score.ts'
import type { Observation, Subject } from '../../rules/qos/observation.ts'
import { merkleRoot } from '../../statements/merkle.ts'
import { receiptLeaf } from '../../statements/receipt-batch.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type BatchEntry, type BatchSubject, entryKey, type ObservationBatch } from './observation-batch.ts'
import type { PaidReceipt } from './paid-receipt.ts'
import {
  DIGEST_SUBJECTS_MAX,
  type DigestComponent,
  type DigestRow,
  type ScoreDigest,
  scoreDigestCodec,
} from './score-digest.ts'

export interface DigestSource {
  readonly region: string
  readonly peer: PeerId
  readonly fromS: number
  readonly untilS: number
  readonly fromBlock: bigint
  readonly untilBlock: bigint
  /** By sequence, ascending. */
  readonly batches: readonly { readonly sequence: bigint; readonly batch: ObservationBatch }[]
  /** One that was checked. */
  readonly receiptOf: (attempt: AttemptId) => PaidReceipt | undefined
  /** Burned of this rater's vouchers to a miner in the blocks of the digest. */
  readonly feeOf: (miner: Address) => Credits
}

/** An agreement names the newest block when it is made, and a job ends within an hour; blocks come late. */
const BLOCK_BEFORE_S = 600
const BLOCK_AFTER_S = 7_200

/** @returns undefined where no receipt in the window is of a paid job */
export function makeDigest(domain: SigningDomain, source: DigestSource): ScoreDigest | undefined {
  const { observations, subjects, receipts } = collect(source)
  const evidence = evidenceOf(observations, (miner) => subjects.get(miner))
  const rows = [...receipts]
    .map(([miner, paid]) => rowOf(domain, subjects.get(miner)!, evidence.get(miner)!, paid, source.feeOf(miner)))
    .sort((a, b) => b.count - a.count || ascending(a.miner, b.miner))
    .slice(0, DIGEST_SUBJECTS_MAX)
    .sort((a, b) => ascending(a.miner, b.miner))
  if (rows.length === 0) return undefined
  const { region, peer, fromS, untilS, fromBlock, untilBlock } = source
  const batches = source.batches.map(({ sequence }) => sequence)
  return { kind: 'scores', region, peer, fromS, untilS, fromBlock, untilBlock, batches, rows }
}

export const sameDigest = (a: ScoreDigest, b: ScoreDigest): boolean =>
  equalBytes(encode(scoreDigestCodec, a), encode(scoreDigestCodec, b))

/** Receipts that entries of the batches name, in any order, each once. */
export function receiptsNamed(batches: readonly ObservationBatch[]): readonly AttemptId[] {
  const named = batches.flatMap(({ subjects }) =>
    subjects.flatMap(({ entries }) => entries.flatMap((entry) => ('attempt' in entry ? [entry.attempt] : []))),
  )
  return [...new Set(named)]
}

interface Collected {
  readonly observations: readonly Observation[]
  readonly subjects: ReadonlyMap<Address, Subject>
  /** Of answered jobs. */
  readonly receipts: ReadonlyMap<Address, readonly PaidReceipt[]>
}

function collect({ batches, fromS, untilS, receiptOf }: DigestSource): Collected {
  const observations: Observation[] = []
  const subjects = new Map<Address, Subject>()
  const receipts = new Map<Address, PaidReceipt[]>()
  const used = new Set<string>()
  for (const { batch } of batches) {
    for (const subject of batch.subjects) {
      subjects.set(subject.miner, subjectOf(subject))
      for (const entry of subject.entries) {
        if (entry.atS < fromS || entry.atS >= untilS) continue
        const key = entryKey(entry)
        // A receipt says each thing once, however often it is told.
        if (key !== undefined && used.has(key)) continue
        const paid = 'attempt' in entry ? paidFor(receiptOf(entry.attempt), subject.miner, entry.atS) : undefined
        const seen = observationOf(subject.miner, entry, paid)
        if (seen === undefined) continue
        if (key !== undefined) used.add(key)
        observations.push(seen)
        if (seen.kind !== 'answered') continue
        const known = receipts.get(subject.miner)
        if (known === undefined) receipts.set(subject.miner, [paid!])
        else known.push(paid!)
      }
    }
  }
  return { observations, subjects, receipts }
}

const subjectOf = ({ miner, owner, region, cardClass }: BatchSubject): Subject => ({ miner, owner, region, cardClass })

function paidFor(paid: PaidReceipt | undefined, miner: Address, atS: number): PaidReceipt | undefined {
  if (paid === undefined || paid.agreement.operator !== miner) return undefined
  const blockS = Number(paid.agreement.blockTime)
  // An old receipt is nothing that was seen today.
  return atS >= blockS - BLOCK_BEFORE_S && atS <= blockS + BLOCK_AFTER_S ? paid : undefined
}

function observationOf(miner: Address, entry: BatchEntry, paid: PaidReceipt | undefined): Observation | undefined {
  const { atS } = entry
  switch (entry.kind) {
    case 'answered': {
      if (paid === undefined) return undefined
      const { weights, price, usage } = paid.proven.receipt
      return { ...entry, miner, weights, price, usage }
    }
    case 'audited':
      return paid === undefined ? undefined : { ...entry, miner, doubtPercent: 0 }
    case 'refused':
    case 'failed':
      return { kind: entry.kind, miner, atS, doubtPercent: entry.doubtPercent }
    case 'reviewed':
      return undefined
  }
}

function rowOf(
  domain: SigningDomain,
  { miner, owner }: Subject,
  evidence: Evidence,
  paid: readonly PaidReceipt[],
  feeBurned: Credits,
): DigestRow {
  return {
    miner,
    owner,
    count: paid.length,
    latency: componentOf(evidence.latency),
    accuracy: componentOf(evidence.accuracy),
    uptime: componentOf(evidence.uptime),
    cost: componentOf(evidence.cost),
    centi: centiOf(evidence),
    feeBurned,
    receipts: rootOf(domain, paid),
  }
}

const componentOf = (known: ComponentEvidence | undefined): DigestComponent | undefined =>
  known === undefined ? undefined : { centi: known.centi, count: known.count }

function rootOf(domain: SigningDomain, paid: readonly PaidReceipt[]): Hash32 {
  if (paid.length === 0) return ZERO_HASH
  const leaves = paid.map(({ proven }) => receiptLeaf(domain, proven.receipt)).sort(compareBytes)
  return toHex(merkleRoot(domain.crypto, leaves)) as Hash32
}

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
