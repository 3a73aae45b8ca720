/**
 * The call behind the jobs to one miner: receipts come down and are held against what really arrived, vouchers go up. The
 * line may break at any time; it is opened again and both sides say what they have.
 */
import { asMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32, PeerId } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { START_MS_MAX } from '../../protocols/rules/jobs/attempt-states.ts'
import { type CreditTerms, maybeAstray, mayStart } from '../../protocols/rules/settlement/credit-window.ts'
import { batchHolds } from '../../protocols/statements/receipt-batch.ts'
import { openSigned } from '../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { type Receipt, receiptBatchType } from '../../protocols/statements/struct-types.ts'
import { ATTEMPTS_MAX, type PaymentResponse, paymentProtocol } from '../../protocols/wire/payment/payment-protocol.ts'
import { abortable } from './abortable.ts'
import { type ArrivedReceipt, type Awaited, AwaitedReceipts, receiptFault, type Taken } from './awaited-receipts.ts'
import type { ClientJournal, SignedVoucher } from './client-journal.ts'
import type { CounterBooks, Prepay } from './counter-books.ts'
import { openPeerBytes } from './peer-bytes.ts'
import type { Purse } from './purse.ts'
import { RequestQueue } from './request-queue.ts'

/** A session that is quiet this long pays what it owes. */
const IDLE_MS = 250
/** Waits before the line is opened again; the last one is repeated. */
const REOPEN_MS = [200, 400, 800, 1_600, 3_200, 5_000] as const
/** Results whose receipt has not come; beyond, the miner gets no more work from us. */
const AWAITED_MAX = 20_000
/** Nothing of ours runs there, and its books do not move: other miners are waited for less. */
const QUIET_MS_MAX = START_MS_MAX

export type LineEvent =
  | { readonly kind: 'receipt'; readonly attempt: AttemptId; readonly receipt: Receipt; readonly batch: Hash32 }
  | { readonly kind: 'signed'; readonly voucher: SignedVoucher; readonly raisedBy: Credits }
  | { readonly kind: 'voucher'; readonly cumulative: Credits; readonly verdict: string }
  /** Paid without a receipt: the miner says that it finished work of ours whose answer we lost. */
  | { readonly kind: 'conceded'; readonly amount: Credits }
  | { readonly kind: 'dispute'; readonly attempt: AttemptId | undefined; readonly error: MeshError }

export interface PaymentLineNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly journal: ClientJournal
  readonly purse: Purse
  readonly onEvent: (miner: Address, event: LineEvent) => void
}

/** How long somebody has waited without that anything moved. */
interface Wait {
  figures: string
  sinceMs: number
}

export class PaymentLine implements AsyncDisposable {
  readonly books: CounterBooks
  readonly #needs: PaymentLineNeeds
  readonly #peer: PeerId
  readonly #awaited: AwaitedReceipts
  /** Receipts of attempts whose answer is still arriving: a large answer takes longer than its receipt. */
  readonly #early = new Map<AttemptId, ArrivedReceipt>()
  readonly #stop = new AbortController()
  #terms: CreditTerms
  #outbox: RequestQueue | undefined
  #running: Promise<void> | undefined
  #changed: PromiseWithResolvers<void> = Promise.withResolvers()
  #idle: Timer | undefined
  /** The miner's own figure of what is due, as it last said. */
  #theirDue: Credits = credits(0)
  #confirmed: Credits = credits(0)
  #conceded: Credits = credits(0)
  #making: Promise<void> | undefined
  /** Answers of the miner's books so far. */
  #booksHeard = 0
  #raising = false
  /** Why the last try to open the line failed; while it is tried again nobody knows. */
  #away: MeshError | undefined
  #endPause: (() => void) | undefined
  /** Why this counter cannot go on. */
  #broken: MeshError | undefined

  constructor(needs: PaymentLineNeeds, peer: PeerId, books: CounterBooks, terms: CreditTerms) {
    this.#needs = needs
    this.#peer = peer
    this.books = books
    this.#terms = terms
    this.#awaited = new AwaitedReceipts(needs.clock, (attempt, error) => this.#dispute(attempt, error))
  }

  set terms(terms: CreditTerms) {
    this.#terms = terms
  }

