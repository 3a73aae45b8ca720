import { describe, expect, it } from 'vitest'
import { checkDigest } from '../../../node/quality/check-digest.ts'
import { KeptReceipts } from '../../../node/quality/kept-receipts.ts'
import type { HeardDigest } from '../../../node/quality/others-word.ts'
import type { PublishedBatch } from '../../../node/quality/quality-store.ts'
import { ScorePublisher } from '../../../node/quality/score-publisher.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type AttemptId, peerId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Observation } from '../../../protocols/rules/qos/observation.ts'
import { receiptTree } from '../../../protocols/statements/receipt-batch.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { signStruct } from '../../../protocols/statements/signed.ts'
import { receiptBatchType, receiptStatus } from '../../../protocols/statements/struct-types.ts'
import { BATCH_ENTRIES_MAX, type ObservationBatch } from '../../../protocols/wire/score/observation-batch.ts'
import { type PaidReceipt, PaidReceiptCheck } from '../../../protocols/wire/score/paid-receipt.ts'
import {
  answerReceipts,
  type ReceiptsRequest,
  type ReceiptsResponse,
} from '../../../protocols/wire/score/paid-receipts-protocol.ts'
import { type HeardWord, scoreTopic } from '../../../protocols/wire/score/score-topic.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { NOW_MS, paidReceipts, RATER_PEER, SEEN_AT_S, signerOf } from '../../support/paid-receipts.ts'
import { cast, domain } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const payer = cast.payer.signer
const miner = signerOf('first miner')
const receipts = paidReceipts(
  Array.from({ length: 40 }, (_, i) => `${i}`),
  { miner },
)
const owner = `0x${'0e'.repeat(20)}` as Address
const answered = ({ proven }: PaidReceipt): Observation => ({
  kind: 'answered',
  atS: SEEN_AT_S,
  miner: miner.address,
  doubtPercent: 0,
  attempt: proven.receipt.agreement,
  latencyMs: 800,
  latencyClass: 'standard',
  weights: proven.receipt.weights,
  price: proven.receipt.price,
  usage: 1n,
})

function rater(paid: readonly PaidReceipt[], earlier: readonly PublishedBatch[] = [], onKeep = () => {}) {
  const clock = new ManualClock(NOW_MS)
  const known = new Map(paid.map((each) => [each.proven.receipt.agreement, each]))
  const kept: PublishedBatch[] = [...earlier]
  const named: AttemptId[] = []
  const heard: HeardWord[] = []
  const topic = scoreTopic(domain, new HighestSeen(), { concerns: () => true })
  const context = { topicId: `/aitbc/${domain.tag}/scores/1/eu-west`, nowMs: NOW_MS, from: peerId('neighbour') }
  const publisher = new ScorePublisher(
    {
      network: {
        self: RATER_PEER,
        publish: async (_, __, data) => {
          const judged = topic.judge(data, { ...context, nowMs: clock.nowMs() })
          expect(judged.verdict).toBe('accept')
          heard.push(judged.value!)
          return 1
        },
      },
      topic,
      domain,
      clock,
      payer,
      region: 'eu-west',
      subjectOf: (of) => ({ miner: of, owner, region: 'eu-west', cardClass: 'cpu' }),
      receiptOf: (attempt) => known.get(attempt),
      fees: () => ({ fromBlock: 3n, untilBlock: 9n, feeOf: () => credits(12) }),
      keep: async (batch, attempts) => {
        onKeep()
        kept.push(batch)
        named.push(...attempts)
      },
    },
    earlier,
  )
  const desk = answerReceipts({
    batch: (of, sequence) => (of === payer.address ? publisher.batch(sequence) : undefined),
    receipt: (_, attempt) => (publisher.hasPublished(attempt) ? known.get(attempt) : undefined),
  })
  return { clock, publisher, heard, kept, named, known, network: directNetwork(desk) }
}

