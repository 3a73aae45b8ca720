/** The payment lines of one client, one per miner, and how a stranger introduces itself. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'
import { type Address, type AttemptId, address } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { CreditTerms } from '../../../protocols/rules/settlement/credit-window.ts'
import type { Offer } from '../../../protocols/wire/offer/offer.ts'
import { CounterBooks, counterIdOf } from './counter-books.ts'
import { PaymentLine, type PaymentLineNeeds } from './payment-line.ts'

/** What the first message of an attempt carries so that the miner starts it. */
export interface Introduction {
  /** Until the miner has one. */
  readonly grant: Uint8Array | undefined
  /** The session key's word for this process, until the miner has it. */
  readonly proof: Uint8Array | undefined
  /** Covers the attempt where there is no credit for it: that of a stranger, or of a very dear job. */
  readonly voucher: Uint8Array | undefined
  /** The miner has answered: it holds what came with the attempt. */
  answered(): void
  /** Nobody answered, or the attempt is over: whatever happened to the voucher, the line sees to it. */
  [Symbol.dispose](): void
}

/** Miners that were looked up in the journal: as many as a client weighs. One that is forgotten is looked up again, which costs a read. */
const RECALLED_MAX = 4_096

export class PaymentLines implements AsyncDisposable {
  readonly #needs: PaymentLineNeeds
  readonly #lines = new Map<Address, PaymentLine>()
  /** Attempts that go ahead with a voucher: others wait until the miner has it, or they would come before it. */
  readonly #ahead = new Map<Address, Promise<void>>()
  readonly #granted = new Set<Address>()
  readonly #recalled = new AgeingMap<Address, true>()
  readonly #renewals: Disposable

  constructor(needs: PaymentLineNeeds) {
    this.#needs = needs
    this.#renewals = needs.purse.onRenewed(() => {
      this.#granted.clear()
      for (const line of this.#lines.values()) line.showGrant()
    })
  }

  of(offer: Offer): PaymentLine {
    const terms = termsOf(offer)
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
   * Goes on where an earlier run was cut off: opens the lines to miners that it owed something, or whose last voucher may
   * never have left. Once per miner; the line itself does the rest.
   */
  recall(offers: readonly Offer[]): void {
    for (const offer of offers) {
      if (this.#recalled.has(offer.miner)) continue
      this.#recalled.set(offer.miner, true)
      if (this.#recalled.size > RECALLED_MAX) this.#recalled.delete(this.#recalled.oldest()!)
      if (this.#lines.has(offer.miner)) continue
      const line = this.of(offer)
      if (line.books.paid > 0n || line.books.owes) line.open()
      else this.#lines.delete(offer.miner)
    }
  }

  /**
   * Sets the attempt's price aside. Waits where the credit is used up until receipts and vouchers have made room.
   * @throws MeshError ESCROW_SHORT; what broke the line; the signal's reason
   */
  async introduce(
    line: PaymentLine,
    attempt: AttemptId,
    price: Credits,
    signal: AbortSignal | undefined,
  ): Promise<Introduction> {
    const { miner } = line.books
    for (;;) {
      const before = this.#ahead.get(miner)
      if (before !== undefined) await abortable(before, signal)
      else if ((await line.reserve(attempt, price, signal)) === 'reserved') return this.#introduction(line)
      // Another may have gone ahead while this one looked.
      else if (!this.#ahead.has(miner)) return this.#goAhead(line, attempt, price)
    }
  }

  all(): readonly PaymentLine[] {
    return [...this.#lines.values()]
  }

  /** Owed something by an earlier run, and not heard of in this one. */
  unseen(): readonly Address[] {
    const { journal, purse } = this.#needs
    const owing = new Set(journal.owing())
    for (const { books } of this.#lines.values()) owing.delete(books.id)
    const own = counterIdOf(purse, '')
    return [...owing].filter((id) => id.startsWith(own)).map((id) => address(id.slice(own.length)))
  }

  /** Pays every miner, or this one, what it is owed. True where all of them have confirmed it in time. */
  async settle(deadlineMs: number, signal?: AbortSignal, miner?: Address): Promise<boolean> {
    const lines = this.all().filter(({ books }) => miner === undefined || books.miner === miner)
    const settled = await Promise.all(lines.map((line) => line.settle(deadlineMs, signal)))
    return settled.every(Boolean)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#renewals[Symbol.dispose]()
    await Promise.all(this.all().map((line) => line[Symbol.asyncDispose]()))
  }

  async #goAhead(line: PaymentLine, attempt: AttemptId, price: Credits): Promise<Introduction> {
    const { miner } = line.books
    const gone = Promise.withResolvers<void>()
    this.#ahead.set(miner, gone.promise)
    const done = (): void => {
      this.#ahead.delete(miner)
      gone.resolve()
    }
    try {
      const voucher = await line.prepay(attempt, price)
      let answered = false
      const introduction = this.#introduction(line)
      return {
        ...introduction,
        // What the voucher stands on: the miner may have been restarted since it saw it, or the grant renewed since it was signed.
        grant: voucher === undefined ? this.#needs.purse.grant : voucher.grant,
        proof: this.#needs.purse.prove(miner, this.#needs.network.self, this.#needs.clock.nowMs()),
        voucher: voucher?.bytes,
        answered: () => {
          if (answered) return
          answered = true
          introduction.answered()
          if (voucher !== undefined) line.holds(voucher.cumulative)
          done()
        },
        [Symbol.dispose]: () => {
          if (answered) return
          line.handOver()
          done()
        },
      }
    } catch (error) {
      done()
      throw error
    }
  }

  #introduction(line: PaymentLine): Introduction {
    const { miner } = line.books
    const { purse, network, clock } = this.#needs
    const isKnown = this.#granted.has(miner)
    const { grant } = purse
    return {
      grant: isKnown ? undefined : grant,
      proof: isKnown ? undefined : purse.prove(miner, network.self, clock.nowMs()),
      voucher: undefined,
      answered: () => {
        if (grant === purse.grant) this.#granted.add(miner)
      },
      [Symbol.dispose]: () => undefined,
    }
  }
}

export const termsOf = ({ body }: Offer): CreditTerms => ({
  chunkCredits: body.chunkCredits,
  windowChunks: body.windowChunks,
})
