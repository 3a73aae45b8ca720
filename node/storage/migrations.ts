/** A store's schema moves forward only: with a copy of the file as it was, in one transaction, or not at all. */
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { syncFolder } from './durable-file.ts'
import { damaged, guarded } from './sqlite.ts'

export interface Schema {
  /** 32-bit tag in the file's header: another program's database is not ours to migrate. */
  readonly applicationId: number
  /** SQL that leads from version i to i + 1; never edited once released, only appended to. */
  readonly migrations: readonly string[]
}

/** @throws MeshError DATA_FOLDER_NEWER, DATA_FOLDER_DAMAGED, DISK_FULL */
export function migrate(database: DatabaseSync, path: string, { applicationId, migrations }: Schema): void {
  const found = pragma(database, path, 'user_version')
  const owner = pragma(database, path, 'application_id')
  const known = migrations.length
  if (owner !== applicationId && (owner !== 0 || found !== 0)) {
    throw damaged(path, `it belongs to the application 0x${owner.toString(16)}`)
  }
  if (found > known) throw new MeshError('DATA_FOLDER_NEWER', { found, known })
  if (found === known) return
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
}

/** Where the file is kept as it was under schema `version`. */
export const copyPath = (path: string, version: number): string => `${path}.schema-${version}`

function keepCopy(database: DatabaseSync, path: string, version: number): void {
  guarded(path, () => {
    // The log is folded in first: the copy is one file and whole.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    const copy = copyPath(path, version)
    try {
      copyFileSync(path, copy)
      const file = openSync(copy, 'r+')
      try {
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      if (existsSync(copy) && statSync(copy).size < statSync(path).size) rmSync(copy)
      throw error
    }
    syncFolder(dirname(copy))
    // One copy is enough to go back one release, and bounds what copies take.
    for (let older = version - 1; older > 0; older--) rmSync(copyPath(path, older), { force: true })
  })
}

function pragma(database: DatabaseSync, path: string, name: 'user_version' | 'application_id'): number {
  const row = guarded(path, () => database.prepare(`PRAGMA ${name}`).get())
  return Number(row?.[name])
}
