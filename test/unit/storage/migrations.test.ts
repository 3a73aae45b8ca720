import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { copyPath, migrate, type Schema } from '../../../node/storage/migrations.ts'
import { openDatabase } from '../../../node/storage/sqlite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const one = 'CREATE TABLE a (x INTEGER) STRICT'
const two = 'ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7'
const three = 'CREATE TABLE b (z INTEGER) STRICT'
const schema = (...migrations: string[]): Schema => ({ applicationId: 0x54455354, migrations })

function open(path: string, wanted: Schema): void {
  const database = openDatabase(path)
  try {
    migrate(database, path, wanted)
  } finally {
    database.close()
  }
}

function inside<T>(path: string, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path)
  try {
    return read(database)
  } finally {
    database.close()
  }
}

const rows = (path: string): unknown[] =>
  inside(path, (database) =>
    database
      .prepare('SELECT * FROM a')
      .all()
      .map((row) => ({ ...row })),
  )

function storeOfSchemaOne(): string {
  const path = join(temporaryFolder(), 'store.sqlite')
  open(path, schema(one))
  inside(path, (database) => database.exec('INSERT INTO a VALUES (1)'))
  return path
}

describe('a store', () => {
  test('moves forward to the schema of today and keeps its rows', () => {
    const path = storeOfSchemaOne()
    open(path, schema(one, two, three))
    expect(rows(path)).toEqual([{ x: 1, y: 7 }])
    open(path, schema(one, two, three))
    expect(rows(path)).toEqual([{ x: 1, y: 7 }])
  })

  test('leaves a whole copy of what it was before it moved, and only the newest one', () => {
    const path = storeOfSchemaOne()
    open(path, schema(one, two))
    expect(rows(copyPath(path, 1))).toEqual([{ x: 1 }])
    open(path, schema(one, two, three))
    expect(rows(copyPath(path, 2))).toEqual([{ x: 1, y: 7 }])
    expect(existsSync(copyPath(path, 1))).toBe(false)
  })

  test('gives the copy its schema and its owner alone, also while somebody else reads the store', () => {
    const path = storeOfSchemaOne()
    const reading = new DatabaseSync(path)
    reading.exec('BEGIN')
    reading.prepare('SELECT * FROM a').all()
    inside(path, (database) => database.exec('INSERT INTO a VALUES (2)'))
    open(path, schema(one, two))
    reading.close()
    expect(rows(copyPath(path, 1))).toEqual([{ x: 1 }, { x: 2 }])
    // Good enough for the version before this one.
    open(copyPath(path, 1), schema(one))
    if (process.platform !== 'win32') expect(statSync(copyPath(path, 1)).mode & 0o777).toBe(0o600)
  })

  test('says from which schema it came to which', () => {
    const path = storeOfSchemaOne()
    const database = openDatabase(path)
    const done = { path, from: 1, to: 3, copy: copyPath(path, 1) }
    expect(migrate(database, path, schema(one, two, three))).toEqual(done)
    expect(migrate(database, path, schema(one, two, three))).toBeUndefined()
    database.close()
  })

  test('that is new needs no copy', () => {
    const path = join(temporaryFolder(), 'store.sqlite')
    open(path, schema(one, two))
    expect(existsSync(copyPath(path, 1))).toBe(false)
  })

  test('stays as it was where a step fails half way', () => {
    const path = storeOfSchemaOne()
    expect(() => open(path, schema(one, two, 'CREATE TABLE c (x INTEGER); DROP TABLE nowhere'))).toThrow()
    expect(rows(path)).toEqual([{ x: 1 }])
    open(path, schema(one, two))
    expect(rows(path)).toEqual([{ x: 1, y: 7 }])
  })

  test('of a later version is refused and not touched', () => {
    const path = storeOfSchemaOne()
    open(path, schema(one, two))
    expect(() => open(path, schema(one))).toThrow(
      expect.objectContaining({ code: 'DATA_FOLDER_NEWER', facts: { found: 2, known: 1 } }),
    )
    expect(rows(path)).toEqual([{ x: 1, y: 7 }])
  })

  test('of another build, which had other tables under the same number, is refused and not touched', () => {
    const path = storeOfSchemaOne()
    expect(() => open(path, schema('CREATE TABLE a (x INTEGER, y TEXT) STRICT', two))).toThrow(
      expect.objectContaining({ code: 'DATA_FOLDER_UNKNOWN', facts: { path: dirname(path), version: 1, table: 'a' } }),
    )
    expect(() => open(path, schema(`${one}; ${three}`))).toThrow(
      expect.objectContaining({ facts: { path: dirname(path), version: 1, table: 'b' } }),
    )
    expect(rows(path)).toEqual([{ x: 1 }])
  })

  test('is known again where only comments and spaces of a step differ', () => {
    const path = storeOfSchemaOne()
    open(path, schema('-- what it is for\nCREATE TABLE a (\n  x INTEGER -- a number\n) STRICT'))
    expect(rows(path)).toEqual([{ x: 1 }])
  })

  test('of another program is refused', () => {
    const path = storeOfSchemaOne()
    expect(() => open(path, { ...schema(one, two), applicationId: 99 })).toThrow(
      expect.objectContaining({ code: 'DATA_FOLDER_DAMAGED' }),
    )
  })
})
