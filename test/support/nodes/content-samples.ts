/** Contents to send and keep, and stores to keep them in. */
import { createHash } from 'node:crypto'
import { ContentStore, type ContentStoreNeeds, type DropReason } from '../../../node/content/content-store.ts'
import type { StoredCopy } from '../../../node/content/stored-copy.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32, ModelId } from '../../../protocols/kernel/ids.ts'
import { modelDigest, modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { CHUNK_BYTES, ChunkList } from '../../../protocols/wire/content/chunk-list.ts'

const hasher = await createCrypto()

export interface Sample {
  readonly id: ModelId
  readonly bytes: Uint8Array
  readonly list: ChunkList
  chunk(i: number): Uint8Array
}

/** Bytes that differ everywhere, of so many chunks and a rest. */
export function sampleOf(chunks: number, rest = 77, seed = 1): Sample {
  const bytes = new Uint8Array(chunks * CHUNK_BYTES + rest)
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2)
  let state = seed
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    words[i] = state
  }
  const chunk = (i: number): Uint8Array => bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)
  const count = Math.ceil(bytes.length / CHUNK_BYTES)
  const hashes = Array.from({ length: count }, (_, i) => hasher.sha256(chunk(i)))
  const id = modelIdOf(createHash('sha256').update(bytes).digest())
  return { id, bytes, list: new ChunkList(hasher, bytes.length, concat(...hashes)), chunk }
}

export const contentOf = (id: ModelId): Hash32 => toHex(modelDigest(id)!) as Hash32

export interface Dropped {
  readonly id: ModelId
  readonly why: DropReason
}

export function storeIn(folder: string, needs: Partial<ContentStoreNeeds> = {}): ContentStore {
  return new ContentStore(folder, { clock: systemClock, hasher, spaceMax: 2 ** 30, ...needs })
}

/** With these chunks of it; all of them where none are named. */
export async function put(store: ContentStore, sample: Sample, chunks?: readonly number[]): Promise<StoredCopy> {
  const copy = store.begin(sample.id, 'sample', sample.list)
  for (const i of chunks ?? Array.from({ length: sample.list.count }, (_, i) => i)) await copy.write(i, sample.chunk(i))
  if (chunks === undefined && !(await copy.seal())) throw new Error('the sample is not what its id says')
  return copy
}
