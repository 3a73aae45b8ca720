/**
 * A counter counts what one escrow pays. When a network moves to another contract set, every counter starts anew under its escrow on
 * both sides, and what was promised under the old one is kept apart, to be redeemed there. What was earned and not promised yet
 * goes on: the client promises it under the new escrow. A network that moves back finds its old counters.
 */
import { decode } from '../../../protocols/kernel/codec.ts'
import { type Address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { AGREEMENTS_HASH_START } from '../../../protocols/statements/agreements-hash.ts'
import { signedCodec } from '../../../protocols/statements/signed.ts'
import { voucherType } from '../../../protocols/statements/struct-types.ts'
import type { Write } from '../../storage/apply-changes.ts'
import { damaged } from '../../storage/sqlite.ts'
import type { Row, Store } from '../../storage/store.ts'
import { creditsColumn, creditsOf, hexColumn } from './columns.ts'

/**
 * Before anything else is written. Nothing where all counters are under this escrow already.
 * @param escrow that new vouchers name; zero in a network without a chain
 * @throws MeshError DATA_FOLDER_DAMAGED, DISK_FULL
 */
export async function changeEscrow(store: Store, escrow: Address): Promise<void> {
  const change = [...minerWrites(store, escrow), ...clientWrites(store, escrow)].filter(({ each }) => each.length > 0)
  if (change.length > 0) await store.append(change)
}

export function escrowOf(voucher: Uint8Array, path: string): Address {
  try {
    return decode(signedCodec(voucherType), voucher).value.escrow
  } catch {
    throw damaged(path, 'a voucher in it is none')
  }
}

interface Retired {
  readonly id: string
  readonly under: Address
  readonly row: Row
}

function retiredIn(store: Store, table: 'miner_counter' | 'client_counter', escrow: Address): readonly Retired[] {
  return store.all(`SELECT * FROM ${table} WHERE voucher IS NOT NULL`).flatMap((row) => {
    const under = escrowOf(row.voucher as Uint8Array, store.path)
    return under === escrow ? [] : [{ id: row.id as string, under, row }]
  })
}

function minerWrites(store: Store, escrow: Address): readonly Write[] {
  const retired = retiredIn(store, 'miner_counter', escrow)
  const back = store.all('SELECT id, cumulative FROM retired_counter WHERE escrow = ?', hexColumn(escrow))
  const rests = new Map(retired.map(({ id, under, row }) => [id, under === ZERO_ADDRESS ? 0n : restOf(row)]))
  return [
    {
      sql: `INSERT OR REPLACE INTO retired_counter (escrow, id, cumulative, agreements_hash, redeemed, since, voucher, granted)
            SELECT ?, id, cumulative, agreements_hash, redeemed, since, voucher, granted FROM miner_counter WHERE id = ?`,
      each: retired.map(({ id, under }) => [hexColumn(under), id]),
    },
    {
      sql: `UPDATE miner_counter SET due = ?, forgiven = ?, cumulative = ?, agreements_hash = ?, redeemed = ?, since = 0,
              voucher = NULL, granted = NULL WHERE id = ?`,
      each: retired.map(({ id }) => {
        const due = creditsColumn(credits(rests.get(id)!))
        return [due, NOTHING, NOTHING, HASH_START, NOTHING, id]
      }),
    },
    {
      // What was carried over since is owed on top of what was promised here before.
      sql: `UPDATE miner_counter SET (due, forgiven, cumulative, agreements_hash, redeemed, since, voucher, granted) =
              (SELECT ?1, ?2, cumulative, agreements_hash, redeemed, since, voucher, granted FROM retired_counter
               WHERE escrow = ?3 AND id = ?4) WHERE id = ?4`,
      each: back.map((row) => {
        const id = row.id as string
        const rest = rests.get(id) ?? restOf(store.get('SELECT * FROM miner_counter WHERE id = ?', id))
        return [creditsColumn(credits(creditsOf(row.cumulative) + rest)), NOTHING, hexColumn(escrow), id]
      }),
    },
    {
      sql: 'DELETE FROM retired_counter WHERE escrow = ? AND id = ?',
      each: back.map(({ id }) => [hexColumn(escrow), id as string]),
    },
  ]
}

function clientWrites(store: Store, escrow: Address): readonly Write[] {
  const retired = retiredIn(store, 'client_counter', escrow)
  const back = store.all('SELECT id FROM retired_client_counter WHERE escrow = ?', hexColumn(escrow))
  return [
    {
      sql: `INSERT OR REPLACE INTO retired_client_counter
              (escrow, id, miner, cumulative, hash_before, hash_after, agreements, voucher)
            SELECT ?, id, miner, cumulative, hash_before, hash_after, agreements, voucher FROM client_counter WHERE id = ?`,
      each: retired.map(({ id, under }) => [hexColumn(under), id]),
    },
    { sql: 'DELETE FROM client_counter WHERE id = ?', each: retired.map(({ id }) => [id]) },
    {
      // Owed while nothing settled: it was never money.
      sql: 'DELETE FROM client_unpaid WHERE counter = ?',
      each: retired.filter(({ under }) => under === ZERO_ADDRESS).map(({ id }) => [id]),
    },
    {
      sql: `INSERT INTO client_counter (id, miner, cumulative, hash_before, hash_after, agreements, voucher)
            SELECT id, miner, cumulative, hash_before, hash_after, agreements, voucher FROM retired_client_counter
            WHERE escrow = ? AND id = ?`,
      each: back.map(({ id }) => [hexColumn(escrow), id as string]),
    },
    {
      sql: 'DELETE FROM retired_client_counter WHERE escrow = ? AND id = ?',
      each: back.map(({ id }) => [hexColumn(escrow), id as string]),
    },
  ]
}

/** Earned, not let go of, and under no voucher. */
function restOf(row: Row | undefined): bigint {
  if (row === undefined) return 0n
  const rest = creditsOf(row.due) - creditsOf(row.forgiven) - creditsOf(row.cumulative)
  return rest > 0n ? rest : 0n
}

const NOTHING = creditsColumn(credits(0))
const HASH_START = hexColumn(AGREEMENTS_HASH_START)
