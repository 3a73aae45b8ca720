import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { type Address, peerId } from '../../../protocols/kernel/ids.ts'
import { INPUT_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import {
  BUCKET_BITS_MAX,
  bitmapOf,
  bucketBitsFor,
  bucketDigests,
  compareBucket,
  inBuckets,
  isMarked,
} from '../../../protocols/wire/directory-sync/offer-buckets.ts'
import { syncWith } from '../../../protocols/wire/directory-sync/sync-client.ts'
import { answerSync, type SyncedOffer } from '../../../protocols/wire/directory-sync/sync-handler.ts'
import type { SyncRequest, SyncResponse } from '../../../protocols/wire/directory-sync/sync-messages.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto, digestOf } from '../../support/statement-vectors/cast.ts'
import '../../support/property-seed.ts'

const DIRECTORY = peerId('directory')
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function offerOf(miner: number, sequence: number): SyncedOffer {
  const name = `${miner}/${sequence}`
  const address = toHex(digestOf(`miner ${miner}`).subarray(0, 20)) as Address
  return {
    miner: address,
    hash: toHex(crypto.keccak256(new TextEncoder().encode(name))) as never,
    bytes: new TextEncoder().encode(name),
  }
}

/** What an asker that holds `ours` hears of a directory that holds `theirs`. */
async function heard(ours: readonly SyncedOffer[], theirs: readonly SyncedOffer[]) {
  const told = { ahead: 0 }
  const network = directNetwork(answerSync({ held: () => theirs, ahead: () => void told.ahead++ }))
  const got: string[] = []
  const take = async (offers: readonly Uint8Array[]): Promise<void> => void got.push(...offers.map(text))
  await syncWith(network, DIRECTORY, { region: 'eu-west', held: ours }, take, {})
  const sent = network.calls[0]!.sent as SyncRequest[]
  return { got: got.sort(), sent, ahead: told.ahead }
}

const answering = (...responses: readonly SyncResponse[]): Handler<SyncRequest, SyncResponse> =>
  async function* () {
    yield* responses
  }
const asking = (handler: Handler<SyncRequest, SyncResponse>, held: readonly SyncedOffer[] = []) =>
  syncWith(directNetwork(handler), DIRECTORY, { region: 'eu-west', held }, async () => undefined, {})

describe('directories brought together', () => {
  it('hear exactly what they lack, and where the asker is ahead', async () => {
    const sets = fc.uniqueArray(fc.tuple(fc.nat(60), fc.nat(2)), { maxLength: 90, selector: ([miner]) => miner })
    await fc.assert(
      fc.asyncProperty(sets, sets, async (mine, other) => {
        const [ours, theirs] = [mine, other].map((set) => set.map(([miner, sequence]) => offerOf(miner, sequence)))
        const known = new Set(ours!.map(({ hash }) => hash))
        const { got, ahead } = await heard(ours!, theirs!)
        const held = new Set(theirs!.map(({ hash }) => hash))
        expect(ahead).toBe(ours!.some(({ hash }) => !held.has(hash)) ? 1 : 0)
        expect(got).toEqual(
          theirs!
            .filter(({ hash }) => !known.has(hash))
            .map(({ bytes }) => text(bytes))
            .sort(),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('say one message to each other where they agree', async () => {
    const same = Array.from({ length: 500 }, (_, miner) => offerOf(miner, 1))
    const { got, sent } = await heard(same, same.toReversed())
    expect([got.length, sent.length]).toEqual([0, 1])
  })

  it('list only the neighbours of what differs', async () => {
    const all = Array.from({ length: 2_000 }, (_, miner) => offerOf(miner, 1))
    const { got, sent } = await heard(all.slice(1), all.with(5, offerOf(5, 2)))
    expect(got).toEqual(['0/1', '5/2'])
    const listed = sent.flatMap((message) => (message.kind === 'held' ? [message.marks.length / 8] : []))
    expect(listed.reduce((sum, marks) => sum + marks, 0)).toBeLessThan(30)
  })

  it('send a joiner everything without asking it anything', async () => {
    const all = Array.from({ length: 300 }, (_, miner) => offerOf(miner, 1))
    const { got, sent } = await heard([], all)
    expect([got.length, sent.length]).toEqual([300, 1])
  })

  it('list a region that differs everywhere in as many messages as it takes', async () => {
    const [mine, theirs] = [1, 2].map((sequence) =>
      Array.from({ length: 15_000 }, (_, miner) => offerOf(miner, sequence)),
    )
    const { got, sent } = await heard(mine!, theirs!)
    expect([got.length, sent.length]).toEqual([15_000, 4])
  })

  it('answer no message that breaks the order or the form', async () => {
    const digests = { kind: 'digests', region: 'eu-west', bits: 1, digests: new Uint8Array(16).fill(1) } as const
    const held = { kind: 'held', marks: new Uint8Array(8), last: true } as const
    const ask = async (...requests: readonly SyncRequest[]): Promise<string> => {
      async function* more(): AsyncGenerator<SyncRequest> {
        yield* requests.slice(1)
      }
      const context = { peer: DIRECTORY, signal: new AbortController().signal }
      const handler = answerSync({ held: () => [1, 2, 3].map((miner) => offerOf(miner, 1)), ahead: () => undefined })
      try {
        for await (const _ of handler(requests[0]!, more(), context));
        return 'answered'
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(await ask(digests, held)).toBe('answered')
    expect(await ask(held)).toMatch('digests come first')
    expect(await ask({ ...digests, digests: new Uint8Array(8) })).toMatch('one digest for each bucket')
    expect(await ask(digests, digests)).toMatch('digests come once')
    expect(await ask(digests, { ...held, marks: new Uint8Array(9) })).toMatch('a mark has 8 bytes')
    expect(await ask(digests, { ...held, last: false })).toMatch('has an end')
    const many = { kind: 'held', marks: manyMarks(7_000, 0), last: false } as const
    const flood = [0, 7_000, 14_000].map((from) => ({ ...many, marks: manyMarks(7_000, from) }))
    expect(await ask(digests, ...flood)).toMatch('offers of a region')
  })

  it('believe no answer out of order, without a comparison, or longer than a region', async () => {
    const differing = { kind: 'differing', buckets: new Uint8Array(1) } as const
    const offers = { kind: 'offers', offers: Array.from({ length: 118 }, () => new Uint8Array(1)) } as const
    await expect(asking(answering(differing))).resolves.toBeUndefined()
    await expect(asking(answering(offers))).rejects.toThrow('first')
    await expect(asking(answering(differing, differing))).rejects.toThrow('once')
    await expect(asking(answering())).rejects.toThrow('after the comparison')
    await expect(asking(answering({ ...differing, buckets: new Uint8Array(2) }))).rejects.toThrow('one bit')
    const endless = Array.from({ length: 170 }, () => offers)
    await expect(asking(answering(differing, ...endless))).rejects.toThrow('offers of a region')
  })
})

function manyMarks(count: number, from: number): Uint8Array {
  const marks = new DataView(new ArrayBuffer(count * 8))
  for (let i = 0; i < count; i++) marks.setUint32(i * 8, from + i)
  return new Uint8Array(marks.buffer)
}

describe('buckets', () => {
  it('are some offers each, and never more than their digests may be', () => {
    expect([0, 1, 4, 5, 100, 2_000, 16_384, 20_000, INPUT_BYTES_MAX].map(bucketBitsFor)).toEqual([
      0,
      0,
      0,
      1,
      5,
      9,
      BUCKET_BITS_MAX,
      BUCKET_BITS_MAX,
      BUCKET_BITS_MAX,
    ])
  })

  it('differ where one offer does, and tell an empty one from a full one', () => {
    const some = Array.from({ length: 64 }, (_, miner) => offerOf(miner, 1))
    const [a, b] = [some, some.with(7, offerOf(7, 2))].map((set) => bucketDigests(inBuckets(set, 4)))
    const states = Array.from({ length: 16 }, (_, i) => compareBucket(a!, b!, i))
    expect(states.filter((state) => state === 'differs')).toHaveLength(1)
    const nothing = bucketDigests(inBuckets<SyncedOffer>([], 4))
    expect(Array.from({ length: 16 }, (_, i) => compareBucket(nothing, b!, i))).toContain('empty')
    expect(compareBucket(nothing, nothing, 3)).toBe('equal')
  })

  it('are marked one by one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(4_095)), (marked) => {
        const bitmap = bitmapOf(marked, 4_096)
        expect(bitmap).toHaveLength(512)
        const read = Array.from({ length: 4_096 }, (_, i) => i).filter((i) => isMarked(bitmap, i))
        expect(read).toEqual([...marked].sort((a, b) => a - b))
      }),
      { numRuns: 20 },
    )
  })
})
