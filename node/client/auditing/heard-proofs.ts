/** Receipts as they were signed, with the agreements that they are about: what an audit rests on, for as long as one may still want it. */
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import type { ProvenReceipt } from '../../../protocols/statements/receipt-batch.ts'
import type { Agreement } from '../../../protocols/statements/struct-types.ts'

/** Those of some seconds of a busy client; 1 KB each. */
const PROOFS_MAX = 2_048

export interface Proof {
  readonly receipt?: ProvenReceipt
  readonly agreement?: Agreement
}

export class HeardProofs {
  readonly #proofs = new Map<AttemptId, Proof>()

  agreed(attempt: AttemptId, agreement: Agreement): void {
    this.#put(attempt, { ...this.#proofs.get(attempt), agreement })
  }

  heard(proven: ProvenReceipt): void {
    const attempt = proven.receipt.agreement
    const known = this.#proofs.get(attempt)
    // One that nobody here agreed on is no proof of ours, and the first is the one that was checked.
    if (known === undefined || known.receipt !== undefined) return
    this.#put(attempt, { ...known, receipt: proven })
  }

  of(attempt: AttemptId): Proof | undefined {
    return this.#proofs.get(attempt)
  }

  #put(attempt: AttemptId, proof: Proof): void {
    if (!this.#proofs.has(attempt) && this.#proofs.size >= PROOFS_MAX) {
      this.#proofs.delete(this.#proofs.keys().next().value!)
    }
    this.#proofs.set(attempt, proof)
  }
}
