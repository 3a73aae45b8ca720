/** Writes the file of a backup piece by piece, into a place that nobody sees before it is whole and was read again. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { syncFolder } from '../storage/durable-file.ts'
import { MAGIC, PIECE_BYTES_MAX, pieceKinds, uint32 } from './archive-form.ts'
import type { ArchiveHead, EntryHead } from './backup-entries.ts'
import { readArchive } from './read-archive.ts'
import { passphraseSeal, plainSeal, type Seal } from './seal.ts'

export interface Source extends EntryHead {
  /** Exactly so many bytes. */
  readonly pieces: () => AsyncIterable<Uint8Array>
}

export interface ArchiveOptions {
  readonly path: string
  /** Whether a file that is there is replaced. */
  readonly force: boolean
  /** Not encrypted where absent. */
  readonly passphrase: string | undefined
  readonly program: string
  readonly nowMs: number
  readonly signal: AbortSignal
  readonly onBytes?: (bytes: number) => void
}

/**
 * @returns the size of the file
 * @throws MeshError OUTPUT_FILE, DISK_FULL, CANCELLED; then there is no file, or the one that was there
 */
export async function writeArchive(sources: AsyncIterable<Source>, options: ArchiveOptions): Promise<number> {
  const { path, force, signal, passphrase } = options
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    const bytes = await fill(temporary, sources, options)
    // What was written is what will be needed one day: it is read once while the original is still there.
    await readArchive(temporary, { passphrase, signal, onEntry: () => async () => undefined })
    await (force ? rename(temporary, path) : placeNew(temporary, path))
    syncFolder(dirname(path))
    return bytes
  } catch (error) {
    await rm(temporary, { force: true })
    throw writeFailure(error, path)
  }
}

/** Never replaces: of two that try, one finds the name taken. */
async function placeNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    return await placeUnlinked(temporary, path)
  }
  await rm(temporary)
}

/** On a stick, whose file system mostly gives no file a second name: an empty file takes the name, and is replaced. */
async function placeUnlinked(temporary: string, path: string): Promise<void> {
  await (await open(path, 'wx', 0o600)).close()
  try {
    await rename(temporary, path)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

function writeFailure(error: unknown, path: string): unknown {
  if (isMeshError(error)) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new MeshError('DISK_FULL', { file: path }, error)
  const why = code === 'EEXIST' ? 'it is there already' : message
  return code === undefined ? error : new MeshError('OUTPUT_FILE', { path, why }, error)
}

async function fill(temporary: string, sources: AsyncIterable<Source>, options: ArchiveOptions): Promise<number> {
  const { passphrase, program, nowMs, signal, onBytes } = options
  const salt = randomBytes(32)
  const saltText = passphrase === undefined ? null : salt.toString('hex')
  const head: ArchiveHead = { version: 1, program, createdAt: new Date(nowMs).toISOString(), salt: saltText }
  const headBytes = Buffer.from(JSON.stringify(head))
  const seal = passphrase === undefined ? plainSeal(headBytes) : await passphraseSeal(headBytes, passphrase, salt)
  await using file = await open(temporary, 'wx', 0o600)
  const writer = new PieceWriter(file, seal)
  await writer.write(Buffer.concat([MAGIC, uint32(headBytes.length), headBytes, seal.check]))
  for await (const { name, bytes, pieces } of sources) {
    throwIfAborted(signal)
    await writer.piece(pieceKinds.entry, Buffer.from(JSON.stringify({ name, bytes } satisfies EntryHead)))
    for await (const piece of pieces()) {
      throwIfAborted(signal)
      // Room for the byte that says its kind.
      for (let at = 0; at < piece.length; at += PIECE_BYTES_MAX - 1)
        await writer.piece(pieceKinds.data, piece.subarray(at, at + PIECE_BYTES_MAX - 1))
      onBytes?.(writer.bytes)
    }
  }
  await writer.piece(pieceKinds.end, new Uint8Array())
  await file.sync()
  return writer.bytes
}

class PieceWriter {
  readonly #file: FileHandle
  readonly #seal: Seal
  bytes = 0

  constructor(file: FileHandle, seal: Seal) {
    this.#file = file
    this.#seal = seal
  }

  async piece(kind: number, content: Uint8Array): Promise<void> {
    const sealed = this.#seal.seal(Buffer.concat([Uint8Array.of(kind), content]))
    await this.write(Buffer.concat([uint32(sealed.length), sealed]))
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file.appendFile(bytes)
    this.bytes += bytes.length
  }
}
