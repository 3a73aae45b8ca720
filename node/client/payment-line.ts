/**
 * The call behind the jobs to one miner: receipts come down and are held against what really arrived, vouchers go up. The
 * line may break at any time; it is opened again and both sides say what they have.
 */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { AttemptId, Hash32, PeerId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { RECEIPT_MS_MAX } from '../../protocols/rules/jobs/attempt-states.ts'
import type { CreditTerms } from '../../protocols/rules/settlement/credit-window.ts'
import { batchHolds } from '../../protocols/statements/receipt-batch.ts'
import { openSigned } from '../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { type Receipt, receiptBatchType, receiptStatus } from '../../protocols/statements/struct-types.ts'
import type { Finished } from '../../protocols/wire/job/job-messages.ts'
import {
  ATTEMPTS_MAX,
  type PaymentRequest,
  type PaymentResponse,
  paymentProtocol,
} from '../../protocols/wire/payment/payment-protocol.ts'
import type { ClientJournal } from './client-journal.ts'
import type { CounterBooks } from './counter-books.ts'
import type { Purse } from './purse.ts'

/** A session that is quiet this long pays what it owes. */
const IDLE_MS = 250
/** Waits before the line is opened again; doubled up to the last. */
const REOPEN_MS = [200, 400, 800, 1_600, 3_200, 5_000] as const
/** Results whose receipt has not come; beyond, the miner gets no more work from us. */
const AWAITED_MAX = 20_000

/** A result that arrived, waiting for the receipt that must agree with it. */
export interface Awaited {
  readonly attempt: AttemptId
  readonly finished: Finished
  readonly outputRoot: Hash32
  readonly priceMax: Credits
  /** Named in a voucher before it was delivered. */
  readonly prepaid: boolean
}

export type LineEvent =
  | { readonly kind: 'receipt'; readonly attempt: AttemptId; readonly receipt: Receipt }
  | { readonly kind: 'voucher'; readonly cumulative: Credits; readonly verdict: string }
  | { readonly kind: 'dispute'; readonly attempt: AttemptId | undefined; readonly error: MeshError }

export interface PaymentLineNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly journal: ClientJournal
  readonly purse: Purse
  readonly onEvent: (event: LineEvent) => void
}

interface Waiter {
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: MeshError) => void
}

export class PaymentLine implements AsyncDisposable {
  readonly books: CounterBooks
  readonly #needs: PaymentLineNeeds
  readonly #peer: PeerId
  #terms: CreditTerms
  readonly #awaited = new Map<AttemptId, Awaited & { readonly deadline: Timer; readonly waiters: Waiter[] }>()
  #outbox: RequestQueue | undefined
  #running: Promise<void> | undefined
  #opened: PromiseWithResolvers<void> = Promise.withResolvers()
  #stop = new AbortController()
  #idle: Timer | undefined
  #changed: PromiseWithResolvers<void> = Promise.withResolvers()
  #confirmed: Credits = 0n as Credits

  constructor(needs: PaymentLineNeeds, peer: PeerId, books: CounterBooks, terms: CreditTerms) {
    this.#needs = needs
    this.#peer = peer
    this.books = books
    this.#terms = terms
  }

  set terms(terms: CreditTerms) {
    this.#terms = terms
  }

  /** The highest voucher that the miner has confirmed. */
  get confirmed(): Credits {
    return this.#confirmed
  }

  get full(): boolean {
    return this.#awaited.size >= AWAITED_MAX
  }

  /** Opens the line where it is not; it stays open while anything is owed or awaited. */
  open(): void {
    this.#running ??= this.#keepOpen()
  }

