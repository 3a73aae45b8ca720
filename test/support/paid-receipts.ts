/** Paid receipts, and what raters say of them, under the keys of the vectors. */

import { Secp256k1Signer } from '../../node/keys/secp256k1-signer.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { type Address, type AttemptId, type Hash32, type PeerId, peerId } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Signer } from '../../protocols/kernel/ports.ts'
import { receiptTree } from '../../protocols/statements/receipt-batch.ts'
import { signStruct } from '../../protocols/statements/signed.ts'
import {
  type Agreement,
  agreementType,
  type Receipt,
  receiptBatchType,
  receiptStatus,
} from '../../protocols/statements/struct-types.ts'
import { type DigestSource, makeDigest } from '../../protocols/wire/score/make-digest.ts'
import type { BatchEntry, ObservationBatch } from '../../protocols/wire/score/observation-batch.ts'
import type { PaidReceipt } from '../../protocols/wire/score/paid-receipt.ts'
import { cast, crypto, digestOf, domain } from './statement-vectors/cast.ts'

export const SEEN_AT_S = 1_790_000_000
export const NOW_MS: number = (SEEN_AT_S + 600) * 1_000
export const RATER_PEER: PeerId = peerId('16Uiu2HAmTestPeerWhoRates')

export const hashOf = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
export const signerOf = (word: string): Secp256k1Signer => new Secp256k1Signer(digestOf(`key of ${word}`), crypto)

export interface PaidFacts {
  readonly miner?: Signer
  readonly payer?: Address
  readonly price?: Credits
  readonly priceMax?: Credits
  readonly model?: string
  readonly blockTime?: bigint
  readonly status?: number
}

/** Receipts that one batch of their miner signed. */
export function paidReceipts(words: readonly string[], facts: PaidFacts = {}): readonly PaidReceipt[] {
  const { miner = cast.operator.signer, payer = cast.payer.signer.address, price = credits(1_000) } = facts
  const {
    blockTime = BigInt(SEEN_AT_S - 20),
    model = 'a model',
    status = receiptStatus.finished,
    priceMax = price,
  } = facts
  const agreements = words.map(
    (word): Agreement => ({
      payer,
      operator: miner.address,
      offerHead: hashOf('an offer'),
      spec: hashOf(`job ${word}`),
      inputRoot: hashOf(`input ${word}`),
      policy: hashOf('no policy'),
      priceMax,
      nonce: 7n,
      attempt: 0,
      blockNumber: 900n,
      blockTime,
    }),
  )
  const receipts = agreements.map(
    (agreement, i): Receipt => ({
      operator: miner.address,
      agreement: toHex(domain.structHash(agreementType, agreement)) as AttemptId,
      status,
      outputRoot: hashOf(`output ${words[i]}`),
      weights: hashOf(model),
      kernelClass: hashOf('a kernel'),
      usage: 1n,
      price,
      waitedUs: 90n,
      computedUs: 4_500n,
      blockTime,
    }),
  )
  const tree = receiptTree(domain, receipts)
  const value = { operator: miner.address, root: tree.root, count: receipts.length, sequence: 1n }
  const batch = signStruct(domain, receiptBatchType, value, miner)
  return receipts.map((receipt, i) => ({
    agreement: agreements[i]!,
    proven: { receipt, ...tree.path(i), batch },
  }))
}

export const answeredEntry = (
  { proven }: PaidReceipt,
  facts: { readonly atS?: number; readonly latencyMs?: number; readonly doubtPercent?: number } = {},
): BatchEntry => ({
  kind: 'answered',
  atS: SEEN_AT_S,
  doubtPercent: 0,
  attempt: proven.receipt.agreement,
  latencyMs: 700,
  latencyClass: 'standard',
  ...facts,
})

export function batchAbout(entries: ReadonlyMap<Signer, readonly BatchEntry[]>, region = 'eu-west'): ObservationBatch {
  return {
    kind: 'observations',
    region,
    subjects: [...entries].map(([miner, each]) => ({
      miner: miner.address,
      owner: hashOf(`owner of ${miner.address}`).slice(0, 42) as Address,
      region,
      cardClass: 'gpu-8g',
      entries: each,
    })),
  }
}

export function sourceOf(
  batches: readonly ObservationBatch[],
  receipts: readonly PaidReceipt[],
  change: Partial<DigestSource> = {},
): DigestSource {
  const known = new Map(receipts.map((paid) => [paid.proven.receipt.agreement, paid]))
  return {
    region: 'eu-west',
    peer: RATER_PEER,
    fromS: SEEN_AT_S - 86_000,
    untilS: SEEN_AT_S + 400,
    fromBlock: 100n,
    untilBlock: 900n,
    batches: batches.map((batch, i) => ({ sequence: BigInt(NOW_MS - 1_000 + i), batch })),
    receiptOf: (attempt) => known.get(attempt),
    feeOf: () => credits(30),
    ...change,
  }
}

/** A day of one rater: two miners, one of which failed once and was caught once. */
export function dayOfRater() {
  const [first, second] = [signerOf('first miner'), signerOf('second miner')]
  const ofFirst = paidReceipts(['a', 'b', 'c'], { miner: first })
  const ofSecond = paidReceipts(['d', 'e'], { miner: second, price: credits(900) })
  const batches = [
    batchAbout(
      new Map<Signer, readonly BatchEntry[]>([
        [first, [answeredEntry(ofFirst[0]!), answeredEntry(ofFirst[1]!, { latencyMs: 1_100 })]],
        [
          second,
          [answeredEntry(ofSecond[0]!, { latencyMs: 300 }), { kind: 'failed', atS: SEEN_AT_S + 1, doubtPercent: 20 }],
        ],
      ]),
    ),
    batchAbout(
      new Map<Signer, readonly BatchEntry[]>([
        [
          first,
          [
            answeredEntry(ofFirst[2]!, { latencyMs: 600 }),
            { kind: 'audited', atS: SEEN_AT_S + 9, attempt: ofFirst[0]!.proven.receipt.agreement, isMatch: true },
            { kind: 'refused', atS: SEEN_AT_S + 9, doubtPercent: 0 },
          ],
        ],
        [
          second,
          [
            answeredEntry(ofSecond[1]!, { latencyMs: 400 }),
            { kind: 'audited', atS: SEEN_AT_S + 9, attempt: ofSecond[0]!.proven.receipt.agreement, isMatch: false },
            { kind: 'reviewed', atS: SEEN_AT_S + 9, attempt: ofSecond[0]!.proven.receipt.agreement, stars: 2 },
          ],
        ],
      ]),
    ),
  ]
  const receipts = [...ofFirst, ...ofSecond]
  const digest = makeDigest(domain, sourceOf(batches, receipts))!
  return { first, second, batches, receipts, digest }
}
