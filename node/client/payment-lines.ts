/** The payment lines of one client, one per miner, and how a stranger introduces itself. */
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { CreditTerms } from '../../protocols/rules/settlement/credit-window.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import { CounterBooks } from './counter-books.ts'
import { PaymentLine, type PaymentLineNeeds } from './payment-line.ts'

export interface Introduction {
  readonly grant: Uint8Array | undefined
  /** Covers the first chunk of a stranger. */
  readonly voucher: Uint8Array | undefined
}

export class PaymentLines implements AsyncDisposable {
  readonly #needs: PaymentLineNeeds
  readonly #lines = new Map<Address, PaymentLine>()
  /** Miners that are being introduced to: the first job goes alone, so that its voucher is the first to arrive. */
  readonly #introducing = new Map<Address, Promise<void>>()
  /** Miners that have our grant: their line was opened with it. */
  readonly #granted = new Set<Address>()

  constructor(needs: PaymentLineNeeds) {
    this.#needs = needs
  }

  of(offer: Offer): PaymentLine {
    const terms = { chunkCredits: offer.body.chunkCredits, windowChunks: offer.body.windowChunks }
    const known = this.#lines.get(offer.miner)
    if (known !== undefined) {
      known.terms = terms
      return known
    }
    const { domain, purse, journal } = this.#needs
    const books = new CounterBooks(domain.crypto, purse, offer.miner, journal)
    const line = new PaymentLine(this.#needs, offer.peer, books, terms)
    this.#lines.set(offer.miner, line)
    return line
  }

  /**
   * What the first message of an attempt must carry so that the miner starts it: nothing where credit stands, a voucher for
   * the first chunk where we are strangers. Waits where the credit is used up.
   */
  async introduce(
    line: PaymentLine,
    attempt: AttemptId,
    price: Credits,
    terms: CreditTerms,
    signal: AbortSignal | undefined,
  ): Promise<Introduction> {
    const { miner } = line.books
    const grant = this.#granted.has(miner) ? undefined : this.#needs.purse.grant
    await this.#introducing.get(miner)
    if (line.books.isStranger() && price > 0n) {
      const signed = line.books.raise({ attempt, terms, price })
      const introduced = signed.then(
        () => undefined,
        () => undefined,
      )
      this.#introducing.set(miner, introduced)
      const voucher = await signed
      return { grant, voucher: voucher?.bytes }
    }
    await line.room(price, signal)
    return { grant, voucher: undefined }
  }

  /** The miner has run a job of ours: it holds the grant. */
  accepted(miner: Address): void {
    this.#granted.add(miner)
  }

  all(): readonly PaymentLine[] {
    return [...this.#lines.values()]
  }

  /** Pays every miner what it is owed. */
  async settle(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.settle(deadlineMs)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line[Symbol.asyncDispose]()))
  }
}
