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
import type { Hasher, KeccakStream } from '../kernel/ports.ts'
import { LEAF_PREFIX, merkleRoot } from './merkle.ts'

export const SALT_BYTES = 32
export const contentDirection = { in: 0, out: 1 } as const
export type ContentDirection = keyof typeof contentDirection

/** Streams of one content: a model has at most some dozens of inputs or outputs, and each stream held open costs its state. */
export const CONTENT_STREAMS_MAX = 256
/** Leaves of one content, all streams together: the largest input, and a last slice for each stream. 512 KiB of digests. */
export const CONTENT_LEAVES_MAX = INPUT_BYTES_MAX / LEAF_BYTES + CONTENT_STREAMS_MAX

const HEAD_BYTES = 1 + SALT_BYTES + 1 + 4 + 4

class StreamLeaves {
  readonly leaves: Uint8Array[] = []
  /** The leaf that is being filled; none right after a full one. */
  open: KeccakStream | undefined
  openBytes = 0
}

/** Hashes content as it passes, each byte once. Slices of one stream come in order; streams may alternate. */
export class ContentHasher {
  readonly #crypto: Pick<Hasher, 'keccak256' | 'keccakStream'>
  readonly #head: Uint8Array
  readonly #streams = new Map<number, StreamLeaves>()
  #leaves = 0

  /** @throws RangeError where the salt has not 32 bytes */
  constructor(crypto: Pick<Hasher, 'keccak256' | 'keccakStream'>, salt: Uint8Array, direction: ContentDirection) {
    if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`)
    this.#crypto = crypto
    this.#head = new Uint8Array(HEAD_BYTES)
    this.#head[0] = LEAF_PREFIX
    this.#head.set(salt, 1)
    this.#head[1 + SALT_BYTES] = contentDirection[direction]
  }

  /** Any length, none included: an empty slice opens a stream that may stay empty. @throws RangeError above the limits */
  update(stream: number, slice: Uint8Array): void {
    const leaves = this.#stream(stream)
    for (let at = 0; at < slice.length; ) {
      const open = leaves.open ?? this.#openLeaf(stream, leaves)
      const part = slice.subarray(at, at + LEAF_BYTES - leaves.openBytes)
      open.update(part)
      leaves.openBytes += part.length
      at += part.length
      if (leaves.openBytes === LEAF_BYTES) closeLeaf(leaves)
    }
  }

  /** Ends the content; the hasher is spent. Zero where no stream was opened. */
  root(): Hash32 {
    const all: Uint8Array[] = []
    for (const [stream, leaves] of [...this.#streams].sort(([a], [b]) => a - b)) {
      if (leaves.leaves.length === 0 && leaves.open === undefined) this.#openLeaf(stream, leaves)
      closeLeaf(leaves)
      all.push(...leaves.leaves)
    }
    return all.length === 0 ? ZERO_HASH : (toHex(merkleRoot(this.#crypto, all)) as Hash32)
  }

  #stream(stream: number): StreamLeaves {
    const known = this.#streams.get(stream)
    if (known !== undefined) return known
    if (!Number.isInteger(stream) || stream < 0 || stream > 0xffff_ffff) throw new RangeError('a stream is a uint32')
    if (this.#streams.size === CONTENT_STREAMS_MAX)
      throw new RangeError(`content has at most ${CONTENT_STREAMS_MAX} streams`)
    const opened = new StreamLeaves()
    this.#streams.set(stream, opened)
    return opened
  }

  #openLeaf(stream: number, leaves: StreamLeaves): KeccakStream {
    if (++this.#leaves > CONTENT_LEAVES_MAX) throw new RangeError(`content has at most ${CONTENT_LEAVES_MAX} leaves`)
    const head = new DataView(this.#head.buffer, HEAD_BYTES - 8)
    head.setUint32(0, stream)
    head.setUint32(4, leaves.leaves.length)
    leaves.open = this.#crypto.keccakStream().update(this.#head)
    leaves.openBytes = 0
    return leaves.open
  }
}

function closeLeaf(leaves: StreamLeaves): void {
  if (leaves.open === undefined) return
  leaves.leaves.push(leaves.open.digest())
  leaves.open = undefined
  leaves.openBytes = 0
}

/** The root of streams that are all at hand, in the order of their numbers. */
export function contentRoot(
  crypto: Pick<Hasher, 'keccak256' | 'keccakStream'>,
  salt: Uint8Array,
  direction: ContentDirection,
  streams: readonly Uint8Array[],
): Hash32 {
  const hasher = new ContentHasher(crypto, salt, direction)
  for (const [stream, bytes] of streams.entries()) hasher.update(stream, bytes)
  return hasher.root()
}
