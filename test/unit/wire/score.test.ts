import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { type Address, type AttemptId, peerId } from '../../../protocols/kernel/ids.ts'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { issueStatement } from '../../../protocols/statements/envelope.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { receiptStatus } from '../../../protocols/statements/struct-types.ts'
import { makeDigest, receiptsNamed, sameDigest } from '../../../protocols/wire/score/make-digest.ts'
import {
  BATCH_ENTRIES_MAX,
  BATCH_PAYLOAD_BYTES_MAX,
  BATCH_SUBJECTS_MAX,
  type BatchEntry,
  observationBatchCodec,
} from '../../../protocols/wire/score/observation-batch.ts'
import {
  PAID_RECEIPT_BYTES_MAX,
  PaidReceiptCheck,
  paidReceiptCodec,
} from '../../../protocols/wire/score/paid-receipt.ts'
import {
  DIGEST_BATCHES_MAX,
  DIGEST_PAYLOAD_BYTES_MAX,
  DIGEST_SUBJECTS_MAX,
  type ScoreDigest,
  scoreDigestCodec,
} from '../../../protocols/wire/score/score-digest.ts'
import {
  observationRow,
  openBatch,
  SCORE_BYTES_MAX,
  scoreTopic,
  signScoreWord,
} from '../../../protocols/wire/score/score-topic.ts'
import {
  answeredEntry,
  batchAbout,
  dayOfRater,
  hashOf,
  NOW_MS,
  paidReceipts,
  SEEN_AT_S,
  signerOf,
  sourceOf,
} from '../../support/paid-receipts.ts'
import { cast, domain } from '../../support/statement-vectors/cast.ts'
import '../../support/property-seed.ts'

const day = dayOfRater()
const rater = cast.payer.signer
const context = { topicId: `/aitbc/${domain.tag}/scores/1/eu-west`, nowMs: NOW_MS, from: peerId('neighbour') }
const open = () => scoreTopic(domain, new HighestSeen(), { concerns: () => true })
const about = (miner: Signer, entries: readonly BatchEntry[]) => batchAbout(new Map([[miner, entries]]))

/** As wide as each field may be. */
function widestDigest(): ScoreDigest {
  const component = { centi: 10_000, count: 0xffff_ffff }
  const row = (i: number) => ({
    miner: `0x${(0xa0 + i).toString(16).padStart(40, 'f')}` as Address,
    owner: `0x${'e'.repeat(40)}` as Address,
    count: 0xffff_ffff,
    ...{ latency: component, accuracy: component, uptime: component, cost: component },
    centi: 10_000,
    feeBurned: CREDITS_MAX,
    receipts: hashOf('root'),
  })
  return {
    kind: 'scores',
    region: 'r'.repeat(24),
    peer: peerId('Q'.repeat(64)),
    fromS: 0xffff_ffff - 86_400,
    untilS: 0xffff_ffff,
    fromBlock: 2n ** 64n - 2n,
    untilBlock: 2n ** 64n - 1n,
    batches: Array.from({ length: DIGEST_BATCHES_MAX }, (_, i) => 2n ** 64n - 200n + BigInt(i)),
    rows: Array.from({ length: DIGEST_SUBJECTS_MAX }, (_, i) => row(i)),
  }
}