  /** Until the miner has said how its books stand, and has been told of our last voucher where it lacked it. */
  async ready(signal?: AbortSignal): Promise<void> {
    this.open()
    await raced(this.#opened.promise, signal)
  }

  /** Holds a result against the receipt to come. */
  await(awaited: Awaited): void {
    const { attempt } = awaited
    const deadline = this.#needs.clock.after(RECEIPT_MS_MAX, () => {
      this.#dispute(attempt, new MeshError('RECEIPT_WITHHELD', { attempt, ms: RECEIPT_MS_MAX }))
    })
    this.#awaited.set(attempt, { ...awaited, deadline, waiters: [] })
    this.open()
  }

  /** The receipt of an awaited attempt. @throws MeshError RECEIPT_WITHHELD, OUTPUT_MISMATCH, OVERPRICED */
  receiptOf(attempt: AttemptId): Promise<Receipt> {
    const awaited = this.#awaited.get(attempt)
    if (awaited === undefined)
      return Promise.reject(new MeshError('NOT_FOUND', { what: 'awaited receipt', id: attempt }))
    return new Promise((resolve, reject) => awaited.waiters.push({ resolve, reject }))
  }

  /** Until an attempt of `price` fits the credit, which receipts and vouchers make room for. */
  async room(price: Credits, signal?: AbortSignal): Promise<void> {
    while (!this.books.mayStart(this.#terms, price)) {
      await this.#raise()
      if (this.books.mayStart(this.#terms, price)) return
      await raced(this.#changed.promise, signal)
    }
  }

  /** Pays all that is owed, and resolves when the miner has confirmed it, or at the deadline. */
  async settle(deadlineMs: number): Promise<void> {
    const over = Promise.withResolvers<void>()
    const timer = this.#needs.clock.after(deadlineMs, () => over.resolve())
    let late = false
    void over.promise.then(() => {
      late = true
    })
    try {
      while (!late && (this.#awaited.size > 0 || this.books.owes || this.#confirmed < this.books.paid)) {
        if (this.#awaited.size === 0) await this.#raise()
        if (this.#awaited.size === 0 && this.#confirmed >= this.books.paid) return
        await Promise.race([this.#changed.promise, over.promise])
      }
    } finally {
      timer.cancel()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#idle?.cancel()
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#outbox?.end()
    for (const { deadline, waiters } of this.#awaited.values()) {
      deadline.cancel()
      for (const waiter of waiters) waiter.reject(new MeshError('CANCELLED'))
    }
    await this.#running
  }

  async #keepOpen(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      try {
        await this.#converse(() => {
          failures = 0
        })
      } catch (error) {
        const failed = asMeshError(error)
        if (failed.fault === 'remote' || failed.fault === 'bug') this.#dispute(undefined, failed)
      }
      if (this.#stop.signal.aborted) return
      this.#opened = Promise.withResolvers()
      await this.#pause(REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)]!)
    }
  }

  async #converse(onOpen: () => void): Promise<void> {
    const { network, purse } = this.#needs
    const missing = [...this.#awaited.keys()].slice(0, ATTEMPTS_MAX)
    const outbox = new RequestQueue({
      kind: 'open',
      payer: purse.payer,
      session: purse.session,
      grant: purse.grant,
      missing,
    })
    this.#outbox = outbox
    try {
      for await (const response of network.call(this.#peer, paymentProtocol, outbox, { signal: this.#stop.signal })) {
        if (response.kind === 'books') onOpen()
        await this.#take(response)
      }
    } finally {
      outbox.end()
      if (this.#outbox === outbox) this.#outbox = undefined
    }
  }

  async #take(response: PaymentResponse): Promise<void> {
    switch (response.kind) {
      case 'books':
        this.#reconcile(response.agreementsHash)
        this.#confirm(response.cumulative)
        this.#opened.resolve()
        break
      case 'receipts':
        await this.#takeReceipts(response)
        break
      case 'voucher':
        if (response.verdict === 'accepted' || response.verdict === 'not-higher') this.#confirm(response.cumulative)
        this.#needs.onEvent({ kind: 'voucher', cumulative: response.cumulative, verdict: response.verdict })
        break
      case 'unknown':
        for (const attempt of response.attempts) {
          this.#dispute(attempt, new MeshError('RECEIPT_WITHHELD', { attempt, ms: 0 }))
        }
        break
      case 'alive':
        break
    }
    this.#notify()
  }

  /** The miner may have lost our last voucher, or never got it: it is sent again, never signed again. */
  #reconcile(theirs: Hash32): void {
    const last = this.books.last
    if (last !== undefined && theirs === last.hashBefore && theirs !== last.hashAfter) {
      this.#outbox?.push({ kind: 'voucher', voucher: last.bytes, agreements: last.agreements })
    }
  }

  #confirm(cumulative: Credits): void {
    if (cumulative > this.#confirmed) this.#confirmed = cumulative
  }

  async #takeReceipts({ batch, leaves }: Extract<PaymentResponse, { kind: 'receipts' }>): Promise<void> {
    const { domain, journal } = this.#needs
    const signed = openSigned(domain, receiptBatchType, batch)
    if (signed.value.operator !== this.books.miner) {
      throw new MeshError('WRONG_SIGNER', { given: signed.value.operator, expected: this.books.miner })
    }
    const good: { readonly awaited: Awaited; readonly receipt: Receipt }[] = []
    for (const leaf of leaves) {
      const awaited = this.#awaited.get(leaf.receipt.agreement)
      // A receipt of an attempt that we gave up: nothing is owed for it.
      if (awaited === undefined) continue
      if (!batchHolds(domain, signed.value, leaf.receipt, leaf)) {
        this.#dispute(awaited.attempt, new MeshError('OUTPUT_MISMATCH', { field: 'path' }))
        continue
      }
      const fault = receiptFault(leaf.receipt, awaited)
      if (fault === undefined) good.push({ awaited, receipt: leaf.receipt })
      else this.#dispute(awaited.attempt, fault)
    }
    const payables = good.map(({ receipt }) => ({ attempt: receipt.agreement, price: receipt.price }))
    await journal.recordReceipts(
      this.books.id,
      this.books.miner,
      payables.filter((_, i) => !good[i]!.awaited.prepaid),
    )
    for (const [i, { awaited, receipt }] of good.entries()) {
      this.books.receipted(payables[i]!, awaited.prepaid)
      this.#forget(awaited.attempt, (waiter) => waiter.resolve(receipt))
      this.#needs.onEvent({ kind: 'receipt', attempt: awaited.attempt, receipt })
    }
    if (this.books.shouldRaise(this.#terms)) await this.#raise()
    else this.#payWhenIdle()
  }

  #payWhenIdle(): void {
    this.#idle?.cancel()
    this.#idle = this.#needs.clock.after(IDLE_MS, () => {
      this.#raise().catch((error: unknown) => this.#dispute(undefined, asMeshError(error)))
    })
  }

  async #raise(): Promise<void> {
    if (this.#outbox === undefined) {
      this.open()
      return
    }
    const voucher = await this.books.raise()
    if (voucher === undefined) return
    this.#outbox?.push({ kind: 'voucher', voucher: voucher.bytes, agreements: voucher.agreements })
    this.#notify()
  }

  #dispute(attempt: AttemptId | undefined, error: MeshError): void {
    if (attempt !== undefined) {
      this.books.release(attempt)
      this.#forget(attempt, (waiter) => waiter.reject(error))
    }
    this.#needs.onEvent({ kind: 'dispute', attempt, error })
    this.#notify()
  }

  #forget(attempt: AttemptId, tell: (waiter: Waiter) => void): void {
    const awaited = this.#awaited.get(attempt)
    if (awaited === undefined) return
    this.#awaited.delete(attempt)
    awaited.deadline.cancel()
    for (const waiter of awaited.waiters) tell(waiter)
  }

  #notify(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#needs.clock.after(ms, () => {
        this.#stop.signal.removeEventListener('abort', done)
        resolve()
      })
      const done = (): void => {
        timer.cancel()
        resolve()
      }
      this.#stop.signal.addEventListener('abort', done, { once: true })
    })
  }
}

