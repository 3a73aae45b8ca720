/** The keys and the evidence of a data folder into one file, as they are at one moment, also while its node runs. */
import { randomBytes } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { storageError } from '../storage/sqlite.ts'
import { PIECE_BYTES_MAX } from './archive-form.ts'
import { type EntryHead, type EntryName, entryBytesMax, entryNames, isStore } from './backup-entries.ts'
import { takeSnapshot } from './snapshot.ts'
import { type ArchiveOptions, type Source, writeArchive } from './write-archive.ts'

export interface BackUpOptions extends ArchiveOptions {
  readonly dataFolder: string
  /** Of the network that the node joins, where it is no shipped one. */
  readonly networkFile: string | undefined
}

export interface BackedUp {
  readonly bytes: number
  readonly entries: readonly EntryHead[]
}

/** @throws MeshError NOTHING_TO_BACK_UP, DATA_FOLDER_DAMAGED, OUTPUT_FILE, DISK_FULL, CANCELLED */
export async function backUp(options: BackUpOptions): Promise<BackedUp> {
  const { dataFolder, networkFile, path } = options
  const places = entryNames(dataFolder)
    .map((name) => ({ name, place: name === 'network.json' && networkFile ? networkFile : join(dataFolder, name) }))
    .filter(({ place }) => existsSync(place))
  if (!places.some(({ name }) => name.startsWith('keys/') || name === 'journal.sqlite' || name === 'bootstrap-seed')) {
    throw new MeshError('NOTHING_TO_BACK_UP', { path: dataFolder })
  }
  const entries: EntryHead[] = []
  const snapshot = `${path}.${randomBytes(6).toString('hex')}.store`
  try {
    const bytes = await writeArchive(sourcesOf(places, snapshot, entries, options.signal), options)
    return { bytes, entries }
  } finally {
    await removeSnapshot(snapshot)
  }
}

async function removeSnapshot(snapshot: string): Promise<void> {
  for (const left of [snapshot, `${snapshot}-journal`]) await rm(left, { force: true })
}

interface Place {
  readonly name: EntryName
  readonly place: string
}

async function* sourcesOf(
  places: readonly Place[],
  snapshot: string,
  entries: EntryHead[],
  signal: AbortSignal,
): AsyncGenerator<Source> {
  for (const { name, place } of places) {
    if (isStore(name) && !(await isTaken(name, place, snapshot, signal))) continue
    const source = isStore(name) ? snapshot : place
    // Files of a node are replaced as a whole: whoever has one open reads it to its end.
    await using file = await opened(source)
    const found = await file.stat()
    if (!found.isFile() || found.size > entryBytesMax(name)!) {
      throw new MeshError('DATA_FOLDER_DAMAGED', {
        file: name,
        why: found.isFile() ? `it has ${found.size} bytes` : 'it is no file',
        remedy: 'Move it away; it is nothing that a node wrote.',
      })
    }
    const head = { name, bytes: found.size }
    entries.push(head)
    yield { ...head, pieces: () => piecesOf(file, found.size, name) }
  }
}

/** False where it is damaged and others have the same: it keeps no key from its backup. @throws as {@link takeSnapshot} */
async function isTaken(name: EntryName, from: string, to: string, signal: AbortSignal): Promise<boolean> {
  await removeSnapshot(to)
  try {
    await takeSnapshot({ from, to }, signal)
    return true
  } catch (error) {
    if (name === 'evidence.sqlite' && isMeshError(error, 'DATA_FOLDER_DAMAGED')) return false
    throw error
  }
}

/** Without waiting for the other end, where it is a pipe. @throws MeshError DATA_FOLDER_* */
async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw storageError(error, path)
  }
}

async function* piecesOf(file: FileHandle, bytes: number, name: EntryName): AsyncGenerator<Uint8Array> {
  let at = 0
  while (at < bytes) {
    const buffer = new Uint8Array(Math.min(PIECE_BYTES_MAX - 1, bytes - at))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at).catch((error: unknown) => {
      throw storageError(error, name)
    })
    if (bytesRead === 0)
      throw new MeshError('DATA_FOLDER_DAMAGED', { file: name, why: 'it became shorter', remedy: 'Try again.' })
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
