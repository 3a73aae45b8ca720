/** The whole of protocols/wire/content/vectors.json. */
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { SLICE_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import {
  CHUNK_BYTES,
  ChunkList,
  CONTENT_BYTES_MAX,
  CONTENT_CHUNKS_MAX,
} from '../../../protocols/wire/content/chunk-list.ts'
import { ChunkSet } from '../../../protocols/wire/content/chunk-set.ts'
import { contentKey } from '../../../protocols/wire/content/content-key.ts'
import {
  type ContentRequest,
  type ContentResponse,
  contentRequestCodec,
  contentResponseCodec,
} from '../../../protocols/wire/content/content-protocol.ts'
import { crypto, domain } from '../statement-vectors/cast.ts'
import { bytesItem, intItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { invalidSamples, type Samples, validSamples } from './messages.ts'
import { type Beyond, tooLong } from './spoil.ts'

const encoder = new TextEncoder()
const sha256 = (text: string): Uint8Array => crypto.sha256(encoder.encode(text))
const content = toHex(sha256('content')) as Hash32
const list = toHex(sha256('list')) as Hash32
/** Two chunks and a byte; of them the first and the last are here. */
const bytes = 2 * CHUNK_BYTES + 1
const have = Uint8Array.of(0b101)

const requests: Samples<ContentRequest> = {
  list: [
    { kind: 'list', content, from: 0 },
    { kind: 'list', content, from: CONTENT_CHUNKS_MAX },
  ],
  chunks: [
    { kind: 'chunks', content, list, from: 2, count: 1 },
    { kind: 'chunks', content, list, from: CONTENT_CHUNKS_MAX - 1, count: 16 },
  ],
}

const responses: Samples<ContentResponse> = {
  head: [
    { kind: 'head', bytes, have },
    { kind: 'head', bytes: CONTENT_BYTES_MAX, have: Uint8Array.of(0) },
  ],
  hashes: [
    { kind: 'hashes', from: 0, hashes: concat(sha256('0'), sha256('1'), sha256('2')) },
    { kind: 'hashes', from: 1_024, hashes: sha256('1024') },
  ],
  data: [
    { kind: 'data', chunk: 2, offset: 0, bytes: Uint8Array.of(7) },
    { kind: 'data', chunk: 0, offset: SLICE_BYTES_MAX, bytes: Uint8Array.of(1, 2, 3) },
  ],
}

const shortHash = bytesItem(new Uint8Array(31))

const requestsBeyond: { readonly [K in keyof typeof requests]: readonly Beyond[] } = {
  list: [
    ['content', 'of 31 bytes', 'length', shortHash],
    ['from', 'behind 65,536', 'range', intItem(CONTENT_CHUNKS_MAX + 1)],
  ],
  chunks: [
    ['content', 'of 31 bytes', 'length', shortHash],
    ['list', 'of 31 bytes', 'length', shortHash],
    ['from', 'behind the last', 'range', intItem(CONTENT_CHUNKS_MAX)],
    ['count', 'above 16', 'range', intItem(17)],
  ],
}

const responsesBeyond: { readonly [K in keyof typeof responses]: readonly Beyond[] } = {
  head: [
    ['bytes', 'of 10 TB', 'range', intItem(10 ** 13)],
    ['bytes', 'one too many', 'range', intItem(CONTENT_BYTES_MAX + 1)],
    ['have', 'of 8,193 bytes', 'length', tooLong.bytes(8_193)],
    ['have', 'of no byte', 'length', bytesItem(new Uint8Array(0))],
  ],
  hashes: [
    ['from', 'behind the last', 'range', intItem(CONTENT_CHUNKS_MAX)],
    ['hashes', 'of 1,025 chunks', 'length', tooLong.bytes(1_025 * 32)],
    ['hashes', 'of 31 bytes', 'length', shortHash],
  ],
  data: [
    ['chunk', 'behind the last', 'range', intItem(CONTENT_CHUNKS_MAX)],
    ['offset', 'behind a chunk', 'range', intItem(CHUNK_BYTES)],
    ['bytes', 'above a slice', 'length', tooLong.bytes(SLICE_BYTES_MAX + 1)],
    ['bytes', 'none', 'length', bytesItem(new Uint8Array(0))],
  ],
}

/** What `content` holds is byte `i % 251` at place `i`. */
const counted = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251)

function listOf(length: number) {
  const whole = counted(length)
  const hashes: Uint8Array[] = []
  for (let at = 0; at < length; at += CHUNK_BYTES) hashes.push(crypto.sha256(whole.subarray(at, at + CHUNK_BYTES)))
  const { id, count } = new ChunkList(crypto, length, concat(...hashes))
  return { bytes: length, chunks: count, content: toHex(crypto.sha256(whole)), hashes: toHex(concat(...hashes)), id }
}

function setOf(count: number, ...chunks: readonly number[]) {
  const set = ChunkSet.empty(count)
  for (const chunk of chunks) set.add(chunk)
  return { count, chunks, bytes: toHex(set.bytes) }
}

export function contentVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. bytes as 0x text; the content of a list is i % 251 at byte i.',
    messages: toJson([
      ...validSamples('content request', contentRequestCodec, requests),
      ...validSamples('content response', contentResponseCodec, responses),
    ]),
    invalid: toJson([
      ...invalidSamples('content request', contentRequestCodec, requests, requestsBeyond),
      ...invalidSamples('content response', contentResponseCodec, responses, responsesBeyond),
    ]),
    lists: toJson([1, CHUNK_BYTES, CHUNK_BYTES + 1].map(listOf)),
    sets: toJson([setOf(1), setOf(1, 0), setOf(8, 0, 7), setOf(9, 8), setOf(12, 1, 2, 10)]),
    invalidSets: toJson([
      { count: 3, bytes: '0x08' },
      { count: 8, bytes: '0x' },
      { count: 8, bytes: '0x0000' },
      { count: 9, bytes: '0x0002' },
      { count: 9, bytes: '0x00' },
      { count: 12, bytes: '0xffff' },
    ]),
    keys: [{ tag: domain.tag, content, key: contentKey(crypto, domain.tag, content) }],
  }
}
