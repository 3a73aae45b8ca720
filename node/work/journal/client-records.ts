/** The client's half of the journal: the highest voucher that it signed on each counter, and what it owes beyond. */
import { concat } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type {
  ClientCounterId,
  ClientCounterRecord,
  ClientJournal,
  Payable,
  SignedVoucher,
} from '../../client/paying/client-journal.ts'
import type { Store } from '../../storage/store.ts'
import { BYTES_OF_TEXT, creditsColumn, creditsOf, creditsText, hashOf, hexColumn } from './columns.ts'
import type { SequenceCounter } from './sequence-counter.ts'

export class ClientRecords implements ClientJournal {
  readonly #store: Store
  readonly #sequences: SequenceCounter

  constructor(store: Store, sequences: SequenceCounter) {
    this.#store = store
    this.#sequences = sequences
  }

  counter(id: ClientCounterId): ClientCounterRecord {
    const unpaid = this.#store.all('SELECT attempt, price FROM client_unpaid WHERE counter = ? ORDER BY position', id)
    return {
      voucher: this.#voucher(id),
      unpaid: unpaid.map((row) => ({ attempt: hashOf(row.attempt), price: creditsOf(row.price) })),
    }
  }

  owing(): readonly ClientCounterId[] {
    return this.#store.all('SELECT DISTINCT counter FROM client_unpaid').map(({ counter }) => String(counter))
  }

  /** What a session key has promised on all its counters. */
  promisedBy(payer: Address, session: Address): Credits {
    const ofSession = `${payer}/${session}/`
    const rows = this.#store.all(
      'SELECT cumulative FROM client_counter WHERE substr(id, 1, ?) = ?',
      ofSession.length,
      ofSession,
    )
    return credits(rows.reduce((sum, row) => sum + creditsOf(row.cumulative), 0n))
  }

  async recordVoucher(id: ClientCounterId, miner: Address, voucher: SignedVoucher): Promise<void> {
    this.#sequences.requireOwn()
    const agreements = voucher.agreements.map(hexColumn)
    const result = await this.#store.append([
      {
        sql: `INSERT INTO client_counter (id, miner, cumulative, hash_before, hash_after, agreements, voucher)
              VALUES (?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT (id) DO UPDATE SET cumulative = excluded.cumulative, hash_before = excluded.hash_before,
                hash_after = excluded.hash_after, agreements = excluded.agreements, voucher = excluded.voucher
              WHERE client_counter.cumulative < excluded.cumulative AND client_counter.hash_after = excluded.hash_before`,
        each: [
          [
            id,
            hexColumn(miner),
            creditsColumn(voucher.cumulative),
            hexColumn(voucher.hashBefore),
            hexColumn(voucher.hashAfter),
            concat(...agreements),
            voucher.bytes,
          ],
        ],
        guarded: true,
      },
      {
        sql: `DELETE FROM client_unpaid WHERE attempt = ${BYTES_OF_TEXT}`,
        each: voucher.agreements.map((attempt) => [attempt]),
      },
    ])
    if (result === 'refused') {
      throw new MeshError('BUG', { what: `a voucher of ${voucher.cumulative} credits does not continue its counter` })
    }
  }

  /** An attempt that is recorded twice is owed once. */
  async recordReceipts(id: ClientCounterId, _miner: Address, receipts: readonly Payable[]): Promise<void> {
    if (receipts.length === 0) return
    const result = await this.#store.append([
      {
        sql: `INSERT INTO client_unpaid (attempt, counter, price) VALUES (${BYTES_OF_TEXT}, ?, ${BYTES_OF_TEXT})
              ON CONFLICT (attempt) DO NOTHING`,
        each: receipts.map(({ attempt, price }) => [attempt, id, creditsText(price)]),
      },
    ])
    if (result === 'refused') throw new MeshError('BUG', { what: 'an attempt is recorded without its id' })
  }

  #voucher(id: ClientCounterId): SignedVoucher | undefined {
    const row = this.#store.get(
      'SELECT cumulative, hash_before, hash_after, agreements, voucher FROM client_counter WHERE id = ?',
      id,
    )
    if (row === undefined) return undefined
    return {
      cumulative: creditsOf(row.cumulative),
      hashBefore: hashOf(row.hash_before),
      hashAfter: hashOf(row.hash_after),
      agreements: splitHashes(row.agreements as Uint8Array),
      bytes: row.voucher as Uint8Array,
    }
  }
}

function splitHashes(bytes: Uint8Array): readonly AttemptId[] {
  const hashes: Hash32[] = []
  for (let at = 0; at < bytes.length; at += 32) hashes.push(hashOf(bytes.subarray(at, at + 32)))
  return hashes
}
