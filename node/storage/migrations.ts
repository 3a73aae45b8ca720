/** A store's schema moves forward only: with a copy of the file as it was, in one transaction, or not at all. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { syncFolder } from './durable-file.ts'
import { damaged, guarded } from './sqlite.ts'

export interface Schema {
  /** 32-bit tag in the file's header: another program's database is not ours to migrate. */
  readonly applicationId: number
  /** SQL that leads from version i to i + 1; never edited once released, only appended to. */
  readonly migrations: readonly string[]
}

/**
 * The schema that the file has, if this program can open it; changes nothing.
 * @throws MeshError DATA_FOLDER_NEWER, DATA_FOLDER_UNKNOWN, DATA_FOLDER_DAMAGED
 */
export function requireKnownSchema(
  database: DatabaseSync,
  path: string,
  { applicationId, migrations }: Schema,
): number {
  const found = pragma(database, path, 'user_version')
  const owner = pragma(database, path, 'application_id')
  const known = migrations.length
  if (owner !== applicationId && (owner !== 0 || found !== 0)) {
    throw damaged(path, `it belongs to the application 0x${owner.toString(16)}`)
  }
  if (found > known) throw new MeshError('DATA_FOLDER_NEWER', { found, known })
  requireTablesOf(database, path, migrations.slice(0, found))
  return found
}

export interface Migration {
  readonly path: string
  readonly from: number
  readonly to: number
  /** The file as it was. */
  readonly copy: string
}

/** @returns what was done to a file that was there before @throws MeshError as {@link requireKnownSchema}; DISK_FULL */
export function migrate(database: DatabaseSync, path: string, schema: Schema): Migration | undefined {
  const { applicationId, migrations } = schema
  const known = migrations.length
  const found = requireKnownSchema(database, path, schema)
  if (found === known) return undefined
  if (found > 0) keepCopy(database, path, found)
  guarded(path, () => {
    database.exec('BEGIN IMMEDIATE')
    try {
      for (const step of migrations.slice(found)) database.exec(step)
      database.exec(`PRAGMA application_id = ${applicationId}`)
      database.exec(`PRAGMA user_version = ${known}`)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  })
  return found === 0 ? undefined : { path, from: found, to: known, copy: copyPath(path, found) }
}

/** A build between two releases may have had another step under the same number: found here, not at the first write that needs it. */
function requireTablesOf(database: DatabaseSync, path: string, steps: readonly string[]): void {
  const expected = new DatabaseSync(':memory:')
  try {
    for (const step of steps) expected.exec(step)
    const wanted = tablesOf(expected)
    const held = guarded(path, () => tablesOf(database))
    const differs = [...new Set([...wanted.keys(), ...held.keys()])].find((name) => wanted.get(name) !== held.get(name))
    if (differs === undefined) return
    throw new MeshError('DATA_FOLDER_UNKNOWN', { path: dirname(path), version: steps.length, table: differs })
  } finally {
    expected.close()
  }
}

/** What creates each table and index, by name; neither comments nor spaces make two of them different. */
function tablesOf(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all()
  return new Map(
    rows.map(({ name, sql }) => [
      String(name),
      String(sql)
        .replaceAll(/--[^\n]*/g, '')
        .replaceAll(/\s+/g, ''),
    ]),
  )
}

/** Where the file is kept as it was under schema `version`. */
export const copyPath = (path: string, version: number): string => `${path}.schema-${version}`

function keepCopy(database: DatabaseSync, path: string, version: number): void {
  const copy = copyPath(path, version)
  const unfinished = `${copy}.new`
  try {
    guarded(path, () => {
      rmSync(unfinished, { force: true })
      // SQLite keeps the mode of a file that is there and empty.
      closeSync(openSync(unfinished, 'wx', 0o600))
      // Not a copy of the file alone: while somebody else reads it, a backup for one, its log cannot be folded in.
      database.prepare('VACUUM INTO ?').run(unfinished)
      const file = openSync(unfinished, 'r+')
      try {
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(unfinished, copy)
      syncFolder(dirname(copy))
    })
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
  // One copy is enough to go back one release, and bounds what copies take.
  for (let older = version - 1; older > 0; older--) rmSync(copyPath(path, older), { force: true })
}

function pragma(database: DatabaseSync, path: string, name: 'user_version' | 'application_id'): number {
  const row = guarded(path, () => database.prepare(`PRAGMA ${name}`).get())
  return Number(row?.[name])
}
