/** Receipts of this payer's latest jobs with their agreements, once they are paid: those that are published go to the disk. */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { equalBytes } from '../../protocols/kernel/bytes.ts'
import type { AttemptId } from '../../protocols/kernel/ids.ts'
import { batchHolds, type ProvenReceipt, receiptLeaf } from '../../protocols/statements/receipt-batch.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { Agreement, Receipt } from '../../protocols/statements/struct-types.ts'
import type { PaidReceiptAt } from './quality-store.ts'

/** Attempts that run, or whose receipts wait: a busy client's some seconds. 6 MB. */
const HELD_MAX = 4_096

export class KeptReceipts {
  readonly #domain: SigningDomain
  readonly #agreements = new AgeingMap<AttemptId, Agreement>()
  readonly #heard = new AgeingMap<AttemptId, ProvenReceipt>()
  /** Checked against what arrived; paid or not yet. */
  readonly #good = new AgeingMap<AttemptId, PaidReceiptAt>()
  readonly #paid = new AgeingMap<AttemptId, true>()

  constructor(domain: SigningDomain) {
    this.#domain = domain
  }

  agreed(attempt: AttemptId, agreement: Agreement): void {
    put(this.#agreements, attempt, agreement)
  }

  /** Its path may be anything; of another's attempt it is nothing to us. */
  heard(proven: ProvenReceipt): void {
    if (this.#agreements.has(proven.receipt.agreement)) put(this.#heard, proven.receipt.agreement, proven)
  }

  /** The receipt agrees with what arrived. */
  good(attempt: AttemptId, receipt: Receipt, atS: number): void {
    const [agreement, proven] = [this.#agreements.get(attempt), this.#heard.get(attempt)]
    if (agreement === undefined || proven === undefined) return
    // Another one of the attempt may have come by before it was checked: one that is aborted would make a liar of who shows it.
    if (!equalBytes(receiptLeaf(this.#domain, proven.receipt), receiptLeaf(this.#domain, receipt))) return
    if (!batchHolds(this.#domain, proven.batch.value, proven.receipt, proven)) return
    put(this.#good, attempt, { atS, paid: { agreement, proven } })
    this.#settle(attempt)
  }

  paid(attempts: readonly AttemptId[]): void {
    for (const attempt of attempts) {
      put(this.#paid, attempt, true)
      this.#settle(attempt)
    }
  }

  /** Of a job that is paid. */
  get(attempt: AttemptId): PaidReceiptAt | undefined {
    return this.#paid.has(attempt) ? this.#good.get(attempt) : undefined
  }

  #settle(attempt: AttemptId): void {
    if (!this.#good.has(attempt) || !this.#paid.has(attempt)) return
    this.#agreements.delete(attempt)
    this.#heard.delete(attempt)
  }
}

function put<V>(map: AgeingMap<AttemptId, V>, attempt: AttemptId, value: V): void {
  if (map.size >= HELD_MAX && !map.has(attempt)) map.delete(map.oldest()!)
  map.set(attempt, value)
}