const heardDigest = ({ word, ...rest }: HeardWord): HeardDigest => {
  if (word.kind !== 'scores') throw new Error('no digest')
  return { ...rest, digest: word, heardAtMs: NOW_MS }
}

describe('what a rater publishes', () => {
  it('is a batch and the digest of it, durable before it is told, and comes to the same at who checks', async () => {
    const { publisher, heard, kept, named, network, clock } = rater(receipts)
    for (const paid of receipts.slice(0, 20)) publisher.note(answered(paid))
    publisher.note({ kind: 'failed', atS: SEEN_AT_S + 1, miner: miner.address, doubtPercent: 0 })
    publisher.note({ kind: 'probed', atS: SEEN_AT_S, miner: miner.address, doubtPercent: 0, isAnswered: false })
    const published = await publisher.publish()
    expect(published).toMatchObject({ entries: 21, miners: 1 })
    expect(heard.map(({ word }) => word.kind)).toEqual(['observations', 'scores'])
    expect(kept).toHaveLength(1)
    expect(named).toEqual(receipts.slice(0, 20).map(({ proven }) => proven.receipt.agreement))
    const digest = heardDigest(heard[1]!)
    expect(digest.digest.rows[0]).toMatchObject({ count: 20, feeBurned: 12n, uptime: { count: 21 } })
    const needs = { network, domain, clock, batchOf: () => undefined, feeAt: () => undefined }
    const { signal } = new AbortController()
    expect(await checkDigest(needs, digest, signal)).toMatchObject({ outcome: 'same', receipts: 20 })
    expect(await checkDigest({ ...needs, feeAt: () => credits(13) }, digest, signal)).toMatchObject({
      outcome: 'different',
    })
  })

  it('tells no job that is not paid, and tells it once it is', async () => {
    const { publisher, known } = rater([])
    publisher.note(answered(receipts[0]!))
    expect(await publisher.publish()).toBeUndefined()
    known.set(receipts[0]!.proven.receipt.agreement, receipts[0]!)
    expect(await publisher.publish()).toMatchObject({ entries: 1, miners: 1 })
    expect(await publisher.publish()).toMatchObject({ entries: 0, miners: 1 })
  })

  it('is the newest where there is more than a batch holds', async () => {
    const { publisher, heard } = rater(receipts)
    for (const paid of receipts) publisher.note(answered(paid))
    expect(await publisher.publish()).toMatchObject({ entries: BATCH_ENTRIES_MAX })
    const batch = heard[0]!.word
    const [subject] = batch.kind === 'observations' ? batch.subjects : []
    expect(subject!.entries[0]).toMatchObject({ attempt: receipts[40 - BATCH_ENTRIES_MAX]!.proven.receipt.agreement })
  })

  it('goes on after a restart with the batches of the life before, and above their sequences', async () => {
    const before = rater(receipts)
    before.publisher.note(answered(receipts[0]!))
    await before.publisher.publish()
    const after = rater(receipts, before.kept)
    after.publisher.note(answered(receipts[1]!))
    const published = await after.publisher.publish()
    expect(published!.digest!.rows[0]!.count).toBe(2)
    expect(after.heard[0]!.sequence).toBeGreaterThan(before.kept[0]!.sequence)
  })

  it('is told later where the disk does not take it, with what was seen meanwhile, and once', async () => {
    let isFull = true
    const { publisher, heard } = rater(receipts, [], () => {
      if (!isFull) return
      publisher.note(answered(receipts[1]!))
      throw new MeshError('DISK_FULL', { file: 'scores.sqlite' })
    })
    publisher.note(answered(receipts[0]!))
    publisher.review({ attempt: receipts[0]!.proven.receipt.agreement, miner: miner.address, stars: 5, atS: SEEN_AT_S })
    await expect(publisher.publish()).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(heard).toEqual([])
    isFull = false
    expect(await publisher.publish()).toMatchObject({ entries: 3 })
    expect(await publisher.publish()).toMatchObject({ entries: 0 })
  })

  it('tells a review with the next batch, once', async () => {
    const { publisher, heard } = rater(receipts)
    const { agreement } = receipts[3]!.proven.receipt
    expect(publisher.hasReviewed(agreement)).toBe(false)
    publisher.review({ attempt: agreement, miner: miner.address, stars: 3, atS: SEEN_AT_S })
    expect(await publisher.publish()).toMatchObject({ entries: 1, digest: undefined })
    const { word } = heard[0]!
    expect(word.kind === 'observations' && word.subjects[0]!.entries).toEqual([
      { kind: 'reviewed', atS: SEEN_AT_S, attempt: agreement, stars: 3 },
    ])
    expect([publisher.hasReviewed(agreement), publisher.hasReviewed(receipts[4]!.proven.receipt.agreement)]).toEqual([
      true,
      false,
    ])
  })

  it('says what it has published, up to the last batch and no further back than batches live', async () => {
    const { publisher, clock } = rater(receipts)
    const said = () => receipts.slice(0, 3).map(({ proven }) => publisher.hasPublished(proven.receipt.agreement))
    publisher.note(answered(receipts[0]!))
    await publisher.publish()
    expect(said()).toEqual([true, false, false])
    clock.advance(60_000)
    publisher.note(answered(receipts[1]!))
    await publisher.publish()
    expect(said()).toEqual([true, true, false])
    clock.advance(26 * 3_600_000 - 60_000 + 1_000)
    await publisher.publish()
    expect(said()).toEqual([false, true, false])
  })

  it('forgets what is older than a day', async () => {
    const { publisher, clock } = rater(receipts)
    publisher.note(answered(receipts[0]!))
    await publisher.publish()
    clock.advance(86_400_000)
    expect(publisher.digest()).toBeUndefined()
  })
})