describe('observations and digests on their way', () => {
  it('fit their bounds at their longest', () => {
    const subjects = Array.from({ length: BATCH_SUBJECTS_MAX }, (_, i) => ({
      miner: `0x${i.toString(16).padStart(40, 'a')}` as Address,
      owner: `0x${'e'.repeat(40)}` as Address,
      region: 'r'.repeat(24),
      cardClass: 'c'.repeat(24),
      entries: Array.from(
        { length: BATCH_ENTRIES_MAX / BATCH_SUBJECTS_MAX },
        (_, j): BatchEntry => ({
          kind: 'answered',
          atS: 0xffff_ffff,
          doubtPercent: 100,
          attempt: hashOf(`${i} ${j}`),
          latencyMs: 7_200_000,
          latencyClass: 'realtime',
        }),
      ),
    }))
    const batch = encode(observationBatchCodec, { kind: 'observations', region: 'r'.repeat(24), subjects })
    expect(batch.length).toBeGreaterThan(BATCH_PAYLOAD_BYTES_MAX - 300)
    const digest = encode(scoreDigestCodec, widestDigest())
    expect(digest.length).toBeGreaterThan(DIGEST_PAYLOAD_BYTES_MAX - 300)
    const { bytes } = signScoreWord(domain, widestDigest(), { sequence: 2n ** 40n, nowMs: NOW_MS }, rater)
    expect(bytes.length).toBeLessThanOrEqual(SCORE_BYTES_MAX)
    const [wide] = paidReceipts(
      Array.from({ length: 64 }, (_, i) => `${i}`),
      {
        price: CREDITS_MAX,
        blockTime: 2n ** 64n - 1n,
      },
    )
    expect(encode(paidReceiptCodec, wide!).length).toBeLessThanOrEqual(PAID_RECEIPT_BYTES_MAX)
  })

  it('are read as they were written, whatever stands in them', () => {
    const stamp = fc.integer({ min: 0, max: 0xffff_ffff })
    const percent = fc.nat(100)
    let nth = 0
    const attempt = fc.constant(0).map(() => hashOf(`attempt ${nth++}`) as AttemptId)
    const entry: fc.Arbitrary<BatchEntry> = fc.oneof(
      fc.record({
        kind: fc.constant('answered' as const),
        atS: stamp,
        doubtPercent: percent,
        attempt,
        latencyMs: fc.nat(7_200_000),
        latencyClass: fc.constantFrom('realtime', 'fast', 'standard', 'economy'),
      }),
      fc.record({ kind: fc.constantFrom('refused' as const, 'failed' as const), atS: stamp, doubtPercent: percent }),
      fc.record({ kind: fc.constant('audited' as const), atS: stamp, attempt, isMatch: fc.boolean() }),
      fc.record({
        kind: fc.constant('reviewed' as const),
        atS: stamp,
        attempt,
        stars: fc.integer({ min: 1, max: 5 }),
      }),
    )
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: BATCH_ENTRIES_MAX }), (entries) => {
        const batch = about(day.first, entries)
        expect(decode(observationBatchCodec, encode(observationBatchCodec, batch))).toEqual(batch)
      }),
    )
  })

  it('refuse to be written where a receipt is used twice, or a review has no star', () => {
    const [a] = day.receipts
    const twice = about(day.first, [answeredEntry(a!), answeredEntry(a!, { latencyMs: 1 })])
    expect(() => encode(observationBatchCodec, twice)).toThrow('used twice')
    const starless = about(day.first, [
      { kind: 'reviewed', atS: SEEN_AT_S, attempt: a!.proven.receipt.agreement, stars: 0 },
    ])
    expect(() => encode(observationBatchCodec, starless)).toThrow('a review has a star')
  })

  it('are refused where a rater speaks of itself, by whoever signs and by whoever hears', () => {
    const own = about(rater, [answeredEntry(day.receipts[0]!)])
    expect(() => signScoreWord(domain, own, { sequence: 1n, nowMs: NOW_MS }, rater)).toThrow('nobody rates itself')
    const { bytes } = signScoreWord(domain, own, { sequence: 1n, nowMs: NOW_MS }, cast.stranger.signer)
    expect(openBatch(domain, cast.stranger.signer.address, bytes, NOW_MS)).toBeDefined()
    expect(openBatch(domain, rater.address, bytes, NOW_MS)).toBeUndefined()
    // Who signs may run a program of its own.
    const facts = { sequence: 1n, nowMs: NOW_MS, lifetimeMs: observationRow.lifetimeMsMax }
    const forged = issueStatement(domain, observationRow, own, facts, rater).bytes
    expect(open().judge(forged, context)).toMatchObject({ verdict: 'reject', reason: 'of itself' })
    expect(openBatch(domain, rater.address, forged, NOW_MS)).toBeUndefined()
  })

  it('count as long as their day ends now: receipts of another are no longer what was seen', () => {
    const verdictOf = (untilS: number) => {
      const digest = { ...makeDigest(domain, sourceOf(day.batches, day.receipts))!, fromS: untilS - 86_400, untilS }
      const { bytes } = signScoreWord(domain, digest, { sequence: 1n, nowMs: NOW_MS }, rater)
      return open().judge(bytes, context).verdict
    }
    const nowS = NOW_MS / 1_000
    const ends = [nowS - 901, nowS - 900, nowS + 1, nowS + 900, nowS + 901]
    expect(ends.map(verdictOf)).toEqual(['ignore', 'accept', 'accept', 'accept', 'ignore'])
  })

  it('cost no signature where their rater has no weight', () => {
    const { bytes } = signScoreWord(domain, day.batches[0]!, { sequence: 1n, nowMs: NOW_MS }, rater)
    const forged = bytes.with(-1, bytes.at(-1)! ^ 1)
    const deaf = scoreTopic(domain, new HighestSeen(), { concerns: () => false })
    expect(deaf.judge(forged, context)).toEqual({ verdict: 'ignore', reason: 'a rater without weight' })
    expect(open().judge(forged, context).verdict).toBe('reject')
  })
})

describe('a paid receipt', () => {
  const [paid] = day.receipts
  const check = () => new PaidReceiptCheck(domain, rater.address)

  it('is of a finished job of this rater, signed by its miner', () => {
    expect(check().attemptOf(paid!)).toBe(paid!.proven.receipt.agreement)
    expect(new PaidReceiptCheck(domain, cast.stranger.signer.address).attemptOf(paid!)).toBeUndefined()
  })

  it('proves nothing where anything in it is another', () => {
    const { agreement, proven } = paid!
    const batch = { ...proven.batch, signature: proven.batch.signature.with(5, proven.batch.signature[5]! ^ 1) }
    const [aborted] = paidReceipts(['x'], { status: receiptStatus.abortedError })
    const [dear] = paidReceipts(['x'], { price: credits(1_000), priceMax: credits(999) })
    const spoilt = [
      { agreement: { ...agreement, nonce: 8n }, proven },
      { agreement: { ...agreement, payer: cast.stranger.signer.address }, proven },
      { agreement, proven: { ...proven, receipt: { ...proven.receipt, price: credits(999) } } },
      { agreement, proven: { ...proven, index: 1 } },
      { agreement, proven: { ...proven, batch } },
      aborted!,
      dear!,
    ]
    for (const each of spoilt) expect(check().attemptOf(each)).toBeUndefined()
  })
})

