/** Tells others what its owner opted to tell of miners, and answers who makes a digest again. */
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { WINDOW_S } from '../../protocols/rules/qos/observation.ts'
import { answerReceipts, paidReceiptsProtocol } from '../../protocols/wire/score/paid-receipts-protocol.ts'
import type { BurnedFees } from '../chain/contracts/burned-fees.ts'
import type { StoredKey } from '../keys/stored-key.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import type { KeptReceipts } from '../quality/kept-receipts.ts'
import type { QualityStore, Remembered } from '../quality/quality-store.ts'
import { ScorePublisher, type ScorePublisherNeeds } from '../quality/score-publisher.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

interface PublisherNeeds extends Pick<ScorePublisherNeeds, 'topic' | 'subjectOf'> {
  readonly mesh: Libp2pNetwork
  readonly payer: StoredKey
  readonly kept: KeptReceipts
  readonly store: QualityStore
  readonly fees: BurnedFees | undefined
  readonly remembered: Remembered
}

/** @param remembered of the life before: reviews that it had no time to tell are told with the next batch */
export async function startPublisher(
  parts: Parts,
  { domain, clock, settings }: Foundation,
  { mesh, topic, payer, kept, store, fees, subjectOf, remembered }: PublisherNeeds,
): Promise<ScorePublisher> {
  const receiptOf = (attempt: AttemptId) => kept.get(attempt)?.paid ?? store.receipt(attempt)
  const publisher = new ScorePublisher(
    {
      network: mesh,
      topic,
      domain,
      clock,
      payer: payer.signer,
      region: settings.region,
      subjectOf,
      receiptOf,
      fees: () => feesOfWindow(fees, payer.address),
      // What is not held any more was published before.
      keep: (batch, attempts) =>
        store.keepBatch(
          batch,
          attempts.flatMap((attempt) => kept.get(attempt) ?? []),
        ),
    },
    remembered.batches,
  )
  for (const review of remembered.reviews) {
    const isRecent = review.atS > clock.nowMs() / 1_000 - WINDOW_S
    if (isRecent && !publisher.hasReviewed(review.attempt)) publisher.review(review)
  }
  await parts.start('paid receipts', () =>
    mesh.serve(
      paidReceiptsProtocol,
      answerReceipts({
        batch: (rater, sequence) => (rater === payer.address ? publisher.batch(sequence) : undefined),
        receipt: (rater, attempt) =>
          rater === payer.address && publisher.hasPublished(attempt) ? receiptOf(attempt) : undefined,
      }),
    ),
  )
  return publisher
}

function feesOfWindow(fees: BurnedFees | undefined, payer: Address) {
  const untilBlock = fees?.untilBlock
  if (fees === undefined || untilBlock === undefined) return undefined
  const first = untilBlock - fees.windowBlocks + 1n
  const fromBlock = first > 0n ? first : 0n
  return {
    fromBlock,
    untilBlock,
    feeOf: (miner: Address) => fees.feeAt(payer, miner, fromBlock, untilBlock) ?? credits(0),
  }
}