  /** The highest voucher that the miner has confirmed. */
  get confirmed(): Credits {
    return this.#confirmed
  }

  /** Opens the line where it is not; it stays open until disposed, and opens again when it breaks. */
  open(): void {
    this.#running ??= this.#keepOpen()
  }

  /** As {@link open}, for somebody who waits for it: the pause before the next try is over. */
  #openNow(): void {
    this.open()
    this.#away = undefined
    this.#endPause?.()
  }

  /** Holds a result against the receipt to come. @returns the receipt; rejects RECEIPT_WITHHELD, OUTPUT_MISMATCH, OVERPRICED */
  expect(awaited: Awaited): Promise<Receipt> {
    const { attempt } = awaited
    const receipt = this.#awaited.add(awaited)
    this.open()
    const early = this.#early.get(attempt)
    if (early !== undefined) {
      this.#early.delete(attempt)
      this.#check([early]).catch((error: unknown) => this.#dispute(attempt, asMeshError(error)))
    }
    return receipt
  }

  /** The attempt ended without an answer: what was set aside for it is free. */
  release(attempt: AttemptId): void {
    this.#early.delete(attempt)
    this.books.release(attempt)
    this.#notify()
  }

  /** The miner took the attempt that came with this voucher, so it has the voucher. */
  holds(cumulative: Credits): void {
    this.#confirm(cumulative)
    this.#notify()
  }

  /**
   * Sets the price of an attempt aside as soon as the miner's credit has room for it; receipts and vouchers make room.
   * @returns `prepay` where the price is above all the credit there is, so that it must be paid ahead
   * @throws what broke the line for good; MeshError STALLED where the miner makes no room although nothing runs there; why the
   *   miner cannot be reached
   */
  async reserve(attempt: AttemptId, price: Credits, signal?: AbortSignal): Promise<'reserved' | 'prepay'> {
    const fits = (): boolean => this.#making === undefined && this.#awaited.size < AWAITED_MAX && this.#hasRoom(price)
    const wait = this.#wait()
    if (this.#outbox === undefined && this.books.paid > 0n && !fits()) this.#openNow()
    while (!fits()) {
      this.#requireWhole()
      if (this.#making === undefined) await this.#raise()
      if (fits()) break
      if (this.#making === undefined && this.#isSettled) return 'prepay'
      // No await stands between the look above and this wait, so no change is missed.
      await this.#change(wait, signal)
    }
    this.#requireWhole()
    this.books.reserve(attempt, price)
    return 'reserved'
  }

  /**
   * Pays an attempt ahead and sets its price aside; the voucher goes with the attempt. One at a time (payment-lines.ts).
   * @throws MeshError ESCROW_SHORT
   */
  async prepay(attempt: AttemptId, price: Credits): Promise<SignedVoucher | undefined> {
    const voucher = await this.#sign({ attempt, terms: this.#terms, price })
    this.books.reserve(attempt, price)
    return voucher
  }

  /** A voucher went with a job whose fate is unknown: it is handed over on this line as well. */
  handOver(): void {
    const { last } = this.books
    if (this.#outbox === undefined) this.open()
    else if (last !== undefined) {
      this.#outbox.push({ kind: 'voucher', voucher: last.bytes, agreements: last.agreements })
    }
  }

  /**
   * The miner asked for more than our books say. Brings both sides' books together: our last voucher is handed over again if
   * it was lost; results that never reached us are declared so; and what the miner then still insists on is paid, within
   * the same patience that miners have with us.
   * @throws MeshError UNDERPAID where it insists on more, STALLED where it does not answer
   */
  async makeGood(signal?: AbortSignal): Promise<void> {
    this.#making ??= this.#makeGood().finally(() => {
      this.#making = undefined
      this.#notify()
    })
    await abortable(this.#making, signal)
  }

  /** Pays all that is owed, and resolves when the miner has confirmed it, or at the deadline. True where all is confirmed. */
  async settle(deadlineMs: number, signal?: AbortSignal): Promise<boolean> {
    let late = false
    const timer = this.#needs.clock.after(deadlineMs, () => {
      late = true
      this.#notify()
    })
    try {
      while (!this.#isSettled) {
        // What hangs on a receipt that does not come is not all that is owed.
        if (this.books.owes) await this.#raise()
        else if (this.#outbox === undefined && this.books.paid > 0n) this.open()
        if (this.#isSettled) break
        if (late || this.#broken !== undefined) return false
        await abortable(this.#changed.promise, signal)
      }
      return true
    } catch (error) {
      throwIfAborted(signal)
      // No voucher can be made: the escrow is used up, or the disk is full. The line is not worse for it.
      this.#dispute(undefined, asMeshError(error))
      return false
    } finally {
      timer.cancel()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#idle?.cancel()
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#outbox?.end()
    for (const attempt of this.#awaited.attempts()) this.#awaited.failed(attempt, new MeshError('CANCELLED'))
    this.#early.clear()
    this.#notify()
    await this.#running
  }

  #wait(): Wait {
    return { figures: this.#figures, sinceMs: this.#needs.clock.monotonicMs() }
  }

  /** What moves when a miner does its part. */
  get #figures(): string {
    return `${this.#confirmed}/${this.books.due}/${this.books.reserved}/${this.#awaited.size}`
  }

  /** @throws MeshError STALLED */
  async #change(wait: Wait, signal: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#needs
    const nowMs = clock.monotonicMs()
    const figures = this.#figures
    // Work that runs there makes room when it ends, however long it takes.
    if (figures !== wait.figures || this.books.running > this.#awaited.size) {
      wait.figures = figures
      wait.sinceMs = nowMs
    }
    if (this.#away !== undefined) throw this.#away
    const leftMs = wait.sinceMs + QUIET_MS_MAX - nowMs
    if (leftMs <= 0) throw new MeshError('STALLED', { peer: this.#peer, ms: QUIET_MS_MAX })
    const timer = clock.after(leftMs, () => this.#notify())
    try {
      await abortable(this.#changed.promise, signal)
    } finally {
      timer.cancel()
    }
  }

  #requireWhole(): void {
    if (this.#broken !== undefined) throw this.#broken
    throwIfAborted(this.#stop.signal)
  }

  get #isSettled(): boolean {
    return (
      this.books.running === 0 &&
      this.#awaited.size === 0 &&
      !this.books.owes &&
      this.#confirmed >= this.books.paid &&
      (this.books.paid === 0n || this.#outbox !== undefined)
    )
  }

  /** By what the miner has in its hands, not by what we have signed: a voucher may be on its way. */
  #hasRoom(price: Credits): boolean {
    const { due, reserved } = this.books
    return mayStart({ paid: this.#confirmed, due, reserved }, this.#terms, price)
  }

  async #makeGood(): Promise<void> {
    this.#openNow()
    const wait = this.#wait()
    await this.#untilSettled(wait)
    // Where nothing was ever paid, settled says nothing of the line.
    while (this.#outbox === undefined) await this.#change(wait, this.#stop.signal)
    const heard = this.#booksHeard
    this.#outbox.push({ kind: 'square' })
    while (this.#booksHeard === heard) await this.#change(wait, this.#stop.signal)
    const gap = this.#theirDue - this.books.due
    if (gap <= 0n) return
    if (gap > maybeAstray(this.books, this.#terms, this.#conceded)) {
      throw new MeshError('UNDERPAID', { given: this.books.due, needed: this.#theirDue })
    }
    this.#conceded = credits(this.#conceded + gap)
    this.books.concede(credits(gap))
    this.#tell({ kind: 'conceded', amount: credits(gap) })
    await this.#untilSettled(this.#wait())
  }

  async #untilSettled(wait: Wait): Promise<void> {
    while (!this.#isSettled) {
      this.#requireWhole()
      if (this.#awaited.size === 0 && this.books.owes) await this.#raise()
      if (!this.#isSettled) await this.#change(wait, this.#stop.signal)
    }
  }

  async #keepOpen(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      this.#away = undefined
      try {
        await this.#converse(() => {
          failures = 0
        })
      } catch (error) {
        const failed = asMeshError(error)
        if (failed.fault === 'remote' || failed.fault === 'bug') this.#dispute(undefined, failed)
        this.#away = failed
        this.#notify()
      }
      if (this.#stop.signal.aborted) return
      await this.#pause(REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)]!)
    }
  }

  async #converse(onOpen: () => void): Promise<void> {
    const { network, purse, clock } = this.#needs
    const asked = new Set(this.#awaited.attempts().slice(0, ATTEMPTS_MAX))
    const outbox = new RequestQueue({
      kind: 'open',
      payer: purse.payer,
      session: purse.session,
      grant: purse.grant,
      proof: purse.prove(this.books.miner, network.self, clock.nowMs()),
      missing: [...asked],
    })
    try {
      for await (const response of network.call(this.#peer, paymentProtocol, outbox, { signal: this.#stop.signal })) {
        if (response.kind === 'books' && this.#outbox !== outbox) {
          this.#outbox = outbox
          onOpen()
          this.#askForOthers(asked)
        }
        await this.#take(response, asked)
      }
    } finally {
      outbox.end()
      if (this.#outbox === outbox) this.#outbox = undefined
    }
  }

  /**
   * Attempts of which the miner may have spoken before it knew that this line stands: jobs travel on other streams. What it
   * signs from now on it tells unasked.
   * @param asked those whose answer this side has: all that were asked for are added
   */
  #askForOthers(asked: Set<AttemptId>): void {
    const others = this.books.reservedAttempts().filter((attempt) => !asked.has(attempt))
    // Only of an answer that was here before the question does "unknown" say that there is no receipt for it.
    for (const attempt of others) if (this.#awaited.has(attempt)) asked.add(attempt)
    for (let at = 0; at < others.length; at += ATTEMPTS_MAX) {
      this.#outbox?.push({ kind: 'missing', attempts: others.slice(at, at + ATTEMPTS_MAX) })
    }
  }

  async #take(response: PaymentResponse, asked: ReadonlySet<AttemptId>): Promise<void> {
    switch (response.kind) {
      case 'books':
        this.#takeBooks(response)
        break
      case 'receipts':
        await this.#takeReceipts(response)
        break
      case 'voucher':
        await this.#takeVerdict(response)
        break
      case 'unknown':
        for (const attempt of response.attempts) {
          const taken = asked.has(attempt) ? this.#awaited.take(attempt) : undefined
          if (taken !== undefined) this.#disputeTaken(taken, new MeshError('RECEIPT_WITHHELD', { attempt, ms: 0 }))
        }
        break
      case 'alive':
        return
    }
    this.#notify()
  }

  #takeBooks({ cumulative, due, agreementsHash }: Extract<PaymentResponse, { kind: 'books' }>): void {
    this.#booksHeard++
    this.#theirDue = due
    this.books.believe(due)
    this.#confirm(cumulative)
    // Our last voucher was lost on the way, or the miner lost it: it is sent again, never signed again.
    const last = this.books.last
    if (last !== undefined && cumulative < last.cumulative && agreementsHash === last.hashBefore) {
      this.#outbox?.push({ kind: 'voucher', voucher: last.bytes, agreements: last.agreements })
    } else if (this.books.owes) this.#payWhenIdle()
  }

  async #takeVerdict({ verdict, cumulative }: Extract<PaymentResponse, { kind: 'voucher' }>): Promise<void> {
    this.#tell({ kind: 'voucher', cumulative, verdict })
    if (verdict !== 'accepted' && verdict !== 'not-higher') {
      const { paid } = this.books
      this.#break(
        verdict === 'unassured'
          ? new MeshError('ESCROW_SHORT', { assured: cumulative, needed: paid })
          : new MeshError('NOT_AUTHORISED', { what: `a voucher of ${paid} credits (${verdict})` }),
      )
      return
    }
    this.#confirm(cumulative)
    if (this.books.shouldRaise(this.#terms)) await this.#raise()
    else if (this.books.owes) this.#payWhenIdle()
  }

  #confirm(cumulative: Credits): void {
    // It lies, or this side's journal is older than the counter: either way no voucher of ours can be the next one there.
    if (cumulative > this.books.paid) {
      this.#break(new MeshError('COUNTER_AHEAD', { seen: cumulative, held: this.books.paid }))
    } else if (cumulative > this.#confirmed) this.#confirmed = cumulative
  }

  #break(error: MeshError): void {
    if (this.#broken !== undefined) return
    this.#broken = error
    this.#dispute(undefined, error)
  }

  async #takeReceipts({ batch, leaves }: Extract<PaymentResponse, { kind: 'receipts' }>): Promise<void> {
    const { value } = openPeerBytes('batch of receipts', () => openSigned(this.#needs.domain, receiptBatchType, batch))
    if (value.operator !== this.books.miner) {
      throw new MeshError('WRONG_SIGNER', { given: value.operator, expected: this.books.miner })
    }
    const due: ArrivedReceipt[] = []
    for (const leaf of leaves) {
      const attempt = leaf.receipt.agreement
      if (this.#awaited.has(attempt)) due.push({ leaf, batch: value })
      else if (this.books.isReserved(attempt)) this.#early.set(attempt, { leaf, batch: value })
      // Nothing is owed for an attempt whose answer never came.
    }
    await this.#check(due)
  }

  async #check(arrived: readonly ArrivedReceipt[]): Promise<void> {
    const { domain, journal } = this.#needs
    const good: { readonly taken: Taken; readonly receipt: Receipt; readonly root: Hash32 }[] = []
    for (const { leaf, batch } of arrived) {
      const { receipt } = leaf
      const taken = this.#awaited.take(receipt.agreement)
      if (taken === undefined) continue
      const fault = batchHolds(domain, batch, receipt, leaf)
        ? receiptFault(receipt, taken)
        : new MeshError('OUTPUT_MISMATCH', { field: 'path' })
      if (fault === undefined) good.push({ taken, receipt, root: batch.root })
      else this.#disputeTaken(taken, fault)
    }
    try {
      const unpaid = good.filter(({ taken }) => !taken.prepaid).map(({ receipt }) => payableOf(receipt))
      await journal.recordReceipts(this.books.id, this.books.miner, unpaid)
    } catch (error) {
      for (const { taken } of good) this.#disputeTaken(taken, asMeshError(error))
      return
    }
    for (const { taken, receipt, root } of good) {
      this.books.receipted(payableOf(receipt), taken.prepaid)
      taken.receipt.resolve(receipt)
      this.#tell({ kind: 'receipt', attempt: taken.attempt, receipt, batch: root })
    }
    this.#notify()
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
    // One voucher at a time: each continues the hash of the one before, and they may travel on different streams.
    if (this.#raising || this.#confirmed < this.books.paid) return
    this.#raising = true
    try {
      const voucher = await this.#sign()
      if (voucher !== undefined) {
        this.#outbox?.push({ kind: 'voucher', voucher: voucher.bytes, agreements: voucher.agreements })
      }
    } finally {
      this.#raising = false
    }
  }

  async #sign(prepay?: Prepay): Promise<SignedVoucher | undefined> {
    const before = this.books.paid
    const voucher = await this.books.raise(prepay)
    if (voucher === undefined) return undefined
    this.#tell({ kind: 'signed', voucher, raisedBy: credits(voucher.cumulative - before) })
    this.#notify()
    return voucher
  }

  #dispute(attempt: AttemptId | undefined, error: MeshError): void {
    const taken = attempt === undefined ? undefined : this.#awaited.take(attempt)
    if (taken !== undefined) this.#disputeTaken(taken, error)
    else {
      this.#tell({ kind: 'dispute', attempt: undefined, error })
      this.#notify()
    }
  }

  #disputeTaken({ attempt, receipt }: Taken, error: MeshError): void {
    this.books.release(attempt)
    receipt.reject(error)
    this.#tell({ kind: 'dispute', attempt, error })
    this.#notify()
  }

  #tell(event: LineEvent): void {
    this.#needs.onEvent(this.books.miner, event)
  }

  #notify(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel()
        this.#stop.signal.removeEventListener('abort', done)
        this.#endPause = undefined
        resolve()
      }
      const timer = this.#needs.clock.after(ms, done)
      this.#stop.signal.addEventListener('abort', done, { once: true })
      this.#endPause = done
    })
  }
}

const payableOf = (receipt: Receipt): { readonly attempt: AttemptId; readonly price: Credits } => ({
  attempt: receipt.agreement,
  price: receipt.price,
})
