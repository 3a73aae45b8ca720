/** Leases in the journal: no two of one card share a second, whatever became of either. */
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import type { LeaseEnd } from '../../../protocols/rules/leasing/lease-end.ts'
import type { Rests } from '../../../protocols/rules/leasing/lease-rest.ts'
import { type ProposedLease, proposedLeaseCodec } from '../../../protocols/wire/lease/lease-terms.ts'
import { damaged } from '../../storage/sqlite.ts'
import type { Row, Store } from '../../storage/store.ts'
import type { KeptLease, LeaseJournal, LetOff } from '../leasing/lease-journal.ts'
import { creditsColumn, hashOf, hexColumn } from './columns.ts'
import type { SequenceCounter } from './sequence-counter.ts'

/** Contracts hear evidence for 12 days after the end of a lease; what is asked for later than this overlaps none of them. */
const KEPT_SECONDS = 13n * 86_400n

export class LeaseRecords implements LeaseJournal {
  readonly #store: Store
  readonly #sequences: SequenceCounter

  constructor(store: Store, sequences: SequenceCounter) {
    this.#store = store
    this.#sequences = sequences
  }

  leasesAfter(seconds: bigint): readonly KeptLease[] {
    const rows = this.#store.all(
      `SELECT * FROM lease WHERE ends_at > ? OR (ended_at IS NULL AND (rested > 0 OR resting_since IS NOT NULL))
       ORDER BY starts_at`,
      seconds,
    )
    return rows.map((row) => this.#kept(row))
  }

  lease(id: AttemptId): KeptLease | undefined {
    const row = this.#store.get('SELECT * FROM lease WHERE id = ?', hexColumn(id))
    return row === undefined ? undefined : this.#kept(row)
  }

  async recordLease(id: AttemptId, proposed: ProposedLease, steps: number): Promise<'recorded' | 'taken'> {
    this.#sequences.requireOwn()
    const { card, startsAt, endsAt } = proposed
    const result = await this.#store.append([
      { sql: 'DELETE FROM lease WHERE ends_at < ?', each: [[startsAt - KEPT_SECONDS]] },
      {
        sql: `INSERT INTO lease (id, card, starts_at, ends_at, proposed, steps) SELECT ?1, ?2, ?3, ?4, ?5, ?6
              WHERE NOT EXISTS (SELECT 1 FROM lease WHERE card = ?2 AND starts_at < ?4 AND ends_at > ?3)`,
        each: [[hexColumn(id), hexColumn(card), startsAt, endsAt, encode(proposedLeaseCodec, proposed), BigInt(steps)]],
        guarded: true,
      },
    ])
    return result === 'done' ? 'recorded' : 'taken'
  }

  async recordSteps(id: AttemptId, steps: number): Promise<void> {
    const result = await this.#store.append([
      {
        sql: 'UPDATE lease SET steps = ?1 WHERE id = ?2 AND steps < ?1 AND ended_at IS NULL',
        each: [[BigInt(steps), hexColumn(id)]],
        guarded: true,
      },
    ])
    if (result === 'refused') throw new MeshError('BUG', { what: `the lease ${id} does not go on with step ${steps}` })
  }

  async recordRests(id: AttemptId, { seconds, since }: Rests): Promise<void> {
    await this.#store.append([
      {
        sql: 'UPDATE lease SET rested = ?, resting_since = ? WHERE id = ? AND ended_at IS NULL',
        each: [[seconds, since ?? null, hexColumn(id)]],
      },
    ])
  }

  async recordEnd(
    id: AttemptId,
    { at, how }: NonNullable<KeptLease['ended']>,
    restedSeconds: bigint,
    letOff?: LetOff,
  ): Promise<void> {
    const forgive = 'UPDATE miner_counter SET forgiven = ? WHERE id = ?'
    await this.#store.append([
      {
        sql: 'UPDATE lease SET ended_at = ?, how = ?, rested = ?, resting_since = NULL WHERE id = ? AND ended_at IS NULL',
        each: [[at, how, restedSeconds, hexColumn(id)]],
      },
      ...(letOff === undefined ? [] : [{ sql: forgive, each: [[creditsColumn(letOff.forgiven), letOff.counter]] }]),
    ])
  }

  #kept(row: Row): KeptLease {
    const id = hashOf(row.id) as AttemptId
    try {
      return {
        id,
        proposed: decode(proposedLeaseCodec, row.proposed as Uint8Array),
        steps: Number(row.steps),
        ended: row.ended_at === null ? undefined : { at: row.ended_at as bigint, how: row.how as LeaseEnd },
        rests: { seconds: row.rested as bigint, since: (row.resting_since as bigint | null) ?? undefined },
      }
    } catch (error) {
      if (error instanceof MalformedError) throw damaged(this.#store.path, `the lease ${id} cannot be read`)
      throw error
    }
  }
}
