/** One run that a job waits for: what is asked, until when, and how it ends, which it does once. */
import { abortError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { LatencyClass } from '../../../protocols/rules/pricing/latency-class.ts'
import type { WaitingJob } from '../../../protocols/rules/scheduling/job-queue.ts'
import { type BatchShape, batchShape } from '../../../protocols/rules/scheduling/micro-batch.ts'
import type { PricedJob } from '../../../protocols/rules/scheduling/preemption.ts'
import type { RunNotes } from '../../../protocols/wire/job/job-messages.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { totalBytes } from '../../../protocols/wire/job/tensor-frames.ts'
import type { RunResult } from '../../engines/engine.ts'
import type { ServedModel } from '../served-models.ts'
import type { ModelSeat } from './model-seat.ts'

export interface RunOrder {
  readonly model: ServedModel
  readonly payer: Address
  readonly latencyClass: LatencyClass
  readonly price: Credits
  readonly inputs: readonly Tensor[]
  readonly signal: AbortSignal
  /** From now on. */
  readonly deadlineMs: number
  /** It may share a run with others' jobs; never a private one. */
  readonly mayShare: boolean
  /** Only where it is computed in this kernel class: pieces of one job are answered as one. */
  readonly kernelClass?: Hash32
  /** The engine of a seat has it in its hands; once more where it was set aside meanwhile. */
  readonly onBegun: (seat: ModelSeat) => void
  /** It was set aside, for an urgent one or because its seat had to stop, and waits again. */
  readonly onSetAside: () => void
  /** Its seat has to stop, and no other can take it: whoever ordered it ends it. */
  readonly onLost: (why: MeshError) => void
}

/** What came of an order, and what was changed for it. */
export interface OrderResult extends RunResult {
  readonly notes: RunNotes
  /** Where it ran. */
  readonly seat: ModelSeat
}

export class WaitingRun implements WaitingJob, PricedJob {
  readonly order: RunOrder
  readonly payer: string
  readonly lane: string
  readonly latencyClass: LatencyClass
  readonly price: Credits
  readonly readyMs: number
  readonly dueMs: number
  readonly serviceMs: number | undefined
  setAside = 0
  /** How often its engine failed under it, and it was given to another. */
  moved = 0
  readonly #resolve: (result: OrderResult) => void
  readonly #reject: (error: MeshError) => void
  #isSettled = false
  #shape: BatchShape | undefined | null = null
  #onAbort: (() => void) | undefined

  constructor(
    order: RunOrder,
    nowMs: number,
    resolve: (result: OrderResult) => void,
    reject: (error: MeshError) => void,
  ) {
    this.order = order
    this.payer = order.payer
    this.lane = order.model.table.id
    this.latencyClass = order.latencyClass
    this.price = order.price
    this.readyMs = nowMs
    this.dueMs = nowMs + order.deadlineMs
    this.serviceMs = order.model.serviceMs
    this.#resolve = resolve
    this.#reject = reject
  }

  /** How it takes part in a run with others; `undefined` where it runs alone. */
  get shape(): BatchShape | undefined {
    const { mayShare, model, inputs } = this.order
    // Only of what waits: most jobs of a miner that is not full need none.
    if (this.#shape === null) this.#shape = mayShare && model.sharesRuns ? batchShape(inputs) : undefined
    return this.#shape
  }

  get inputBytes(): number {
    return totalBytes(this.order.inputs)
  }

  get isSettled(): boolean {
    return this.#isSettled
  }

  /** Calls `abort` when nobody wants it any more, until it is handed over or settled. */
  listen(abort: (error: MeshError) => void): void {
    const { signal } = this.order
    this.#onAbort = () => abort(abortError(signal))
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  unlisten(): void {
    if (this.#onAbort === undefined) return
    this.order.signal.removeEventListener('abort', this.#onAbort)
    this.#onAbort = undefined
  }

  resolve(result: OrderResult): void {
    if (this.#settle()) this.#resolve(result)
  }

  reject(error: MeshError): void {
    if (this.#settle()) this.#reject(error)
  }

  #settle(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    this.unlisten()
    return true
  }
}
