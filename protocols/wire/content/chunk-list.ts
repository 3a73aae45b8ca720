/**
 * A content cut into chunks of 1 MiB, the last one shorter, and the SHA-256 of each. The content's id is the hash of the whole,
 * so a list is a claim of whoever gives it: it says at once which chunk is not the list's, and only the whole says whether the
 * list is the content's.
 */
import { concat, equalBytes, toHex } from '../../kernel/bytes.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'

/** Small enough to be held in memory for each peer that sends one, large enough that the list of 64 GiB is 2 MiB. */
export const CHUNK_BYTES = 1_048_576
/** The largest weights that an inspection lets through. */
export const CONTENT_BYTES_MAX = 64 * 2 ** 30
export const CONTENT_CHUNKS_MAX = CONTENT_BYTES_MAX / CHUNK_BYTES
export const HASH_BYTES = 32

export const chunksOf = (bytes: number): number => Math.ceil(bytes / CHUNK_BYTES)

export class ChunkList {
  /** Of the whole content. */
  readonly bytes: number
  /** 32 bytes for each chunk. */
  readonly hashes: Uint8Array
  /** SHA-256 of the size (8 bytes, big-endian) and the hashes: two peers with one list have one id for it. */
  readonly id: Hash32

  /** @throws RangeError where the hashes are not those of a content of `bytes` */
  constructor(hasher: Pick<Hasher, 'sha256'>, bytes: number, hashes: Uint8Array) {
    if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > CONTENT_BYTES_MAX)
      throw new RangeError(`a content has 1 to ${CONTENT_BYTES_MAX} bytes`)
    if (hashes.length !== chunksOf(bytes) * HASH_BYTES) throw new RangeError('a list has a hash for each chunk')
    this.bytes = bytes
    this.hashes = hashes
    const size = new Uint8Array(8)
    new DataView(size.buffer).setBigUint64(0, BigInt(bytes))
    this.id = toHex(hasher.sha256(concat(size, hashes))) as Hash32
  }

  get count(): number {
    return chunksOf(this.bytes)
  }

  bytesOf(chunk: number): number {
    return chunk === this.count - 1 ? this.bytes - chunk * CHUNK_BYTES : CHUNK_BYTES
  }

  hashOf(chunk: number): Uint8Array {
    return this.hashes.subarray(chunk * HASH_BYTES, (chunk + 1) * HASH_BYTES)
  }

  /** Whether this is that chunk, by this list. */
  fits(hasher: Pick<Hasher, 'sha256'>, chunk: number, bytes: Uint8Array): boolean {
    return bytes.length === this.bytesOf(chunk) && equalBytes(hasher.sha256(bytes), this.hashOf(chunk))
  }
}
