/**
 * One node per data folder. The lock is SQLite's own on a small file, held by an open transaction: the operating system
 * releases it when the process ends, however it ends, so there is no stale lock to judge and nothing to race for.
 */
import { DatabaseSync } from 'node:sqlite'
import { guarded } from './sqlite.ts'

const SQLITE_BUSY = 5

export class FolderLock implements Disposable {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** `undefined` where another node holds it, in this process or another. @throws MeshError DATA_FOLDER_READ_ONLY */
  static take(path: string): FolderLock | undefined {
    return guarded(path, () => {
      const database = new DatabaseSync(path, { timeout: 0 })
      try {
        // Nothing is ever written: without this an empty rollback journal would lie beside the lock.
        database.exec('PRAGMA journal_mode = MEMORY')
        database.exec('BEGIN EXCLUSIVE')
        return new FolderLock(database)
      } catch (error) {
        database.close()
        if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined
        throw error
      }
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
