/** What one job has learned on its way from miner to miner: whom it asked, what each said, and what that means for the next. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits, formatCredits } from '../../../protocols/kernel/money.ts'
import type { ChainHead } from '../../../protocols/kernel/ports.ts'
import { jobPrice } from '../../../protocols/rules/pricing/job-price.ts'
import { describeRefusals, type RefusalReason, refusalTable } from '../../../protocols/wire/job/refusals.ts'
import { type Offer, offeredModel } from '../../../protocols/wire/offer/offer.ts'
import type { JobCandidate } from '../choosing/job-candidate.ts'
import type { MinerChoice } from '../choosing/miner-choice.ts'
import type { OfferBook } from '../finding/offer-book.ts'
import type { PaymentLines } from '../paying/payment-lines.ts'
import type { JobWish } from './job-event.ts'

/** Miners that must say the same of an input before it is believed: one alone may lie, and a third would only cost more. */
const OPINIONS_ENOUGH = 2
/** Any uint64. */
const TOTAL = /^\d{1,20}$/

export interface JobSearchNeeds {
  readonly book: OfferBook
  readonly lines: PaymentLines
  readonly head: () => ChainHead
  /** Asks for it once more, where a miner has another one. */
  readonly headAgain?: () => Promise<ChainHead>
}

export interface Refusal {
  readonly reason: RefusalReason
  readonly detail: string
}

export class JobSearch {
  readonly #needs: JobSearchNeeds
  readonly #wish: JobWish
  readonly #refusals: Partial<Record<RefusalReason, number>> = {}
  readonly #failures: MeshError[] = []
  /** Offers that were tried. */
  readonly #tried = new Set<Hash32>()
  /** Miners that were asked, and are not asked again before there is a reason. */
  readonly #asked = new Set<Address>()
  /** Miners whose books were brought together with ours: asked once more, not for ever. */
  readonly #madeGood = new Set<Address>()
  /** Miners that were asked again because they sent another offer: once, or one that always does would use up all attempts. */
  readonly #renewed = new Set<Address>()
  /** What miners said of the input itself. */
  readonly #blamed: MeshError[] = []
  /** The chain was asked once more where it stands, because a miner has it elsewhere. */
  #lookedAgain = false
  /** What stands in the way where it is our own money: a miner's word on the escrow, or the limit of our grant. */
  #short: MeshError | undefined

  constructor(needs: JobSearchNeeds, wish: JobWish) {
    this.#needs = needs
    this.#wish = wish
  }

  readonly isOpen = ({ offer }: JobCandidate): boolean => !this.#tried.has(offer.hash) && !this.#asked.has(offer.miner)

  asks(offer: Offer): void {
    this.#tried.add(offer.hash)
    this.#asked.add(offer.miner)
  }

  /** Directories named others: who was asked before may have another offer by now. */
  searched(): void {
    this.#asked.clear()
  }

