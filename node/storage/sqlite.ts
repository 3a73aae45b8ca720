/** SQLite files of a node: opened with the durability they need, checked, and with errors that say what to do. */
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'

export type SqlValue = string | number | bigint | Uint8Array | null

/** Pages of 4 KiB held in memory per connection: the index of attempts is read at random. */
const CACHE_KIB = 16_384
/** Another connection of this process holds a lock for one commit at most. */
const BUSY_MS = 5_000
/** A whole check reads every page, and a node should start within seconds: above this size damage is found where it is read. */
const CHECK_BYTES_MAX = 67_108_864

/** For writing; creates the file, readable by its owner only. Commits are durable when they return. @throws MeshError */
export function openDatabase(path: string): DatabaseSync {
  return guarded(path, () => {
    // SQLite gives its -wal and -shm the mode of the file itself, which would otherwise be 0644.
    closeSync(openSync(path, 'a', 0o600))
    const database = new DatabaseSync(path, { timeout: BUSY_MS })
    try {
      database.exec('PRAGMA journal_mode = WAL')
      // FULL syncs the log at every commit; NORMAL would lose the last ones with the power.
      database.exec('PRAGMA synchronous = FULL')
      // macOS: fsync alone stops at the drive's cache. Elsewhere without effect.
      database.exec('PRAGMA fullfsync = ON')
      database.exec('PRAGMA checkpoint_fullfsync = ON')
      database.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
      database.exec('PRAGMA trusted_schema = OFF')
    } catch (error) {
      database.close()
      throw error
    }
    return database
  })
}

/** For reading beside the one writer: sees what is committed, which in this mode means durable. @throws MeshError */
export function openReader(path: string): DatabaseSync {
  return guarded(path, () => {
    const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
    database.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
    return database
  })
}

/** For a look from outside while no node has it open: leaves no file behind that was not there. @throws MeshError */
export function openUntouched(path: string): DatabaseSync {
  // With a log beside it the file alone is not the whole truth; without one SQLite would make an empty log, and leave it.
  if (existsSync(`${path}-wal`)) return openReader(path)
  const url = pathToFileURL(path)
  url.searchParams.set('immutable', '1')
  return guarded(path, () => new DatabaseSync(url, { readOnly: true }))
}

/** @throws MeshError DATA_FOLDER_DAMAGED */
export function checkDatabase(database: DatabaseSync, path: string): void {
  if (statSync(path).size > CHECK_BYTES_MAX) return
  const rows = guarded(path, () => database.prepare('PRAGMA quick_check(1)').all())
  const found = String(rows[0]?.quick_check)
  if (found !== 'ok') throw damaged(path, found.replaceAll('\n', ' '))
}

export const damaged = (path: string, why: string, cause?: unknown): MeshError =>
  new MeshError('DATA_FOLDER_DAMAGED', { file: basename(path), why, remedy: REMEDY }, cause)

/** A file that is older than what its key signed is as dangerous as none: both need the owner's word. */
const REMEDY =
  'Check the disk. Restore the file from a backup and start with --confirm-restored; without a backup, start with a new data folder and a new operator key.'

export function guarded<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw storageError(error, path)
  }
}

/** Primary result codes of sqlite3.h; node:sqlite reports extended ones, whose low byte they are. */
const SQLITE = { readonly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, constraint: 19, notADatabase: 26 }

/** SQLITE_IOERR_SHMSIZE: no room for the index of the log, which is the first thing that a full disk refuses. */
const SHARED_MEMORY_SIZE = 4_874

/** What a failure of SQLite or of the file system on the file `path` means for the data folder that holds it. */
export function storageError(error: unknown, path: string): MeshError {
  if (error instanceof MeshError) return error
  const { message, code, syscall } = error as { message?: string; code?: string; syscall?: string }
  const why = message ?? String(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return new MeshError('DISK_FULL', { file: basename(path) }, error)
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return readOnly(dirname(path), why, error)
  if (code === 'EIO') return damaged(path, why, error)
  // Node 24 has no name for most of what a removal fails by: a disk that is only read from, above all.
  if (code === '' && syscall === 'rm') return readOnly(dirname(path), why, error)
  if ((error as { errcode?: number }).errcode === SHARED_MEMORY_SIZE)
    return new MeshError('DISK_FULL', { file: basename(path) }, error)
  switch (resultCode(error)) {
    case SQLITE.full:
      return new MeshError('DISK_FULL', { file: basename(path) }, error)
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
    case SQLITE.ioError:
      return damaged(path, why, error)
    case SQLITE.readonly:
    case SQLITE.cannotOpen:
      return readOnly(dirname(path), why, error)
    default:
      return asMeshError(error)
  }
}

export const readOnly = (path: string, why: string, cause?: unknown): MeshError =>
  new MeshError('DATA_FOLDER_READ_ONLY', { path, why }, cause)

/** A unique or check constraint said no: an answer, not a failure. */
export const isConstraint = (error: unknown): boolean => resultCode(error) === SQLITE.constraint

function resultCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: number }
  return errcode === undefined ? undefined : errcode & 0xff
}
