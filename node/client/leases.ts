/** Cards that this client leases: booked, paid step by step for as long as it runs, extended, given back. */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { type Address, type AttemptId, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { ChainHead, Clock, Random, Timer } from '../../protocols/kernel/ports.ts'
import { standingOf, stepDueAt } from '../../protocols/rules/leasing/lease-end.ts'
import { extensionOf, freeFrom, overlap, type Period, periodFault } from '../../protocols/rules/leasing/lease-period.ts'
import {
  STEP_SECONDS_MIN,
  stepCount,
  stepLength,
  stepPrice,
  wholePrice,
} from '../../protocols/rules/leasing/lease-price.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import {
  askLease,
  askLeases,
  openLease,
  openOwnLease,
  type ShownLeases,
} from '../../protocols/wire/lease/lease-client.ts'
import type { LeaseResponse, ShownCard } from '../../protocols/wire/lease/lease-messages.ts'
import { leaseId, type ProposedLease, stepId } from '../../protocols/wire/lease/lease-terms.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import type { MinerStanding, MinerWatch } from './miner-watch.ts'
import type { OfferBook } from './offer-book.ts'
import type { PaymentLine } from './payment-line.ts'
import type { PaymentLines } from './payment-lines.ts'
import type { Purse } from './purse.ts'

export interface LeasesNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  readonly book: OfferBook
  readonly lines: PaymentLines
  readonly purse: Purse
  readonly watch: MinerWatch
  readonly head: () => ChainHead
  readonly standing?: MinerStanding
  readonly onEvent: (event: LeaseEvent) => void
}

export type LeaseEvent =
  | { readonly kind: 'booked'; readonly lease: LeasedCard }
  | { readonly kind: 'paid'; readonly lease: LeasedCard }
  | { readonly kind: 'ended'; readonly lease: LeasedCard; readonly why: string }
  /** A step could not be paid yet; it is tried again while there is time. */
  | { readonly kind: 'unpaid'; readonly lease: LeasedCard; readonly error: MeshError }

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

export interface LeasedCard extends Period {
  readonly id: AttemptId
  readonly miner: Address
  readonly pricePerHour: Credits
  readonly price: Credits
  readonly steps: number
  readonly stepsPaid: number
  readonly stepSeconds: bigint
  readonly state: 'ahead' | 'running' | 'ended'
}

interface Held {
  readonly id: AttemptId
  readonly offer: Offer
  readonly proposed: ProposedLease
  steps: number
  ended: string | undefined
  timer: Timer | undefined
}

/** Leases of one client at once. */
const LEASES_MAX = 64
const STEP_SECONDS_MAX = 3_600n
const NONCE_BYTES = 8
/** A step that could not be paid is tried again after this, while the steps before it last. */
const AGAIN_MS = 2_000

export class Leases implements Disposable {
  readonly #needs: LeasesNeeds
  readonly #held = new Map<AttemptId, Held>()
  readonly #stop = new AbortController()

  constructor(needs: LeasesNeeds) {
    this.#needs = needs
  }

