import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { paceOf } from '../../../node/content/pace.ts'
import type { StoredCopy } from '../../../node/content/stored-copy.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { pause } from '../../../protocols/kernel/pause.ts'
import { ChunkList } from '../../../protocols/wire/content/chunk-list.ts'
import { ChunkSet } from '../../../protocols/wire/content/chunk-set.ts'
import { answerContent, type HeldContent } from '../../../protocols/wire/content/content-handler.ts'
import { type ContentPeer, contentPeers } from '../../support/nodes/content-peers.ts'
import { contentOf, put, type Sample, sampleOf } from '../../support/nodes/content-samples.ts'
import { hasher } from '../../support/nodes/mesh-nodes.ts'

const isWhole = (copy: StoredCopy, { bytes }: Sample): boolean =>
  copy.isWhole && equalBytes(readFileSync(copy.path), bytes)

/** A peer that says that it holds everything, and gives what `read` gives under the list. */
function liar(peer: ContentPeer, list: ChunkList, read: (chunk: number) => Uint8Array): Disposable {
  const held: HeldContent = {
    list,
    have: ChunkSet.full(list.count),
    read: async (chunk) => read(chunk),
    [Symbol.dispose]: () => undefined,
  }
  return peer.answer(answerContent({ hold: async () => held }, async () => undefined))
}

/** Another content of the same size that differs in one chunk. */
function forged(sample: Sample, chunk: number): { list: ChunkList; read: (i: number) => Uint8Array } {
  const false_ = sample.chunk(chunk).map((byte) => byte ^ 1)
  const hashes = Uint8Array.from(sample.list.hashes)
  hashes.set(hasher.sha256(false_), chunk * 32)
  return {
    list: new ChunkList(hasher, sample.bytes.length, hashes),
    read: (i) => (i === chunk ? false_ : sample.chunk(i)),
  }
}

