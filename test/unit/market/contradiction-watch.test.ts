import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { OfferBook } from '../../../node/client/finding/offer-book.ts'
import { EVIDENCE_MAX, EVIDENCE_OF_ONE_MAX } from '../../../node/market/evidence-store.ts'
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import { readEvidence } from '../../../node/market/read-evidence.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { type Address, type AttemptId, type Hash32, peerId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { topicId } from '../../../protocols/kernel/topic.ts'
import { attemptId } from '../../../protocols/statements/agreement.ts'
import { contradictionFault } from '../../../protocols/statements/contradiction.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { signStruct } from '../../../protocols/statements/signed.ts'
import { type Agreement, leaseType } from '../../../protocols/statements/struct-types.ts'
import { type Evidence, evidenceOf } from '../../../protocols/wire/evidence/evidence.ts'
import { signOffer } from '../../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS, type OfferBody, offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { openEvidence } from '../../support/open-evidence.ts'
import { cast, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { contradictionCases, proven } from '../../support/statement-vectors/contradiction-vectors.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { body } from '../../support/wire-vectors/offer-bodies.ts'

const NOW_MS = 1_790_000_000_000
const { address, signer } = { address: cast.operator.signer.address, signer: cast.operator.signer }
const offer = (change: Partial<OfferBody> = {}, sequence = BigInt(NOW_MS), by = signer, nowMs = NOW_MS) =>
  signOffer(domain, by, { ...body, ...change }, sequence, nowMs)
const attempt = (of: number): AttemptId => toHex(digestOf(`attempt ${of}`)) as AttemptId

/** What a node makes of gossip, with a watch on it. */
async function node(path = temporaryFolder(), clock = new ManualClock(NOW_MS)) {
  const evidence = await openEvidence(path, { clock })
  const topic = evidence.watch.over(offerTopic(domain, new HighestSeen()))
  const hear = (bytes: Uint8Array, shard = offerShard(body)) => {
    const context = { topicId: topicId(domain.tag, topic, shard), nowMs: clock.nowMs(), from: peerId('neighbour') }
    return topic.judge(bytes, context).verdict
  }
  return { ...evidence, clock, path, hear, [Symbol.asyncDispose]: evidence[Symbol.asyncDispose] }
}

const { contradiction: some } = evidenceOf(domain, contradictionCases()[0]!.evidence)
/** Evidence of operators that are numbers: what is kept was checked before. */
function evidence(operator: number, subject: number): Evidence {
  const under = toHex(digestOf(`${operator} ${subject}`)) as Hash32
  return {
    contradiction: some,
    operator: toHex(digestOf(`${operator}`).subarray(12)) as Address,
    nullifier: under,
  }
}

type Proven = ReturnType<typeof proven>

const agreementWith = (operator: Address): Agreement => ({
  ...{ payer: cast.payer.signer.address, operator, priceMax: credits(2), nonce: 7n, attempt: 1 },
  ...{ offerHead: ZERO_HASH, spec: ZERO_HASH, inputRoot: ZERO_HASH, policy: ZERO_HASH },
  ...{ blockNumber: 1n, blockTime: 1_790_000_000n },
})

describe('a watch on contradictions', () => {
  it('finds two offers of one sequence, though gossip takes the second for a replay', async () => {
    await using there = await node()
    expect(there.hear(offer().bytes)).toBe('accept')
    expect(there.watch.concerns(address)).toBe(true)
    expect(there.hear(offer({ jobs: 3 }).bytes)).toBe('ignore')
    expect(there.watch.isBarred(address)).toBe(true)
    await there.written()
    expect(there.kept).toMatchObject([{ operator: address, kind: 'offer-heads', source: 'own' }])
    expect(there.told).toEqual(there.kept)
    expect(contradictionFault(domain, there.kept[0]!.contradiction)).toBeUndefined()
  })

  it.each<[how: string, second: () => Uint8Array, shard: string]>([
    [
      'expired by now',
      () => offer({ jobs: 3 }, BigInt(NOW_MS), signer, NOW_MS - 2 * OFFER_TTL_MS).bytes,
      offerShard(body),
    ],
    [
      'standing for too long',
      () => offer({ jobs: 3 }, BigInt(NOW_MS), signer, NOW_MS + 2 * OFFER_TTL_MS).bytes,
      offerShard(body),
    ],
    [
      'rejected, for it is not of its topic',
      () => offer({ region: 'ap-east' }).bytes,
      offerShard({ ...body, gpuClass: 'training' }),
    ],
    ['a replay on a topic that is not its own', () => offer({ region: 'ap-east' }).bytes, offerShard(body)],
    [
      'on the topic of another class',
      () => offer({ gpuClass: 'training' }).bytes,
      offerShard({ ...body, gpuClass: 'training' }),
    ],
  ])('finds one that is %s', async (_, second, shard) => {
    await using there = await node()
    there.hear(offer().bytes)
    there.hear(second(), shard)
    await there.written()
    expect(there.kept).toHaveLength(1)
  })

  it('keeps the agreement of an attempt of its own client with the evidence, whoever found it, and with nobody else of that name', async () => {
    const path = temporaryFolder()
    const made = agreementWith(address)
    const id = attemptId(domain, made)
    const receiptsOf = (by = signer) =>
      [1n, 2n].map((price) => proven({ agreement: id, price: credits(price) }, 0, 1, by)) as [Proven, Proven]
    const others = receiptsOf(cast.stranger.signer)
    {
      await using there = await node(path)
      there.watch.agreed(id, made)
      for (const receipt of receiptsOf()) there.watch.heardReceipt(receipt)
      // Whose receipts name it too, and were never asked for.
      there.watch.told(evidenceOf(domain, { kind: 'receipts', a: others[0], b: others[1] }))
      await there.written()
      expect(there.kept.map(({ agreement }) => agreement)).toEqual([made, undefined])
    }
    await using again = await node(path)
    const kept = again.watch
      .kept()
      .map(({ nullifier, operator }) => [operator, again.watch.evidence(nullifier)!.agreement])
    expect(kept).toEqual([
      [address, made],
      [cast.stranger.signer.address, undefined],
    ])
    await using told = await node()
    told.watch.agreed(id, made)
    const [a, b] = receiptsOf()
    told.watch.told(evidenceOf(domain, { kind: 'receipts', a, b }))
    await told.written()
    expect(told.kept).toMatchObject([{ source: 'told', agreement: made }])
  })

  it('finds one that came from a directory, a refusal or another client', async () => {
    await using there = await node()
    there.watch.heardOffer(offer())
    there.hear(offer({ jobs: 3 }).bytes)
    await there.written()
    expect(there.kept).toHaveLength(1)
  })

  it('finds nothing in what the operator did not sign', async () => {
    await using there = await node()
    there.hear(offer().bytes)
    const { bytes } = offer({ jobs: 3 })
    expect(there.hear(bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1))).toBe('ignore')
    expect(there.hear(offer().bytes)).toBe('ignore')
    await there.written()
    expect([there.kept, there.watch.isBarred(address)]).toEqual([[], false])
  })

  it('finds two receipts of one attempt, once, however often they are told', async () => {
    await using there = await node()
    for (const price of [3_000, 1, 3_000, 2, 1]) there.watch.heardReceipt(proven({ price: credits(price) }))
    await there.written()
    expect(there.kept).toMatchObject([{ kind: 'receipts', operator: address }])
  })

  it('finds two leases of one time among those that it is shown, and nothing in an extension', async () => {
    await using there = await node()
    const lease = (startsAt: bigint, word: string) =>
      signStruct(
        domain,
        leaseType,
        {
          ...{ operator: address, card: toHex(digestOf('card')) as Hash32, startsAt, endsAt: startsAt + 60n },
          agreement: attempt(Number(startsAt) + word.length),
        },
        signer,
      )
    for (const each of [lease(100n, 'a'), lease(160n, 'b'), lease(100n, 'a')]) there.watch.heardLease(each)
    expect(there.watch.isBarred(address)).toBe(false)
    there.watch.heardLease(lease(219n, 'c'))
    expect(there.watch.isBarred(address)).toBe(true)
    await there.written()
    expect(there.kept).toMatchObject([{ operator: address, kind: 'leases', source: 'own' }])
  })

  it('has the operator out of directory and book at once, and takes nothing of it back', async () => {
    await using there = await node()
    const barred = (miner: Address) => there.watch.isBarred(miner)
    const directory = new OfferDirectory(there.clock, barred)
    const book = new OfferBook(there.clock, there.watch)
    const other = offer({}, BigInt(NOW_MS), cast.stranger.signer)
    for (const each of [offer(), other]) {
      directory.put(each)
      book.put(each)
    }
    const seen = () =>
      [[...directory.live()], [...directory.heldIn(body.region)], book.live()].map((list) =>
        list.map((held) => ('offer' in held ? held.offer : held).miner),
      )
    const both = [address, cast.stranger.signer.address]
    expect(seen()).toEqual([both, both, both])
    book.put(offer({ jobs: 3 }))
    const left = [cast.stranger.signer.address]
    expect(seen()).toEqual([left, left, left])
    const later = offer({}, BigInt(NOW_MS + 9))
    directory.put(later)
    expect(directory.size).toBe(1)
    expect([directory.putHearsay(later), book.put(later)]).toEqual([false, false])
    expect(seen()).toEqual([left, left, left])
    expect(there.hear(later.bytes)).toBe('ignore')
  })

  it('keeps what it found over a restart, whole', async () => {
    const path = temporaryFolder()
    {
      await using there = await node(path)
      there.watch.heardOffer(offer())
      there.watch.heardOffer(offer({ jobs: 3 }))
      there.watch.told(evidence(1, 1))
    }
    await using there = await node(path)
    expect(there.watch.isBarred(address)).toBe(true)
    const [first, second] = there.watch.kept()
    expect([first, second]).toMatchObject([{ source: 'own' }, { source: 'told' }])
    const { contradiction } = there.watch.evidence(first!.nullifier)!
    expect(contradictionFault(domain, contradiction)).toBeUndefined()
    expect(there.watch.evidence(attempt(1))).toBeUndefined()
  })

  it('tells others when it finds one, and again where its operator still offers itself, each quarter of an hour', async () => {
    const path = temporaryFolder()
    {
      await using there = await node(path)
      there.watch.heardOffer(offer())
      there.watch.heardOffer(offer({ jobs: 3 }))
      await there.written()
      expect(there.told).toHaveLength(1)
      there.clock.advance(14 * 60_000)
      there.watch.heardOffer(offer({}, BigInt(NOW_MS + 1)))
      expect(there.told).toHaveLength(1)
      there.clock.advance(60_000)
      there.watch.heardOffer(offer({}, BigInt(NOW_MS + 2)))
      there.watch.heardOffer(offer({}, BigInt(NOW_MS + 3)))
      expect(there.told).toHaveLength(2)
      expect(there.told[1]).toEqual(there.told[0])
    }
    await using there = await node(path)
    there.watch.heardOffer(offer({}, BigInt(NOW_MS + 4)))
    expect(there.told).toHaveLength(1)
  })

  it('does not tell on what it was told: gossip does', async () => {
    await using there = await node()
    there.watch.told(evidence(1, 1))
    await there.written()
    expect([there.kept.length, there.told.length]).toEqual([1, 0])
  })
})

