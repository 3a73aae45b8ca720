/**
 * The asking side. What a peer proves of itself by its own bytes is an error with its name: CHUNK_FALSE for a chunk that is
 * not its own list's, CONTENT_GARBLED for an answer out of order. Everything else may be somebody's bad luck.
 */
import { MalformedError } from '../../kernel/cbor-reader.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { Hash32, PeerId } from '../../kernel/ids.ts'
import type { Network } from '../../kernel/network.ts'
import type { Hasher } from '../../kernel/ports.ts'
import type { CallOptions } from '../../kernel/protocol.ts'
import { CHUNK_BYTES, ChunkList, CONTENT_CHUNKS_MAX, chunksOf, HASH_BYTES } from './chunk-list.ts'
import { ChunkSet } from './chunk-set.ts'
import { contentProtocol } from './content-protocol.ts'

type Caller = Pick<Network, 'call'>
type Sha256 = Pick<Hasher, 'sha256'>

export interface Copy {
  readonly list: ChunkList
  readonly have: ChunkSet
}

/**
 * What a peer holds of a content, and the list that it holds it under.
 * @param bytesMax the largest content that is wanted: a larger one is refused before its list is read
 * @throws MeshError OVERSIZE, CONTENT_GARBLED, NOT_FOUND, LIMIT, and what a call throws
 */
export async function askCopy(
  network: Caller,
  hasher: Sha256,
  peer: PeerId,
  content: Hash32,
  { bytesMax, ...options }: CallOptions & { readonly bytesMax: number },
): Promise<Copy> {
  let head: { readonly bytes: number; readonly have: ChunkSet } | undefined
  let hashes: Uint8Array | undefined
  let known = 0
  for await (const message of network.call(peer, contentProtocol, { kind: 'list', content, from: 0 }, options)) {
    if (message.kind === 'head' && head === undefined) {
      const { bytes } = message
      if (bytes < 1) garbled('a content has a byte')
      if (bytes > bytesMax) throw new MeshError('OVERSIZE', { given: bytes, max: bytesMax })
      head = { bytes, have: setOf(chunksOf(bytes), message.have) }
      hashes = new Uint8Array(chunksOf(bytes) * HASH_BYTES)
    } else if (message.kind === 'hashes' && hashes !== undefined) {
      if (message.from * HASH_BYTES !== known || message.hashes.length % HASH_BYTES !== 0)
        garbled('hashes come in order')
      if (known + message.hashes.length > hashes.length) garbled('a list has a hash for each chunk')
      hashes.set(message.hashes, known)
      known += message.hashes.length
    } else garbled('a head comes first, and hashes behind it')
  }
  if (head === undefined || hashes === undefined || known !== hashes.length) garbled('a list has a hash for each chunk')
  return { list: new ChunkList(hasher, head.bytes, hashes), have: head.have }
}

/** Which chunks a peer has by now. @throws MeshError CONTENT_GARBLED, NOT_FOUND, LIMIT, and what a call throws */
export async function askChunkSet(
  network: Caller,
  peer: PeerId,
  content: Hash32,
  list: ChunkList,
  options: CallOptions,
): Promise<ChunkSet> {
  const ask = { kind: 'list', content, from: CONTENT_CHUNKS_MAX } as const
  for await (const message of network.call(peer, contentProtocol, ask, options)) {
    if (message.kind !== 'head') garbled('a head comes first')
    if (message.bytes !== list.bytes) throw new MeshError('NOT_FOUND', { what: 'chunk list', id: list.id })
    return setOf(list.count, message.have)
  }
  return garbled('a head comes first')
}

export interface Run {
  readonly from: number
  readonly count: number
}

export interface Chunk {
  readonly chunk: number
  /** Good until the next but one is asked for: it may be written while the next one comes. */
  readonly bytes: Uint8Array
}

/** Who hears of bytes as they come, before the chunk is whole: for measuring how quick a peer is. */
export type OnBytes = (bytes: number) => void

/**
 * A run of chunks, each held against the peer's own list before it is yielded.
 * @throws MeshError CHUNK_FALSE, CONTENT_GARBLED, NOT_FOUND, LIMIT, and what a call throws
 */
export async function* askChunks(
  network: Caller,
  hasher: Sha256,
  peer: PeerId,
  content: Hash32,
  list: ChunkList,
  { from, count }: Run,
  { onBytes, ...options }: CallOptions & { readonly onBytes?: OnBytes } = {},
): AsyncGenerator<Chunk, void> {
  const ask = { kind: 'chunks', content, list: list.id, from, count } as const
  let chunk = from
  // Memory that is made anew for each brings the garbage collector round again and again.
  const memory = [0, 1].map(() => new Uint8Array(Math.min(list.bytes, CHUNK_BYTES)))
  const memoryOf = (index: number): Uint8Array => memory[index % 2]!.subarray(0, list.bytesOf(index))
  let whole = memoryOf(chunk)
  let filled = 0
  for await (const message of network.call(peer, contentProtocol, ask, { ...options, bulk: true })) {
    if (message.kind !== 'data' || chunk === from + count) return garbled('chunks that were asked for, and no more')
    if (message.chunk !== chunk || message.offset !== filled) garbled('slices come in order')
    if (filled + message.bytes.length > whole.length) garbled('a chunk has the size that its list says')
    whole.set(message.bytes, filled)
    filled += message.bytes.length
    onBytes?.(message.bytes.length)
    if (filled < whole.length) continue
    if (!list.fits(hasher, chunk, whole)) throw new MeshError('CHUNK_FALSE', { chunk, content })
    yield { chunk, bytes: whole }
    chunk++
    filled = 0
    if (chunk < list.count) whole = memoryOf(chunk)
  }
  if (chunk < from + count) garbled('chunks that were asked for, or an error')
}

function setOf(count: number, bytes: Uint8Array): ChunkSet {
  try {
    return ChunkSet.read(count, bytes)
  } catch (error) {
    if (error instanceof MalformedError) return garbled(error.message)
    throw error
  }
}

function garbled(rule: string): never {
  throw new MeshError('CONTENT_GARBLED', { rule })
}