  /** @throws MeshError ENGINE_FAILED where enough miners say so, UNDERPAID, STALLED where books cannot be brought together; the signal's reason */
  async refused(offer: Offer, { reason, detail }: Refusal): Promise<void> {
    const { book, lines } = this.#needs
    book.refused(offer.miner)
    switch (refusalTable[reason].clientDoes) {
      case 'give-up':
        this.#blame(new MeshError('ENGINE_FAILED', { why: detail }))
        return
      case 'pay-and-retry':
        if (this.#madeGood.has(offer.miner)) break
        this.#madeGood.add(offer.miner)
        await lines.of(offer).makeGood(this.#wish.signal)
        this.#reopen(offer)
        return
      case 'retry-with-offer':
        if (this.#renewed.has(offer.miner) || !this.#isNew(offer)) break
        this.#renewed.add(offer.miner)
        this.#asked.delete(offer.miner)
        return
      case 'look-at-chain':
        if (this.#lookedAgain || !(await this.#hasMoved())) break
        this.#reopen(offer)
        return
      case 'tell-payer':
        this.#short = this.#shortAt(offer, detail)
        break
      case 'next':
        break
    }
    this.#refusals[reason] = (this.#refusals[reason] ?? 0) + 1
  }

  /** @throws the error where enough miners say the same of the input */
  failed(offer: Offer, error: MeshError): void {
    const { book } = this.#needs
    if (error.code === 'ENGINE_FAILED') this.#blame(error)
    // Ours, and no fault of that miner.
    else if (error.code === 'ESCROW_SHORT') this.#short = error
    else {
      this.#failures.push(error)
      if (error.facts.cause === 'thermal') book.rests(offer.miner)
      else book.failed(offer.miner, error)
    }
  }

  /**
   * Why nobody ran it.
   * @param left of the ceiling, beside what lost attempts may cost
   */
  verdict(choice: MinerChoice, left: Credits): MeshError {
    // Nobody contradicts it.
    if (this.#blamed.length > 0) return this.#blamed[0]!
    const isOnlyMoney =
      this.#failures.length === 0 && Object.keys(this.#refusals).every((reason) => reason === 'ESCROW')
    if (this.#short !== undefined && isOnlyMoney) return this.#short
    const { model, priceMax } = this.#wish
    const offers = choice.candidates(this.#wish)
    const cheapest = offers.reduce<Credits | undefined>(
      (least, { price }) => (least === undefined || price < least ? price : least),
      undefined,
    )
    if (cheapest !== undefined && cheapest > priceMax) {
      return new MeshError('PRICE_CEILING', { cheapest, ceiling: priceMax })
    }
    const counted = Object.keys(this.#refusals).length > 0 ? [describeRefusals(this.#refusals)] : []
    const isTold = this.#short === undefined || this.#refusals.ESCROW !== undefined
    const failed = [...this.#failures, ...(isTold ? [] : [this.#short!])].map(({ message }) => message)
    const reasons = [...counted, ...failed]
    if (left < priceMax && cheapest !== undefined && cheapest > left) {
      const spent = formatCredits(credits(priceMax - left))
      reasons.push(`lost attempts may cost ${spent} of the ceiling of ${formatCredits(priceMax)}`)
    }
    if (reasons.length === 0) {
      const isWitnessed = this.#wish.isWitnessed === true
      const named = isWitnessed ? 'no offer of it grants terms of its service' : 'no offer names it'
      reasons.push(offers.length === 0 ? named : `no offer fits the budget, ${choice.closest(this.#wish)}`)
    }
    return new MeshError('NO_MINER', { model, reasons: reasons.join('; ') }, this.#failures.at(-1))
  }

  #reopen({ hash, miner }: Offer): void {
    this.#tried.delete(hash)
    this.#asked.delete(miner)
  }

  async #hasMoved(): Promise<boolean> {
    const { head, headAgain } = this.#needs
    if (headAgain === undefined) return false
    this.#lookedAgain = true
    const { blockTime } = head()
    return (await abortable(headAgain(), this.#wish.signal)).blockTime !== blockTime
  }

  /** @param detail of the refusal: the total that the miner is assured */
  #shortAt(offer: Offer, detail: string): MeshError | undefined {
    if (!TOTAL.test(detail)) return undefined
    const { model, latencyClass } = this.#wish
    const { due, reserved } = this.#needs.lines.of(offer).books
    const needed = due + reserved + jobPrice(offeredModel(offer.body, model)!.base, latencyClass)
    return new MeshError('ESCROW_SHORT', { assured: BigInt(detail), needed })
  }

  /** Another miner would say the same of a bad input; of a good one, only liars say it. */
  #blame(error: MeshError): void {
    this.#blamed.push(error)
    if (this.#blamed.length >= OPINIONS_ENOUGH) throw error
  }

  /** The miner of this offer has another one by now. */
  #isNew(offer: Offer): boolean {
    const known = this.#needs.book.offerOf(offer.miner)
    return known !== undefined && known.hash !== offer.hash
  }
}
