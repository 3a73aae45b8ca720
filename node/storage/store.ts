/**
 * One SQLite file of the data folder: read here at once, written by a thread of its own in group commits. What is read is
 * durable, for the log becomes visible to readers only after it was synced.
 */
import { existsSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { Change, ChangeResult } from './apply-changes.ts'
import { GroupCommit } from './group-commit.ts'
import { type Migration, migrate, requireKnownSchema, type Schema } from './migrations.ts'
import type { SpaceReserve } from './space-reserve.ts'
import { checkDatabase, guarded, openDatabase, openReader, openUntouched, type SqlValue } from './sqlite.ts'
import { StoreWriter } from './store-writer.ts'

export type Row = Readonly<Record<string, SqlValue>>

export interface StoreNeeds {
  readonly clock: Clock
  /** Given up where the disk is full, so that the commit at hand still succeeds. */
  readonly reserve: SpaceReserve
  /** Why {@link Store.failed} from here on; told once. */
  readonly onFailed?: (error: MeshError) => void
  readonly onMigrated?: (migration: Migration) => void
}

export class Store implements AsyncDisposable {
  readonly path: string
  readonly #reader: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #writer: StoreWriter
  readonly #reserve: SpaceReserve
  readonly #commits: GroupCommit<Change, ChangeResult>
  readonly #onFailed: StoreNeeds['onFailed']
  #failed: MeshError | undefined

  private constructor(
    path: string,
    reader: DatabaseSync,
    writer: StoreWriter,
    { clock, reserve, onFailed }: StoreNeeds,
  ) {
    this.path = path
    this.#reader = reader
    this.#writer = writer
    this.#reserve = reserve
    this.#onFailed = onFailed
    this.#commits = new GroupCommit((changes) => this.#commit(changes), clock)
  }

  /** @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_NEWER, DATA_FOLDER_UNKNOWN, DATA_FOLDER_READ_ONLY, DISK_FULL */
  static async open(path: string, schema: Schema, needs: StoreNeeds): Promise<Store> {
    const migration = prepareFile(path, schema)
    if (migration !== undefined) needs.onMigrated?.(migration)
    const writer = await StoreWriter.open(path)
    try {
      return new Store(path, openReader(path), writer, needs)
    } catch (error) {
      await writer[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Why nothing is written any more; only a new start can mend it. */
  get failed(): MeshError | undefined {
    return this.#failed
  }

  /** Integers come as bigint. @throws MeshError DATA_FOLDER_DAMAGED */
  all(sql: string, ...parameters: readonly SqlValue[]): readonly Row[] {
    return this.#read(() => this.#prepare(sql).all(...parameters) as Row[])
  }

  get(sql: string, ...parameters: readonly SqlValue[]): Row | undefined {
    return this.#read(() => this.#prepare(sql).get(...parameters) as Row | undefined)
  }

  /**
   * Durable when it resolves.
   * @throws MeshError DISK_FULL where nothing was written and a later try may succeed; LIMIT; SIGNING_STOPPED after a failure
   *   that is not about space
   */
  append(change: Change): Promise<ChangeResult> {
    if (this.#failed !== undefined) return Promise.reject(this.#stopped(this.#failed))
    return this.#writer.keepAlive(this.#commits.append(change))
  }

  /** Writes what waits, then closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.keepAlive(this.#commits[Symbol.asyncDispose]())
    this.#statements.clear()
    // The writer closes last: whoever closes last folds the log into the file.
    if (this.#reader.isOpen) this.#reader.close()
    await this.#writer[Symbol.asyncDispose]()
  }

  #read<T>(run: () => T): T {
    try {
      return guarded(this.path, run)
    } catch (error) {
      if (isMeshError(error, 'DATA_FOLDER_DAMAGED')) this.#fail(error)
      throw error
    }
  }

  async #commit(changes: readonly Change[]): Promise<readonly ChangeResult[]> {
    if (this.#failed !== undefined) throw this.#stopped(this.#failed)
    try {
      return await this.#orFromReserve(() => this.#writer.apply(changes))
    } catch (error) {
      // After a failed sync nobody knows what the disk holds: going on could contradict what was signed.
      if (isMeshError(error) && error.code !== 'DISK_FULL') this.#fail(error)
      throw error
    }
  }

  async #orFromReserve<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (!isMeshError(error, 'DISK_FULL') || !this.#reserve.release()) throw error
      return run()
    }
  }

  #fail(error: MeshError): void {
    if (this.#failed !== undefined) return
    this.#failed = error
    this.#onFailed?.(error)
  }

  #stopped(cause: MeshError): MeshError {
    return new MeshError('SIGNING_STOPPED', { why: cause.message }, cause)
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#reader.prepare(sql)
    statement.setReadBigInts(true)
    this.#statements.set(sql, statement)
    return statement
  }
}

function prepareFile(path: string, schema: Schema): Migration | undefined {
  const existed = existsSync(path)
  if (existed) requireOurs(path, schema)
  const database = openDatabase(path)
  try {
    if (existed) checkDatabase(database, path)
    return migrate(database, path, schema)
  } finally {
    database.close()
  }
}

/** Looked at before it is opened for writing: that alone changes a file, and one that is refused is not touched. */
function requireOurs(path: string, schema: Schema): void {
  const database = openUntouched(path)
  try {
    requireKnownSchema(database, path, schema)
  } finally {
    database.close()
  }
}
