/**
 * What runs behind the jobs to one miner: credit that is used and made room in, receipts that come (receipt-check.ts), vouchers
 * that go, on a call that may break at any time (payment-call.ts) and be opened again, when both sides say what they have. One file of more
 * than four hundred lines, for all of it moves one state: what is signed, what is confirmed, and who waits for it.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { asMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, PeerId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import { type CreditTerms, maybeAstray, mayStart } from '../../../protocols/rules/settlement/credit-window.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'
import { ATTEMPTS_MAX, type PaymentResponse } from '../../../protocols/wire/payment/payment-protocol.ts'
import type { MinerWatch } from '../miner-watch.ts'
import type { Awaited } from './awaited-receipts.ts'
import type { ClientJournal, SignedVoucher } from './client-journal.ts'
import type { CounterBooks, Prepay } from './counter-books.ts'
import { LineChanges, type Wait } from './line-changes.ts'
import type { LineEvent } from './line-event.ts'
import { PaymentCall } from './payment-call.ts'
import type { Purse } from './purse.ts'
import { ReceiptCheck } from './receipt-check.ts'

/** A session that is quiet this long pays what it owes. */
const IDLE_MS = 250
/** Results whose receipt has not come; beyond, the miner gets no more work from us. */
const AWAITED_MAX = 20_000
/**
 * Pauses before a voucher that the chain did not cover is offered again; the last one is repeated. The miner asks the chain once a second
 * at most.
 */
const SHORT_AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const

const NO_CREDIT: CreditTerms = { chunkCredits: credits(0), windowChunks: 0 }

export interface PaymentLineNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly journal: ClientJournal
  readonly purse: Purse
  readonly watch: MinerWatch
  readonly onEvent: (miner: Address, event: LineEvent) => void
}

export class PaymentLine implements AsyncDisposable {
  readonly books: CounterBooks
  readonly #needs: PaymentLineNeeds
  readonly #changes: LineChanges
  readonly #call: PaymentCall
  readonly #receipts: ReceiptCheck
  #terms: CreditTerms
  #idle: Timer | undefined
  /** The miner's own figure of what is due, as it last said. */
  #theirDue: Credits = credits(0)
  #confirmed: Credits = credits(0)
  #conceded: Credits = credits(0)
  #making: Promise<void> | undefined
  /** Answers of the miner's books so far. */
  #booksHeard = 0
  #raising = false
  /** Why this counter cannot go on. */
  #broken: MeshError | undefined
  /**
   * The chain did not assure the miner of our last voucher when it looked. It may at its next look: a channel that is filled up takes
   * some blocks, and a miner that lost sight of the chain finds it back.
   */
  #short: MeshError | undefined
  #shortTimes = 0
  #offerAgain: Timer | undefined

