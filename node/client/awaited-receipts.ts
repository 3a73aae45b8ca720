/** Results that arrived and wait for the receipt that must agree with them. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { AttemptId, Hash32 } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { RECEIPT_MS_MAX } from '../../protocols/rules/jobs/attempt-states.ts'
import { type Receipt, receiptStatus } from '../../protocols/statements/struct-types.ts'
import type { Finished } from '../../protocols/wire/job/job-messages.ts'

/** What a receipt is held against. */
export interface Awaited {
  readonly attempt: AttemptId
  readonly finished: Finished
  /** Of what really arrived. */
  readonly outputRoot: Hash32
  readonly priceMax: Credits
  /** Named in a voucher before it was delivered. */
  readonly prepaid: boolean
}

interface Waiting extends Awaited {
  readonly deadline: Timer
  readonly receipt: PromiseWithResolvers<Receipt>
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

  get(attempt: AttemptId): Awaited | undefined {
    return this.#waiting.get(attempt)
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

  came(attempt: AttemptId, receipt: Receipt): void {
    this.#take(attempt)?.receipt.resolve(receipt)
  }

  failed(attempt: AttemptId, error: MeshError): void {
    this.#take(attempt)?.receipt.reject(error)
  }

  #take(attempt: AttemptId): Waiting | undefined {
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
