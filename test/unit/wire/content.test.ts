import { describe, expect, it } from 'vitest'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { type Hash32, peerId } from '../../../protocols/kernel/ids.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import { CHUNK_BYTES, ChunkList } from '../../../protocols/wire/content/chunk-list.ts'
import { ChunkSet } from '../../../protocols/wire/content/chunk-set.ts'
import { askChunkSet, askChunks, askCopy } from '../../../protocols/wire/content/content-client.ts'
import { answerContent, type HeldContent } from '../../../protocols/wire/content/content-handler.ts'
import type { ContentRequest, ContentResponse } from '../../../protocols/wire/content/content-protocol.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'

const PEER = peerId('peer')
const BYTES_MAX = 2 ** 30
const whole = Uint8Array.from({ length: 2 * CHUNK_BYTES + 5 }, (_, i) => (i * 7) % 253)
const content = toHex(crypto.sha256(whole)) as Hash32
const chunk = (i: number): Uint8Array => whole.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)
const list = new ChunkList(crypto, whole.length, concat(...[0, 1, 2].map((i) => crypto.sha256(chunk(i)))))

function setOf(...chunks: readonly number[]): ChunkSet {
  const set = ChunkSet.empty(3)
  for (const i of chunks) set.add(i)
  return set
}
const held = (have = ChunkSet.full(3), read = chunk): HeldContent => ({
  list,
  have,
  read: async (i) => read(i),
  [Symbol.dispose]: () => undefined,
})
const noPace = async (): Promise<void> => undefined
const networkOf = (copy: HeldContent | undefined) => directNetwork(answerContent({ hold: async () => copy }, noPace))
const saying = (...messages: readonly ContentResponse[]) =>
  directNetwork(async function* () {
    yield* messages
  } as Handler<ContentRequest, ContentResponse>)

async function chunksFrom(network: ReturnType<typeof networkOf>, from: number, count: number): Promise<number[]> {
  const got: number[] = []
  for await (const { chunk: i, bytes } of askChunks(network, crypto, PEER, content, list, { from, count })) {
    expect(toHex(crypto.sha256(bytes))).toBe(toHex(list.hashOf(i)))
    got.push(i)
  }
  return got
}

describe('a peer that has a content', () => {
  it('gives its list and says which chunks it has', async () => {
    const copy = await askCopy(networkOf(held(setOf(0, 2))), crypto, PEER, content, { bytesMax: BYTES_MAX })
    expect(copy.list.id).toBe(list.id)
    expect([0, 1, 2].map((i) => copy.have.has(i))).toEqual([true, false, true])
    const now = await askChunkSet(networkOf(held(setOf(1))), PEER, content, list, {})
    expect([0, 1, 2].map((i) => now.has(i))).toEqual([false, true, false])
  })

  it('sends a run from any chunk on', async () => {
    expect(await chunksFrom(networkOf(held()), 0, 3)).toEqual([0, 1, 2])
    expect(await chunksFrom(networkOf(held()), 1, 2)).toEqual([1, 2])
    expect(await chunksFrom(networkOf(held()), 2, 1)).toEqual([2])
  })

  it('sends what it has of a run, and says so where it has no more', async () => {
    const got: number[] = []
    const asking = async (): Promise<void> => {
      const run = askChunks(networkOf(held(setOf(0))), crypto, PEER, content, list, { from: 0, count: 2 })
      for await (const { chunk: i } of run) got.push(i)
    }
    await expect(asking()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(got).toEqual([0])
  })

  it('under another list, or not at all, says NOT_FOUND', async () => {
    const other = { ...held(), list: new ChunkList(crypto, 1, crypto.sha256(Uint8Array.of(1))) }
    await expect(chunksFrom(networkOf(other), 0, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(chunksFrom(networkOf(undefined), 0, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a peer that lies', () => {
  it('about a chunk, is caught by its own list', async () => {
    const liar = networkOf(held(ChunkSet.full(3), (i) => chunk(i).with(3, 0)))
    await expect(chunksFrom(liar, 1, 1)).rejects.toMatchObject({ code: 'CHUNK_FALSE', facts: { chunk: 1 } })
  })

  it('about the size, is refused before its list is read', async () => {
    const head = { kind: 'head', bytes: BYTES_MAX + 1, have: new Uint8Array(129) } as const
    const asked = askCopy(saying(head), crypto, PEER, content, { bytesMax: BYTES_MAX })
    await expect(asked).rejects.toMatchObject({ code: 'OVERSIZE' })
  })

  const head = { kind: 'head', bytes: whole.length, have: Uint8Array.of(7) } as const
  const hashes = { kind: 'hashes', from: 0, hashes: list.hashes } as const
  const data = { kind: 'data', chunk: 0, offset: 0, bytes: Uint8Array.of(1) } as const
  it.each<readonly [string, readonly ContentResponse[]]>([
    ['nothing', []],
    ['hashes without a head', [hashes]],
    ['a head twice', [head, head]],
    ['a content of no byte', [{ ...head, bytes: 0 }]],
    ['a set of other chunks', [{ ...head, have: Uint8Array.of(7, 0) }]],
    ['a chunk behind the last', [{ ...head, have: Uint8Array.of(15) }]],
    ['hashes that are too few', [head, { ...hashes, hashes: list.hashes.subarray(32) }]],
    ['hashes that are too many', [head, hashes, { ...hashes, from: 3, hashes: list.hashOf(0) }]],
    ['hashes out of order', [head, { ...hashes, from: 1 }]],
    ['half a hash', [head, { ...hashes, hashes: list.hashes.subarray(0, 33) }]],
    ['a chunk for a list', [head, data]],
  ])('for a list: %s', async (_, messages) => {
    const asked = askCopy(saying(...messages), crypto, PEER, content, { bytesMax: BYTES_MAX })
    await expect(asked).rejects.toMatchObject({ code: 'CONTENT_GARBLED' })
  })

  it.each<readonly [string, readonly ContentResponse[]]>([
    ['nothing', []],
    ['a head', [head]],
    ['another chunk', [{ ...data, chunk: 1 }]],
    ['a slice that leaves a gap', [{ ...data, offset: 1 }]],
    ['a slice twice', [data, data]],
    ['half a chunk', [data]],
  ])('for chunks: %s', async (_, messages) => {
    await expect(chunksFrom(saying(...messages), 0, 1)).rejects.toMatchObject({ code: 'CONTENT_GARBLED' })
  })

  it('for the last chunk: more than its size, or another chunk behind it', async () => {
    const last = { kind: 'data', chunk: 2, offset: 0, bytes: chunk(2) } as const
    await expect(chunksFrom(saying({ ...last, bytes: new Uint8Array(6) }), 2, 1)).rejects.toMatchObject({
      code: 'CONTENT_GARBLED',
    })
    await expect(chunksFrom(saying(last, last), 2, 1)).rejects.toMatchObject({ code: 'CONTENT_GARBLED' })
  })
})