/** What the miner signed must be what it delivered and what was agreed. */
function receiptFault(receipt: Receipt, { finished, outputRoot, priceMax }: Awaited): MeshError | undefined {
  if (receipt.status !== receiptStatus.finished) return new MeshError('OUTPUT_MISMATCH', { field: 'status' })
  if (receipt.outputRoot !== outputRoot) return new MeshError('OUTPUT_MISMATCH', { field: 'output root' })
  if (receipt.price > priceMax) return new MeshError('OVERPRICED', { given: receipt.price, max: priceMax })
  for (const field of ['price', 'weights', 'kernelClass', 'usage', 'waitedUs', 'computedUs', 'blockTime'] as const) {
    if (receipt[field] !== finished[field]) return new MeshError('OUTPUT_MISMATCH', { field })
  }
  return undefined
}

async function raced<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Vouchers that wait for the line; each is smaller than a frame and supersedes the one before. */
class RequestQueue implements AsyncIterable<PaymentRequest> {
  readonly #waiting: PaymentRequest[]
  #wake: (() => void) | undefined
  #ended = false

  constructor(first: PaymentRequest) {
    this.#waiting = [first]
  }

  push(request: PaymentRequest): void {
    this.#waiting.push(request)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PaymentRequest> {
    while (!this.#ended) {
      const next = this.#waiting.shift()
      if (next !== undefined) yield next
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
