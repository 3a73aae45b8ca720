/** The miner's half of the journal: ends of attempts, and what clients have promised. */
import { createHash } from 'node:crypto'
import { equalBytes, toHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { AGREEMENTS_HASH_START } from '../../../protocols/statements/agreements-hash.ts'
import type { Store } from '../../storage/store.ts'
import type { Final, FoundBatch, MinerJournal, RecordedVoucher } from '../miner-journal.ts'
import type { CounterRecord } from '../paying/miner-counter.ts'
import { batchColumns, batchOf } from './batch-row.ts'
import { BYTES_OF_TEXT, creditsColumn, creditsOf, hashOf, hexColumn } from './columns.ts'
import { type HeldVoucher, HeldVouchers, type Paid, type Place } from './held-vouchers.ts'
import type { SequenceCounter } from './sequence-counter.ts'

export interface MinerRecordsNeeds {
  readonly store: Store
  readonly sequences: SequenceCounter
  readonly unclean: boolean
  readonly hasSpace: () => boolean
  readonly stopped: () => MeshError | undefined
}

/** Of what it holds the current contract set's: see {@link HeldVouchers}. */
export class MinerRecords implements MinerJournal, Pick<HeldVouchers, keyof HeldVouchers> {
  readonly unclean: boolean
  readonly #store: Store
  readonly #held: HeldVouchers
  readonly #sequences: SequenceCounter
  readonly #hasSpace: () => boolean
  readonly #stopped: () => MeshError | undefined

  constructor({ store, sequences, unclean, hasSpace, stopped }: MinerRecordsNeeds) {
    this.unclean = unclean
    this.#store = store
    this.#held = new HeldVouchers(store)
    this.#sequences = sequences
    this.#hasSpace = hasSpace
    this.#stopped = stopped
  }

  get hasSpace(): boolean {
    return this.#hasSpace()
  }

  get stopped(): MeshError | undefined {
    return this.#stopped()
  }

  knows(attempt: AttemptId): boolean {
    return this.#store.get('SELECT 1 AS known FROM final WHERE attempt = ?', hexColumn(attempt)) !== undefined
  }

  counter(id: string): CounterRecord | undefined {
    const row = this.#store.get(
      'SELECT due, forgiven, cumulative, agreements_hash, granted FROM miner_counter WHERE id = ?',
      id,
    )
    if (row === undefined) return undefined
    return {
      due: creditsOf(row.due),
      forgiven: creditsOf(row.forgiven),
      cumulative: creditsOf(row.cumulative),
      agreementsHash: hashOf(row.agreements_hash),
      grant: (row.granted ?? undefined) as Uint8Array | undefined,
    }
  }

  nextSequence(_kind: string, nowMs: number): Promise<bigint> {
    return this.#sequences.next(nowMs)
  }

  async recordFinals(sequence: bigint, finals: readonly Final[]): Promise<void> {
    this.#sequences.requireOwn()
    const receipts = finals.map(({ receipt }) => receipt)
    const owed = [...owedByCounter(finals)]
    const marks = new Map(owed.map(([id]) => [id, toHex(counterMark(id))]))
    const result = await this.#store.append([
      { sql: 'INSERT INTO batch (sequence, receipts, crc) VALUES (?, ?, ?)', each: [batchColumns(sequence, receipts)] },
      {
        sql: `INSERT INTO final (attempt, sequence, counter) VALUES (${BYTES_OF_TEXT}, ?, ${BYTES_OF_TEXT})`,
        each: finals.map(({ receipt, counter }) => [receipt.agreement, sequence, marks.get(counter)!]),
      },
      {
        sql: `INSERT INTO miner_counter (id, due, cumulative, agreements_hash) VALUES (?, ?, ?, ?)
              ON CONFLICT (id) DO UPDATE SET due = uint64_sum(due, excluded.due)`,
        each: owed.map(([id, due]) => [id, creditsColumn(due), creditsColumn(credits(0)), HASH_START]),
      },
    ])
    if (result === 'refused') {
      throw new MeshError('BUG', { what: `batch ${sequence} ends an attempt a second time, or repeats a sequence` })
    }
  }

  batchesOf(attempts: readonly AttemptId[], counter?: string): readonly FoundBatch[] {
    const found = new Map<bigint, AttemptId[]>()
    const mark = counter === undefined ? undefined : counterMark(counter)
    for (const attempt of attempts) {
      const row = this.#store.get('SELECT sequence, counter FROM final WHERE attempt = ?', hexColumn(attempt))
      if (row === undefined) continue
      if (mark !== undefined && !equalBytes(mark, row.counter as Uint8Array)) continue
      const sequence = row.sequence as bigint
      found.set(sequence, [...(found.get(sequence) ?? []), attempt])
    }
    return [...found].map(([sequence, asked]) => {
      const row = this.#store.get('SELECT sequence, receipts, crc FROM batch WHERE sequence = ?', sequence)
      if (row === undefined) throw new MeshError('BUG', { what: `the journal names batch ${sequence} and has none` })
      return { ...batchOf(row, this.#store.path), asked }
    })
  }

  /** The counter exists: it has finals that nobody paid. */
  async recordForgiven(counter: string, total: Credits): Promise<void> {
    await this.#store.append([
      { sql: 'UPDATE miner_counter SET forgiven = ? WHERE id = ?', each: [[creditsColumn(total), counter]] },
    ])
  }

  async recordVoucher({ counter, cumulative, agreementsHash, bytes, grant, atMs }: RecordedVoucher): Promise<void> {
    const result = await this.#store.append([
      {
        sql: `INSERT INTO miner_counter (id, due, cumulative, agreements_hash, voucher, granted, since) VALUES (?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT (id) DO UPDATE SET cumulative = excluded.cumulative, agreements_hash = excluded.agreements_hash,
                voucher = excluded.voucher, granted = excluded.granted,
                since = iif(miner_counter.cumulative > miner_counter.redeemed, miner_counter.since, excluded.since)
              WHERE miner_counter.cumulative < excluded.cumulative`,
        each: [
          [
            counter,
            creditsColumn(credits(0)),
            creditsColumn(cumulative),
            hexColumn(agreementsHash),
            bytes,
            grant ?? null,
            BigInt(Math.floor(atMs)),
          ],
        ],
        guarded: true,
      },
    ])
    if (result === 'refused')
      throw new MeshError('BUG', { what: `a voucher of ${cumulative} credits is not the highest` })
  }

  unredeemedOf(payer: Address, except = ''): Credits {
    const rows = this.#store.all(
      'SELECT cumulative, redeemed FROM miner_counter WHERE payer = ? AND id <> ? AND cumulative > redeemed',
      payer,
      except,
    )
    return credits(rows.reduce((sum, row) => sum + creditsOf(row.cumulative) - creditsOf(row.redeemed), 0n))
  }

  recordRedeemed(paid: readonly Paid[]): Promise<void> {
    return this.#held.recordRedeemed(paid)
  }

  recordForgotten(counter: string, claimed: Credits): Promise<void> {
    return this.#held.recordForgotten(counter, claimed)
  }

  unredeemed(max: number, after?: Place): readonly HeldVoucher[] {
    return this.#held.unredeemed(max, after)
  }

  lastRedeemed(max: number): readonly HeldVoucher[] {
    return this.#held.lastRedeemed(max)
  }

  voucherOf(counter: string): HeldVoucher | undefined {
    return this.#held.voucherOf(counter)
  }

  /** Escrows of older contract sets under which something is held that was not redeemed. */
  retiredEscrows(): readonly Address[] {
    const rows = this.#store.all('SELECT DISTINCT escrow FROM retired_counter WHERE cumulative > redeemed')
    return rows.map(({ escrow }) => toHex(escrow as Uint8Array) as Address)
  }

  /** What is held under the escrow of an older contract set. */
  retired(escrow: Address): HeldVouchers {
    return new HeldVouchers(this.#store, escrow)
  }
}

const COUNTER_MARK_BYTES = 8

/** A collision, once in 2^64 pairs of counters, would let one client ask for a receipt of the other's whose id it knows. */
function counterMark(counter: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(counter).digest().subarray(0, COUNTER_MARK_BYTES))
}

const HASH_START = hexColumn(AGREEMENTS_HASH_START)

function owedByCounter(finals: readonly Final[]): ReadonlyMap<string, Credits> {
  const owed = new Map<string, Credits>()
  for (const { counter, receipt } of finals) owed.set(counter, credits((owed.get(counter) ?? 0n) + receipt.price))
  return owed
}