describe('a digest', () => {
  it('is the same whoever makes it', () => {
    const again = makeDigest(domain, sourceOf(day.batches, [...day.receipts].reverse()))!
    expect(encode(scoreDigestCodec, again)).toEqual(encode(scoreDigestCodec, day.digest))
  })

  it('names its receipts by one root, in whatever order they were seen', () => {
    const entries = day.receipts.slice(0, 3).map((paid) => answeredEntry(paid))
    const rootOf = (order: readonly BatchEntry[]) =>
      makeDigest(domain, sourceOf([about(day.first, order)], day.receipts))!.rows[0]!.receipts
    const orders = [entries, [...entries].reverse(), [entries[1]!, entries[2]!, entries[0]!]]
    expect(new Set(orders.map(rootOf)).size).toBe(1)
    expect(rootOf(entries.slice(1))).not.toBe(rootOf(entries))
  })

  it('counts paid jobs alone: what has no receipt was never answered', () => {
    const { receipts } = day
    const unpaid = makeDigest(domain, sourceOf(day.batches, receipts.slice(1)))!
    expect(sameDigest(unpaid, day.digest)).toBe(false)
    const rowOf = ({ rows }: ScoreDigest) => rows.find(({ miner }) => miner === day.first.address)!
    expect(rowOf(day.digest)).toMatchObject({ count: 3, accuracy: { centi: 2_065, count: 1 } })
    // The audit was of that job.
    expect(rowOf(unpaid)).toMatchObject({ count: 2, accuracy: undefined })
    expect(makeDigest(domain, sourceOf(day.batches, []))).toBeUndefined()
  })

  it('uses a receipt once, in however many batches it is told', () => {
    const told = [...day.batches, day.batches[0]!]
    const twice = makeDigest(domain, sourceOf(told, day.receipts))!
    expect(twice.rows.map(({ count }) => count)).toEqual(day.digest.rows.map(({ count }) => count))
    expect(receiptsNamed(told)).toHaveLength(5)
  })

  it('takes no receipt of another miner, of another day, or that was seen outside its window', () => {
    const [a] = day.receipts
    const counted = (miner: Signer, entry: BatchEntry, source = {}) =>
      makeDigest(domain, sourceOf([about(miner, [entry])], [a!], source))?.rows[0]?.count ?? 0
    expect(counted(day.first, answeredEntry(a!))).toBe(1)
    expect(counted(day.second, answeredEntry(a!))).toBe(0)
    expect(counted(day.first, answeredEntry(a!, { atS: SEEN_AT_S - 900 }))).toBe(0)
    expect(counted(day.first, answeredEntry(a!, { atS: SEEN_AT_S + 399 }))).toBe(1)
    expect(counted(day.first, answeredEntry(a!, { atS: SEEN_AT_S + 400 }))).toBe(0)
    expect(counted(day.first, answeredEntry(a!), { untilS: SEEN_AT_S })).toBe(0)
    // Two hours after the block that its agreement names.
    const late = (s: number): number =>
      counted(day.first, answeredEntry(a!, { atS: SEEN_AT_S - 20 + s }), { untilS: SEEN_AT_S + 80_000 })
    expect([late(7_200), late(7_201)]).toEqual([1, 0])
  })

  it('differs where one figure of it does', () => {
    const { rows } = day.digest
    for (const change of [{ centi: 9_999 }, { feeBurned: credits(31) }, { count: 4 }, { receipts: hashOf('other') }]) {
      expect(sameDigest({ ...day.digest, rows: [{ ...rows[0]!, ...change }, rows[1]!] }, day.digest)).toBe(false)
    }
  })

  it('names the miners with most paid jobs where there are more than it holds', () => {
    const miners = Array.from({ length: DIGEST_SUBJECTS_MAX + 3 }, (_, i) => signerOf(`miner ${i}`))
    const each = miners.map((miner, i) => paidReceipts(i < 3 ? ['one'] : ['one', 'two'], { miner }))
    const batches = miners.map((miner, i) =>
      about(
        miner,
        each[i]!.map((paid) => answeredEntry(paid)),
      ),
    )
    const { rows } = makeDigest(domain, sourceOf(batches, each.flat()))!
    expect(rows).toHaveLength(DIGEST_SUBJECTS_MAX)
    expect(rows.every(({ count }) => count === 2)).toBe(true)
    const order = rows.map(({ miner }) => miner)
    expect([...order].sort()).toEqual(order)
  })
})