describe('a content', () => {
  test('of one peer comes whole to another, byte for byte, with its progress', async () => {
    await using net = await contentPeers(2)
    const [asker, giver] = net.peers as [ContentPeer, ContentPeer]
    const sample = sampleOf(5)
    await put(giver.store, sample)
    using _ = giver.serve()
    const seen: number[] = []
    const copy = await asker.fetch(sample, [giver], { onProgress: ({ bytesDone }) => seen.push(bytesDone) })
    expect(isWhole(copy, sample)).toBe(true)
    expect(seen.at(-1)).toBe(sample.bytes.length)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(asker.charged).toEqual([])
  })

  test('that was announced is found through the DHT', async () => {
    await using net = await contentPeers(3)
    const [hub, asker, giver] = net.peers as [ContentPeer, ContentPeer, ContentPeer]
    void hub
    const sample = sampleOf(1)
    await put(giver.store, sample)
    using _ = giver.serve()
    using __ = await giver.announce(sample.id)
    expect(isWhole(await asker.fetch(sample, []), sample)).toBe(true)
  })

  test('comes from several peers at once, each asked for its part', async () => {
    await using net = await contentPeers(4)
    const [asker, ...givers] = net.peers as [ContentPeer, ...ContentPeer[]]
    const sample = sampleOf(60)
    for (const giver of givers) await put(giver.store, sample)
    using stack = new DisposableStack()
    for (const giver of givers) stack.use(giver.serve())
    expect(isWhole(await asker.fetch(sample, givers), sample)).toBe(true)
    for (const { asked } of givers) expect(asked.length).toBeGreaterThan(0)
  })

  test('in two halves at two peers is whole at both, each fetching from the other', async () => {
    await using net = await contentPeers(2)
    const [one, other] = net.peers as [ContentPeer, ContentPeer]
    const sample = sampleOf(8)
    await put(one.store, sample, [0, 1, 2, 3, 8])
    await put(other.store, sample, [4, 5, 6, 7])
    using _ = one.serve()
    using __ = other.serve()
    const copies = await Promise.all([one.fetch(sample, [other]), other.fetch(sample, [one])])
    expect(copies.map((copy) => isWhole(copy, sample))).toEqual([true, true])
  })

  test('that two fetch from one slow peer is had by each from the other too: the peer sends it less than twice', async () => {
    await using net = await contentPeers(3)
    const [source, one, other] = net.peers as [ContentPeer, ContentPeer, ContentPeer]
    const sample = sampleOf(40)
    await put(source.store, sample)
    const pace = paceOf(systemClock, 12 * 2 ** 20)
    let sent = 0
    using _ = source.serve((bytes, signal) => {
      sent += bytes
      return pace(bytes, signal)
    })
    using __ = one.serve()
    using ___ = other.serve()
    const tuning = { askAgainMs: 100, searchMs: 100 }
    const copies = await Promise.all([
      one.fetch(sample, [source, other], { tuning, start: 0 }),
      other.fetch(sample, [source, one], { tuning, start: 20 }),
    ])
    expect(copies.map((copy) => isWhole(copy, sample))).toEqual([true, true])
    expect(one.asked.length).toBeGreaterThan(0)
    expect(other.asked.length).toBeGreaterThan(0)
    expect(sent).toBeLessThan(2 * sample.bytes.length)
  })

  test('of which a part is here is asked for without that part', async () => {
    await using net = await contentPeers(2)
    const [asker, giver] = net.peers as [ContentPeer, ContentPeer]
    const sample = sampleOf(4)
    await put(giver.store, sample)
    await put(asker.store, sample, [0, 2, 3])
    using _ = giver.serve()
    expect(isWhole(await asker.fetch(sample, [giver]), sample)).toBe(true)
    const chunks = giver.asked.flatMap(({ from, count }) => Array.from({ length: count }, (_, i) => from + i))
    expect(chunks.toSorted((a, b) => a - b)).toEqual([1, 4])
  })

  test('that is being fetched is not fetched a second time', async () => {
    await using net = await contentPeers(2)
    const [asker, giver] = net.peers as [ContentPeer, ContentPeer]
    const sample = sampleOf(1)
    await put(giver.store, sample)
    using _ = giver.serve()
    const first = asker.fetch(sample, [giver])
    await expect(asker.fetch(sample, [giver])).rejects.toMatchObject({ code: 'MODEL_IN_USE' })
    expect((await first).isWhole).toBe(true)
    expect((await asker.fetch(sample, [])).isWhole).toBe(true)
  })

  test('that nobody has is nowhere, with what became of those that were asked', async () => {
    await using net = await contentPeers(2)
    const [asker, other] = net.peers as [ContentPeer, ContentPeer]
    using _ = other.serve()
    const asking = asker.fetch(sampleOf(1), [other])
    await expect(asking).rejects.toMatchObject({ code: 'MODEL_NOWHERE' })
    await expect(asking).rejects.toThrow(other.peer)
  })
})

