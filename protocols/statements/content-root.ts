/**
 * Roots over what was sent. Each stream is cut into slices of 64 KiB, whatever the framing was; leaf = keccak256(0x00 || salt
 * (32) || direction (1: 0 in, 1 out) || stream (uint32) || index (uint32) || slice), integers big-endian; the leaves, by
 * stream and then index, make a Merkle tree. The salt stays between the two: a root of "yes" would otherwise be no secret.
 *
 * A stream without a byte has one leaf over the empty slice, so that it differs from no stream; content without a stream has
 * the root zero. Every length is bound: a slice ends where its hash input ends, and a root names one sequence of leaves.
 */
import { toHex } from '../kernel/bytes.ts'
import { type Hash32, ZERO_HASH } from '../kernel/ids.ts'
import { INPUT_BYTES_MAX, LEAF_BYTES } from '../kernel/limits.ts'
import type { Hasher } from '../kernel/ports.ts'
import { LEAF_PREFIX, merkleRoot } from './merkle.ts'

type Keccak = Pick<Hasher, 'keccak256'>

export const SALT_BYTES = 32
export const DIGEST_BYTES = 32
export const contentDirection = { in: 0, out: 1 } as const
export type ContentDirection = keyof typeof contentDirection

/** Streams of one content: a model has at most some dozens of inputs or outputs. */
export const CONTENT_STREAMS_MAX = 256
/** Leaves of one content, all streams together: the largest input, and a last slice for each stream. 512 KiB of digests. */
export const CONTENT_LEAVES_MAX = INPUT_BYTES_MAX / LEAF_BYTES + CONTENT_STREAMS_MAX

const HEAD_BYTES = 1 + SALT_BYTES + 1 + 4 + 4
const STREAM_AT = HEAD_BYTES - 8

/** Where a stretch of one stream stands in its content: all of its leaves' heads follow from it. */
export interface Stretch {
  readonly salt: Uint8Array
  readonly direction: ContentDirection
  readonly stream: number
  /** Index in its stream of the stretch's first leaf. */
  readonly firstLeaf: number
}

export const leavesOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / LEAF_BYTES))

/**
 * Digests of the leaves of `bytes`, one behind the other. The bytes begin at a leaf, and end at one or with their stream.
 * @throws RangeError where the salt has not 32 bytes, or the stream is no uint32
 */
export function leafDigests(crypto: Keccak, stretch: Stretch, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { salt, direction, stream, firstLeaf } = stretch
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`)
  if (!Number.isInteger(stream) || stream < 0 || stream > 0xffff_ffff) throw new RangeError('a stream is a uint32')
  const head = new Uint8Array(HEAD_BYTES)
  head[0] = LEAF_PREFIX
  head.set(salt, 1)
  head[1 + SALT_BYTES] = contentDirection[direction]
  const place = new DataView(head.buffer, STREAM_AT)
  place.setUint32(0, stream)
  const leaves = leavesOf(bytes.length)
  if (leaves === 1) {
    place.setUint32(4, firstLeaf)
    return crypto.keccak256(head, bytes)
  }
  const digests = new Uint8Array(leaves * DIGEST_BYTES)
  for (let leaf = 0; leaf < leaves; leaf++) {
    place.setUint32(4, firstLeaf + leaf)
    const slice = bytes.subarray(leaf * LEAF_BYTES, (leaf + 1) * LEAF_BYTES)
    digests.set(crypto.keccak256(head, slice), leaf * DIGEST_BYTES)
  }
  return digests
}

/** The root over the leaf digests of each stream, in the order of the streams. Zero for none. @throws RangeError above the limits */
export function rootOfDigests(crypto: Keccak, streams: readonly Uint8Array[]): Hash32 {
  requireLawful(streams.map((digests) => digests.length / DIGEST_BYTES))
  const [first] = streams
  if (first === undefined) return ZERO_HASH
  if (streams.length === 1 && first.length === DIGEST_BYTES) return toHex(first) as Hash32
  const leaves: Uint8Array[] = []
  for (const digests of streams)
    for (let at = 0; at < digests.length; at += DIGEST_BYTES) leaves.push(digests.subarray(at, at + DIGEST_BYTES))
  return toHex(merkleRoot(crypto, leaves)) as Hash32
}

/**
 * The root of streams that are all at hand, in the order of their numbers. It hashes here and now: for what is small, or where
 * nothing else has to go on meanwhile.
 * @throws RangeError above the limits
 */
export function contentRoot(
  crypto: Keccak,
  salt: Uint8Array,
  direction: ContentDirection,
  streams: readonly Uint8Array[],
): Hash32 {
  requireLawful(streams.map(({ length }) => leavesOf(length)))
  const digests = streams.map((bytes, stream) => leafDigests(crypto, { salt, direction, stream, firstLeaf: 0 }, bytes))
  return rootOfDigests(crypto, digests)
}

/** Asked before anything is hashed. @throws RangeError */
export function requireLawful(leavesOfStreams: readonly number[]): void {
  if (leavesOfStreams.length > CONTENT_STREAMS_MAX)
    throw new RangeError(`content has at most ${CONTENT_STREAMS_MAX} streams`)
  if (leavesOfStreams.reduce((sum, leaves) => sum + leaves, 0) > CONTENT_LEAVES_MAX)
    throw new RangeError(`content has at most ${CONTENT_LEAVES_MAX} leaves`)
}
