/** The leases of this node's client in the journal: what it asked for is here before it pays, and how far it came. */
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { type Address, type AttemptId, address } from '../../../protocols/kernel/ids.ts'
import { proposedLeaseCodec } from '../../../protocols/wire/lease/lease-terms.ts'
import type { Booking, BookingEnd, BookingState, LesseeJournal } from '../../client/leasing/lessee-journal.ts'
import { damaged } from '../../storage/sqlite.ts'
import type { Row, Store } from '../../storage/store.ts'
import { creditsColumn, creditsOf, hashOf, hexColumn } from './columns.ts'

export class LesseeRecords implements LesseeJournal {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  bookings(): readonly Booking[] {
    return this.#store.all('SELECT * FROM booking ORDER BY position').map((row) => this.#booking(row))
  }

  async keep({ id, miner, offer, proposed, steps, state, end, signed }: Booking): Promise<void> {
    await this.#store.append([
      {
        sql: `INSERT INTO booking (id, miner, offer, proposed, steps, state, ended_at, how, owed, signed)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT (id) DO UPDATE SET steps = excluded.steps, state = excluded.state, ended_at = excluded.ended_at,
                how = excluded.how, owed = excluded.owed, signed = excluded.signed`,
        each: [
          [
            hexColumn(id),
            hexColumn(miner),
            offer,
            encode(proposedLeaseCodec, proposed),
            BigInt(steps),
            state,
            end?.at ?? null,
            end?.how ?? null,
            end === undefined ? null : creditsColumn(end.owed),
            signed ?? null,
          ],
        ],
      },
    ])
  }

  async forget(id: AttemptId): Promise<void> {
    await this.#store.append([{ sql: 'DELETE FROM booking WHERE id = ?', each: [[hexColumn(id)]] }])
  }

  #booking(row: Row): Booking {
    const id = hashOf(row.id) as AttemptId
    try {
      return {
        id,
        miner: addressOf(row),
        offer: row.offer as Uint8Array,
        proposed: decode(proposedLeaseCodec, row.proposed as Uint8Array),
        steps: Number(row.steps),
        state: row.state as BookingState,
        end: endOf(row),
        ...(row.signed === null ? {} : { signed: row.signed as Uint8Array }),
      }
    } catch (error) {
      if (error instanceof MalformedError) throw damaged(this.#store.path, `the leased card ${id} cannot be read`)
      throw error
    }
  }
}

const addressOf = ({ miner }: Row): Address => address(hashOf(miner))

const endOf = ({ ended_at: at, how, owed }: Row): BookingEnd | undefined =>
  at === null ? undefined : { at: at as bigint, how: how as BookingEnd['how'], owed: creditsOf(owed) }
