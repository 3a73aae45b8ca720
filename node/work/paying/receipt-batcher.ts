/**
 * Evidence behind the results: ends of attempts are gathered for a few milliseconds, made durable together, signed once, and
 * told to whoever follows their counter. A signature never leaves before what it covers is on disk.
 */
import { asMeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import type { Clock, Signer, Timer } from '../../../protocols/kernel/ports.ts'
import { BATCH_RECEIPTS_MAX } from '../../../protocols/statements/receipt-batch.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import type { PaymentResponse, ReceiptLeaf } from '../../../protocols/wire/payment/payment-protocol.ts'
import type { Final, MinerJournal } from '../miner-journal.ts'
import { signBatch } from './sign-batch.ts'

/** A lone receipt waits this long for company: far below what a client notices. */
const FLUSH_MS = 10
/**
 * One of a stream waits longer. A batch costs each side about a millisecond, for signature, sync and message, whatever its
 * size; the answer went out long before, and credit goes on meanwhile.
 */
const STREAM_FLUSH_MS = 50
/** Batches that follow each other within this are a stream. */
const STREAM_MS = 200
/** Ends that wait for a slow disk; beyond, new work is refused (the desk asks {@link ReceiptBatcher.backlog}). */
export const BACKLOG_MAX = 8_192
/** A full disk is asked again after this; the ends wait in memory meanwhile. */
const RETRY_MS = 2_000

type Receipts = Extract<PaymentResponse, { kind: 'receipts' }>

export interface ReceiptBatcherNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  readonly journal: MinerJournal
  readonly onSigned: (counter: string, receipts: Receipts) => void
  readonly onFailure: (error: Error) => void
}

export class ReceiptBatcher implements AsyncDisposable {
  readonly #needs: ReceiptBatcherNeeds
  #waiting: Final[] = []
  /** Their attempts. */
  readonly #held = new Set<AttemptId>()
  #timer: Timer | undefined
  #flushing: Promise<void> | undefined
  #flushedAtMs = Number.NEGATIVE_INFINITY
  /** The last try failed, and the next one has its time. */
  #failed = false
  #stopped = false

  constructor(needs: ReceiptBatcherNeeds) {
    this.#needs = needs
  }

  get backlog(): number {
    return this.#waiting.length
  }

  /** Its receipt is not durable yet, and will be. */
  holds(attempt: AttemptId): boolean {
    return this.#held.has(attempt)
  }

  add(final: Final): void {
    this.#waiting.push(final)
    this.#held.add(final.receipt.agreement)
    if (this.#flushing !== undefined || this.#failed) return
    if (this.#waiting.length >= BATCH_RECEIPTS_MAX) this.#flush()
    else this.#timer ??= this.#needs.clock.after(this.#waitMs, () => this.#flush())
  }

  get #waitMs(): number {
    return this.#needs.clock.monotonicMs() - this.#flushedAtMs < STREAM_MS ? STREAM_FLUSH_MS : FLUSH_MS
  }

  /** Signs what waits; what cannot be made durable now stays unsigned, which is unpaid but never untrue. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#flush()
    await this.#flushing
  }

  #flush(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#flushing !== undefined || this.#waiting.length === 0) return
    this.#flushedAtMs = this.#needs.clock.monotonicMs()
    this.#failed = false
    this.#flushing = this.#run()
  }

  async #run(): Promise<void> {
    try {
      do {
        const finals = this.#waiting.slice(0, BATCH_RECEIPTS_MAX)
        await this.#sign(finals)
        this.#waiting.splice(0, finals.length)
        for (const { receipt } of finals) this.#held.delete(receipt.agreement)
      } while (this.#waiting.length >= BATCH_RECEIPTS_MAX || (this.#stopped && this.#waiting.length > 0))
    } catch (error) {
      this.#needs.onFailure(asMeshError(error))
      this.#failed = true
      if (!this.#stopped) this.#timer = this.#needs.clock.after(RETRY_MS, () => this.#flush())
    } finally {
      // In one step with the last look at what waits: nothing that comes now finds somebody at work who has looked already.
      this.#flushing = undefined
      // What came meanwhile is the beginning of the next batch, and waits for its company.
      if (this.#waiting.length > 0 && !this.#stopped) {
        this.#timer ??= this.#needs.clock.after(this.#waitMs, () => this.#flush())
      }
    }
  }

  async #sign(finals: readonly Final[]): Promise<void> {
    const { domain, signer, clock, journal, onSigned } = this.#needs
    const sequence = await journal.nextSequence('batch', clock.nowMs())
    await journal.recordFinals(sequence, finals)
    const { batch, leaves } = signBatch(
      domain,
      signer,
      sequence,
      finals.map(({ receipt }) => receipt),
    )
    for (const [counter, own] of byCounter(finals, leaves)) onSigned(counter, { kind: 'receipts', batch, leaves: own })
  }
}

function byCounter(
  finals: readonly Final[],
  leaves: readonly ReceiptLeaf[],
): ReadonlyMap<string, readonly ReceiptLeaf[]> {
  const groups = new Map<string, ReceiptLeaf[]>()
  for (const [index, { counter }] of finals.entries()) {
    const group = groups.get(counter)
    if (group === undefined) groups.set(counter, [leaves[index]!])
    else group.push(leaves[index]!)
  }
  return groups
}
