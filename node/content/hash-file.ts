/** A file as a content: its list of chunks and its whole hash, in one pass and a chunk of memory. */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { ModelId } from '../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../protocols/kernel/model-id.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import {
  CHUNK_BYTES,
  ChunkList,
  CONTENT_BYTES_MAX,
  chunksOf,
  HASH_BYTES,
} from '../../protocols/wire/content/chunk-list.ts'

export interface HashedFile {
  readonly id: ModelId
  readonly list: ChunkList
}

/** @throws MeshError MODEL_FILE for a file that is empty, too large or changes meanwhile; CANCELLED; Error of node:fs */
export async function hashFile(
  hasher: Pick<Hasher, 'sha256'>,
  path: string,
  signal?: AbortSignal,
): Promise<HashedFile> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size < 1 || size > CONTENT_BYTES_MAX) {
      throw new MeshError('MODEL_FILE', {
        path,
        why: `it has ${size} bytes, and 1 to ${CONTENT_BYTES_MAX} can be sent`,
      })
    }
    const hashes = new Uint8Array(chunksOf(size) * HASH_BYTES)
    const whole = createHash('sha256')
    let chunk = 0
    for await (const bytes of chunksOfFile(file, size, signal)) {
      whole.update(bytes)
      hashes.set(hasher.sha256(bytes), HASH_BYTES * chunk++)
    }
    return { id: modelIdOf(whole.digest()), list: new ChunkList(hasher, size, hashes) }
  } finally {
    await file.close()
  }
}

/** One chunk after the other, each in the same memory. @throws MeshError MODEL_FILE where the file is shorter, CANCELLED */
export async function* chunksOfFile(file: FileHandle, size: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(size, CHUNK_BYTES))
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    throwIfAborted(signal)
    const wanted = Math.min(CHUNK_BYTES, size - at)
    if ((await readAt(file, buffer, wanted, at)) < wanted)
      throw new MeshError('MODEL_FILE', { path: 'that is being read', why: 'it became shorter' })
    yield buffer.subarray(0, wanted)
  }
}

/**
 * As the list says it; `undefined` where it is not there, or no longer as it was.
 * @param memory of a chunk, which the result is a part of
 * @throws MeshError LIMIT where this process may open nothing more now: that says nothing of what is on the disk
 */
export async function readChunk(
  hasher: Pick<Hasher, 'sha256'>,
  path: string,
  list: ChunkList,
  chunk: number,
  memory: Uint8Array,
): Promise<Uint8Array | undefined> {
  const bytes = memory.subarray(0, list.bytesOf(chunk))
  try {
    await using file = await open(path, 'r')
    const filled = await readAt(file, bytes, bytes.length, chunk * CHUNK_BYTES)
    return filled === bytes.length && list.fits(hasher, chunk, bytes) ? bytes : undefined
  } catch (error) {
    const { code = '', syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    if (OUT_OF_MEANS.has(code))
      throw new MeshError('LIMIT', { what: 'open files, or memory', max: 'what the system gives this process' }, error)
    // Renamed or removed meanwhile, or a sector that cannot be read.
    return undefined
  }
}

/** What this process lacks, not the disk. */
const OUT_OF_MEANS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

/** As much of `wanted` bytes as the file has at `position`: one read may give less than it could. */
export async function readAt(file: FileHandle, into: Uint8Array, wanted: number, position: number): Promise<number> {
  let filled = 0
  while (filled < wanted) {
    const { bytesRead } = await file.read(into, filled, wanted - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}
