/** Holds what one miner signs against what really arrived from it; what agrees is owed, what does not is disputed. */
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { BatchCheck } from '../../../protocols/statements/receipt-batch.ts'
import { openSigned } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type Receipt, type ReceiptBatch, receiptBatchType } from '../../../protocols/statements/struct-types.ts'
import type { PaymentResponse } from '../../../protocols/wire/payment/payment-protocol.ts'
import type { MinerWatch } from '../miner-watch.ts'
import { type ArrivedReceipt, type Awaited, AwaitedReceipts, receiptFault, type Taken } from './awaited-receipts.ts'
import type { ClientJournal, Payable } from './client-journal.ts'
import type { CounterBooks } from './counter-books.ts'
import { openPeerBytes } from './peer-bytes.ts'

/**
 * Receipts that are asked for once more when a line opens anew: a miner whose journal forgot what it signed, by a crash or a copy
 * of its folder, says something else now. Each costs both sides a signature at the most.
 */
const ASKED_AGAIN_MAX = 4

export interface ReceiptCheckNeeds {
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly journal: ClientJournal
  readonly books: CounterBooks
  readonly watch: MinerWatch
  /** A receipt agrees, and is owed durably. */
  readonly onGood: (receipt: Receipt, batch: Hash32, owed: Credits) => void
  /** Something of what the miner says does not hold; of one attempt where it is known. */
  readonly onDispute: (attempt: AttemptId | undefined, error: MeshError) => void
  /** Receipts were counted: perhaps it is time to pay. */
  readonly onCounted: () => Promise<void>
}

/** A receipt that agrees with what arrived. */
interface Good {
  readonly taken: Taken
  readonly receipt: Receipt
  readonly root: Hash32
  readonly owed: Credits
}

export class ReceiptCheck {
  readonly #needs: ReceiptCheckNeeds
  readonly #awaited: AwaitedReceipts
  /** Receipts of attempts whose answer is still arriving: a large answer takes longer than its receipt. */
  readonly #early = new Map<AttemptId, ArrivedReceipt>()
  /** Of the receipts that agreed. */
  #latest: readonly AttemptId[] = []

  constructor(needs: ReceiptCheckNeeds) {
    this.#needs = needs
    this.#awaited = new AwaitedReceipts(needs.clock, (attempt, error) => this.#disputeOf(attempt, error))
  }

  /** Answers that wait for their receipt. */
  get waiting(): number {
    return this.#awaited.size
  }

  has(attempt: AttemptId): boolean {
    return this.#awaited.has(attempt)
  }

  attempts(): readonly AttemptId[] {
    return this.#awaited.attempts()
  }

  /** Attempts whose receipt is here, to be asked for once more. */
  latest(): readonly AttemptId[] {
    return this.#latest
  }

  /** @returns the receipt; rejects RECEIPT_WITHHELD, OUTPUT_MISMATCH, OVERPRICED */
  expect(awaited: Awaited): Promise<Receipt> {
    const { attempt } = awaited
    const receipt = this.#awaited.add(awaited)
    const early = this.#early.get(attempt)
    if (early !== undefined) {
      this.#early.delete(attempt)
      this.#check([early]).catch((error: unknown) => this.#disputeOf(attempt, asMeshError(error)))
    }
    return receipt
  }

  /** The attempt ended without an answer: a receipt for it means nothing. */
  forget(attempt: AttemptId): void {
    this.#early.delete(attempt)
  }

  /** @throws MeshError WRONG_SIGNER, MALFORMED where the message is worth nothing */
  async take({ batch, leaves }: Extract<PaymentResponse, { kind: 'receipts' }>): Promise<void> {
    const { domain, books, watch } = this.#needs
    const signed = openPeerBytes('batch of receipts', () => openSigned(domain, receiptBatchType, batch))
    const { value } = signed
    if (value.operator !== books.miner) {
      throw new MeshError('WRONG_SIGNER', { given: value.operator, expected: books.miner })
    }
    const due: ArrivedReceipt[] = []
    for (const leaf of leaves) {
      // Also one that nobody waits for: it may be the second of its attempt.
      watch.heardReceipt({ ...leaf, batch: signed })
      const attempt = leaf.receipt.agreement
      if (this.#awaited.has(attempt)) due.push({ leaf, batch: value })
      else if (books.isReserved(attempt)) this.#early.set(attempt, { leaf, batch: value })
      // Nothing is owed for an attempt whose answer never came.
    }
    await this.#check(due)
  }

  /** The miner has no receipt for these. @param asked those whose answer was here before it was asked */
  unknown(attempts: readonly AttemptId[], asked: ReadonlySet<AttemptId>): void {
    for (const attempt of attempts) {
      if (asked.has(attempt)) this.#disputeOf(attempt, new MeshError('RECEIPT_WITHHELD', { attempt, ms: 0 }))
    }
  }

  /** Nobody will hear of receipts any more. */
  close(): void {
    for (const attempt of this.#awaited.attempts()) this.#awaited.failed(attempt, new MeshError('CANCELLED'))
    this.#early.clear()
  }

  async #check(arrived: readonly ArrivedReceipt[]): Promise<void> {
    const { domain } = this.#needs
    const good: Good[] = []
    // As a rule all of them are of one batch.
    const checks = new Map<ReceiptBatch, BatchCheck>()
    for (const { leaf, batch } of arrived) {
      const { receipt } = leaf
      const taken = this.#awaited.take(receipt.agreement)
      if (taken === undefined) continue
      const check = checks.get(batch) ?? new BatchCheck(domain, batch)
      checks.set(batch, check)
      const fault = check.holds(receipt, leaf)
        ? receiptFault(receipt, taken)
        : new MeshError('OUTPUT_MISMATCH', { field: 'path' })
      const checked = { taken, receipt, root: batch.root, owed: receipt.price }
      if (fault !== undefined) this.#dispute(taken, fault)
      else if (taken.owed === undefined) good.push(checked)
      else void this.#countLater(checked, taken.owed)
    }
    await this.#count(good)
  }

  /** What is owed is known behind the receipt; until then its price stays set aside. */
  async #countLater(checked: Good, owed: NonNullable<Taken['owed']>): Promise<void> {
    try {
      await this.#count([{ ...checked, owed: await owed(checked.receipt) }])
    } catch (error) {
      this.#dispute(checked.taken, asMeshError(error))
    }
  }

  async #count(good: readonly Good[]): Promise<void> {
    const { journal, books, onGood, onCounted } = this.#needs
    try {
      const unpaid = good.filter(({ taken }) => !taken.prepaid).map(payableOf)
      await journal.recordReceipts(books.id, books.miner, unpaid)
    } catch (error) {
      for (const { taken } of good) this.#dispute(taken, asMeshError(error))
      return
    }
    for (const checked of good) {
      const { taken, receipt, root } = checked
      books.receipted(payableOf(checked), taken.prepaid)
      taken.receipt.resolve(receipt)
      this.#latest = [...this.#latest.slice(1 - ASKED_AGAIN_MAX), taken.attempt]
      onGood(receipt, root, checked.owed)
    }
    await onCounted()
  }

  #disputeOf(attempt: AttemptId, error: MeshError): void {
    const taken = this.#awaited.take(attempt)
    if (taken !== undefined) this.#dispute(taken, error)
  }

  #dispute({ attempt, receipt }: Taken, error: MeshError): void {
    this.#needs.books.release(attempt)
    receipt.reject(error)
    this.#needs.onDispute(attempt, error)
  }
}

const payableOf = ({ receipt, owed }: Good): Payable => ({ attempt: receipt.agreement, price: owed })
