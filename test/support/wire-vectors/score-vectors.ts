/** The whole of protocols/wire/score/vectors.json. */
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { issueStatement } from '../../../protocols/statements/envelope.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { observationBatchCodec } from '../../../protocols/wire/score/observation-batch.ts'
import { paidReceiptCodec } from '../../../protocols/wire/score/paid-receipt.ts'
import {
  type ReceiptsRequest,
  type ReceiptsResponse,
  receiptsRequestCodec,
  receiptsResponseCodec,
} from '../../../protocols/wire/score/paid-receipts-protocol.ts'
import { scoreDigestCodec } from '../../../protocols/wire/score/score-digest.ts'
import { observationRow, scoreTopic, signScoreWord } from '../../../protocols/wire/score/score-topic.ts'
import { batchAbout, dayOfRater, NOW_MS, SEEN_AT_S } from '../paid-receipts.ts'
import { cast, domain } from '../statement-vectors/cast.ts'
import { arrayOf, intItem, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { bytesOfItem, namedItems } from './item-tree.ts'
import { invalidSamples, type Samples, valid, validSamples } from './messages.ts'
import { fieldOf, spoilt, tooLong } from './spoil.ts'

const day = dayOfRater()
const [firstBatch, secondBatch] = day.batches
const rater = cast.payer.signer.address
const signed = (word: Parameters<typeof signScoreWord>[1], nowMs = NOW_MS, sequence = BigInt(nowMs)) =>
  signScoreWord(domain, word, { sequence, nowMs }, cast.payer.signer)

const requests: Samples<ReceiptsRequest> = {
  batches: [{ kind: 'batches', rater, sequences: day.digest.batches }],
  receipts: [{ kind: 'receipts', rater, attempts: day.receipts.map(({ proven }) => proven.receipt.agreement) }],
}
const responses: Samples<ReceiptsResponse> = {
  batch: [{ kind: 'batch', statement: signed(firstBatch!).bytes }],
  receipts: [{ kind: 'receipts', receipts: day.receipts.slice(0, 1) }],
}

function invalid() {
  const batchBytes = encode(observationBatchCodec, firstBatch!)
  const digestBytes = encode(scoreDigestCodec, day.digest)
  const batch = namedItems(observationBatchCodec, encode(observationBatchCodec, secondBatch!))
  const digest = namedItems(scoreDigestCodec, digestBytes)
  const row = (message: string, name: string, rule: 'once' | 'order' | 'range' | 'critical', bytes: Uint8Array) => ({
    message,
    name,
    rule,
    bytes: toHex(bytes),
  })
  const at = (name: string) => fieldOf(batch, name)
  const subjects = [...batch].find(({ name }) => name === 'subjects')!.item as { items: readonly Uint8Array[] }
  return [
    ...spoilt({ message: 'observation batch', what: 'batch', codec: observationBatchCodec, bytes: batchBytes }, [
      ['region', 'with a capital', 'form', textItem('EU')],
      ['subjects', '17 of them', 'length', tooLong.array(17)],
      ['subjects', 'none', 'length', Uint8Array.of(0x80)],
    ]),
    row(
      'observation batch',
      'a miner twice',
      'once',
      at('subjects').with({ kind: 'array', items: [subjects.items[0]!, subjects.items[0]!] }),
    ),
    row('observation batch', 'a receipt used twice for one thing', 'once', encodeTwice()),
    row(
      'observation batch',
      'a critical key that is unknown',
      'critical',
      concat(
        Uint8Array.of(0xa4),
        ...[textItem('zone'), intItem(1), textItem('region'), textItem('eu-west')],
        ...[textItem('critical'), arrayOf(textItem('zone')), textItem('subjects'), bytesOfItem(at('subjects').item)],
      ),
    ),
    ...spoilt({ message: 'score digest', what: 'digest', codec: scoreDigestCodec, bytes: digestBytes }, [
      ['peer', 'with a zero', 'form', textItem('16Uiu2HAm0')],
      ['fromS', '2^32', 'range', intItem(2 ** 32)],
      ['batches', '97 of them', 'length', tooLong.array(97)],
      ['rows', '25 of them', 'length', tooLong.array(25)],
      ['rows', 'none', 'length', Uint8Array.of(0x80)],
    ]),
    row('score digest', 'a window of more than a day', 'order', fieldOf(digest, 'fromS').with(intItem(1))),
    row('score digest', 'a window that ends before it begins', 'order', fieldOf(digest, 'untilS').with(intItem(1))),
    row('score digest', 'blocks out of order', 'order', fieldOf(digest, 'untilBlock').with(intItem(1))),
    row(
      'score digest',
      'batches out of order',
      'order',
      fieldOf(digest, 'batches').with(arrayOf(intItem(2), intItem(1))),
    ),
    ...invalidSamples('receipts request', receiptsRequestCodec, requests, {
      batches: [['sequences', '97 of them', 'length', tooLong.array(97)]],
      receipts: [['attempts', '257 of them', 'length', tooLong.array(257)]],
    }),
    ...invalidSamples('receipts response', receiptsResponseCodec, responses, {
      batch: [['statement', 'of 10,000 bytes', 'length', tooLong.bytes(10_000)]],
      receipts: [['receipts', '33 of them', 'length', tooLong.array(33)]],
    }),
  ]
}

/** The second batch with its first entry in place of the second: no codec writes it. */
function encodeTwice(): Uint8Array {
  const items = namedItems(observationBatchCodec, encode(observationBatchCodec, secondBatch!))
  const entries = items.find(({ name }) => name === 'subjects.0.entries')!
  const [first] = (entries.item as { items: readonly Uint8Array[] }).items
  return entries.with({ kind: 'array', items: [first!, first!] })
}

/** What a listener does with each, one after the other. */
function judged(): Json {
  const topic = scoreTopic(domain, new HighestSeen(), { concerns: (author) => author === rater })
  const id = `/aitbc/${domain.tag}/scores/1/eu-west`
  const stranger = signScoreWord(domain, firstBatch!, { sequence: 1n, nowMs: NOW_MS }, cast.stranger.signer).bytes
  const aboutItself = batchAbout(new Map([[cast.payer.signer, firstBatch!.subjects[0]!.entries]]))
  const selfish = issueStatement(
    domain,
    observationRow,
    aboutItself,
    { sequence: BigInt(NOW_MS + 5), nowMs: NOW_MS, lifetimeMs: 60_000 },
    cast.payer.signer,
  )
  const good = signed(firstBatch!).bytes
  const words: readonly (readonly [string, Uint8Array])[] = [
    ['a batch', good],
    ['the same again', good],
    ['a digest', signed(day.digest).bytes],
    ['of another region', signed({ ...secondBatch!, region: 'us-east' }, NOW_MS + 1).bytes],
    ['of a rater without weight', stranger],
    ['expired', signed(day.digest, NOW_MS - 46 * 60_000 - 30_000, BigInt(NOW_MS + 3)).bytes],
    ['of the future', signed(day.digest, NOW_MS + 31_000).bytes],
    ['with a false signature', spoiltSignature(signed(secondBatch!, NOW_MS + 2).bytes)],
    ['a rater about itself', selfish.bytes],
  ]
  return toJson(
    words.map(([name, bytes]) => {
      const { verdict, reason } = topic.judge(bytes, { topicId: id, nowMs: NOW_MS, from: peerId('neighbour') })
      return { name, bytes: toHex(bytes), verdict, reason: reason ?? null }
    }),
  )
}

const spoiltSignature = (bytes: Uint8Array): Uint8Array => bytes.with(-1, bytes.at(-1)! ^ 1)

export function scoreVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text. ' +
      'recompute: the digest that the batches and receipts of this rater come to, with a fee of 30 at each miner.',
    messages: toJson([
      valid('observation batch', 'two miners', observationBatchCodec, firstBatch!),
      valid('observation batch', 'audits, a refusal and a review', observationBatchCodec, secondBatch!),
      valid('score digest', 'of both', scoreDigestCodec, day.digest),
      ...validSamples('receipts request', receiptsRequestCodec, requests),
      ...validSamples('receipts response', receiptsResponseCodec, responses),
    ]),
    invalid: toJson(invalid()),
    topic: `/aitbc/${domain.tag}/scores/1/eu-west`,
    nowMs: NOW_MS,
    judged: judged(),
    recompute: toJson({
      seenAtS: SEEN_AT_S,
      rater,
      batches: day.batches.map((batch, i) => ({
        sequence: String(day.digest.batches[i]),
        payload: toHex(encode(observationBatchCodec, batch)),
      })),
      receipts: day.receipts.map((paid) => toHex(encode(paidReceiptCodec, paid))),
      digest: toHex(encode(scoreDigestCodec, day.digest)),
    }),
  }
}
