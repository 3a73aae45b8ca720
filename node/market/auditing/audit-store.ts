/** What audits found, on disk: each with what it rests on, and what audits have cost. */
import { existsSync } from 'node:fs'
import { isMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { AuditMoney } from '../../../protocols/rules/auditing/audit-budget.ts'
import { type AuditKeeper, type KeptAudits, NO_AUDITS } from '../../client/auditing/audit-book.ts'
import type { AuditRow } from '../../client/auditing/audit-row.ts'
import type { Change } from '../../storage/apply-changes.ts'
import { LazyStore, putAside } from '../../storage/lazy-store.ts'
import type { Schema } from '../../storage/migrations.ts'
import { guarded, openUntouched } from '../../storage/sqlite.ts'
import type { Row, StoreNeeds } from '../../storage/store.ts'
import { hexColumn } from '../../work/journal/columns.ts'
import { readAuditRow } from './read-audit-row.ts'

export const auditSchema: Schema = {
  /** "AIAU". */
  applicationId: 0x4149_4155,
  migrations: [
    `
  CREATE TABLE audits (
    drawn BLOB PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    audit TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE money (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    spent TEXT NOT NULL,
    audits TEXT NOT NULL
  ) STRICT;
  `,
  ],
}

export interface AuditStoreNeeds extends StoreNeeds {
  /** A write failed: what was found is known until the process ends. */
  readonly onFailure: (error: MeshError) => void
  readonly onDamaged: (error: MeshError) => void
}

const ROWS = 'SELECT audit FROM audits ORDER BY at_ms'
const MONEY = 'SELECT spent, audits FROM money'

/** As an {@link AuditKeeper} it never throws: what is lost is found again. */
export class AuditStore implements AuditKeeper, AsyncDisposable {
  readonly #needs: AuditStoreNeeds
  /** A thread and some megabytes, which a client that audits nobody does not need: opened with the first write. */
  readonly #store: LazyStore
  /** As it is on the disk, or on its way there. */
  #money: AuditMoney
  readonly kept: KeptAudits

  private constructor(path: string, needs: AuditStoreNeeds, kept: KeptAudits) {
    this.#needs = needs
    this.#store = new LazyStore(path, auditSchema, needs)
    this.kept = kept
    this.#money = kept.money
  }

  /**
   * A damaged file is put aside as `<path>.damaged` and told of.
   * @throws MeshError DATA_FOLDER_NEWER, DATA_FOLDER_UNKNOWN, DATA_FOLDER_READ_ONLY, DISK_FULL
   */
  static open(path: string, needs: AuditStoreNeeds): AuditStore {
    try {
      return new AuditStore(path, needs, readAudits(path))
    } catch (error) {
      if (!isMeshError(error, 'DATA_FOLDER_DAMAGED')) throw error
      putAside(path)
      needs.onDamaged(error)
      return new AuditStore(path, needs, NO_AUDITS)
    }
  }

  keep(row: AuditRow, forgotten: Hash32 | undefined, money: AuditMoney): void {
    this.#write([
      ...(forgotten === undefined
        ? []
        : [{ sql: 'DELETE FROM audits WHERE drawn = ?', each: [[hexColumn(forgotten)]] }]),
      {
        sql: 'INSERT OR REPLACE INTO audits VALUES (?, ?, ?)',
        each: [[hexColumn(row.drawn), row.atMs, JSON.stringify(row)]],
      },
      ...moneyChange(money),
    ])
    this.#money = money
  }

  keepMoney(money: AuditMoney): void {
    if (money.spent === this.#money.spent && money.audits === this.#money.audits) return
    this.#money = money
    this.#write(moneyChange(money))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]()
  }

  #write(change: Change): void {
    this.#store
      .open()
      .then((store) => store.append(change))
      .catch((error: unknown) => {
        if (isMeshError(error)) this.#needs.onFailure(error)
        else throw error
      })
  }
}

/** What a node left on the disk, running or not; nothing where there is no file. @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_READ_ONLY */
export function readAudits(path: string): KeptAudits {
  if (!existsSync(path)) return NO_AUDITS
  const database = openUntouched(path)
  try {
    return guarded(path, () => {
      const rows = (database.prepare(ROWS).all() as Row[]).flatMap(({ audit }) => readAuditRow(String(audit)) ?? [])
      const money = database.prepare(MONEY).get() as Row | undefined
      return { rows, money: { spent: creditsOf(money?.spent), audits: creditsOf(money?.audits) } }
    })
  } finally {
    database.close()
  }
}

const moneyChange = ({ spent, audits }: AuditMoney): Change => [
  { sql: 'INSERT OR REPLACE INTO money VALUES (1, ?, ?)', each: [[String(spent), String(audits)]] },
]

const creditsOf = (column: unknown): Credits =>
  credits(typeof column === 'string' && /^\d{1,19}$/.test(column) ? BigInt(column) : 0n)
