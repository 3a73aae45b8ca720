import { describe, expect, test } from 'vitest'
import { HashThreads } from '../../../node/hashing/hash-threads.ts'
import { HashWorker } from '../../../node/hashing/hash-worker.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { contentRoot, leafDigests, type Stretch } from '../../../protocols/statements/content-root.ts'
import { GrowingContent, type LeafHasher, STRETCH_BYTES } from '../../../protocols/statements/growing-content.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { contentSalt, contentStreams } from '../../support/statement-vectors/tree-vectors.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const never = new AbortController().signal
const of = { salt: contentSalt, direction: 'in' } as const
const stretch: Stretch = { ...of, stream: 0, firstLeaf: 0 }

const unexpected = (error: unknown): never => {
  throw error
}

/** Counts what is hashed on the node's own thread. */
function hereHasher(): LeafHasher & { calls: number } {
  return {
    calls: 0,
    async digests(where, bytes) {
      this.calls++
      return leafDigests(crypto, where, bytes)
    },
  }
}

function rootIn(threads: LeafHasher, streams: readonly Uint8Array[], signal = never) {
  const content = new GrowingContent(crypto, threads, of, signal)
  for (const [stream, data] of streams.entries()) content.arrived(stream, data, data.length)
  return content.root()
}

describe('threads that hash', () => {
  test('give the root that hashing here gives, of several contents at a time', async () => {
    const here = hereHasher()
    await using threads = new HashThreads({ clock: systemClock, here, threadsMax: 2, onFailure: unexpected })
    const contents = [[20 * STRETCH_BYTES + 3], [STRETCH_BYTES, 0, 5], [4 * STRETCH_BYTES]].map(contentStreams)
    const roots = await Promise.all(contents.map((streams) => rootIn(threads, streams)))
    expect(roots).toEqual(contents.map((streams) => contentRoot(crypto, contentSalt, 'in', streams)))
    expect(threads.threads).toBe(2)
    // The ends of the first two, and the small streams.
    expect(here.calls).toBe(3)
  })

  test('are not started for little, and end when nothing has come for a while', async () => {
    const clock = new ManualClock()
    const here = hereHasher()
    await using threads = new HashThreads({ clock, here, threadsMax: 2, onFailure: unexpected })
    await rootIn(threads, contentStreams([100_000]))
    expect(threads.threads).toBe(0)
    await rootIn(threads, contentStreams([STRETCH_BYTES]))
    expect(threads.threads).toBe(1)
    clock.advance(9_000)
    expect(threads.threads).toBe(1)
    clock.advance(2_000)
    expect(threads.threads).toBe(0)
    const again = contentStreams([2 * STRETCH_BYTES])
    expect(await rootIn(threads, again)).toBe(contentRoot(crypto, contentSalt, 'in', again))
  })

  test('drop what is given up before a thread had room for it', async () => {
    await using threads = new HashThreads({
      clock: systemClock,
      here: hereHasher(),
      threadsMax: 1,
      onFailure: unexpected,
    })
    const stop = new AbortController()
    const bytes = new Uint8Array(STRETCH_BYTES)
    const taken = [0, 1].map(() => threads.digests(stretch, bytes, stop.signal))
    const waiting = threads.digests(stretch, bytes, stop.signal)
    stop.abort()
    await expect(waiting).rejects.toThrow('cancelled')
    await expect(threads.digests(stretch, bytes, stop.signal)).rejects.toThrow('cancelled')
    expect((await Promise.all(taken)).map(({ length }) => length)).toEqual([512, 512])
  })

  test('go on where what one was given cannot be hashed', async () => {
    const here = hereHasher()
    await using threads = new HashThreads({ clock: systemClock, here, threadsMax: 2, onFailure: unexpected })
    const streams = contentStreams([6 * STRETCH_BYTES])
    await expect(
      threads.digests({ ...stretch, salt: new Uint8Array(3) }, streams[0]!.subarray(0, STRETCH_BYTES), never),
    ).rejects.toThrow('a salt has 32 bytes')
    expect(await rootIn(threads, streams)).toBe(contentRoot(crypto, contentSalt, 'in', streams))
    expect(here.calls).toBe(1)
  })

  test('are done without for a minute where one has ended, which is told once, and then started anew', async () => {
    const clock = new ManualClock()
    const here = hereHasher()
    const told: unknown[] = []
    let ends = true
    const startWorker = (): HashWorker => {
      const worker = new HashWorker()
      if (ends) void worker[Symbol.asyncDispose]()
      return worker
    }
    await using threads = new HashThreads({
      ...{ clock, here, threadsMax: 1, startWorker },
      onFailure: (error) => told.push(error),
    })
    const streams = contentStreams([3 * STRETCH_BYTES])
    const root = contentRoot(crypto, contentSalt, 'in', streams)
    expect(await rootIn(threads, streams)).toBe(root)
    expect([here.calls, threads.threads, told.length]).toEqual([3, 0, 1])
    clock.advance(60_000)
    expect(await rootIn(threads, streams)).toBe(root)
    expect([here.calls, told.length]).toEqual([6, 1])
    ends = false
    clock.advance(59_999)
    expect(await rootIn(threads, streams)).toBe(root)
    expect(here.calls).toBe(9)
    clock.advance(1)
    expect(await rootIn(threads, streams)).toBe(root)
    expect([here.calls, threads.threads]).toEqual([9, 1])
    expect(told).toEqual([expect.objectContaining({ message: 'the thread has ended' })])
  })

  test('are done without where the process may not start any', async () => {
    const here = hereHasher()
    const startWorker = () => {
      throw new Error('Access to this API has been restricted')
    }
    const told: unknown[] = []
    const onFailure = (error: unknown) => void told.push(error)
    await using threads = new HashThreads({ clock: systemClock, here, startWorker, onFailure })
    const streams = contentStreams([3 * STRETCH_BYTES])
    expect(await rootIn(threads, streams)).toBe(contentRoot(crypto, contentSalt, 'in', streams))
    expect([here.calls, threads.threads, told.length]).toEqual([3, 0, 1])
  })

  test('finish what they have, and hash the rest here, when the node stops', async () => {
    const here = hereHasher()
    const threads = new HashThreads({ clock: systemClock, here, threadsMax: 1, onFailure: unexpected })
    const streams = contentStreams([5 * STRETCH_BYTES])
    const root = rootIn(threads, streams)
    await threads[Symbol.asyncDispose]()
    expect(await root).toBe(contentRoot(crypto, contentSalt, 'in', streams))
    expect(here.calls).toBe(3)
  })
})