describe('a peer', () => {
  test('whose chunk is not what its own list says is blamed at once, and the chunk comes from another', async () => {
    await using net = await contentPeers(3)
    const [asker, honest, evil] = net.peers as [ContentPeer, ContentPeer, ContentPeer]
    const sample = sampleOf(6)
    await put(honest.store, sample)
    using _ = honest.serve()
    using __ = liar(evil, sample.list, (i) => sample.chunk(i).with(9, sample.chunk(i)[9]! ^ 1))
    const copy = await asker.fetch(sample, [evil, honest])
    expect(isWhole(copy, sample)).toBe(true)
    expect(asker.charged).toMatchObject([{ peer: evil.peer, error: { code: 'CHUNK_FALSE' } }])
  })

  test('whose list leads to another content is blamed when the whole is here, and another list is tried', async () => {
    await using net = await contentPeers(3)
    const [asker, honest, evil] = net.peers as [ContentPeer, ContentPeer, ContentPeer]
    const sample = sampleOf(6)
    await put(honest.store, sample)
    const { list, read } = forged(sample, 3)
    using _ = liar(evil, list, read)
    const fetching = asker.fetch(sample, [evil], { tuning: { patienceMs: 500 } })
    // Alone, it is believed until the whole says otherwise.
    await expect(fetching).rejects.toMatchObject({ code: 'MODEL_NOWHERE' })
    // And what came from it is not handed on.
    expect(asker.store.get(sample.id)!.have.isFull).toBe(true)
    expect(asker.shelf.ids()).toEqual([])
    expect(await asker.shelf.hold(contentOf(sample.id), new AbortController().signal)).toBeUndefined()
    expect(asker.charged).toMatchObject([{ peer: evil.peer, error: { code: 'CONTENT_FALSE' } }])
    using __ = honest.serve()
    const copy = await asker.fetch(sample, [evil, honest])
    expect(isWhole(copy, sample)).toBe(true)
    expect(asker.charged.every(({ peer }) => peer === evil.peer)).toBe(true)
    // What both lists know under one hash was not fetched again.
    expect(honest.asked.map(({ from, count }) => [from, count])).toEqual([[3, 1]])
  })

  test('that is believed and then sends nothing does not keep others from giving the right content', async () => {
    await using net = await contentPeers(3)
    const [asker, honest, evil] = net.peers as [ContentPeer, ContentPeer, ContentPeer]
    const sample = sampleOf(4)
    const { list } = forged(sample, 2)
    const asked = Promise.withResolvers<void>()
    using _ = liar(evil, list, () => {
      asked.resolve()
      throw new MeshError('LIMIT', { what: 'patience', max: 0 })
    })
    const fetching = asker.fetch(sample, [evil, honest], { tuning: { quietMs: 200 } })
    await asked.promise
    await put(honest.store, sample)
    using __ = honest.serve()
    expect(isWhole(await fetching, sample)).toBe(true)
    expect(asker.charged).toEqual([])
  })

  test('that hands on a false list with a part of it is not blamed for it', async () => {
    await using net = await contentPeers(3)
    const [asker, honest, misled] = net.peers as [ContentPeer, ContentPeer, ContentPeer]
    const sample = sampleOf(3)
    const { list, read } = forged(sample, 1)
    const copy = misled.store.begin(sample.id, 'sample', list)
    for (const i of [0, 1, 2]) await copy.write(i, read(i))
    using _ = misled.serve()
    // The one chunk that is missing there comes from a liar that has the whole.
    await put(honest.store, sample, [3])
    using __ = liar(honest, list, read)
    await expect(asker.fetch(sample, [misled, honest], { tuning: { patienceMs: 500 } })).rejects.toMatchObject({
      code: 'MODEL_NOWHERE',
    })
    expect(asker.charged).toMatchObject([{ peer: honest.peer, error: { code: 'CONTENT_FALSE' } }])
  })

  test('that names a size beyond what is wanted is refused before its list is read', async () => {
    await using net = await contentPeers(2)
    const [asker, evil] = net.peers as [ContentPeer, ContentPeer]
    using _ = evil.answer(async function* () {
      yield { kind: 'head', bytes: 2 ** 29, have: new Uint8Array(64) }
    })
    const sample = sampleOf(1)
    const asking = asker.fetch(sample, [evil], { bytesMax: 2 ** 28, tuning: { patienceMs: 300 } })
    await expect(asking).rejects.toMatchObject({ code: 'MODEL_NOWHERE' })
    expect(asker.store.all()).toEqual([])
  })

  test('that sends next to nothing is left, and what it was asked for comes from another', async () => {
    await using net = await contentPeers(3)
    const [asker, quick, slow] = net.peers as [ContentPeer, ContentPeer, ContentPeer]
    const sample = sampleOf(20)
    await put(quick.store, sample)
    await put(slow.store, sample)
    using _ = slow.serve(
      (_, signal) => new Promise((__, reject) => signal.addEventListener('abort', () => reject(new Error('left')))),
    )
    using __ = quick.serve()
    // A busy process sends nothing for some hundred milliseconds.
    const tuning = { floorMs: 1_000 }
    expect(isWhole(await asker.fetch(sample, [slow, quick], { tuning }), sample)).toBe(true)

    const other = sampleOf(2, 5, 9)
    await put(slow.store, other)
    const alone = asker.fetch(other, [slow], { tuning: { ...tuning, patienceMs: 500 } })
    await expect(alone).rejects.toThrow('sends less than')
  })

  test('that sends one byte at a time, each soon after the last, is left as well', async () => {
    await using net = await contentPeers(2)
    const [asker, trickling] = net.peers as [ContentPeer, ContentPeer]
    const sample = sampleOf(1)
    using _ = trickling.answer(async function* (request, __, { signal }) {
      if (request.kind === 'list') {
        yield { kind: 'head', bytes: sample.bytes.length, have: ChunkSet.full(2).bytes }
        yield { kind: 'hashes', from: 0, hashes: sample.list.hashes }
        return
      }
      for (let offset = 0; ; offset++) {
        yield {
          kind: 'data',
          chunk: request.from,
          offset,
          bytes: sample.chunk(request.from).subarray(offset, offset + 1),
        }
        await pause(systemClock, 20, signal)
      }
    })
    const asking = asker.fetch(sample, [trickling], { tuning: { floorMs: 500, patienceMs: 600 } })
    await expect(asking).rejects.toThrow('sends less than')
    expect(asker.charged).toEqual([])
  })

  test('that vanishes in the middle costs nothing that had come', async () => {
    await using net = await contentPeers(3)
    const [asker, steady, leaving] = net.peers as [ContentPeer, ContentPeer, ContentPeer]
    const sample = sampleOf(12)
    await put(leaving.store, sample)
    await put(steady.store, sample)
    const gone = Promise.withResolvers<void>()
    let sent = 0
    using serving = leaving.serve(async (bytes) => {
      sent += bytes
      if (sent < 3 * 2 ** 20) return
      gone.resolve()
      serving[Symbol.dispose]()
      leaving.node.network.disconnect(asker.peer)
    })
    const fetching = asker.fetch(sample, [leaving, steady], { tuning: { patienceMs: 20_000 } })
    await gone.promise
    using __ = steady.serve()
    expect(isWhole(await fetching, sample)).toBe(true)
    const again = steady.asked.reduce((sum, { count }) => sum + count, 0)
    expect(again).toBeLessThan(13)
    expect(asker.charged).toEqual([])
  })
})

