import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LEAF_BYTES } from '../../../protocols/kernel/limits.ts'
import {
  CONTENT_STREAMS_MAX,
  contentRoot,
  leafDigests,
  type Stretch,
} from '../../../protocols/statements/content-root.ts'
import { GrowingContent, type LeafHasher, STRETCH_BYTES } from '../../../protocols/statements/growing-content.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { contentSalt, contentStreams } from '../../support/statement-vectors/tree-vectors.ts'
import '../../support/property-seed.ts'

const of = { salt: contentSalt, direction: 'out' } as const
const never = new AbortController().signal
const rootOf = (streams: readonly Uint8Array[]) => contentRoot(crypto, contentSalt, 'out', streams)

interface Asked {
  readonly stretch: Stretch
  readonly bytes: Uint8Array
  answer(): void
  fail(error: Error): void
}

/** Answers when the test says so, in whatever order. */
function slowHasher(): LeafHasher & { readonly asked: Asked[] } {
  const asked: Asked[] = []
  return {
    asked,
    digests(stretch, bytes) {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
      asked.push({ stretch, bytes, answer: () => resolve(leafDigests(crypto, stretch, bytes)), fail: reject })
      return promise
    },
  }
}

const prompt: LeafHasher = { digests: async (stretch, bytes) => leafDigests(crypto, stretch, bytes) }

describe('content that grows', () => {
  test('has the root of the whole, however its streams arrive', async () => {
    const content = contentStreams([3 * STRETCH_BYTES + 5, 0, STRETCH_BYTES, 9])
    const whole = rootOf(content)
    const steps = fc.array(fc.tuple(fc.nat(3), fc.nat(2 * STRETCH_BYTES)), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(steps, async (pieces) => {
        const growing = new GrowingContent(crypto, prompt, of, never)
        const at = content.map(() => 0)
        for (const [stream] of content.entries()) growing.arrived(stream, content[stream]!, 0)
        for (const [stream, length] of pieces) {
          at[stream] = Math.min(at[stream]! + length, content[stream]!.length)
          growing.arrived(stream, content[stream]!, at[stream]!)
        }
        for (const [stream, data] of content.entries()) growing.arrived(stream, data, data.length)
        expect(await growing.root()).toBe(whole)
      }),
      { numRuns: 20 },
    )
  })

  test('has the root of nothing where there is nothing', async () => {
    expect(await new GrowingContent(crypto, prompt, of, never).root()).toBe(rootOf([]))
  })

  test('is handed over in stretches as they fill, some at a time, and the rest as those come back', async () => {
    const hasher = slowHasher()
    const [data] = contentStreams([20 * STRETCH_BYTES + LEAF_BYTES]) as [Uint8Array]
    const growing = new GrowingContent(crypto, hasher, of, never)
    growing.arrived(0, data, STRETCH_BYTES - 1)
    expect(hasher.asked).toHaveLength(0)
    growing.arrived(0, data, STRETCH_BYTES + 1)
    expect(hasher.asked).toHaveLength(1)
    growing.arrived(0, data, data.length)
    const atOnce = hasher.asked.length
    expect(atOnce).toBeLessThan(10)
    const root = growing.root()
    // The newest first: the order in which threads are done is nobody's to say.
    let answered = 0
    while (answered < 21) {
      const waiting = hasher.asked.splice(0).reverse()
      expect(waiting.length).toBeLessThanOrEqual(atOnce)
      for (const { answer } of waiting) answer()
      answered += waiting.length
      await new Promise(setImmediate)
    }
    expect(await root).toBe(rootOf([data]))
  })

  test('has no root where a stretch could not be hashed', async () => {
    const hasher = slowHasher()
    const [data] = contentStreams([2 * STRETCH_BYTES]) as [Uint8Array]
    const growing = new GrowingContent(crypto, hasher, of, never)
    growing.arrived(0, data, data.length)
    hasher.asked[1]!.fail(new Error('the thread is gone'))
    hasher.asked[0]!.answer()
    await expect(growing.root()).rejects.toThrow('the thread is gone')
  })

  test('stops handing over when it is given up', async () => {
    const stop = new AbortController()
    const hasher = slowHasher()
    const [data] = contentStreams([20 * STRETCH_BYTES]) as [Uint8Array]
    const growing = new GrowingContent(crypto, hasher, of, stop.signal)
    growing.arrived(0, data, data.length)
    const root = growing.root()
    root.catch(() => undefined)
    const before = hasher.asked.length
    stop.abort()
    for (const { answer } of hasher.asked) answer()
    await expect(root).rejects.toThrow('cancelled')
    expect(hasher.asked).toHaveLength(before)
  })

  test('is refused where a stream is left out, where one is missing at the end, and above its limits', async () => {
    const growing = new GrowingContent(crypto, prompt, of, never)
    expect(() => growing.arrived(1, new Uint8Array(1), 1)).toThrow(RangeError)
    growing.arrived(0, new Uint8Array(2), 1)
    await expect(growing.root()).rejects.toThrow(RangeError)
    const empty = new Uint8Array(0)
    const many = new GrowingContent(crypto, prompt, of, never)
    for (let stream = 0; stream < CONTENT_STREAMS_MAX; stream++) many.arrived(stream, empty, 0)
    expect(() => many.arrived(CONTENT_STREAMS_MAX, empty, 0)).toThrow(RangeError)
  })
})
