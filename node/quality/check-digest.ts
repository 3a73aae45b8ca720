/** Makes somebody's digest again, from the batches that were heard and the receipts that it is asked for. */
import { asMeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import { pause } from '../../protocols/kernel/pause.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { makeDigest, receiptsNamed, sameDigest } from '../../protocols/wire/score/make-digest.ts'
import type { ObservationBatch } from '../../protocols/wire/score/observation-batch.ts'
import type { PaidReceipt } from '../../protocols/wire/score/paid-receipt.ts'
import { askBatches, askPaidReceipts, RECEIPTS_ASKED_MAX } from '../../protocols/wire/score/paid-receipts-protocol.ts'
import type { ScoreDigest } from '../../protocols/wire/score/score-digest.ts'
import type { HeardDigest } from './others-word.ts'

/** Receipts that are made again of one digest: each costs a hash, and each batch of them a signature. */
const RECEIPTS_MAX = 3_072
/** A rater answers one request a second. */
const BETWEEN_MS = 1_100

export interface CheckNeeds {
  readonly network: Pick<Network, 'call'>
  readonly domain: SigningDomain
  readonly clock: Clock
  /** As it was heard by gossip: what is handed over later does not go before it. */
  readonly batchOf: (rater: HeardDigest['rater'], sequence: bigint) => ObservationBatch | undefined
  /** One that was asked for and is the rater's. */
  readonly onBatch?: (rater: HeardDigest['rater'], sequence: bigint, batch: ObservationBatch) => void
  /** By this node's own look at the chain; undefined where it cannot say, and then it is not compared. */
  readonly feeAt: (heard: HeardDigest, miner: ScoreDigest['rows'][number]['miner']) => Credits | undefined
}

export interface CheckResult {
  readonly outcome: 'same' | 'different' | 'away'
  /** Paid receipts that were looked at. */
  readonly receipts: number
  /** What the batches and receipts come to. */
  readonly made?: ScoreDigest
}

/** @throws the signal's reason */
export async function checkDigest(needs: CheckNeeds, heard: HeardDigest, signal: AbortSignal): Promise<CheckResult> {
  try {
    const batches = await batchesOf(needs, heard, signal)
    if (batches === undefined) return { outcome: 'away', receipts: 0 }
    const receipts = await receiptsOf(needs, heard, receiptsNamed(batches.map(({ batch }) => batch)), signal)
    const { digest } = heard
    const feeOf = (miner: ScoreDigest['rows'][number]['miner']): Credits =>
      needs.feeAt(heard, miner) ?? digest.rows.find((row) => row.miner === miner)?.feeBurned ?? (0n as Credits)
    const made = makeDigest(needs.domain, { ...digest, batches, receiptOf: (attempt) => receipts.get(attempt), feeOf })
    const isSame = made !== undefined && sameDigest(made, digest)
    const result = { outcome: isSame ? ('same' as const) : ('different' as const), receipts: receipts.size }
    return made === undefined ? result : { ...result, made }
  } catch (error) {
    throwIfAborted(signal)
    const { code, fault } = asMeshError(error)
    if (fault === 'bug') throw error
    // What it hands over proves nothing: that is an answer.
    return { outcome: code === 'MALFORMED' ? 'different' : 'away', receipts: 0 }
  }
}

async function batchesOf(
  { network, domain, clock, batchOf, onBatch }: CheckNeeds,
  heard: HeardDigest,
  signal: AbortSignal,
) {
  const { rater, digest } = heard
  const known = new Map(digest.batches.map((sequence) => [sequence, batchOf(rater, sequence)]))
  const missing = digest.batches.filter((sequence) => known.get(sequence) === undefined)
  if (missing.length > 0) {
    const from = { peer: digest.peer, rater, nowMs: clock.nowMs() }
    for (const [sequence, batch] of await askBatches(network, domain, from, missing, { signal })) {
      known.set(sequence, batch)
      onBatch?.(rater, sequence, batch)
    }
  }
  const batches = digest.batches.flatMap((sequence) => {
    const batch = known.get(sequence)
    return batch === undefined ? [] : [{ sequence, batch }]
  })
  return batches.length < digest.batches.length ? undefined : batches
}

async function receiptsOf(
  { network, domain, clock }: CheckNeeds,
  { rater, digest }: HeardDigest,
  named: readonly AttemptId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<AttemptId, PaidReceipt>> {
  const receipts = new Map<AttemptId, PaidReceipt>()
  const from = { peer: digest.peer, rater }
  const wanted = named.slice(0, RECEIPTS_MAX)
  for (let at = 0; at < wanted.length; at += RECEIPTS_ASKED_MAX) {
    // The first follows the batches at once: two in a burst are taken.
    if (at > 0) await pause(clock, BETWEEN_MS, signal)
    const asked = wanted.slice(at, at + RECEIPTS_ASKED_MAX)
    for (const [attempt, paid] of await askPaidReceipts(network, domain, from, asked, { signal })) {
      receipts.set(attempt, paid)
    }
  }
  return receipts
}
