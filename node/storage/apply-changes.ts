/** Many changes in one transaction, each of them whole or refused on its own. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isConstraint, type SqlValue } from './sqlite.ts'

/** One statement, run for each row of parameters. */
export interface Write {
  readonly sql: string
  readonly each: readonly (readonly SqlValue[])[]
  /** Every run must change exactly one row, or the change is refused: a guard in a WHERE clause becomes an answer. */
  readonly guarded?: boolean
}

/** All writes happen, or none. */
export type Change = readonly Write[]
/** `refused`: a constraint or a guard said no. */
export type ChangeResult = 'done' | 'refused'

export class ChangeWriter {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Durable when it returns. @throws Error of SQLite; then nothing of it happened. */
  apply(changes: readonly Change[]): readonly ChangeResult[] {
    const database = this.#database
    database.exec('BEGIN IMMEDIATE')
    try {
      const results = changes.map((change) => this.#applyOne(change))
      database.exec('COMMIT')
      return results
    } catch (error) {
      // A full disk has rolled it back already.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  #applyOne(change: Change): ChangeResult {
    const database = this.#database
    database.exec('SAVEPOINT change')
    const result = this.#run(change)
    if (result === 'refused') database.exec('ROLLBACK TO change')
    database.exec('RELEASE change')
    return result
  }

  #run(change: Change): ChangeResult {
    try {
      for (const { sql, each, guarded } of change) {
        const statement = this.#prepare(sql)
        for (const row of each) {
          const { changes } = statement.run(...row)
          if (guarded === true && changes !== 1) return 'refused'
        }
      }
      return 'done'
    } catch (error) {
      if (isConstraint(error)) return 'refused'
      throw error
    }
  }

  /** Statements are literals of the program: the map is as large as the program has statements. */
  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
