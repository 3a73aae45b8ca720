/**
 * `/aitbc/<tag>/content/1`: files between peers, by the SHA-256 of the whole. A peer says how large the content is, which
 * chunks it has and what each of them hashes to, and sends runs of them; partial copies serve too.
 */
import { type BodyOf, bytes, type Codec, hash32Codec, record, uint, union } from '../../kernel/codec.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import { SLICE_BYTES_MAX } from '../../kernel/limits.ts'
import type { Protocol } from '../../kernel/protocol.ts'
import { CHUNK_BYTES, CONTENT_BYTES_MAX, CONTENT_CHUNKS_MAX, HASH_BYTES } from './chunk-list.ts'
import { bytesOfSet } from './chunk-set.ts'

/** Hashes of one message: a list of 2 GiB comes in two, and none of them holds up a session for long. */
export const PAGE_HASHES = 1_024
/** Chunks of one call: what a peer that turns out slow keeps from others, and what a call's overhead is spread over. */
export const RUN_CHUNKS_MAX = 16

export type ContentRequest =
  /** What you hold of it, and the hashes of your list from chunk `from` on; a `from` behind the last asks for no hashes. */
  | { readonly kind: 'list'; readonly content: Hash32; readonly from: number }
  /** Chunks of the content under the list with this id. */
  | {
      readonly kind: 'chunks'
      readonly content: Hash32
      readonly list: Hash32
      readonly from: number
      readonly count: number
    }

export type ContentResponse =
  /** First answer to `list`. */
  | { readonly kind: 'head'; readonly bytes: number; readonly have: Uint8Array }
  /** At most {@link PAGE_HASHES} hashes, the first of chunk `from`. */
  | { readonly kind: 'hashes'; readonly from: number; readonly hashes: Uint8Array }
  /** A slice of a chunk; chunks and their slices come in order. */
  | { readonly kind: 'data'; readonly chunk: number; readonly offset: number; readonly bytes: Uint8Array }

const chunkIndex = uint(CONTENT_CHUNKS_MAX - 1)

export const contentRequestCodec: Codec<ContentRequest> = union<ContentRequest>({
  list: [0, record<BodyOf<ContentRequest, 'list'>>({ content: hash32Codec, from: uint(CONTENT_CHUNKS_MAX) })],
  chunks: [
    1,
    record<BodyOf<ContentRequest, 'chunks'>>({
      content: hash32Codec,
      list: hash32Codec,
      from: chunkIndex,
      count: uint(RUN_CHUNKS_MAX),
    }),
  ],
})

export const contentResponseCodec: Codec<ContentResponse> = union<ContentResponse>({
  head: [
    0,
    record<BodyOf<ContentResponse, 'head'>>({
      bytes: uint(CONTENT_BYTES_MAX),
      have: bytes(bytesOfSet(CONTENT_CHUNKS_MAX), 1),
    }),
  ],
  hashes: [
    1,
    record<BodyOf<ContentResponse, 'hashes'>>({
      from: chunkIndex,
      hashes: bytes(PAGE_HASHES * HASH_BYTES, HASH_BYTES),
    }),
  ],
  data: [
    2,
    record<BodyOf<ContentResponse, 'data'>>({
      chunk: chunkIndex,
      offset: uint(CHUNK_BYTES - 1),
      bytes: bytes(SLICE_BYTES_MAX, 1),
    }),
  ],
})

const SLICES_OF_A_CHUNK = Math.ceil(CHUNK_BYTES / SLICE_BYTES_MAX)

export const contentProtocol: Protocol<ContentRequest, ContentResponse> = {
  name: 'content',
  major: 1,
  request: contentRequestCodec,
  response: contentResponseCodec,
  limits: {
    inFlightPerPeerMax: 4,
    callsPerSecondMax: 20,
    requestsMax: 1,
    responsesMax: RUN_CHUNKS_MAX * SLICES_OF_A_CHUNK,
  },
  // A file that is served for the first time is hashed before its list is known.
  timeouts: { firstResponseMs: 20_000, betweenMs: 20_000 },
}