describe('who checks a digest', () => {
  async function published() {
    const one = rater(receipts)
    for (const paid of receipts.slice(0, 5)) one.publisher.note(answered(paid))
    await one.publisher.publish()
    const needs = { domain, clock: one.clock, batchOf: () => undefined, feeAt: () => undefined }
    return { ...one, needs, digest: heardDigest(one.heard[1]!), signal: new AbortController().signal }
  }

  it('goes by the batch that was gossiped, not by another that is handed over later', async () => {
    const { needs, digest, network, signal, heard } = await published()
    const gossiped = heard[0]!.word
    if (gossiped.kind !== 'observations') throw new Error('no batch')
    const [subject] = gossiped.subjects
    const shorter = { ...gossiped, subjects: [{ ...subject!, entries: subject!.entries.slice(1) }] }
    const result = await checkDigest({ ...needs, network, batchOf: () => shorter }, digest, signal)
    expect(result).toMatchObject({ outcome: 'different', receipts: 4 })
    expect(network.calls).toHaveLength(1)
  })

  it('is shown what is behind a digest as long as that counts, also when its oldest batch is a day old by then', async () => {
    const { clock, publisher, heard, network, needs, signal } = await published()
    clock.advance(86_400_000 - 900_000)
    publisher.note({ ...answered(receipts[5]!), atS: SEEN_AT_S + 3_000 })
    await publisher.publish()
    const digest = heardDigest(heard.at(-1)!)
    expect(digest.digest.batches).toHaveLength(2)
    // Two digests that a listener missed, while it went by this one.
    for (let i = 0; i < 2; i++) {
      clock.advance(900_000)
      await publisher.publish()
    }
    expect(digest.digest.rows[0]!.count).toBe(6)
    const batches = new Map(heard.flatMap(({ word, sequence }) => (word.kind === 'scores' ? [] : [[sequence, word]])))
    const batchOf = (_: Address, sequence: bigint) => batches.get(sequence)
    for (const known of [batchOf, () => undefined]) {
      const result = await checkDigest({ ...needs, network, batchOf: known }, digest, signal)
      expect(result).toMatchObject({ outcome: 'same', receipts: 6 })
    }
  })

  it('learns from the batches that it asked for what was said in them before it listened', async () => {
    const { needs, digest, network, signal, heard } = await published()
    const learned: [bigint, ObservationBatch][] = []
    await checkDigest(
      { ...needs, network, onBatch: (_, sequence, batch) => learned.push([sequence, batch]) },
      digest,
      signal,
    )
    expect(learned).toEqual([[digest.digest.batches[0], heard[0]!.word]])
  })

  it('holds it against nobody that they are away, and a receipt that is not there or proves nothing against the rater', async () => {
    const { needs, digest, network, signal, known, heard } = await published()
    const away = {
      // biome-ignore lint/correctness/useYield: it fails before it says anything
      async *call() {
        throw new MeshError('DIAL_FAILED', { peer: 'p', why: 'gone' })
      },
    }
    expect(await checkDigest({ ...needs, network: away as never }, digest, signal)).toMatchObject({ outcome: 'away' })
    const ours = () => {
      throw new MeshError('BUG', { what: 'broken' })
    }
    await expect(checkDigest({ ...needs, network, batchOf: ours }, digest, signal)).rejects.toThrow('broken')
    const nonsense = directNetwork<ReceiptsRequest, ReceiptsResponse>(async function* (request) {
      if (request.kind === 'batches') return
      yield { kind: 'receipts', receipts: [receipts[30]!] }
    })
    const batchOf = () => (heard[0]!.word.kind === 'observations' ? heard[0]!.word : undefined)
    expect(await checkDigest({ ...needs, batchOf, network: nonsense }, digest, signal)).toMatchObject({
      outcome: 'different',
    })
    known.delete(receipts[0]!.proven.receipt.agreement)
    expect(await checkDigest({ ...needs, network }, digest, signal)).toMatchObject({ outcome: 'different' })
  })
})

