import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { LEAF_BYTES } from '../../../protocols/kernel/limits.ts'
import {
  CONTENT_LEAVES_MAX,
  CONTENT_STREAMS_MAX,
  ContentHasher,
  contentRoot,
} from '../../../protocols/statements/content-root.ts'
import { merkleRoot } from '../../../protocols/statements/merkle.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { bytesOf, vectors } from '../../support/statement-vectors/read.ts'
import { contentSalt, contentStreams } from '../../support/statement-vectors/tree-vectors.ts'
import '../../support/property-seed.ts'

const rootOf = (streams: readonly Uint8Array[]): Hash32 => contentRoot(crypto, contentSalt, 'out', streams)

describe('a content root', () => {
  test.each(vectors.content.valid)(
    'over streams of $lengths bytes, $direction',
    ({ salt, direction, lengths, root }) => {
      expect(contentRoot(crypto, bytesOf(salt), direction, contentStreams(lengths))).toBe(root)
    },
  )
  test('is none of the roots of other content', () => {
    for (const { name, salt, direction, lengths, root } of vectors.content.invalid)
      expect(contentRoot(crypto, bytesOf(salt), direction, contentStreams(lengths)), name).not.toBe(root)
  })
  test('is made of exactly these bytes', () => {
    const [first, second] = contentStreams([LEAF_BYTES + 3, 2]) as [Uint8Array, Uint8Array]
    const u32 = (value: number) => Uint8Array.of(0, 0, 0, value)
    const leaf = (stream: number, index: number, slice: Uint8Array) =>
      crypto.keccak256(concat(Uint8Array.of(0), contentSalt, Uint8Array.of(1), u32(stream), u32(index), slice))
    const leaves = [
      leaf(0, 0, first.subarray(0, LEAF_BYTES)),
      leaf(0, 1, first.subarray(LEAF_BYTES)),
      leaf(1, 0, second),
    ]
    expect(rootOf([first, second])).toBe(toHex(merkleRoot(crypto, leaves)))
  })
  test('of nothing is zero', () => {
    expect(rootOf([])).toBe(ZERO_HASH)
  })
  test('does not depend on framing, nor on how streams alternate', () => {
    const content = contentStreams([150_000, 0, 70_000, 9])
    const whole = rootOf(content)
    const cuts = fc.array(fc.tuple(fc.nat(3), fc.nat(90_000)), { maxLength: 40 })
    fc.assert(
      fc.property(cuts, (pieces) => {
        const hasher = new ContentHasher(crypto, contentSalt, 'out')
        const at = content.map(() => 0)
        for (const [stream, length] of pieces) {
          hasher.update(stream, content[stream]!.subarray(at[stream]!, at[stream]! + length))
          at[stream]! += Math.min(length, content[stream]!.length - at[stream]!)
        }
        for (const [stream, bytes] of content.entries()) hasher.update(stream, bytes.subarray(at[stream]!))
        return hasher.root() === whole
      }),
      { numRuns: 30 },
    )
  })
  test('differs for every other way to cut the same bytes into streams, and for every truncated tail', () => {
    const lengths = [[6], [5], [0, 6], [6, 0], [3, 3], [2, 4], [4, 2], [2, 2, 2], [6, 0, 0], [0, 0], [0], []]
    const same = (list: readonly number[]) => list.map((length) => new Uint8Array(length))
    expect(new Set(lengths.map((list) => rootOf(same(list)))).size).toBe(lengths.length)
    const tails = [0, 1, LEAF_BYTES - 1, LEAF_BYTES, LEAF_BYTES + 1, 2 * LEAF_BYTES - 1, 2 * LEAF_BYTES]
    expect(new Set(tails.map((length) => rootOf([new Uint8Array(length)]))).size).toBe(tails.length)
  })
  test('two contents may be hashed side by side', () => {
    const content = contentStreams([100_000])[0]!
    const [a, b] = [new ContentHasher(crypto, contentSalt, 'out'), new ContentHasher(crypto, contentSalt, 'in')]
    for (let at = 0; at < content.length; at += 1_000) {
      a.update(0, content.subarray(at, at + 1_000))
      crypto.keccak256(content.subarray(at, at + 10))
      b.update(0, content.subarray(at, at + 1_000))
    }
    expect([a.root(), b.root()]).toEqual([
      contentRoot(crypto, contentSalt, 'out', [content]),
      contentRoot(crypto, contentSalt, 'in', [content]),
    ])
  })
  test('is refused for a salt of another length, a stream that is no uint32, and above its limits', () => {
    expect(() => new ContentHasher(crypto, new Uint8Array(31), 'in')).toThrow(RangeError)
    const hasher = new ContentHasher(crypto, contentSalt, 'in')
    for (const stream of [-1, 0.5, 2 ** 32, Number.NaN])
      expect(() => hasher.update(stream, new Uint8Array(1))).toThrow(RangeError)
    for (let stream = 0; stream < CONTENT_STREAMS_MAX; stream++) hasher.update(stream, new Uint8Array(0))
    expect(() => hasher.update(CONTENT_STREAMS_MAX, new Uint8Array(0))).toThrow(RangeError)
  })
  test('stops at its last leaf', () => {
    // A Keccak of nothing but its calls: hashing 1 GiB would show no more of the count.
    const counting = {
      ...crypto,
      keccakStream: () => ({ update: () => counting.keccakStream(), digest: () => new Uint8Array(32) }),
    } as unknown as typeof crypto
    const hasher = new ContentHasher(counting, contentSalt, 'in')
    const slice = new Uint8Array(LEAF_BYTES)
    for (let leaf = 0; leaf < CONTENT_LEAVES_MAX; leaf++) hasher.update(0, slice)
    expect(() => hasher.update(0, slice)).toThrow(RangeError)
  })
})
