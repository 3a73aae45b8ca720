/** Results that arrived and wait for the receipt that must agree with them. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import { RECEIPT_MS_MAX } from '../../../protocols/rules/jobs/attempt-states.ts'
import { type Receipt, type ReceiptBatch, receiptStatus } from '../../../protocols/statements/struct-types.ts'
import type { Finished } from '../../../protocols/wire/job/job-messages.ts'
import type { ReceiptLeaf } from '../../../protocols/wire/payment/payment-protocol.ts'

/** What a receipt is held against. */
export interface Awaited {
  readonly attempt: AttemptId
  readonly finished: Finished
  /** Of what really arrived. */
  readonly outputRoot: Hash32
  readonly priceMax: Credits
  /** Named in a voucher before it was delivered. */
  readonly prepaid: boolean
  /** What is owed for it, where that is not its price but follows behind it. */
  readonly owed?: (receipt: Receipt) => Promise<Credits>
}

/** Taken out of those that wait: whoever has it says how it ended. */
export interface Taken extends Awaited {
  readonly receipt: PromiseWithResolvers<Receipt>
}

interface Waiting extends Taken {
  readonly deadline: Timer
}

/** A receipt and the batch that it came with; the batch's signature was checked. */
export interface ArrivedReceipt {
  readonly leaf: ReceiptLeaf
  readonly batch: ReceiptBatch
}

export class AwaitedReceipts {
  readonly #clock: Clock
  readonly #onLate: (attempt: AttemptId, error: MeshError) => void
  readonly #waiting = new Map<AttemptId, Waiting>()

  constructor(clock: Clock, onLate: (attempt: AttemptId, error: MeshError) => void) {
    this.#clock = clock
    this.#onLate = onLate
  }

  get size(): number {
    return this.#waiting.size
  }

  has(attempt: AttemptId): boolean {
    return this.#waiting.has(attempt)
  }

  attempts(): readonly AttemptId[] {
    return [...this.#waiting.keys()]
  }

  /** The receipt, when it has come and agrees. */
  add(awaited: Awaited): Promise<Receipt> {
    const { attempt } = awaited
    const receipt = Promise.withResolvers<Receipt>()
    // Most callers never ask: a receipt that does not come is told of by an event as well.
    receipt.promise.catch(() => undefined)
    const deadline = this.#clock.after(RECEIPT_MS_MAX, () =>
      this.#onLate(attempt, new MeshError('RECEIPT_WITHHELD', { attempt, ms: RECEIPT_MS_MAX })),
    )
    this.#waiting.set(attempt, { ...awaited, deadline, receipt })
    return receipt.promise
  }

  failed(attempt: AttemptId, error: MeshError): void {
    this.take(attempt)?.receipt.reject(error)
  }

  /** Once for each: a receipt that comes a second time finds nothing that waits for it. */
  take(attempt: AttemptId): Taken | undefined {
    const waiting = this.#waiting.get(attempt)
    if (waiting === undefined) return undefined
    this.#waiting.delete(attempt)
    waiting.deadline.cancel()
    return waiting
  }
}

/** What the miner signed must be what it delivered and what was agreed. */
export function receiptFault(receipt: Receipt, { finished, outputRoot, priceMax }: Awaited): MeshError | undefined {
  if (receipt.status !== receiptStatus.finished) return new MeshError('OUTPUT_MISMATCH', { field: 'status' })
  if (receipt.outputRoot !== outputRoot) return new MeshError('OUTPUT_MISMATCH', { field: 'output root' })
  if (receipt.price > priceMax) return new MeshError('OVERPRICED', { given: receipt.price, max: priceMax })
  for (const field of ['price', 'weights', 'kernelClass', 'usage', 'waitedUs', 'computedUs', 'blockTime'] as const) {
    if (receipt[field] !== finished[field]) return new MeshError('OUTPUT_MISMATCH', { field })
  }
  return undefined
}