describe('evidence on disk', () => {
  it('is no file where there is none', async () => {
    const path = temporaryFolder()
    await using there = await node(path)
    there.watch.heardOffer(offer())
    await there.written()
    expect(existsSync(join(path, 'evidence.sqlite'))).toBe(false)
  })

  it('that is damaged is put aside and told of, and the node goes on', async () => {
    const path = temporaryFolder()
    {
      await using there = await node(path)
      there.watch.told(evidence(1, 1))
    }
    writeFileSync(join(path, 'evidence.sqlite'), 'not a database at all, but long enough to be looked at'.repeat(40))
    await using there = await node(path)
    expect(there.failures).toMatchObject([{ code: 'DATA_FOLDER_DAMAGED' }])
    expect(existsSync(join(path, 'evidence.sqlite.damaged'))).toBe(true)
    there.watch.told(evidence(1, 1))
    await there.written()
    expect([there.kept.length, there.failures.length]).toEqual([1, 1])
  })

  it('of which a row is no evidence any more is told of, and keeps nobody from hearing its operator', async () => {
    const path = temporaryFolder()
    {
      await using there = await node(path)
      there.watch.heardOffer(offer())
      there.watch.heardOffer(offer({ jobs: 3 }))
    }
    using file = new DatabaseSync(join(path, 'evidence.sqlite'))
    file.exec("UPDATE evidence SET contradiction = x'00'")
    await using there = await node(path)
    there.watch.heardOffer(offer({}, BigInt(NOW_MS + 1)))
    const damaged = { code: 'DATA_FOLDER_DAMAGED', hint: expect.stringMatching(/move the file away/) }
    expect([there.told, there.failures]).toMatchObject([[], [damaged]])
    expect(() => readEvidence(join(path, 'evidence.sqlite'))).toThrowError(expect.objectContaining(damaged))
  })

  it(`is at most ${EVIDENCE_OF_ONE_MAX} of one operator`, async () => {
    await using there = await node()
    for (let i = 0; i < 9; i++) there.watch.told(evidence(1, i))
    await there.written()
    expect(there.watch.kept()).toHaveLength(EVIDENCE_OF_ONE_MAX)
    expect(there.kept).toHaveLength(EVIDENCE_OF_ONE_MAX)
  })

  it(`is at most ${EVIDENCE_MAX}, where what others told goes first`, { timeout: 60_000 }, async () => {
    const path = temporaryFolder()
    await using there = await node(path)
    there.watch.heardOffer(offer())
    there.watch.heardOffer(offer({ jobs: 3 }))
    // Written in rounds: a store takes only so many changes at once.
    for (let i = 0; i < EVIDENCE_MAX - 1; i++) {
      there.watch.told(evidence(i, 0))
      if (i % 256 === 255) await there.written()
    }
    await there.written()
    expect([there.store.heads().length, there.failures]).toEqual([EVIDENCE_MAX, []])
    there.watch.told(evidence(-1, 0))
    await there.written()
    const heads = there.store.heads()
    expect(heads).toHaveLength(EVIDENCE_MAX)
    expect(there.watch.isBarred(address)).toBe(true)
    expect(there.watch.isBarred(evidence(0, 0).operator)).toBe(false)
    expect(there.watch.isBarred(evidence(-1, 0).operator)).toBe(true)
    await there[Symbol.asyncDispose]()
    await using again = await node(path)
    expect(again.watch.kept()).toHaveLength(EVIDENCE_MAX)
    expect(again.watch.isBarred(evidence(0, 0).operator)).toBe(false)
  })
})
