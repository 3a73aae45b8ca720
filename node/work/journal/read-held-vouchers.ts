/** The vouchers of a node's journal that the chain has not paid in full, read beside the node that writes it. */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { guarded } from '../../storage/sqlite.ts'
import type { Row } from '../../storage/store.ts'
import { escrowOf } from './change-escrow.ts'
import { HELD_COLUMNS, type HeldVoucher, heldOf } from './held-vouchers.ts'

/** A miner with more counters than this hands them over in several goes: the rest follows when these are redeemed. */
export const HELD_VOUCHERS_MAX = 10_000

export interface HeldElsewhere extends HeldVoucher {
  /** The contract that pays it. */
  readonly escrow: Address
}

/**
 * The longest waiting first; none where there is no journal.
 * @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_READ_ONLY
 */
export function readHeldVouchers(path: string): readonly HeldElsewhere[] {
  if (!existsSync(path)) return []
  return guarded(path, () => {
    using database = new DatabaseSync(path, { readOnly: true })
    const tables = new Set(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map(nameOf))
    // A node of an older program wrote it, which held none yet.
    const held = ['miner_counter', 'retired_counter'].filter((table) => tables.has(table))
    const rows = held.flatMap((table) => {
      const statement = database.prepare(
        `SELECT ${HELD_COLUMNS} FROM ${table}
         WHERE voucher IS NOT NULL AND cumulative > redeemed ORDER BY since, id LIMIT ?`,
      )
      return statement.all(HELD_VOUCHERS_MAX) as Row[]
    })
    return rows
      .map((row) => ({ ...heldOf(row), escrow: escrowOf(row.voucher as Uint8Array, path) }))
      .sort((a, b) => a.sinceMs - b.sinceMs)
      .slice(0, HELD_VOUCHERS_MAX)
  })
}

const nameOf = ({ name }: Readonly<Record<string, unknown>>): string => String(name)
