/**
 * Every transaction that a node intends, durable before it leaves, under what it is for. Whoever asks again for a purpose gets the
 * record that is there: README.md argues why none is mined twice.
 */
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { assert, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, address, type Hash32, hash32 } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { Change, Write } from '../../storage/apply-changes.ts'
import type { DataFolder } from '../../storage/data-folder.ts'
import type { SqlValue } from '../../storage/sqlite.ts'
import { type Row, Store, type StoreNeeds } from '../../storage/store.ts'
import type { TransactionReceipt } from '../rpc/chain-rpc.ts'
import { type Hex, hex } from '../rpc/rpc-values.ts'
import {
  PURPOSE_CHARS_MAX,
  type SignedForm,
  type TransactionIntent,
  type TransactionRecord,
  type TransactionState,
} from './transaction-record.ts'
import { transactionSchema } from './transaction-schema.ts'

/**
 * Confirmed ones whose bytes are kept, newest first: should the chain forget more blocks than it takes to confirm (a development
 * chain that was killed), they are sent again.
 */
export const WATCHED_MAX = 64
const PURPOSE = new RegExp(`^[!-~]{1,${PURPOSE_CHARS_MAX}}$`)

export interface TransactionJournalOptions extends Omit<StoreNeeds, 'reserve' | 'clock'> {
  readonly clock: Clock
  readonly chainId: bigint
}

export class TransactionJournal implements AsyncDisposable {
  readonly chainId: bigint
  readonly #store: Store
  readonly #clock: Clock

  private constructor(store: Store, clock: Clock, chainId: bigint) {
    this.#store = store
    this.#clock = clock
    this.chainId = chainId
  }

  /** @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_NEWER, DATA_FOLDER_UNKNOWN, DATA_FOLDER_READ_ONLY, DISK_FULL */
  static async open(
    folder: Pick<DataFolder, 'file' | 'reserve'>,
    { chainId, ...needs }: TransactionJournalOptions,
  ): Promise<TransactionJournal> {
    const store = await Store.open(folder.file('transactions'), transactionSchema, {
      reserve: folder.reserve,
      ...needs,
    })
    return new TransactionJournal(store, needs.clock, chainId)
  }

