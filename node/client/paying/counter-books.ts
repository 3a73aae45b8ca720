/**
 * The client's books of one counter with one miner: what runs, what was receipted, what was promised. Pure state: the call
 * that carries it is payment-line.ts.
 */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import {
  type Counter,
  type CreditTerms,
  shouldRaise,
  voucherNeeded,
} from '../../../protocols/rules/settlement/credit-window.ts'
import { AGREEMENTS_HASH_START, agreementsHash } from '../../../protocols/statements/agreements-hash.ts'
import { ATTEMPTS_MAX } from '../../../protocols/wire/payment/payment-protocol.ts'
import type { ClientCounterId, ClientJournal, Payable, SignedVoucher } from './client-journal.ts'
import type { Purse } from './purse.ts'

/** An attempt that the miner has not run yet, and is to be paid for ahead. */
export interface Prepay {
  readonly attempt: AttemptId
  readonly terms: CreditTerms
  readonly price: Credits
}

export const counterIdOf = ({ payer, session }: Pick<Purse, 'payer' | 'session'>, miner: string): ClientCounterId =>
  `${payer}/${session}/${miner}`

export class CounterBooks implements Counter {
  readonly id: ClientCounterId
  readonly miner: Address
  readonly #hasher: Pick<Hasher, 'keccak256'>
  readonly #purse: Purse
  readonly #journal: ClientJournal
  #paid: Credits
  #hash: Hash32
  #last: SignedVoucher | undefined
  /** Receipted, not yet under a voucher; in order of their receipts. */
  #payable: Payable[]
  /** Sum of everything that was delivered and receipted, ever. */
  #due: Credits
  #reserved: Credits = credits(0)
  readonly #reservations = new Map<AttemptId, Credits>()
  /** Signing is one at a time: each voucher builds on the one before. */
  #signing: Promise<unknown> = Promise.resolve()

  constructor(hasher: Pick<Hasher, 'keccak256'>, purse: Purse, miner: Address, journal: ClientJournal) {
    this.id = counterIdOf(purse, miner)
    this.miner = miner
    this.#hasher = hasher
    this.#purse = purse
    this.#journal = journal
    const record = journal.counter(this.id)
    this.#last = record.voucher
    this.#paid = record.voucher?.cumulative ?? credits(0)
    this.#hash = record.voucher?.hashAfter ?? AGREEMENTS_HASH_START
    this.#payable = [...record.unpaid]
    this.#due = credits(this.#paid + record.unpaid.reduce((sum, { price }) => sum + price, 0n))
  }

  get paid(): Credits {
    return this.#paid
  }

  get due(): Credits {
    return this.#due
  }

  get reserved(): Credits {
    return this.#reserved
  }

  get last(): SignedVoucher | undefined {
    return this.#last
  }

  get unpaid(): number {
    return this.#payable.length
  }

  get running(): number {
    return this.#reservations.size
  }

  /** What runs, or whose receipt is awaited. */
  reservedAttempts(): readonly AttemptId[] {
    return [...this.#reservations.keys()]
  }

  /** The attempt runs, or its receipt is awaited. */
  isReserved(attempt: AttemptId): boolean {
    return this.#reservations.has(attempt)
  }

  reserve(attempt: AttemptId, price: Credits): void {
    this.#reservations.set(attempt, price)
    this.#reserved = credits(this.#reserved + price)
  }

  /** The attempt will never be receipted, or was: what was set aside is free. */
  release(attempt: AttemptId): void {
    const reserved = this.#reservations.get(attempt)
    if (reserved === undefined) return
    this.#reservations.delete(attempt)
    this.#reserved = credits(this.#reserved - reserved)
  }

  /** A receipt was checked: its price is owed. */
  receipted(payable: Payable, prepaid: boolean): void {
    this.release(payable.attempt)
    this.#due = credits(this.#due + payable.price)
    // What was named in a voucher before it was delivered is already in the rolling hash.
    if (!prepaid) this.#payable.push(payable)
  }

  /** The miner insists on work whose answer we lost, and is believed. */
  concede(amount: Credits): void {
    this.#due = credits(this.#due + amount)
  }

  /**
   * The miner counts less than we do, and what it does not count is not owed: after a restart this side no longer knows which
   * of its receipts a voucher had covered ahead.
   */
  believe(due: Credits): void {
    if (due < this.#due) this.#due = due
  }

  shouldRaise(terms: CreditTerms): boolean {
    return this.#payable.length >= ATTEMPTS_MAX / 2 || shouldRaise(this.#due, this.#paid, terms)
  }

  /** More was delivered than the highest voucher covers. */
  get owes(): boolean {
    return this.#due > this.#paid
  }

  /**
   * A voucher over all that is owed; durable before it is returned. `undefined` where nothing is owed.
   * @param prepay an attempt that the miner has not run yet, and the price it must cover
   * @throws MeshError ESCROW_SHORT above what the purse may promise to one miner
   */
  raise(prepay?: Prepay): Promise<SignedVoucher | undefined> {
    const signed = this.#signing.then(() => this.#raise(prepay))
    this.#signing = signed.catch(() => undefined)
    return signed
  }

  async #raise(prepay: Prepay | undefined): Promise<SignedVoucher | undefined> {
    // A voucher that goes with an attempt names that attempt alone: the miner knows no others then.
    const covered = prepay === undefined ? this.#payable.slice(0, ATTEMPTS_MAX) : []
    const wanted = prepay === undefined ? this.#due : voucherNeeded(this, prepay.terms, prepay.price)
    // What was covered ahead still needs its agreements named; the next higher voucher does it.
    if (wanted <= this.#paid) return undefined
    const { maxPerMiner } = this.#purse
    if (maxPerMiner !== undefined && wanted > maxPerMiner) {
      throw new MeshError('ESCROW_SHORT', { assured: maxPerMiner, needed: wanted })
    }
    const agreements = [...covered.map(({ attempt }) => attempt), ...(prepay === undefined ? [] : [prepay.attempt])]
    const hashAfter = agreementsHash(this.#hasher, agreements, this.#hash)
    const voucher: SignedVoucher = {
      cumulative: credits(wanted),
      hashBefore: this.#hash,
      hashAfter,
      agreements,
      bytes: this.#purse.sign(this.miner, credits(wanted), hashAfter),
      grant: this.#purse.grant,
    }
    await this.#journal.recordVoucher(this.id, this.miner, voucher)
    this.#payable.splice(0, covered.length)
    this.#paid = voucher.cumulative
    this.#hash = hashAfter
    this.#last = voucher
    return voucher
  }
}
