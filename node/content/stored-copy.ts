/** A content on this disk, whole or growing: chunks are written, read and held against the list; the whole against the id. */
import { createHash } from 'node:crypto'
import { copyFileSync, constants as fsConstants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { equalBytes } from '../../protocols/kernel/bytes.ts'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { ModelId } from '../../protocols/kernel/ids.ts'
import { modelDigest } from '../../protocols/kernel/model-id.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import { CHUNK_BYTES, type ChunkList } from '../../protocols/wire/content/chunk-list.ts'
import { ChunkSet } from '../../protocols/wire/content/chunk-set.ts'
import { guarded, storageError } from '../storage/sqlite.ts'
import type { About, CopyFiles } from './copy-files.ts'
import { chunksOfFile, readChunk } from './hash-file.ts'

export interface CopyState {
  readonly list: ChunkList
  readonly have: ChunkSet
  readonly whole: boolean
  readonly about: About
}

export class StoredCopy {
  readonly id: ModelId
  readonly #hasher: Pick<Hasher, 'sha256'>
  readonly #files: CopyFiles
  #state: CopyState
  /** Writes go one after the other: two chunks share a byte of the set. */
  #writing: Promise<void> = Promise.resolve()

  constructor(hasher: Pick<Hasher, 'sha256'>, id: ModelId, files: CopyFiles, state: CopyState) {
    this.#hasher = hasher
    this.id = id
    this.#files = files
    this.#state = state
  }

  /** `undefined` where the folder holds nothing that can be gone on with. */
  static read(hasher: Pick<Hasher, 'sha256'>, id: ModelId, files: CopyFiles): StoredCopy | undefined {
    const list = files.readList(hasher)
    const about = files.readAbout()
    if (list === undefined || about === undefined) return undefined
    const whole = files.isWhole
    if (whole && files.wholeBytes !== list.bytes) return undefined
    const have = whole ? ChunkSet.full(list.count) : files.readHave(list.count)
    return new StoredCopy(hasher, id, files, { list, have, whole, about })
  }

  static create(
    hasher: Pick<Hasher, 'sha256'>,
    id: ModelId,
    files: CopyFiles,
    list: ChunkList,
    about: About,
  ): StoredCopy {
    const have = ChunkSet.empty(list.count)
    files.writeAbout(about)
    files.create(list, have)
    return new StoredCopy(hasher, id, files, { list, have, whole: false, about })
  }

  get list(): ChunkList {
    return this.#state.list
  }
  get have(): ChunkSet {
    return this.#state.have
  }
  get isWhole(): boolean {
    return this.#state.whole
  }
  get name(): string {
    return this.#state.about.name
  }
  get usedAtMs(): number {
    return this.#state.about.usedAtMs
  }
  /** Of the whole file; there is none under this name before. */
  get path(): string {
    return this.#files.whole
  }
  /** Bytes that are here. */
  get bytesHere(): number {
    const { list, have, whole } = this.#state
    return whole ? list.bytes : Math.min(list.bytes, have.size * CHUNK_BYTES)
  }

  saveAbout(about: About): void {
    this.#files.writeAbout(about)
    this.#state = { ...this.#state, about }
  }

  /**
   * Outlives this process when it resolves, and only then it is said to be here; not where another list was adopted meanwhile. What the power takes of it is found missing by
   * whoever reads it, for all that is read is held against the list; a sync for each chunk would wait for the disk as often, and
   * {@link seal} does one for all.
   * @throws MeshError DISK_FULL, DATA_FOLDER_*
   */
  write(chunk: number, bytes: Uint8Array): Promise<void> {
    const { list } = this
    const written = this.#writing.then(() => this.#write(list, chunk, bytes))
    this.#writing = written.catch(() => undefined)
    return written
  }

  /**
   * As the list says it; `undefined` where it is not here, or no longer as it was.
   * @param memory of a chunk, which the result is a part of; its own where absent
   * @throws MeshError LIMIT where it cannot be looked at now
   */
  async read(chunk: number, memory: Uint8Array = chunkMemory(this.list)): Promise<Uint8Array | undefined> {
    const { list, have, whole } = this.#state
    if (!have.has(chunk)) return undefined
    return readChunk(this.#hasher, whole ? this.#files.whole : this.#files.partial, list, chunk, memory)
  }

  /**
   * Rereads everything that is said to be here, and forgets what is not as the list says. True where all was right.
   * @throws MeshError LIMIT, DISK_FULL, DATA_FOLDER_*, CANCELLED
   */
  async verify(signal?: AbortSignal): Promise<boolean> {
    const damaged: number[] = []
    const memory = chunkMemory(this.list)
    for (let chunk = 0; chunk < this.list.count; chunk++) {
      throwIfAborted(signal)
      if (this.have.has(chunk) && (await this.read(chunk, memory)) === undefined) damaged.push(chunk)
    }
    if (damaged.length > 0) this.forget(damaged)
    return damaged.length === 0
  }

  /** Damaged chunks: a whole copy is a part from now on. @throws MeshError DISK_FULL, DATA_FOLDER_*; nothing is forgotten then */
  forget(chunks: readonly number[]): void {
    const { list, have, whole } = this.#state
    const left = ChunkSet.read(list.count, have.bytes)
    for (const chunk of chunks) left.remove(chunk)
    guarded(this.path, () => {
      if (whole) this.#files.makePartial(left)
      else this.#files.writeHave(left)
    })
    this.#state = { ...this.#state, have: left, whole: false }
  }

  /** Goes on under another list; chunks that both know under one hash stay. */
  adopt(list: ChunkList): void {
    const { list: before, have } = this.#state
    const kept = ChunkSet.empty(list.count)
    for (let chunk = 0; chunk < Math.min(list.count, before.count); chunk++) {
      const isSame =
        list.bytesOf(chunk) === before.bytesOf(chunk) && equalBytes(list.hashOf(chunk), before.hashOf(chunk))
      if (isSame && have.has(chunk)) kept.add(chunk)
    }
    this.#files.create(list, kept)
    this.#state = { ...this.#state, list, have: kept }
  }

  /** Takes all bytes from a file that was hashed before; {@link seal} says whether they are still those. */
  fillFrom(path: string): void {
    try {
      // Shares the blocks where the file system can.
      copyFileSync(path, this.#files.partial, fsConstants.COPYFILE_FICLONE)
    } catch (error) {
      throw storageError(error, this.#files.partial)
    }
    this.#state = { ...this.#state, have: ChunkSet.full(this.list.count) }
  }

  /**
   * All chunks are here: makes the copy whole where the hash of everything is the id. False where it is not: then the list is
   * false, as every chunk fits it.
   * @throws MeshError DISK_FULL, DATA_FOLDER_*, CANCELLED
   */
  async seal(signal?: AbortSignal): Promise<boolean> {
    const { partial } = this.#files
    try {
      await using file = await open(partial, 'r+')
      await file.truncate(this.list.bytes)
      const whole = createHash('sha256')
      for await (const bytes of chunksOfFile(file, this.list.bytes, signal)) whole.update(bytes)
      if (!equalBytes(whole.digest(), modelDigest(this.id)!)) return false
      await file.sync()
      this.#files.makeWhole()
    } catch (error) {
      throwIfAborted(signal)
      throw storageError(error, partial)
    }
    this.#state = { ...this.#state, whole: true }
    return true
  }

  remove(): void {
    this.#files.remove()
  }

  async #write(list: ChunkList, chunk: number, bytes: Uint8Array): Promise<void> {
    const { have, whole } = this.#state
    if (this.list !== list || whole || have.has(chunk)) return
    const { partial } = this.#files
    try {
      await using file = await open(partial, 'r+')
      await writeAt(file, bytes, chunk * CHUNK_BYTES)
      // A set that was made anew meanwhile lies in the file already.
      if (this.have !== have) return
      have.add(chunk)
      await using set = await open(this.#files.have, 'r+')
      await writeAt(set, have.bytes.subarray(chunk >> 3, (chunk >> 3) + 1), chunk >> 3)
    } catch (error) {
      have.remove(chunk)
      throw storageError(error, partial)
    }
  }
}

/** For one chunk of the list after the other: memory that is made anew for each brings the collector round again and again. */
export const chunkMemory = ({ bytes }: ChunkList): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Math.min(bytes, CHUNK_BYTES))

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at)
    if (bytesWritten === 0) throw new MeshError('BUG', { what: 'a write that writes nothing' })
    at += bytesWritten
  }
}
