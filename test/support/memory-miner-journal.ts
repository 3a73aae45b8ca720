/** A miner's journal in memory, with the rules of the one on disk: a final is final, a voucher only rises. */

import type { Final, FinalBatch, FoundBatch, MinerJournal, RecordedVoucher } from '../../node/work/miner-journal.ts'
import type { CounterRecord } from '../../node/work/paying/miner-counter.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import { AGREEMENTS_HASH_START } from '../../protocols/statements/agreements-hash.ts'
import { nextSequence } from '../../protocols/statements/sequence.ts'
import type { Receipt } from '../../protocols/statements/struct-types.ts'

const EMPTY: CounterRecord = {
  cumulative: credits(0),
  due: credits(0),
  forgiven: credits(0),
  agreementsHash: AGREEMENTS_HASH_START,
  grant: undefined,
}

export class MemoryMinerJournal implements MinerJournal {
  unclean = false
  hasSpace = true
  stopped: MeshError | undefined
  /** Thrown by every write while it is set. */
  failure: MeshError | undefined
  /** While it is set, writes wait for it: a disk that is slow. */
  gate: Promise<void> | undefined
  readonly vouchers: RecordedVoucher[] = []
  readonly #counters = new Map<string, CounterRecord>()
  readonly #batches = new Map<bigint, readonly Receipt[]>()
  readonly #finals = new Map<AttemptId, { readonly sequence: bigint; readonly counter: string }>()
  #sequence = 0n

  /** Every batch, in the order in which they were written. */
  get batches(): readonly FinalBatch[] {
    return [...this.#batches].map(([sequence, receipts]) => ({ sequence, receipts }))
  }

  get counters(): ReadonlyMap<string, CounterRecord> {
    return this.#counters
  }

  knows(attempt: AttemptId): boolean {
    return this.#finals.has(attempt)
  }

  counter(id: string): CounterRecord | undefined {
    return this.#counters.get(id)
  }

  /** Numbers are reserved long before: a slow disk keeps nobody from the next one. */
  async nextSequence(_kind: string, nowMs: number): Promise<bigint> {
    if (this.failure !== undefined) throw this.failure
    this.#sequence = nextSequence(this.#sequence, nowMs)
    return this.#sequence
  }

  async recordFinals(sequence: bigint, finals: readonly Final[]): Promise<void> {
    await this.#write()
    if (this.#batches.has(sequence) || finals.some(({ receipt }) => this.#finals.has(receipt.agreement))) {
      throw new MeshError('BUG', { what: `batch ${sequence} ends an attempt a second time, or repeats a sequence` })
    }
    const receipts = finals.map(({ receipt }) => receipt)
    this.#batches.set(sequence, receipts)
    for (const { receipt, counter } of finals) {
      this.#finals.set(receipt.agreement, { sequence, counter })
      this.#change(counter, (before) => ({ due: credits(before.due + receipt.price) }))
    }
  }

  batchesOf(attempts: readonly AttemptId[], counter?: string): readonly FoundBatch[] {
    const found = new Map<bigint, AttemptId[]>()
    for (const attempt of attempts) {
      const final = this.#finals.get(attempt)
      if (final === undefined || (counter !== undefined && final.counter !== counter)) continue
      found.set(final.sequence, [...(found.get(final.sequence) ?? []), attempt])
    }
    return [...found].map(([sequence, asked]) => ({ sequence, receipts: this.#batches.get(sequence)!, asked }))
  }

  async recordForgiven(counter: string, total: Credits): Promise<void> {
    await this.#write()
    this.#change(counter, () => ({ forgiven: total }))
  }

  async recordVoucher(voucher: RecordedVoucher): Promise<void> {
    await this.#write()
    const { counter, cumulative, agreementsHash, grant } = voucher
    if (cumulative <= (this.#counters.get(counter)?.cumulative ?? 0n)) {
      throw new MeshError('BUG', { what: `a voucher of ${cumulative} credits is not the highest` })
    }
    this.vouchers.push(voucher)
    this.#change(counter, () => ({ cumulative, agreementsHash, grant }))
  }

  /** In memory nothing is redeemed. */
  unredeemedOf(payer: Address, except = ''): Credits {
    const others = [...this.#counters].filter(([id]) => id.startsWith(payer) && id !== except)
    return credits(others.reduce((sum, [, { cumulative }]) => sum + cumulative, 0n))
  }

  async #write(): Promise<void> {
    await this.gate
    if (this.failure !== undefined) throw this.failure
  }

  #change(id: string, change: (before: CounterRecord) => Partial<CounterRecord>): void {
    const before = this.#counters.get(id) ?? EMPTY
    this.#counters.set(id, { ...before, ...change(before) })
  }
}
