/** The highest voucher of each counter under one escrow, and what the chain has paid of it. */
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { SqlValue } from '../../storage/sqlite.ts'
import type { Row, Store } from '../../storage/store.ts'
import type { RecordedVoucher } from '../miner-journal.ts'
import { creditsColumn, creditsOf, hashOf, hexColumn } from './columns.ts'

export interface HeldVoucher extends Omit<RecordedVoucher, 'atMs'> {
  readonly redeemed: Credits
  /** Since when something on its counter waits, Unix milliseconds. */
  readonly sinceMs: number
}

/** In the order of waiting. */
export type Place = Pick<HeldVoucher, 'sinceMs' | 'counter'>

export interface Paid {
  readonly counter: string
  readonly claimed: Credits
}

export class HeldVouchers {
  readonly #store: Store
  readonly #table: 'miner_counter' | 'retired_counter'
  /** A condition on the rows, with its values. */
  readonly #mine: string
  readonly #values: readonly SqlValue[]

  /** @param retired the escrow of an older contract set; the current one where absent */
  constructor(store: Store, retired?: Address) {
    this.#store = store
    this.#table = retired === undefined ? 'miner_counter' : 'retired_counter'
    this.#mine = retired === undefined ? 'voucher IS NOT NULL' : 'escrow = ?'
    this.#values = retired === undefined ? [] : [hexColumn(retired)]
  }

  /**
   * The highest vouchers that the chain has not paid in full, with their grants; the longest waiting first.
   * @param after the last one of the page before
   */
  unredeemed(max: number, after?: Place): readonly HeldVoucher[] {
    const { sinceMs = 0, counter = '' } = after ?? {}
    const where = 'cumulative > redeemed AND (since, id) > (?, ?) ORDER BY since, id'
    return this.#vouchers(where, max, BigInt(sinceMs), counter)
  }

  /** Of those that it has paid in full, the ones that began to wait last. */
  lastRedeemed(max: number): readonly HeldVoucher[] {
    return this.#vouchers('cumulative <= redeemed ORDER BY since DESC, id', max)
  }

  voucherOf(counter: string): HeldVoucher | undefined {
    return this.#vouchers('id = ?', 1, counter)[0]
  }

  /** Durable when it resolves: the chain has paid the counter up to this total, for good. */
  recordRedeemed(paid: readonly Paid[]): Promise<void> {
    return this.#record('<', paid)
  }

  /** Durable when it resolves: the chain has forgotten what it had paid beyond this total. */
  recordForgotten(counter: string, claimed: Credits): Promise<void> {
    return this.#record('>', [{ counter, claimed }])
  }

  async #record(than: '<' | '>', paid: readonly Paid[]): Promise<void> {
    await this.#store.append([
      {
        sql: `UPDATE ${this.#table} SET redeemed = ? WHERE ${this.#mine} AND id = ? AND redeemed ${than} ?`,
        each: paid.map(({ counter, claimed }) => {
          const total = creditsColumn(claimed)
          return [total, ...this.#values, counter, total]
        }),
      },
    ])
  }

  #vouchers(where: string, max: number, ...values: readonly SqlValue[]): readonly HeldVoucher[] {
    const sql = `SELECT ${HELD_COLUMNS} FROM ${this.#table} WHERE ${this.#mine} AND ${where} LIMIT ?`
    return this.#store.all(sql, ...this.#values, ...values, max).map(heldOf)
  }
}

export const HELD_COLUMNS = 'id, cumulative, agreements_hash, redeemed, since, voucher, granted'

/** Of a row with {@link HELD_COLUMNS}. */
export const heldOf = (row: Row): HeldVoucher => ({
  counter: row.id as string,
  cumulative: creditsOf(row.cumulative),
  agreementsHash: hashOf(row.agreements_hash),
  redeemed: creditsOf(row.redeemed),
  sinceMs: Number(row.since),
  bytes: row.voucher as Uint8Array,
  grant: (row.granted ?? undefined) as Uint8Array | undefined,
})
