import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Change, ChangeWriter } from '../../../node/storage/apply-changes.ts'

function setUp() {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  database.exec('CREATE TABLE pair (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT')
  const rows = (): unknown[] =>
    database
      .prepare('SELECT name, value FROM pair ORDER BY name')
      .all()
      .map((row) => ({ ...row }))
  return { writer: new ChangeWriter(database), database, rows }
}

const insert = (...pairs: readonly (readonly [string, number | string])[]): Change => [
  { sql: 'INSERT INTO pair (name, value) VALUES (?, ?)', each: pairs },
]
const raise = (name: string, value: number): Change => [
  { sql: 'UPDATE pair SET value = ? WHERE name = ? AND value < ?', each: [[value, name, value]], guarded: true },
]

describe('changes of one transaction', () => {
  test('are whole or refused, each on its own', () => {
    const { writer, rows } = setUp()
    const results = writer.apply([insert(['a', 1]), insert(['b', 2], ['a', 3]), insert(['c', 4])])
    expect(results).toEqual(['done', 'refused', 'done'])
    expect(rows()).toEqual([
      { name: 'a', value: 1 },
      { name: 'c', value: 4 },
    ])
  })

  test('are refused where a guard changes no row', () => {
    const { writer, rows } = setUp()
    writer.apply([insert(['a', 5])])
    expect(writer.apply([raise('a', 5), raise('a', 7), raise('a', 6), raise('nobody', 9)])).toEqual([
      'refused',
      'done',
      'refused',
      'refused',
    ])
    expect(rows()).toEqual([{ name: 'a', value: 7 }])
  })

  test('did not happen at all where one of them fails, and the writer goes on', () => {
    const { writer, rows, database } = setUp()
    expect(() => writer.apply([insert(['a', 1]), [{ sql: 'INSERT INTO nowhere VALUES (?)', each: [[1]] }]])).toThrow()
    expect(database.isTransaction).toBe(false)
    expect(rows()).toEqual([])
    expect(writer.apply([insert(['a', 1])])).toEqual(['done'])
  })

  test('are refused, not stored as something else, where a value has the wrong type', () => {
    const { writer, rows } = setUp()
    expect(writer.apply([insert(['a', 'many'])])).toEqual(['refused'])
    expect(rows()).toEqual([])
  })
})