  constructor(needs: PaymentLineNeeds, peer: PeerId, books: CounterBooks, terms: CreditTerms) {
    this.#needs = needs
    this.books = books
    this.#terms = terms
    this.#call = new PaymentCall(needs, peer, books.miner, {
      missing: () => this.#receipts.attempts().slice(0, ATTEMPTS_MAX),
      opened: (asked) => this.#askForOthers(asked),
      take: (response, asked) => this.#take(response, asked),
      broke: (error) => {
        if (error.fault === 'remote' || error.fault === 'bug') this.#dispute(undefined, error)
        this.#changes.notify()
      },
    })
    this.#changes = new LineChanges({
      clock: needs.clock,
      peer,
      figures: () => `${this.#confirmed}/${books.due}/${books.reserved}/${this.#receipts.waiting}`,
      works: () => books.running > this.#receipts.waiting,
      away: () => this.#call.away,
    })
    this.#receipts = new ReceiptCheck({
      ...needs,
      books,
      onGood: (receipt, batch, owed) => {
        const less = owed === receipt.price ? {} : { owed }
        this.#tell({ kind: 'receipt', attempt: receipt.agreement, receipt, batch, ...less })
      },
      onDispute: (attempt, error) => this.#dispute(attempt, error),
      onCounted: async () => {
        this.#changes.notify()
        if (this.books.shouldRaise(this.#terms)) await this.#raise()
        else this.#payWhenIdle()
      },
    })
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
    this.#call.open()
  }

  /** The purse's grant is another one now: vouchers under it go only on a call that began with it. */
  showGrant(): void {
    this.#call.reopen()
  }

  /** The miner counts less than before and says so only on a call that begins: a lease of which it could not give all. */
  lookAgain(): void {
    this.#call.reopen()
  }

  /** Holds a result against the receipt to come. @returns the receipt; rejects RECEIPT_WITHHELD, OUTPUT_MISMATCH, OVERPRICED */
  expect(awaited: Awaited): Promise<Receipt> {
    const receipt = this.#receipts.expect(awaited)
    this.open()
    return receipt
  }

  /** The attempt ended without an answer: what was set aside for it is free. */
  release(attempt: AttemptId): void {
    this.#receipts.forget(attempt)
    this.books.release(attempt)
    this.#changes.notify()
  }

  /** The miner took the attempt that came with this voucher, so it has the voucher. */
  holds(cumulative: Credits): void {
    this.#confirm(cumulative)
    this.#changes.notify()
  }

  /**
   * Sets the price of an attempt aside as soon as the miner's credit has room for it; receipts and vouchers make room.
   * @returns `prepay` where the price is above all the credit there is, so that it must be paid ahead
   * @throws what broke the line for good; MeshError STALLED where the miner makes no room although nothing runs there; why the
   *   miner cannot be reached
   */
  async reserve(attempt: AttemptId, price: Credits, signal?: AbortSignal): Promise<'reserved' | 'prepay'> {
    const fits = (): boolean =>
      this.#making === undefined && this.#receipts.waiting < AWAITED_MAX && this.#hasRoom(price)
    const wait = this.#changes.begin()
    if (!this.#call.isOpen && this.books.paid > 0n && !fits()) this.#call.openNow()
    while (!fits()) {
      this.#requireWhole()
      if (this.#making === undefined) await this.#raise()
      if (fits()) break
      if (this.#making === undefined && this.#isSettled) return 'prepay'
      // No await stands between the look above and this wait, so no change is missed.
      await this.#changes.patiently(wait, signal)
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

  /**
   * Pays a price ahead in full, on this line, and sets it aside: for what is given without credit. Resolves when the miner has confirmed
   * the voucher; where an earlier one covers it already, nothing is signed.
   * @throws MeshError ESCROW_SHORT; what broke the line; STALLED where the miner does not answer; the signal's reason
   */
  async payAhead(attempt: AttemptId, price: Credits, signal?: AbortSignal): Promise<void> {
    this.#call.openNow()
    const wait = this.#changes.begin()
    const isIdle = (): boolean => this.#call.isOpen && !this.#raising && this.#confirmed >= this.books.paid
    while (!isIdle()) {
      this.#requireWhole()
      await this.#changes.patiently(wait, signal)
    }
    this.#raising = true
    try {
      const voucher = await this.#sign({ attempt, terms: NO_CREDIT, price })
      this.books.reserve(attempt, price)
      if (voucher !== undefined) this.#send(voucher)
    } finally {
      this.#raising = false
    }
    while (this.#confirmed < this.books.paid) {
      this.#requireWhole()
      await this.#changes.patiently(wait, signal)
    }
  }

  /** A voucher went with a job whose fate is unknown: it is handed over on this line as well. */
  handOver(): void {
    const { last } = this.books
    if (!this.#call.isOpen) this.open()
    else if (last !== undefined) this.#send(last)
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
      this.#changes.notify()
    })
    await abortable(this.#making, signal)
  }

  /** Pays all that is owed, and resolves when the miner has confirmed it, or at the deadline. True where all is confirmed. */
  async settle(deadlineMs: number, signal?: AbortSignal): Promise<boolean> {
    let late = false
    const timer = this.#needs.clock.after(deadlineMs, () => {
      late = true
      this.#changes.notify()
    })
    if (this.#short !== undefined) this.#offerSoon(0)
    try {
      while (!this.#isSettled) {
        // What hangs on a receipt that does not come is not all that is owed.
        if (this.books.owes) await this.#raise()
        else if (!this.#call.isOpen && this.books.paid > 0n) this.open()
        if (this.#isSettled) break
        if (late || this.#broken !== undefined) return false
        await this.#changes.next(signal)
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
    const closed = this.#call[Symbol.asyncDispose]()
    this.#receipts.close()
    this.#changes.notify()
    await closed
    // What was being taken as the call closed may have set them.
    this.#idle?.cancel()
    this.#offerAgain?.cancel()
  }

  #requireWhole(): void {
    if (this.#broken !== undefined) throw this.#broken
    if (this.#short !== undefined) throw this.#short
    throwIfAborted(this.#call.signal)
  }

  get #isSettled(): boolean {
    return (
      this.books.running === 0 &&
      this.#receipts.waiting === 0 &&
      !this.books.owes &&
      this.#confirmed >= this.books.paid &&
      (this.books.paid === 0n || this.#call.isOpen)
    )
  }

  /** By what the miner has in its hands, not by what we have signed: a voucher may be on its way. */
  #hasRoom(price: Credits): boolean {
    const { due, reserved } = this.books
    return mayStart({ paid: this.#confirmed, due, reserved }, this.#terms, price)
  }

  async #makeGood(): Promise<void> {
    this.#call.openNow()
    const wait = this.#changes.begin()
    await this.#untilSettled(wait)
    // Where nothing was ever paid, settled says nothing of the line.
    while (!this.#call.isOpen) await this.#changes.patiently(wait, this.#call.signal)
    const heard = this.#booksHeard
    this.#call.send({ kind: 'square' })
    while (this.#booksHeard === heard) await this.#changes.patiently(wait, this.#call.signal)
    const gap = this.#theirDue - this.books.due
    if (gap <= 0n) return
    if (gap > maybeAstray(this.books, this.#terms, this.#conceded)) {
      throw new MeshError('UNDERPAID', { given: this.books.due, needed: this.#theirDue })
    }
    this.#conceded = credits(this.#conceded + gap)
    this.books.concede(credits(gap))
    this.#tell({ kind: 'conceded', amount: credits(gap) })
    await this.#untilSettled(this.#changes.begin())
  }

  async #untilSettled(wait: Wait): Promise<void> {
    while (!this.#isSettled) {
      this.#requireWhole()
      if (this.#receipts.waiting === 0 && this.books.owes) await this.#raise()
      if (!this.#isSettled) await this.#changes.patiently(wait, this.#call.signal)
    }
  }

  /**
   * Attempts of which the miner may have spoken before it knew that this line stands: jobs travel on other streams. What it
   * signs from now on it tells unasked. The latest receipts are asked for once more: whether it still says the same.
   * @param asked those whose answer this side has: all that were asked for are added
   */
  #askForOthers(asked: Set<AttemptId>): void {
    const others = this.books.reservedAttempts().filter((attempt) => !asked.has(attempt))
    // Only of an answer that was here before the question does "unknown" say that there is no receipt for it.
    for (const attempt of others) if (this.#receipts.has(attempt)) asked.add(attempt)
    for (let at = 0; at < others.length; at += ATTEMPTS_MAX) {
      this.#call.send({ kind: 'missing', attempts: others.slice(at, at + ATTEMPTS_MAX) })
    }
    const latest = this.#receipts.latest()
    if (latest.length > 0) this.#call.send({ kind: 'missing', attempts: latest })
  }

  async #take(response: PaymentResponse, asked: ReadonlySet<AttemptId>): Promise<void> {
    switch (response.kind) {
      case 'books':
        this.#takeBooks(response)
        break
      case 'receipts':
        await this.#receipts.take(response)
        break
      case 'voucher':
        await this.#takeVerdict(response)
        break
      case 'unknown':
        this.#receipts.unknown(response.attempts, asked)
        break
      case 'alive':
        return
    }
    this.#changes.notify()
  }

  #takeBooks({ cumulative, due, agreementsHash }: Extract<PaymentResponse, { kind: 'books' }>): void {
    this.#booksHeard++
    this.#theirDue = due
    this.books.believe(due)
    this.#confirm(cumulative)
    // Our last voucher was lost on the way, or the miner lost it: it is sent again, never signed again.
    const last = this.books.last
    if (last !== undefined && cumulative < last.cumulative && agreementsHash === last.hashBefore) {
      this.#send(last)
    } else if (this.books.owes) this.#payWhenIdle()
  }

  async #takeVerdict({ verdict, cumulative }: Extract<PaymentResponse, { kind: 'voucher' }>): Promise<void> {
    this.#tell({ kind: 'voucher', cumulative, verdict })
    const { paid } = this.books
    if (verdict === 'unassured') {
      this.#waitForEscrow(new MeshError('ESCROW_SHORT', { assured: cumulative, needed: paid }))
      return
    }
    if (verdict !== 'accepted' && verdict !== 'not-higher') {
      this.#break(new MeshError('NOT_AUTHORISED', { what: `a voucher of ${paid} credits (${verdict})` }))
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
    if (this.#confirmed < this.books.paid || this.#short === undefined) return
    this.#short = undefined
    this.#shortTimes = 0
    this.#offerAgain?.cancel()
  }

  /** The voucher is offered again for as long as the line stands: the miner has done the work, and the money is on its way. */
  #waitForEscrow(error: MeshError): void {
    this.#short = error
    this.#offerSoon(SHORT_AGAIN_MS[Math.min(this.#shortTimes++, SHORT_AGAIN_MS.length - 1)]!)
    this.#dispute(undefined, error)
  }

  /** Where the call does not stand, its opening offers it (`#takeBooks`). */
  #offerSoon(ms: number): void {
    this.#offerAgain?.cancel()
    this.#offerAgain = this.#needs.clock.after(ms, () => {
      const { last } = this.books
      if (last !== undefined && this.#confirmed < last.cumulative) this.#send(last)
    })
  }

  #break(error: MeshError): void {
    if (this.#broken !== undefined) return
    this.#broken = error
    this.#dispute(undefined, error)
  }

  #payWhenIdle(): void {
    this.#idle?.cancel()
    this.#idle = this.#needs.clock.after(IDLE_MS, () => {
      this.#raise().catch((error: unknown) => this.#dispute(undefined, asMeshError(error)))
    })
  }

  async #raise(): Promise<void> {
    if (!this.#call.isOpen) {
      this.open()
      return
    }
    // One voucher at a time: each continues the hash of the one before, and they may travel on different streams.
    if (this.#raising || this.#confirmed < this.books.paid) return
    this.#raising = true
    try {
      const voucher = await this.#sign()
      if (voucher !== undefined) this.#send(voucher)
    } finally {
      this.#raising = false
    }
  }

  #send({ bytes, agreements }: SignedVoucher): void {
    this.#call.send({ kind: 'voucher', voucher: bytes, agreements })
  }

  async #sign(prepay?: Prepay): Promise<SignedVoucher | undefined> {
    const before = this.books.paid
    const voucher = await this.books.raise(prepay)
    if (voucher === undefined) return undefined
    this.#tell({ kind: 'signed', voucher, raisedBy: credits(voucher.cumulative - before) })
    this.#changes.notify()
    return voucher
  }

  #dispute(attempt: AttemptId | undefined, error: MeshError): void {
    this.#tell({ kind: 'dispute', attempt, error })
    this.#changes.notify()
  }

  #tell(event: LineEvent): void {
    this.#needs.onEvent(this.books.miner, event)
  }
}
