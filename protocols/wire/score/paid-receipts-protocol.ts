/**
 * `/aitbc/<tag>/paid-receipts/1`: whoever heard a digest asks its rater for the batches and receipts behind it. A rater answers with what it
 * has published, and says of everything else nothing.
 */

import {
  addressCodec,
  array,
  type BodyOf,
  bytes,
  type Codec,
  hash32Codec,
  record,
  u64,
  union,
} from '../../kernel/codec.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { Address, AttemptId, PeerId } from '../../kernel/ids.ts'
import type { Network } from '../../kernel/network.ts'
import type { CallOptions, Handler, Protocol } from '../../kernel/protocol.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import type { ObservationBatch } from './observation-batch.ts'
import { type PaidReceipt, PaidReceiptCheck, paidReceiptCodec } from './paid-receipt.ts'
import { DIGEST_BATCHES_MAX } from './score-digest.ts'
import { openBatch, SCORE_BYTES_MAX } from './score-topic.ts'

/** Receipts of one request; a digest has more of them, asked for one request after the other. */
export const RECEIPTS_ASKED_MAX = 256
/** 31 KB, within a frame. */
const RECEIPTS_PER_MESSAGE = 32

export type ReceiptsRequest =
  | { readonly kind: 'batches'; readonly rater: Address; readonly sequences: readonly bigint[] }
  | { readonly kind: 'receipts'; readonly rater: Address; readonly attempts: readonly AttemptId[] }

export type ReceiptsResponse =
  /** A statement as it was published. */
  | { readonly kind: 'batch'; readonly statement: Uint8Array }
  | { readonly kind: 'receipts'; readonly receipts: readonly PaidReceipt[] }

export const receiptsRequestCodec: Codec<ReceiptsRequest> = union<ReceiptsRequest>({
  batches: [
    0,
    record<BodyOf<ReceiptsRequest, 'batches'>>({ rater: addressCodec, sequences: array(u64, DIGEST_BATCHES_MAX, 1) }),
  ],
  receipts: [
    1,
    record<BodyOf<ReceiptsRequest, 'receipts'>>({
      rater: addressCodec,
      attempts: array(hash32Codec, RECEIPTS_ASKED_MAX, 1),
    }),
  ],
})

export const receiptsResponseCodec: Codec<ReceiptsResponse> = union<ReceiptsResponse>({
  batch: [0, record<BodyOf<ReceiptsResponse, 'batch'>>({ statement: bytes(SCORE_BYTES_MAX, 1) })],
  receipts: [
    1,
    record<BodyOf<ReceiptsResponse, 'receipts'>>({ receipts: array(paidReceiptCodec, RECEIPTS_PER_MESSAGE, 1) }),
  ],
})

export const paidReceiptsProtocol: Protocol<ReceiptsRequest, ReceiptsResponse> = {
  name: 'paid-receipts',
  major: 1,
  request: receiptsRequestCodec,
  response: receiptsResponseCodec,
  limits: {
    // Each may read 96 batches or 256 receipts off the disk.
    inFlightPerPeerMax: 1,
    // A digest of a day has 13 requests; they take half a minute.
    callsPerSecondMax: 1,
    requestsMax: 1,
    responsesMax: Math.max(DIGEST_BATCHES_MAX, Math.ceil(RECEIPTS_ASKED_MAX / RECEIPTS_PER_MESSAGE)),
  },
  timeouts: { firstResponseMs: 5_000, betweenMs: 5_000 },
}

/** What a rater has published, and nothing else. */
export interface ReceiptsDesk {
  batch(rater: Address, sequence: bigint): Uint8Array | undefined
  receipt(rater: Address, attempt: AttemptId): PaidReceipt | undefined
}

export function answerReceipts(desk: ReceiptsDesk): Handler<ReceiptsRequest, ReceiptsResponse> {
  return async function* (request) {
    const { rater } = request
    if (request.kind === 'batches') {
      for (const sequence of new Set(request.sequences)) {
        const statement = desk.batch(rater, sequence)
        if (statement !== undefined) yield { kind: 'batch', statement }
      }
      return
    }
    let receipts: PaidReceipt[] = []
    for (const attempt of new Set(request.attempts)) {
      const paid = desk.receipt(rater, attempt)
      if (paid !== undefined) receipts.push(paid)
      if (receipts.length < RECEIPTS_PER_MESSAGE) continue
      yield { kind: 'receipts', receipts }
      receipts = []
    }
    if (receipts.length > 0) yield { kind: 'receipts', receipts }
  }
}

/**
 * Batches of a rater by their sequences, those that it has and that are its own.
 * @throws MeshError what Network.call throws; MALFORMED for what was not asked for
 */
export async function askBatches(
  network: Pick<Network, 'call'>,
  domain: SigningDomain,
  from: { readonly peer: PeerId; readonly rater: Address; readonly nowMs: number },
  sequences: readonly bigint[],
  options: CallOptions,
): Promise<ReadonlyMap<bigint, ObservationBatch>> {
  const { peer, rater, nowMs } = from
  const found = new Map<bigint, ObservationBatch>()
  const asked = new Set(sequences)
  const request: ReceiptsRequest = { kind: 'batches', rater, sequences }
  for await (const response of network.call(peer, paidReceiptsProtocol, request, options)) {
    if (response.kind !== 'batch') throw unasked('receipts')
    const opened = openBatch(domain, rater, response.statement, nowMs)
    if (opened === undefined || !asked.delete(opened.sequence)) throw unasked('a batch')
    found.set(opened.sequence, opened.batch)
  }
  return found
}

/**
 * Receipts of paid jobs of a rater, checked.
 * @throws MeshError what Network.call throws; MALFORMED for a receipt that proves nothing, or was not asked for
 */
export async function askPaidReceipts(
  network: Pick<Network, 'call'>,
  domain: SigningDomain,
  from: { readonly peer: PeerId; readonly rater: Address },
  attempts: readonly AttemptId[],
  options: CallOptions,
): Promise<ReadonlyMap<AttemptId, PaidReceipt>> {
  const { peer, rater } = from
  const check = new PaidReceiptCheck(domain, rater)
  const found = new Map<AttemptId, PaidReceipt>()
  const asked = new Set(attempts)
  const request: ReceiptsRequest = { kind: 'receipts', rater, attempts }
  for await (const response of network.call(peer, paidReceiptsProtocol, request, options)) {
    if (response.kind !== 'receipts') throw unasked('a batch')
    for (const paid of response.receipts) {
      const attempt = check.attemptOf(paid)
      if (attempt === undefined || !asked.delete(attempt)) throw unasked('a receipt')
      found.set(attempt, paid)
    }
  }
  return found
}

const unasked = (what: string): MeshError =>
  new MeshError('MALFORMED', { what: 'paid-receipts answer', why: `${what} that proves nothing, or was not asked for` })