describe('a fetch', () => {
  test('that is cancelled keeps what came, and the next one goes on from there', async () => {
    await using net = await contentPeers(2)
    const [asker, giver] = net.peers as [ContentPeer, ContentPeer]
    const sample = sampleOf(10)
    await put(giver.store, sample)
    using _ = giver.serve()
    const stop = new AbortController()
    const onProgress = ({ bytesDone }: { readonly bytesDone: number }): void => {
      if (bytesDone > 2 ** 21) stop.abort()
    }
    const first = asker.fetch(sample, [giver], { onProgress, signal: stop.signal })
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    const kept = asker.store.get(sample.id)!.have.size
    expect(kept).toBeGreaterThan(1)
    giver.asked.length = 0
    expect(isWhole(await asker.fetch(sample, [giver]), sample)).toBe(true)
    expect(giver.asked.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(11 - kept)
  })

  test('that ended with all chunks and before the last check needs nobody', async () => {
    await using net = await contentPeers(1)
    const [asker] = net.peers as [ContentPeer]
    const sample = sampleOf(2)
    await put(asker.store, sample, [0, 1, 2])
    expect(isWhole(await asker.fetch(sample, []), sample)).toBe(true)
  })

  test('that does not fit the budget is refused before a chunk is asked for', async () => {
    await using net = await contentPeers(2, [{ spaceMax: 2 ** 20 }])
    const [asker, giver] = net.peers as [ContentPeer, ContentPeer]
    const sample = sampleOf(2)
    await put(giver.store, sample)
    using _ = giver.serve()
    await expect(asker.fetch(sample, [giver])).rejects.toMatchObject({ code: 'MODEL_SPACE' })
    expect(giver.asked).toEqual([])
  })
})