describe('receipts of own jobs', () => {
  const [first] = receipts
  const { agreement, proven } = first!
  const name = proven.receipt.agreement as AttemptId

  it('are had once they were heard, agree, and are paid, in any order of the last two', () => {
    for (const order of ['good', 'paid'] as const) {
      const kept = new KeptReceipts(domain)
      kept.agreed(name, agreement)
      kept.heard(proven)
      const steps = {
        good: () => kept.good(name, proven.receipt, SEEN_AT_S),
        paid: () => kept.paid([name]),
      }
      steps[order]()
      expect(kept.get(name)).toBeUndefined()
      steps[order === 'good' ? 'paid' : 'good']()
      expect(kept.get(name)).toEqual({ atS: SEEN_AT_S, paid: first })
    }
  })

  it('are none where another one came before it was checked: with that one this rater would pass for a liar', () => {
    const aborted = { ...proven.receipt, status: receiptStatus.abortedError }
    const tree = receiptTree(domain, [proven.receipt, aborted])
    const value = { operator: proven.receipt.operator, root: tree.root, count: 2, sequence: 2n }
    const batch = signStruct(domain, receiptBatchType, value, miner)
    const kept = new KeptReceipts(domain)
    kept.agreed(name, agreement)
    kept.paid([name])
    kept.heard({ receipt: proven.receipt, ...tree.path(0), batch })
    kept.heard({ receipt: aborted, ...tree.path(1), batch })
    kept.good(name, proven.receipt, SEEN_AT_S)
    expect(kept.get(name)).toBeUndefined()
    expect(new PaidReceiptCheck(domain, payer.address).attemptOf({ agreement, proven })).toBe(name)
  })

  it('are none where the path does not hold, or it is another than arrived', () => {
    const kept = new KeptReceipts(domain)
    kept.agreed(name, agreement)
    kept.paid([name])
    kept.heard({ ...proven, index: 3 })
    kept.good(name, proven.receipt, SEEN_AT_S)
    kept.heard({ ...proven, receipt: { ...proven.receipt, price: credits(7) } })
    kept.good(name, proven.receipt, SEEN_AT_S)
    expect(kept.get(name)).toBeUndefined()
  })
})
