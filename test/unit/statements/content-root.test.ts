import { describe, expect, test } from 'vitest'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { LEAF_BYTES } from '../../../protocols/kernel/limits.ts'
import {
  CONTENT_LEAVES_MAX,
  CONTENT_STREAMS_MAX,
  contentRoot,
  leafDigests,
  requireLawful,
  rootOfDigests,
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
  test('is the same from stretches of leaves that were hashed apart', () => {
    const bytes = contentStreams([5 * LEAF_BYTES + 9])[0]!
    const stretch = { salt: contentSalt, direction: 'out', stream: 0 } as const
    for (let cut = 0; cut <= 5; cut++) {
      const digests = concat(
        ...(cut === 0 ? [] : [leafDigests(crypto, { ...stretch, firstLeaf: 0 }, bytes.subarray(0, cut * LEAF_BYTES))]),
        leafDigests(crypto, { ...stretch, firstLeaf: cut }, bytes.subarray(cut * LEAF_BYTES)),
      )
      expect(rootOfDigests(crypto, [digests])).toBe(rootOf([bytes]))
    }
  })
  test('differs for every other way to cut the same bytes into streams, and for every truncated tail', () => {
    const lengths = [[6], [5], [0, 6], [6, 0], [3, 3], [2, 4], [4, 2], [2, 2, 2], [6, 0, 0], [0, 0], [0], []]
    const same = (list: readonly number[]) => list.map((length) => new Uint8Array(length))
    expect(new Set(lengths.map((list) => rootOf(same(list)))).size).toBe(lengths.length)
    const tails = [0, 1, LEAF_BYTES - 1, LEAF_BYTES, LEAF_BYTES + 1, 2 * LEAF_BYTES - 1, 2 * LEAF_BYTES]
    expect(new Set(tails.map((length) => rootOf([new Uint8Array(length)]))).size).toBe(tails.length)
  })
  test('is refused for a salt of another length, a stream that is no uint32, and above its limits', () => {
    const bytes = new Uint8Array(1)
    expect(() => contentRoot(crypto, new Uint8Array(31), 'in', [bytes])).toThrow(RangeError)
    const stretch = { salt: contentSalt, direction: 'in', firstLeaf: 0 } as const
    for (const stream of [-1, 0.5, 2 ** 32, Number.NaN])
      expect(() => leafDigests(crypto, { ...stretch, stream }, bytes)).toThrow(RangeError)
    const empty = new Uint8Array(0)
    const streams = (count: number) => Array.from({ length: count }, () => empty)
    expect(() => rootOf(streams(CONTENT_STREAMS_MAX))).not.toThrow()
    expect(() => rootOf(streams(CONTENT_STREAMS_MAX + 1))).toThrow(RangeError)
    expect(() => requireLawful([CONTENT_LEAVES_MAX - 1, 1])).not.toThrow()
    expect(() => requireLawful([CONTENT_LEAVES_MAX, 1])).toThrow(RangeError)
  })
})