  /** The newest last; those that are over until they make room. */
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
    const held = this.#heldOf(id)
    const period = extensionOf(held.proposed, seconds)
    const card = await this.#cardFor(held.offer, period, held.proposed.pricePerHour, signal)
    return this.#book(held.offer, card, period, id, signal)
  }

  /** Gives it back; what was paid is owed. @throws MeshError NOT_FOUND, LEASE_REFUSED; what Network.call throws */
  async cancel(id: AttemptId, signal?: AbortSignal): Promise<LeasedCard> {
    const held = this.#heldOf(id)
    const answer = await this.#ask(
      held.offer,
      { kind: 'cancel', lease: id, payment: this.#payment(held.offer) },
      signal,
    )
    if (answer.kind !== 'ended') throw refusedError(held.offer.miner, answer)
    this.#end(held, 'cancelled')
    return this.#shown(held)
  }

  /** Nothing is paid any more: what runs ends with its paid steps. */
  [Symbol.dispose](): void {
    this.#stop.abort(new MeshError('CANCELLED'))
    for (const { timer } of this.#held.values()) timer?.cancel()
  }

  async #show(offer: Offer, signal: AbortSignal | undefined): Promise<ShownLeases> {
    const { network, domain, watch } = this.#needs
    const shown = await askLeases(network, domain, { peer: offer.peer, address: offer.miner }, options(signal))
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
    const { domain, random, purse, head, lines, standing, watch, onEvent } = this.#needs
    if (this.#held.size >= LEASES_MAX) this.#makeRoom()
    await standing?.require(offer.miner, signal ?? this.#stop.signal)
    const { blockNumber, blockTime } = head()
    const proposed: ProposedLease = {
      ...{ payer: purse.payer, session: purse.session, card, pricePerHour, stepSeconds, blockNumber, blockTime },
      ...period,
      nonce: random.bytes(NONCE_BYTES).reduce((number, byte) => (number << 8n) | BigInt(byte), 0n),
    }
    const line = lines.of(offer)
    const step = stepId(domain, offer.miner, proposed, 0)
    await line.payAhead(step, stepPrice(proposed, 0), signal)
    let isTaken = false
    try {
      const body = { lease: proposed, payment: this.#payment(offer) }
      const request =
        of === undefined ? ({ kind: 'book', ...body } as const) : ({ kind: 'extend', of, ...body } as const)
      const answer = await this.#ask(offer, request, signal)
      if (answer.kind === 'refused' && answer.lease !== undefined) {
        watch.heardLease(openLease(domain, offer.miner, answer.lease))
      }
      if (answer.kind !== 'leased') throw refusedError(offer.miner, answer)
      watch.heardLease(openOwnLease(domain, offer.miner, proposed, answer.lease))
      this.#receipted(line, offer.miner, proposed, 0, answer.blockTime)
      isTaken = true
    } finally {
      // What was paid stands on the counter, for whatever comes next.
      if (!isTaken) line.release(step)
    }
    const id = leaseId(domain, offer.miner, proposed)
    const held: Held = { id, offer, proposed, steps: 1, ended: undefined, timer: undefined }
    this.#held.set(id, held)
    this.#keep(held)
    onEvent({ kind: 'booked', lease: this.#shown(held) })
    return this.#shown(held)
  }

  /** Until the lease is over: its next step is paid when it is due, and its miner's offer counts as ours while it runs. */
  #keep(held: Held): void {
    const { clock, book } = this.#needs
    held.timer?.cancel()
    if (held.ended !== undefined || this.#stop.signal.aborted) return
    const { proposed, steps } = held
    const now = this.#now
    const standing = standingOf(proposed, steps, now)
    if (standing === 'expired' || standing === 'unpaid') {
      this.#end(held, standing)
      return
    }
    if (standing === 'running') book.lease(held.offer.miner, Number(proposed.endsAt) * 1_000)
    const isAllPaid = steps >= stepCount(proposed)
    const due = isAllPaid ? proposed.endsAt : stepDueAt(proposed, steps)
    const next = standing === 'ahead' && proposed.startsAt < due ? proposed.startsAt : due
    if (next <= now && !isAllPaid) {
      void this.#payNext(held)
      return
    }
    held.timer = clock.after(Math.max(1, Number(next) * 1_000 - clock.nowMs()), () => this.#keep(held))
  }

  async #payNext(held: Held): Promise<void> {
    const { domain, lines, clock, onEvent } = this.#needs
    const { offer, proposed, id, steps: step } = held
    const { signal } = this.#stop
    const attempt = stepId(domain, offer.miner, proposed, step)
    const line = lines.of(offer)
    let isPaid = false
    try {
      await line.payAhead(attempt, stepPrice(proposed, step), signal)
      const answer = await this.#ask(offer, { kind: 'pay', lease: id, step, payment: this.#payment(offer) }, signal)
      if (answer.kind === 'paid' && answer.steps > step) {
        isPaid = true
        this.#receipted(line, offer.miner, proposed, step, answer.blockTime)
        held.steps = step + 1
        onEvent({ kind: 'paid', lease: this.#shown(held) })
      } else if (answer.kind === 'refused' && (answer.reason === 'ENDED' || answer.reason === 'UNKNOWN')) {
        this.#end(held, answer.detail)
      } else throw refusedError(offer.miner, answer)
      this.#keep(held)
    } catch (error) {
      if (signal.aborted) return
      onEvent({ kind: 'unpaid', lease: this.#shown(held), error: asMeshError(error) })
      held.timer = clock.after(AGAIN_MS, () => this.#keep(held))
    } finally {
      if (!isPaid) line.release(attempt)
    }
  }

  /** A step's receipt says its time and price, and nothing else. */
  #receipted(line: PaymentLine, miner: Address, lease: ProposedLease, step: number, blockTime: bigint): void {
    const attempt = stepId(this.#needs.domain, miner, lease, step)
    const price = stepPrice(lease, step)
    const receipt = line.expect({
      ...{ attempt, outputRoot: ZERO_HASH, priceMax: price, prepaid: true },
      finished: {
        ...{ kind: 'finished', attempt, outputs: [], inline: new Uint8Array(0), usage: stepLength(lease, step), price },
        ...{ waitedUs: 0n, computedUs: 0n, weights: ZERO_HASH, kernelClass: ZERO_HASH, blockTime },
      },
    })
    // One that does not come or does not agree is told of by the line.
    receipt.catch(() => undefined)
  }

  async #ask(offer: Offer, request: Parameters<typeof askLease>[2], signal: AbortSignal | undefined) {
    return askLease(this.#needs.network, offer.peer, request, options(signal ?? this.#stop.signal))
  }

  #payment(offer: Offer) {
    const { purse, network, clock } = this.#needs
    const proof = purse.prove(offer.miner, network.self, clock.nowMs())
    return { grant: purse.grant, proof, voucher: undefined }
  }

  #end(held: Held, why: string): void {
    held.timer?.cancel()
    if (held.ended !== undefined) return
    held.ended = why
    const { book, onEvent } = this.#needs
    const { miner } = held.offer
    if (![...this.#held.values()].some((other) => other.ended === undefined && other.offer.miner === miner)) {
      book.unlease(miner)
    }
    onEvent({ kind: 'ended', lease: this.#shown(held), why })
  }

  /** @throws MeshError LIMIT */
  #makeRoom(): void {
    const over = [...this.#held.values()].find(({ ended }) => ended !== undefined)
    if (over === undefined) throw new MeshError('LIMIT', { what: 'leases', max: LEASES_MAX })
    this.#held.delete(over.id)
  }

  #shown({ id, offer, proposed, steps, ended }: Held): LeasedCard {
    const { startsAt, endsAt, pricePerHour, stepSeconds } = proposed
    const standing = standingOf(proposed, steps, this.#now)
    const isOver = ended !== undefined || standing === 'expired' || standing === 'unpaid'
    return {
      ...{ id, miner: offer.miner, startsAt, endsAt, pricePerHour, stepSeconds, price: wholePrice(proposed) },
      ...{ steps: stepCount(proposed), stepsPaid: steps, state: isOver ? 'ended' : standing },
    }
  }

  #offerOf(miner: Address): Offer {
    const offer = this.#needs.book.offerOf(miner)
    if (offer === undefined) throw new MeshError('NOT_FOUND', { what: 'miner with an offer', id: miner })
    return offer
  }

  #heldOf(id: AttemptId): Held {
    const held = this.#held.get(id)
    if (held === undefined || held.ended !== undefined) throw new MeshError('NOT_FOUND', { what: 'lease', id })
    return held
  }

  get #now(): bigint {
    return BigInt(Math.floor(this.#needs.clock.nowMs() / 1_000))
  }
}

const LENGTHS = 'Lease it for a minute to a week, from now or within a day.'
const faultWords = {
  TOO_SHORT: 'less than a minute is asked',
  TOO_LONG: 'more than a week is asked',
  TOO_FAR: 'it would begin more than a day from now',
  PAST: 'it would have begun',
} as const

const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })

const takenError = (miner: Address, free: bigint): MeshError =>
  new MeshError('LEASE_TAKEN', { miner, free: new Date(Number(free) * 1_000).toISOString() })

function refusedError(miner: Address, answer: LeaseResponse): MeshError {
  if (answer.kind !== 'refused') return new MeshError('MALFORMED', { what: 'answer about leases', why: answer.kind })
  // Beyond what a date can be is as good as unknown.
  if (answer.reason === 'TAKEN' && answer.freeFrom > 0n && answer.freeFrom < 2n ** 40n) {
    return takenError(miner, answer.freeFrom)
  }
  if (answer.reason === 'ESCROW')
    return new MeshError('LEASE_REFUSED', { miner, why: answer.detail, next: 'Set more aside with aitbc escrow fund.' })
  return new MeshError('LEASE_REFUSED', {
    miner,
    why: `${answer.reason}: ${answer.detail}`,
    next: 'See aitbc lease list.',
  })
}
