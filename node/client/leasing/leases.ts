/** Cards that this client leases: found, booked, extended, given back; each is kept by itself (held-lease.ts), over restarts too. */
import { drawUint64 } from '../../../protocols/kernel/draw.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { ChainHead, Clock, Random } from '../../../protocols/kernel/ports.ts'
import {
  extensionOf,
  freeFrom,
  overlap,
  type Period,
  periodFault,
} from '../../../protocols/rules/leasing/lease-period.ts'
import { STEP_SECONDS_MIN, wholePrice } from '../../../protocols/rules/leasing/lease-price.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { askLeases, openOwnLease, type ShownLeases } from '../../../protocols/wire/lease/lease-client.ts'
import type { ShownCard } from '../../../protocols/wire/lease/lease-messages.ts'
import { leaseId, type ProposedLease } from '../../../protocols/wire/lease/lease-terms.ts'
import { type Offer, openOffer } from '../../../protocols/wire/offer/offer.ts'
import type { OfferBook } from '../finding/offer-book.ts'
import type { MinerStanding, MinerWatch } from '../miner-watch.ts'
import type { PaymentLines } from '../paying/payment-lines.ts'
import type { Purse } from '../paying/purse.ts'
import { HeldLease } from './held-lease.ts'
import { faultWords, LENGTHS, type LeasedCard, leasedCard, takenError } from './leased-card.ts'
import type { Booking, LesseeJournal } from './lessee-journal.ts'

export interface LeasesNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  readonly book: OfferBook
  readonly lines: PaymentLines
  readonly purse: Purse
  readonly watch: MinerWatch
  readonly journal: LesseeJournal
  readonly head: () => ChainHead
  readonly standing?: MinerStanding
  readonly onEvent: (event: LeaseEvent) => void
}

export type LeaseEvent =
  | { readonly kind: 'booked' | 'paid' | 'ended'; readonly lease: LeasedCard }
  /** It could not be asked after or paid for yet; it is tried again. */
  | { readonly kind: 'trouble'; readonly lease: LeasedCard; readonly error: MeshError }

export interface LeaseWish {
  readonly miner: Address
  readonly seconds: bigint
  /** Unix seconds; now where absent, a day ahead at most. */
  readonly startsAt?: bigint
  readonly pricePerHourMax?: Credits
}

export interface LeaseQuote extends Period {
  readonly miner: Address
  readonly card: ShownCard
  readonly price: Credits
}

/** Leases of one client at once. */
const LEASES_MAX = 64
/** One that is over is shown so long: a week, as the longest lease. */
const SHOWN_SECONDS = 604_800n
export const STEP_SECONDS_MAX = 3_600n

export class Leases implements Disposable {
  readonly #needs: LeasesNeeds
  readonly #held = new Map<AttemptId, HeldLease>()
  readonly #stop = new AbortController()

  /** Goes on with those of an earlier life of this client. @throws MeshError DATA_FOLDER_DAMAGED */
  constructor(needs: LeasesNeeds) {
    this.#needs = needs
    for (const booking of needs.journal.bookings()) this.#resume(booking)
  }

