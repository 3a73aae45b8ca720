/** Reads the file of a backup, which anybody may have made: a piece at a time, and nothing of it is handed on unchecked. */
import { type FileHandle, open } from 'node:fs/promises'
import { isMeshError, type MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { HEAD_BYTES_MAX, MAGIC, PIECE_BYTES_MAX, pieceKinds, uint32Of } from './archive-form.ts'
import {
  type ArchiveHead,
  damagedArchive,
  type EntryHead,
  type EntryName,
  entryBytesMax,
  entryHeadSchema,
  headSchema,
  USE_ANOTHER,
  unusable,
} from './backup-entries.ts'
import { CHECK_BYTES, passphraseSeal, plainSeal, SEAL_BYTES_MAX, type Seal } from './seal.ts'

export interface ReadOptions {
  /** Asked for only where the archive is encrypted and none is given. */
  readonly passphrase: string | undefined
  readonly signal: AbortSignal
  /** Called once for each entry; what it returns takes its bytes in order, and is called with nothing at its end. */
  readonly onEntry: (entry: EntryHead) => (piece: Uint8Array | undefined) => Promise<void>
  readonly onBytes?: (bytes: number, of: number) => void
}

export interface ReadBackup {
  readonly head: ArchiveHead
  readonly entries: readonly EntryHead[]
}

/** Whether it needs a passphrase. @throws MeshError BACKUP_FILE */
export async function isEncrypted(path: string): Promise<boolean> {
  await using file = await opened(path)
  return (await readHead(file)).head.salt !== null
}

/** @throws MeshError BACKUP_FILE, CANCELLED; what `onEntry` throws */
export async function readArchive(path: string, options: ReadOptions): Promise<ReadBackup> {
  await using file = await opened(path)
  const { head, bytes } = await readHead(file)
  const seal = await sealOf(file, head, bytes, options.passphrase)
  return { head, entries: await readEntries(file, seal, options) }
}

async function readHead(file: ArchiveFile): Promise<{ readonly head: ArchiveHead; readonly bytes: Uint8Array }> {
  const { path } = file
  if (!sameBytes(await file.take(Math.min(MAGIC.length, file.size)), MAGIC))
    throw unusable(path, 'it is no backup of aitbc', 'Name a file that aitbc backup wrote.')
  const length = uint32Of(await file.take(4))
  if (length > HEAD_BYTES_MAX) throw damagedArchive(path, `its head would have ${length} bytes`)
  const bytes = await file.take(length)
  const json = jsonOf(bytes)
  const version = (json as { version?: unknown } | undefined)?.version
  if (typeof version === 'number' && version > 1) {
    throw unusable(path, `it has the form ${version}, and this version of aitbc knows 1`, 'Update aitbc.')
  }
  const head = headSchema.safeParse(json)
  if (!head.success) throw damagedArchive(path, 'its head cannot be read')
  return { head: head.data, bytes }
}

async function sealOf(
  file: ArchiveFile,
  { salt }: ArchiveHead,
  head: Uint8Array,
  passphrase: string | undefined,
): Promise<Seal> {
  const { path } = file
  const check = await file.take(CHECK_BYTES)
  if (salt === null) {
    const seal = plainSeal(head)
    if (!sameBytes(seal.check, check)) throw damagedArchive(path, 'its head has changed')
    return seal
  }
  if (passphrase === undefined) {
    throw unusable(path, 'it is encrypted', 'Name the file that holds its passphrase with --passphrase-file.')
  }
  const seal = await passphraseSeal(head, passphrase, Buffer.from(salt, 'hex'))
  if (!sameBytes(seal.check, check)) {
    throw unusable(path, 'the passphrase is another one, or its head has changed', 'Give the one it was made with.')
  }
  return seal
}

async function readEntries(file: ArchiveFile, seal: Seal, options: ReadOptions): Promise<readonly EntryHead[]> {
  const entries = new Map<EntryName, EntryHead>()
  const damaged = (why: string): MeshError => damagedArchive(file.path, why)
  let take: ((piece: Uint8Array | undefined) => Promise<void>) | undefined
  let missing = 0
  for (;;) {
    throwIfAborted(options.signal)
    const { kind, content } = await readPiece(file, seal)
    options.onBytes?.(file.position, file.size)
    if (kind === pieceKinds.data) {
      if (take === undefined || content.length > missing) throw damaged('an entry is longer than it says')
      missing -= content.length
      await take(content)
      continue
    }
    if (missing > 0) throw damaged('an entry is shorter than it says')
    await take?.(undefined)
    if (kind === pieceKinds.end) break
    const entry = kind === pieceKinds.entry ? entryOf(file, content) : undefined
    if (entry === undefined) throw damaged('a piece stands where none belongs')
    if (entries.has(entry.name)) throw damaged(`${entry.name} stands in it twice`)
    entries.set(entry.name, entry)
    missing = entry.bytes
    take = options.onEntry(entry)
  }
  if (file.position !== file.size) throw damaged('something follows its end')
  return [...entries.values()]
}

function entryOf(file: ArchiveFile, content: Uint8Array): EntryHead {
  const parsed = entryHeadSchema.safeParse(jsonOf(content))
  if (!parsed.success) throw damagedArchive(file.path, 'it names a file that is in no backup')
  const { name, bytes } = parsed.data
  // What an archive holds is not larger than itself, whatever it claims.
  if (bytes > entryBytesMax(name)! || bytes > file.size)
    throw damagedArchive(file.path, `its entry ${name} claims ${bytes} bytes`)
  return parsed.data
}

async function readPiece(file: ArchiveFile, seal: Seal) {
  const length = uint32Of(await file.take(4))
  if (length > PIECE_BYTES_MAX + SEAL_BYTES_MAX) throw damagedArchive(file.path, `a piece claims ${length} bytes`)
  const piece = seal.open(await file.take(length))
  if (piece === undefined || piece.length === 0) throw damagedArchive(file.path, 'a piece has changed')
  return { kind: piece[0]!, content: piece.subarray(1) }
}

class ArchiveFile implements AsyncDisposable {
  readonly path: string
  readonly size: number
  readonly #handle: FileHandle
  position = 0

  constructor(path: string, size: number, handle: FileHandle) {
    this.path = path
    this.size = size
    this.#handle = handle
  }

  /** Exactly so many bytes. @throws MeshError BACKUP_FILE */
  async take(length: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const bytesRead = await this.#read(buffer.subarray(filled))
      if (bytesRead === 0) throw unusable(this.path, 'it is cut off', USE_ANOTHER)
      filled += bytesRead
      this.position += bytesRead
    }
    return buffer
  }

  /** What the medium of the archive fails by is nothing that is wrong with the data folder. */
  async #read(into: Uint8Array): Promise<number> {
    try {
      return (await this.#handle.read(into, 0, into.length, this.position)).bytesRead
    } catch (error) {
      throw unusable(this.path, `it cannot be read: ${(error as Error).message}`, USE_ANOTHER, error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }
}

async function opened(path: string): Promise<ArchiveFile> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    const found = await handle.stat()
    if (!found.isFile()) throw unusable(path, 'it is no file', 'Name a file that aitbc backup wrote.')
    return new ArchiveFile(path, found.size, handle)
  } catch (error) {
    await handle?.close()
    if (isMeshError(error)) throw error
    const { code, message } = error as NodeJS.ErrnoException
    throw unusable(path, code === 'ENOENT' ? 'there is none' : message, 'Name a file that aitbc backup wrote.', error)
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
