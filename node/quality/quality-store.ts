/**
 * What a node has to remember of quality over a restart: its observations, the receipts and batches that it has published, its reviews, and raters
 * that were found lying. A file of its own: nothing is signed on the strength of it.
 */
import { existsSync } from 'node:fs'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { decode, encode } from '../../protocols/kernel/codec.ts'
import { isMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { type Observation, requireObservation, WINDOW_S } from '../../protocols/rules/qos/observation.ts'
import { type PaidReceipt, paidReceiptCodec } from '../../protocols/wire/score/paid-receipt.ts'
import type { Change } from '../storage/apply-changes.ts'
import { LazyStore, putAside } from '../storage/lazy-store.ts'
import type { Schema } from '../storage/migrations.ts'
import type { Row, Store, StoreNeeds } from '../storage/store.ts'
import { uint64Blob, uint64OfBlob } from '../storage/uint64-column.ts'
import { hexColumn } from '../work/journal/columns.ts'
import { type KnownLiar, LIAR_MS } from './others-word.ts'
import { WINDOW_OBSERVATIONS_MAX } from './own-window.ts'

/** A published batch is asked for as long as a digest may name it. */
const KEPT_S: number = WINDOW_S + 7_200
/** 4 MB; a digest names no more. */
export const RECEIPTS_MAX = 4_096
/** Of this payer; the oldest goes first. */
const REVIEWS_MAX = 4_096

export const qualitySchema: Schema = {
  /** "AIQS". */
  applicationId: 0x4149_5153,
  migrations: [
    `
  CREATE TABLE observations (
    number INTEGER PRIMARY KEY,
    at_s INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE receipts (
    attempt BLOB PRIMARY KEY,
    at_s INTEGER NOT NULL,
    paid BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX receipts_by_time ON receipts (at_s);
  CREATE TABLE batches (
    sequence BLOB PRIMARY KEY,
    at_s INTEGER NOT NULL,
    statement BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE reviews (
    attempt BLOB PRIMARY KEY,
    miner BLOB NOT NULL,
    stars INTEGER NOT NULL,
    at_s INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE liars (
    rater BLOB PRIMARY KEY,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  ],
}

export interface QualityStoreNeeds extends StoreNeeds {
  readonly onDamaged: (error: MeshError) => void
}

export interface PublishedBatch {
  readonly sequence: bigint
  readonly atS: number
  readonly statement: Uint8Array
}

export interface KeptReview {
  readonly attempt: AttemptId
  readonly miner: Address
  readonly stars: number
  readonly atS: number
}

export interface Remembered {
  readonly observations: readonly Observation[]
  readonly batches: readonly PublishedBatch[]
  readonly reviews: readonly KeptReview[]
  readonly liars: readonly KnownLiar[]
}

const NOTHING: Remembered = { observations: [], batches: [], reviews: [], liars: [] }

export class QualityStore implements AsyncDisposable {
  readonly #path: string
  readonly #needs: QualityStoreNeeds
  /** A thread and some megabytes: opened with the first that there is to keep, or where there is something. */
  readonly #store: LazyStore

  constructor(path: string, needs: QualityStoreNeeds) {
    this.#path = path
    this.#needs = needs
    this.#store = new LazyStore(path, qualitySchema, needs)
  }

  /** What earlier runs left. A damaged file is put aside as `<path>.damaged`. @throws MeshError DATA_FOLDER_*, DISK_FULL */
  async read(): Promise<Remembered> {
    if (!existsSync(this.#path)) return NOTHING
    try {
      return readAll(await this.#store.open(), this.#oldestS())
    } catch (error) {
      await this.#store[Symbol.asyncDispose]()
      if (!isMeshError(error, 'DATA_FOLDER_DAMAGED')) throw error
      putAside(this.#path)
      this.#needs.onDamaged(error)
      return NOTHING
    }
  }

  /** @throws MeshError DISK_FULL, SIGNING_STOPPED, DATA_FOLDER_* */
  async keep(observations: readonly Observation[]): Promise<void> {
    if (observations.length === 0) return
    const sql = 'INSERT INTO observations (at_s, body) VALUES (?, ?)'
    const each = observations.map((seen) => [seen.atS, observationText(seen)])
    await (await this.#store.open()).append([{ sql, each }, ...this.#bounds()])
  }

  /** With the receipts that it names: both are there for who asks, or none. @throws MeshError as {@link keep} */
  async keepBatch({ sequence, atS, statement }: PublishedBatch, receipts: readonly PaidReceiptAt[]): Promise<void> {
    const sql = 'INSERT OR IGNORE INTO batches VALUES (?, ?, ?)'
    const batch = { sql, each: [[uint64Blob(sequence), atS, statement]] }
    await (await this.#store.open()).append([batch, receiptRows(receipts), ...this.#bounds()])
  }

  /** @param paid where it may be told to others @throws MeshError as {@link keep} */
  async keepReview({ attempt, miner, stars, atS }: KeptReview, paid?: PaidReceiptAt): Promise<void> {
    const sql = 'INSERT OR IGNORE INTO reviews VALUES (?, ?, ?, ?)'
    const review = { sql, each: [[hexColumn(attempt), hexColumn(miner), stars, atS]] }
    await (await this.#store.open()).append([review, ...(paid === undefined ? [] : [receiptRows([paid])])])
  }

  async keepLiar({ rater, atMs }: KnownLiar): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO liars VALUES (?, ?)'
    const forgiven = Math.trunc(this.#needs.clock.nowMs()) - LIAR_MS
    await (await this.#store.open()).append([
      { sql: 'DELETE FROM liars WHERE at_ms < ?', each: [[forgiven]] },
      { sql, each: [[hexColumn(rater), Math.trunc(atMs)]] },
    ])
  }

  receipt(attempt: AttemptId): PaidReceipt | undefined {
    const row = this.#store.opened?.get('SELECT paid FROM receipts WHERE attempt = ?', hexColumn(attempt))
    return row === undefined ? undefined : decode(paidReceiptCodec, row.paid as Uint8Array)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]()
  }

  #oldestS(): number {
    return Math.trunc(this.#needs.clock.nowMs() / 1_000) - KEPT_S
  }

  #bounds(): Change {
    const oldest = this.#oldestS()
    return [
      { sql: 'DELETE FROM observations WHERE at_s < ?', each: [[oldest]] },
      {
        sql: 'DELETE FROM observations WHERE number <= (SELECT max(number) FROM observations) - ?',
        each: [[WINDOW_OBSERVATIONS_MAX]],
      },
      { sql: 'DELETE FROM receipts WHERE at_s < ? AND attempt NOT IN (SELECT attempt FROM reviews)', each: [[oldest]] },
      {
        sql: 'DELETE FROM receipts WHERE attempt IN (SELECT attempt FROM receipts ORDER BY at_s DESC LIMIT -1 OFFSET ?)',
        each: [[RECEIPTS_MAX]],
      },
      { sql: 'DELETE FROM batches WHERE at_s < ?', each: [[oldest]] },
      {
        sql: 'DELETE FROM reviews WHERE attempt IN (SELECT attempt FROM reviews ORDER BY at_s DESC LIMIT -1 OFFSET ?)',
        each: [[REVIEWS_MAX]],
      },
    ]
  }
}

export interface PaidReceiptAt {
  readonly atS: number
  readonly paid: PaidReceipt
}

const receiptRows = (receipts: readonly PaidReceiptAt[]): Change[number] => ({
  sql: 'INSERT OR IGNORE INTO receipts VALUES (?, ?, ?)',
  each: receipts.map(({ atS, paid }) => [
    hexColumn(paid.proven.receipt.agreement),
    atS,
    encode(paidReceiptCodec, paid),
  ]),
})

function readAll(store: Store, oldestS: number): Remembered {
  return {
    observations: store
      .all('SELECT body FROM observations WHERE at_s >= ? ORDER BY number', oldestS)
      .flatMap(({ body }) => observationOf(body as string) ?? []),
    batches: store
      .all('SELECT sequence, at_s, statement FROM batches WHERE at_s >= ? ORDER BY sequence', oldestS)
      .map((row) => ({
        sequence: uint64OfBlob(row.sequence as Uint8Array),
        atS: Number(row.at_s),
        statement: row.statement as Uint8Array,
      })),
    reviews: store.all('SELECT attempt, miner, stars, at_s FROM reviews ORDER BY at_s').map(reviewOf),
    liars: store
      .all('SELECT rater, at_ms FROM liars')
      .map((row) => ({ rater: toHex(row.rater as Uint8Array) as Address, atMs: Number(row.at_ms) })),
  }
}

const reviewOf = (row: Row): KeptReview => ({
  attempt: toHex(row.attempt as Uint8Array) as AttemptId,
  miner: toHex(row.miner as Uint8Array) as Address,
  stars: Number(row.stars),
  atS: Number(row.at_s),
})

const observationText = (seen: Observation): string =>
  JSON.stringify(seen, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

const kinds: Readonly<Record<Observation['kind'], true>> = {
  answered: true,
  refused: true,
  failed: true,
  probed: true,
  audited: true,
}

/** As this program wrote it, or a later one; what is none to this one is left out: no node stays down for what it saw yesterday. */
function observationOf(text: string): Observation | undefined {
  try {
    const plain = JSON.parse(text) as Observation & { readonly price?: string; readonly usage?: string }
    if (!Object.hasOwn(kinds, plain.kind)) return undefined
    const seen: Observation =
      plain.kind === 'answered' ? { ...plain, price: credits(BigInt(plain.price)), usage: BigInt(plain.usage) } : plain
    requireObservation(seen)
    return seen
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError) return undefined
    throw error
  }
}
