/**
 * Evidence behind the results: ends of attempts are gathered for a few milliseconds, made durable together, signed once, and
 * told to whoever follows their counter. A signature never leaves before what it covers is on disk.
 */
import { asMeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Signer, Timer } from '../../protocols/kernel/ports.ts'
import { BATCH_RECEIPTS_MAX } from '../../protocols/statements/receipt-batch.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { PaymentResponse, ReceiptLeaf } from '../../protocols/wire/payment/payment-protocol.ts'
import type { Final, MinerJournal } from './miner-journal.ts'
import { signBatch } from './sign-batch.ts'

/** A lone receipt waits this long for company: far below what a client notices, enough for dozens of small jobs. */
const FLUSH_MS = 10
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
  #timer: Timer | undefined
  #flushing: Promise<void> | undefined
  #stopped = false

  constructor(needs: ReceiptBatcherNeeds) {
    this.#needs = needs
  }

  get backlog(): number {
    return this.#waiting.length
  }

  add(final: Final): void {
    this.#waiting.push(final)
    if (this.#flushing !== undefined) return
    if (this.#waiting.length >= BATCH_RECEIPTS_MAX) this.#flush()
    else this.#timer ??= this.#needs.clock.after(FLUSH_MS, () => this.#flush())
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
    this.#flushing = this.#run().finally(() => {
      this.#flushing = undefined
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const finals = this.#waiting.slice(0, BATCH_RECEIPTS_MAX)
      try {
        await this.#sign(finals)
        this.#waiting.splice(0, finals.length)
      } catch (error) {
        this.#needs.onFailure(asMeshError(error))
        if (this.#stopped) return
        this.#timer = this.#needs.clock.after(RETRY_MS, () => this.#flush())
        return
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
