/** The folder that holds a node's identity and memory: one node at a time, and it knows how the last run ended. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { makeFolder, removeLeftovers, replaceFile, syncFolder } from './durable-file.ts'
import { finishRestore } from './finish-restore.ts'
import { FolderLock } from './folder-lock.ts'
import { SpaceReserve, type SpaceReserveOptions } from './space-reserve.ts'
import { guarded, readOnly } from './sqlite.ts'

/** What lies where; README.md beside this file says what each is, and what is lost with it. */
export const folderFiles = {
  lock: 'lock.sqlite',
  running: 'running.json',
  reserve: 'reserve.bin',
  journal: 'journal.sqlite',
  transactions: 'transactions.sqlite',
  config: 'config.json',
  keys: 'keys',
  content: 'content',
  knownPeers: 'known-peers.json',
  spent: 'gateway-spent.json',
  cloudSpent: 'cloud-spent.json',
  log: 'log',
  evidence: 'evidence.sqlite',
  measured: 'measured.json',
  claims: 'claims.json',
  audits: 'audits.sqlite',
  power: 'power.json',
  line: 'line.json',
  coordinates: 'coordinates.json',
  powerLimits: 'power-limits.json',
  scores: 'scores.sqlite',
  grant: 'grant.bin',
  stories: 'jobs.json',
} as const

export interface DataFolderOptions extends Partial<SpaceReserveOptions> {
  readonly clock: Clock
}

export class DataFolder implements Disposable {
  readonly path: string
  readonly startedAtMs: number
  /** The last run was killed, or the power failed: what it had only in memory is lost. */
  readonly wasUnclean: boolean
  readonly reserve: SpaceReserve
  readonly #lock: FolderLock
  #started = false
  #disposed = false

  private constructor(path: string, startedAtMs: number, wasUnclean: boolean, reserve: SpaceReserve, lock: FolderLock) {
    this.path = path
    this.startedAtMs = startedAtMs
    this.wasUnclean = wasUnclean
    this.reserve = reserve
    this.#lock = lock
  }

  /**
   * Creates the folder where it is missing, for this user alone.
   * @throws MeshError DATA_FOLDER_IN_USE, DATA_FOLDER_READ_ONLY, DISK_FULL
   */
  static open(path: string, options: DataFolderOptions): DataFolder {
    create(path)
    const lock = takeLock(path)
    try {
      const running = join(path, folderFiles.running)
      const startedAtMs = options.clock.nowMs()
      return guarded(running, () => {
        finishRestore(path)
        removeLeftovers(running)
        const wasUnclean = existsSync(running)
        replaceFile(running, `${JSON.stringify({ pid: process.pid, startedAtMs })}\n`, 0o600)
        const reserve = new SpaceReserve(join(path, folderFiles.reserve), options)
        return new DataFolder(path, startedAtMs, wasUnclean, reserve, lock)
      })
    } catch (error) {
      lock[Symbol.dispose]()
      throw error
    }
  }

  file(name: keyof typeof folderFiles): string {
    return join(this.path, folderFiles[name])
  }

  /** All parts are up. A start that fails before this leaves it to the next one to know that a run was lost. */
  markStarted(): void {
    this.#started = true
  }

  /** The end of a clean run: what was open in the folder is closed before. */
  [Symbol.dispose](): void {
    if (this.#disposed) return
    this.#disposed = true
    this.reserve[Symbol.dispose]()
    if (this.#started || !this.wasUnclean) {
      rmSync(this.file('running'), { force: true })
      syncFolder(this.path)
    }
    this.#lock[Symbol.dispose]()
  }
}

/** For who takes the folder later: it is free now. @throws MeshError DATA_FOLDER_IN_USE, DATA_FOLDER_READ_ONLY, DISK_FULL */
export function requireFree(path: string): void {
  lockFolder(path)[Symbol.dispose]()
}

/**
 * For work on the folder that is no run of a node: none runs until disposed.
 * @throws MeshError DATA_FOLDER_IN_USE, DATA_FOLDER_READ_ONLY, DISK_FULL
 */
export function lockFolder(path: string): Disposable {
  create(path)
  return takeLock(path)
}

function takeLock(path: string): FolderLock {
  const lock = FolderLock.take(join(path, folderFiles.lock))
  if (lock === undefined) throw new MeshError('DATA_FOLDER_IN_USE', { path, pid: runningPid(path) ?? 'unknown' })
  return lock
}

/** The process that uses the folder, for a message; it may have just ended. */
export function runningPid(path: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(path, folderFiles.running), 'utf8')) as { pid?: unknown }
    return typeof pid === 'number' ? pid : undefined
  } catch {
    // Absent or not whole: another node is just starting or stopping.
    return undefined
  }
}

function create(path: string): void {
  try {
    makeFolder(path, 0o700)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOTDIR') throw readOnly(path, 'it is not a folder', error)
    if (code === 'ENOSPC') throw new MeshError('DISK_FULL', { file: path }, error)
    throw readOnly(path, message, error)
  }
}