  /** The newest last; those that are over for a week, or until they make room. */
  list(): readonly LeasedCard[] {
    return [...this.#held.values()].map((held) => this.#shown(held))
  }

  /** What a miner leases out, and what is leased. @throws MeshError NOT_FOUND, LEASE_REFUSED; what Network.call throws */
  async show(miner: Address, signal?: AbortSignal): Promise<ShownLeases> {
    return this.#show(this.#offerOf(miner), signal)
  }

  /**
   * What a lease would cost now; nothing is sent but the question.
   * @throws MeshError NOT_FOUND, LEASE_TAKEN, LEASE_REFUSED, PRICE_CEILING
   */
  async quote(wish: LeaseWish, signal?: AbortSignal): Promise<LeaseQuote> {
    const offer = this.#offerOf(wish.miner)
    const startsAt = wish.startsAt ?? this.#now
    const period = { startsAt, endsAt: startsAt + wish.seconds }
    const card = await this.#cardFor(offer, period, wish.pricePerHourMax, signal)
    const price = wholePrice({ ...period, pricePerHour: card.pricePerHour, stepSeconds: card.stepSeconds })
    return { ...period, miner: wish.miner, card, price }
  }

  /**
   * Books a card and pays its first step; the others are paid while this client runs.
   * @throws MeshError NOT_FOUND, LEASE_TAKEN, LEASE_REFUSED, PRICE_CEILING, ESCROW_SHORT; MALFORMED, WRONG_SIGNER, WRONG_JOB for what a
   *   miner says; what Network.call throws
   */
  async book(wish: LeaseWish, signal?: AbortSignal): Promise<LeasedCard> {
    const { card, startsAt, endsAt } = await this.quote(wish, signal)
    return this.#book(this.#offerOf(wish.miner), card, { startsAt, endsAt }, undefined, signal)
  }

  /** A further lease from where this one ends. @throws as {@link book}; MeshError NOT_FOUND */
  async extend(id: AttemptId, seconds: bigint, signal?: AbortSignal): Promise<LeasedCard> {
    const { offer, booking } = this.#heldOf(id)
    const period = extensionOf(booking.proposed, seconds)
    const card = await this.#cardFor(offer, period, booking.proposed.pricePerHour, signal)
    return this.#book(offer, card, period, id, signal)
  }

  /**
   * Gives it back; what was paid is owed. Where the miner does not hear of it now it is told later, also after a restart, and no
   * further step is paid.
   * @throws MeshError NOT_FOUND, DISK_FULL, LEASE_REFUSED; what Network.call throws
   */
  async cancel(id: AttemptId, signal?: AbortSignal): Promise<LeasedCard> {
    const held = this.#heldOf(id)
    await held.cancel(signal)
    return this.#shown(held)
  }

  /** Nothing is paid any more: what runs ends with its paid steps, unless the next life of this client is there in time. */
  [Symbol.dispose](): void {
    this.#stop.abort(new MeshError('CANCELLED'))
    for (const held of this.#held.values()) held[Symbol.dispose]()
  }

  async #show(offer: Offer, signal: AbortSignal | undefined): Promise<ShownLeases> {
    const { network, domain, watch } = this.#needs
    const miner = { peer: offer.peer, address: offer.miner }
    const shown = await askLeases(network, domain, miner, { signal: signal ?? this.#stop.signal })
    for (const lease of shown.leases) watch.heardLease(lease)
    return shown
  }

  /** The card where this period of it is free, by what the miner says. */
  async #cardFor(
    offer: Offer,
    period: Period,
    pricePerHourMax: Credits | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ShownCard> {
    const { cards, leases, paused } = await this.#show(offer, signal)
    const { miner } = offer
    const fault = periodFault(period, this.#now)
    if (fault !== undefined) throw new MeshError('LEASE_REFUSED', { miner, why: faultWords[fault], next: LENGTHS })
    const [card] = cards
    const isUsable = card !== undefined && card.stepSeconds >= STEP_SECONDS_MIN && card.stepSeconds <= STEP_SECONDS_MAX
    if (!isUsable) throw new MeshError('LEASE_REFUSED', { miner, why: 'it leases no card out', next: 'Ask another.' })
    if (paused) throw new MeshError('LEASE_REFUSED', { miner, why: 'it is paused', next: 'Try later.' })
    if (pricePerHourMax !== undefined && card.pricePerHour > pricePerHourMax) {
      throw new MeshError('PRICE_CEILING', { cheapest: card.pricePerHour, ceiling: pricePerHourMax })
    }
    const taken = leases.map(({ value }) => value).filter((lease) => lease.card === card.card)
    if (taken.some((lease) => overlap(lease, period))) throw takenError(miner, freeFrom(taken, period))
    return card
  }

  async #book(
    offer: Offer,
    { card, pricePerHour, stepSeconds }: ShownCard,
    period: Period,
    of: AttemptId | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LeasedCard> {
    const { domain, random, purse, head, standing, journal } = this.#needs
    const { miner } = offer
    if (this.#held.size >= LEASES_MAX) await this.#makeRoom()
    await standing?.require(miner, signal ?? this.#stop.signal)
    const { blockNumber, blockTime } = head()
    const proposed: ProposedLease = {
      ...{ payer: purse.payer, session: purse.session, card, pricePerHour, stepSeconds, blockNumber, blockTime },
      ...period,
      nonce: drawUint64(random),
    }
    const id = leaseId(domain, miner, proposed)
    const booking: Booking = { id, miner, offer: offer.bytes, proposed, steps: 0, state: 'asked', end: undefined }
    await journal.keep(booking)
    const held = this.#hold(offer, booking, of)
    try {
      await held.book(signal)
    } catch (error) {
      // Who hears of it now need not find it in the list.
      if (held.booking.end?.how === 'unbooked') await this.#forget(id).catch(() => undefined)
      throw error
    }
    return this.#shown(held)
  }

  #hold(offer: Offer, booking: Booking, of?: AttemptId): HeldLease {
    const held = new HeldLease(
      {
        ...this.#needs,
        stopped: this.#stop.signal,
        onChange: (lease, change) => this.#changed(lease, change),
        onTrouble: (lease, error) => this.#needs.onEvent({ kind: 'trouble', lease: this.#shown(lease), error }),
      },
      offer,
      booking,
      of,
    )
    this.#held.set(booking.id, held)
    return held
  }

  #resume(booking: Booking): void {
    const { domain, purse, book, journal, watch } = this.#needs
    const { id, miner, proposed, state, signed } = booking
    if (proposed.endsAt + SHOWN_SECONDS < this.#now) {
      journal.forget(id).catch(() => undefined)
      return
    }
    const isOurs = proposed.payer === purse.payer && proposed.session === purse.session
    // Of another network, of keys that were put aside, or of a disk that flips bits: its miner would not hear of it from us.
    if (!isOurs || leaseId(domain, miner, proposed) !== id) return
    const offer = readable(() => openOffer(domain, booking.offer))
    if (offer === undefined) return
    // Another that its miner signed of this time since is a contradiction in this life too.
    const lease = signed && readable(() => openOwnLease(domain, miner, proposed, signed))
    if (lease !== undefined) watch.heardLease(lease)
    const held = this.#hold(offer, booking)
    if (state === 'ended') return
    book.put(offer)
    // Its jobs go there from the first on; where it is over by now, its miner says so.
    if (held.isRunning) book.lease(miner, Number(proposed.endsAt) * 1_000)
    held.keep()
  }

  #changed(held: HeldLease, change: 'booked' | 'running' | 'paid' | 'ended'): void {
    const { book, onEvent } = this.#needs
    const { miner, proposed } = held.booking
    if (held.isRunning) book.lease(miner, Number(proposed.endsAt) * 1_000)
    else if (![...this.#held.values()].some((other) => other.isRunning && other.booking.miner === miner)) {
      book.unlease(miner)
    }
    if (change !== 'running') onEvent({ kind: change, lease: this.#shown(held) })
  }

  /** @throws MeshError LIMIT */
  async #makeRoom(): Promise<void> {
    const over = [...this.#held.values()].find(({ booking }) => booking.state === 'ended')
    if (over === undefined) throw new MeshError('LIMIT', { what: 'leases', max: LEASES_MAX })
    await this.#forget(over.booking.id)
  }

  async #forget(id: AttemptId): Promise<void> {
    this.#held.delete(id)
    await this.#needs.journal.forget(id)
  }

  #shown({ booking }: HeldLease): LeasedCard {
    return leasedCard(booking, this.#now)
  }

  #offerOf(miner: Address): Offer {
    const offer = this.#needs.book.offerOf(miner)
    if (offer === undefined) throw new MeshError('NOT_FOUND', { what: 'miner with an offer', id: miner })
    return offer
  }

  /** One that is not over, nor given back. */
  #heldOf(id: AttemptId): HeldLease {
    const held = this.#held.get(id)
    const state = held?.booking.state
    if (held !== undefined && (state === 'asked' || state === 'booked')) return held
    throw new MeshError('NOT_FOUND', { what: 'lease', id })
  }

  get #now(): bigint {
    return BigInt(Math.floor(this.#needs.clock.nowMs() / 1_000))
  }
}

/** Undefined for bytes that are not what was kept. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