  /** Remembers with which block the chain began. @throws MeshError CHAIN_RESTARTED where it began with another one before */
  async requireGenesis(found: Hash32): Promise<void> {
    const row = this.#store.get('SELECT genesis FROM chain WHERE chain_id = ?', this.chainId)
    if (row === undefined) {
      await this.#store.append([
        {
          sql: 'INSERT INTO chain (chain_id, genesis) VALUES (?, ?) ON CONFLICT DO NOTHING',
          each: [[this.chainId, bytes(found)]],
        },
      ])
      return this.requireGenesis(found)
    }
    const expected = toHex(row.genesis as Uint8Array)
    if (expected !== found) throw new MeshError('CHAIN_RESTARTED', { chainId: this.chainId, found, expected })
  }

  find(purpose: string): TransactionRecord | undefined {
    const row = this.#store.get(`${SELECT} WHERE chain_id = ? AND purpose = ?`, this.chainId, purpose)
    return row === undefined ? undefined : recordOf(row)
  }

  /** In the order in which they were planned. */
  open(sender: Address): readonly TransactionRecord[] {
    return this.#store
      .all(
        `${SELECT} WHERE chain_id = ? AND sender = ? AND state NOT IN ('confirmed', 'failed') ORDER BY position`,
        this.chainId,
        bytes(sender),
      )
      .map(recordOf)
  }

  /** Settled ones whose bytes are still here, from `nonce` on, lowest first. */
  settledFrom(sender: Address, nonce: bigint): readonly TransactionRecord[] {
    return this.#store
      .all(
        `${SELECT} WHERE chain_id = ? AND sender = ? AND nonce >= ? AND state IN ('confirmed', 'failed')
         AND position IN (SELECT intent FROM signed) ORDER BY nonce`,
        this.chainId,
        bytes(sender),
        nonce,
      )
      .map(recordOf)
  }

  /** The newest signature first. */
  forms({ purpose }: Pick<TransactionRecord, 'purpose'>): readonly SignedForm[] {
    return this.#store
      .all(
        `SELECT s.hash, s.raw, s.fee_max, s.tip_max, s.signed_at, s.signed_head FROM signed s JOIN intent i ON i.position = s.intent
         WHERE i.chain_id = ? AND i.purpose = ? ORDER BY s.fee_max DESC`,
        this.chainId,
        purpose,
      )
      .map(formOf)
  }

  /**
   * Durable when it resolves.
   * @returns the record of the purpose, which is an older one where there was one
   * @throws MeshError DISK_FULL, SIGNING_STOPPED
   */
  async plan(sender: Address, intent: TransactionIntent): Promise<TransactionRecord> {
    assert(PURPOSE.test(intent.purpose), `a purpose is 1 to ${PURPOSE_CHARS_MAX} characters without spaces`)
    await this.#store.append([
      {
        sql: `INSERT INTO intent (chain_id, purpose, sender, target, data, value_wei, fee_max, planned_at)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        each: [
          [
            this.chainId,
            intent.purpose,
            bytes(sender),
            bytes(intent.to ?? NO_TARGET),
            bytes(intent.data),
            weiColumn(intent.valueWei ?? 0n),
            weiColumn(intent.feePerGasMax),
            BigInt(this.#clock.nowMs()),
          ],
        ],
      },
    ])
    return this.#found(intent.purpose)
  }

  /** Forgets one that was never signed. @returns false where it was */
  forget(purpose: string): Promise<boolean> {
    return this.#write({
      sql: "DELETE FROM intent WHERE chain_id = ? AND purpose = ? AND state = 'planned'",
      each: [[this.chainId, purpose]],
      guarded: true,
    })
  }

  /** Only upwards. */
  async raiseCeiling(purpose: string, feePerGasMax: bigint): Promise<void> {
    await this.#write({
      sql: 'UPDATE intent SET fee_max = max(fee_max, ?) WHERE chain_id = ? AND purpose = ?',
      each: [[weiColumn(feePerGasMax), this.chainId, purpose]],
    })
  }

  /** The number and the bytes, before they leave. @returns false where it is planned no more, or the number is taken */
  sign(purpose: string, nonce: bigint, form: SignedForm): Promise<boolean> {
    return this.#write(
      {
        sql: "UPDATE intent SET state = 'signed', nonce = ? WHERE chain_id = ? AND purpose = ? AND state = 'planned'",
        each: [[nonce, this.chainId, purpose]],
        guarded: true,
      },
      this.#insertForm(purpose, form),
    )
  }

  /** The same number for other fees, before it leaves. */
  signAgain(purpose: string, form: SignedForm): Promise<boolean> {
    return this.#write(this.#move(purpose, ['signed', 'sent'], "state = 'signed'"), this.#insertForm(purpose, form))
  }

  markSent(purpose: string): Promise<boolean> {
    return this.#write(this.#move(purpose, ['signed'], "state = 'sent'"))
  }

  /** Also where it was mined in another block before. */
  markMined(purpose: string, receipt: TransactionReceipt): Promise<boolean> {
    const set = "state = 'mined', mined_hash = ?, block_number = ?, block_hash = ?, gas_used = ?, fee_wei = ?"
    const { hash, blockNumber, blockHash, gasUsed, feeWei } = receipt
    const values = [bytes(hash), blockNumber, bytes(blockHash), gasUsed, weiColumn(feeWei)]
    return this.#write(this.#move(purpose, ['signed', 'sent', 'mined'], set, values))
  }

  /** The chain has given up its block, or more blocks than confirm one. */
  markUnmined(purpose: string): Promise<boolean> {
    const set = `state = 'sent', mined_hash = NULL, block_number = NULL, block_hash = NULL, gas_used = NULL, fee_wei = NULL,
      reason = NULL`
    return this.#write(this.#move(purpose, ['mined', 'confirmed', 'failed'], set))
  }

  /** Beyond doubt. The bytes of older ones go. @param reason of one that failed */
  async settle(purpose: string, reason?: string): Promise<boolean> {
    const state: TransactionState = reason === undefined ? 'confirmed' : 'failed'
    return this.#write(this.#move(purpose, ['mined', 'planned'], 'state = ?, reason = ?', [state, reason ?? null]), {
      sql: `DELETE FROM signed WHERE intent IN (SELECT position FROM intent WHERE state IN ('confirmed', 'failed')
              AND position IN (SELECT intent FROM signed) ORDER BY position DESC LIMIT -1 OFFSET ${WATCHED_MAX})`,
      each: [[]],
    })
  }

  /** Its number was taken by a stranger's transaction: none of its signatures can be mined any more. */
  replan(purpose: string): Promise<boolean> {
    return this.#write(
      {
        sql: `DELETE FROM signed WHERE intent = (SELECT position FROM intent
                WHERE chain_id = ? AND purpose = ? AND state IN ('signed', 'sent'))`,
        each: [[this.chainId, purpose]],
      },
      this.#move(purpose, ['signed', 'sent'], "state = 'planned', nonce = NULL"),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]()
  }

  #found(purpose: string): TransactionRecord {
    const record = this.find(purpose)
    assert(record !== undefined, 'what was planned is there')
    return record
  }

  /** @param set is a literal of this file */
  #move(purpose: string, from: readonly TransactionState[], set: string, values: readonly SqlValue[] = []): Write {
    const states = from.map((state) => `'${state}'`).join(', ')
    return {
      sql: `UPDATE intent SET ${set} WHERE chain_id = ? AND purpose = ? AND state IN (${states})`,
      each: [[...values, this.chainId, purpose]],
      guarded: true,
    }
  }

  #insertForm(purpose: string, { hash, raw, fees, signedAtMs, signedHead }: SignedForm): Write {
    return {
      sql: `INSERT INTO signed (hash, intent, raw, fee_max, tip_max, signed_at, signed_head)
            SELECT ?, position, ?, ?, ?, ?, ? FROM intent WHERE chain_id = ? AND purpose = ?`,
      each: [
        [
          bytes(hash),
          raw,
          weiColumn(fees.feeMax),
          weiColumn(fees.tipMax),
          BigInt(signedAtMs),
          signedHead,
          this.chainId,
          purpose,
        ],
      ],
      guarded: true,
    }
  }

  async #write(...change: Change): Promise<boolean> {
    return (await this.#store.append(change)) === 'done'
  }
}

const SELECT = `SELECT purpose, sender, target, data, value_wei, fee_max, planned_at, state, nonce, mined_hash, block_number,
  block_hash, gas_used, fee_wei, reason FROM intent`

function recordOf(row: Row): TransactionRecord {
  return {
    purpose: String(row.purpose),
    sender: address(textOf(row.sender)),
    to: targetOf(textOf(row.target)),
    data: hex(textOf(row.data)),
    valueWei: weiOf(row.value_wei),
    feePerGasMax: weiOf(row.fee_max),
    plannedAtMs: Number(row.planned_at),
    state: row.state as TransactionState,
    nonce: (row.nonce ?? undefined) as bigint | undefined,
    mined:
      row.mined_hash === null
        ? undefined
        : {
            hash: hash32(textOf(row.mined_hash)),
            blockNumber: row.block_number as bigint,
            blockHash: hash32(textOf(row.block_hash)),
            gasUsed: row.gas_used as bigint,
            feeWei: weiOf(row.fee_wei),
          },
    reason: (row.reason ?? undefined) as string | undefined,
  }
}

const formOf = (row: Row): SignedForm => ({
  hash: hash32(textOf(row.hash)),
  raw: row.raw as Uint8Array,
  fees: { feeMax: weiOf(row.fee_max), tipMax: weiOf(row.tip_max) },
  signedAtMs: Number(row.signed_at),
  signedHead: row.signed_head as bigint,
})

/** Of a transaction that makes a contract. */
const NO_TARGET = '0x'
const targetOf = (text: Hex): Address | undefined => (text === NO_TARGET ? undefined : address(text))

const textOf = (column: SqlValue | undefined): Hex => toHex(column as Uint8Array)

function bytes(text: Hex): Uint8Array {
  const found = fromHex(text)
  assert(found !== undefined, 'an id is 0x text')
  return found
}

/** 256 bits: as blobs of one length they compare as the numbers do. */
function weiColumn(wei: bigint): Uint8Array {
  return bytes(`0x${wei.toString(16).padStart(64, '0')}`)
}

const weiOf = (column: SqlValue | undefined): bigint => BigInt(textOf(column))
