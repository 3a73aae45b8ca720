/**
 * The miner's leases: what it signs, what is paid of it, and whom the card serves. Whatever is signed is in the journal before, which
 * refuses a second lease of a time that was ever signed away; so a crash at any moment leaves at most a lease that nobody has.
 */
import { asMeshError, assert, type MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type AttemptId, type Hash32, type PeerId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { ChainHead, Clock, Signer, Timer } from '../../../protocols/kernel/ports.ts'
import { type LeaseEnd, nextChangeAt, owedAfter, standingOf } from '../../../protocols/rules/leasing/lease-end.ts'
import {
  freeFrom,
  LEASE_SECONDS_MAX,
  LEASE_SECONDS_MIN,
  lengthOf,
  overlap,
  periodFault,
} from '../../../protocols/rules/leasing/lease-period.ts'
import {
  priceOfSteps,
  stepCount,
  stepLength,
  stepPrice,
  stepSecondsOf,
} from '../../../protocols/rules/leasing/lease-price.ts'
import {
  NO_RESTS,
  type Rests,
  restBegun,
  restEndsLeaseAt,
  restedSeconds,
} from '../../../protocols/rules/leasing/lease-rest.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { leaseType, receiptStatus } from '../../../protocols/statements/struct-types.ts'
import {
  LEASES_MAX,
  type LeasePayment,
  type LeaseRefusal,
  type LeaseRequest,
  type LeaseResponse,
} from '../../../protocols/wire/lease/lease-messages.ts'
import type { LeaseDesk as LeaseDeskPort } from '../../../protocols/wire/lease/lease-protocol.ts'
import { leaseId, leaseOf, type ProposedLease, stepId } from '../../../protocols/wire/lease/lease-terms.ts'
import { refuseByBlock } from '../admission.ts'
import type { CounterTable, OpenCounter } from '../counter-table.ts'
import { counterId } from '../counter-table.ts'
import type { MinerJournal } from '../miner-journal.ts'
import type { ReceiptBatcher } from '../receipt-batcher.ts'
import type { KeptLease, LeaseJournal, LetOff } from './lease-journal.ts'

export interface LeaseDeskNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  readonly leases: LeaseJournal
  readonly journal: Pick<MinerJournal, 'counter' | 'hasSpace' | 'stopped'>
  readonly counters: Pick<CounterTable, 'open' | 'get' | 'raise' | 'ceilingOf'>
  readonly batcher: Pick<ReceiptBatcher, 'add'>
  readonly head: () => ChainHead
  readonly paused: () => boolean
  readonly onEvent: (event: LeaseDeskEvent) => void
  readonly onFailure: (error: MeshError) => void
}

export interface LeaseDeskTerms {
  readonly card: Hash32
  readonly pricePerHour: Credits
  /** The billing step of the offer: a step of a lease costs no more. */
  readonly chunkCredits: Credits
}

export type LeaseDeskEvent =
  | { readonly kind: 'signed'; readonly lease: KeptLease; readonly price: Credits }
  | { readonly kind: 'ended'; readonly lease: KeptLease; readonly how: LeaseEnd; readonly owed: Credits }
  /** The card serves this lessee alone from now on, or everybody. */
  | { readonly kind: 'serving'; readonly lease: KeptLease | undefined }

/** Whom the card serves at this moment. */
export type Service =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'lessee' }
  | { readonly kind: 'another'; readonly leftSeconds: bigint }

/** The wall clock may jump, so it is looked at this often whatever it said before. */
const LOOK_MS_MAX = 60_000

type Asked = Exclude<LeaseRequest, { kind: 'show' }>
type Booking = Extract<LeaseRequest, { kind: 'book' | 'extend' }>

export class LeaseDesk implements LeaseDeskPort, AsyncDisposable {
  readonly #needs: LeaseDeskNeeds
  readonly #terms: LeaseDeskTerms
  readonly #stepSeconds: bigint | undefined
  /** All whose time is not over, by id: what is signed of the card's time from now on. */
  readonly #held = new Map<AttemptId, KeptLease>()
  #serving: AttemptId | undefined
  #timer: Timer | undefined
  /** One after another: each looks at what those before have written. */
  #turn: Promise<unknown> = Promise.resolve()
  #draining = false
  #isResting = false

  /** @throws MeshError DATA_FOLDER_DAMAGED */
  constructor(needs: LeaseDeskNeeds, terms: LeaseDeskTerms) {
    this.#needs = needs
    this.#terms = terms
    this.#stepSeconds = stepSecondsOf(terms.pricePerHour, terms.chunkCredits)
    for (const lease of needs.leases.leasesAfter(this.#now)) {
      assert(leaseId(needs.domain, needs.signer.address, lease.proposed) === lease.id, 'a lease is what its id says')
      this.#held.set(lease.id, lease)
    }
    this.#look()
  }

  /** Their times are not over, whether they go on or not. */
  leases(): readonly KeptLease[] {
    return [...this.#held.values()]
  }

  /** The card serves one lessee alone now. */
  get isServing(): boolean {
    return this.#running() !== undefined
  }

  /** What admission asks, by the clock of now. */
  serves(payer: Address, session: Address): Service {
    const running = this.#running()
    if (running === undefined) return { kind: 'everybody' }
    const { proposed } = running
    if (proposed.payer === payer && proposed.session === session) return { kind: 'lessee' }
    return { kind: 'another', leftSeconds: proposed.endsAt - this.#now }
  }

  show(): readonly LeaseResponse[] {
    const { pricePerHour, card } = this.#terms
    const now = this.#now
    const free = freeFrom(this.#periods(), { startsAt: now, endsAt: now + LEASE_SECONDS_MIN })
    const stepSeconds = this.#stepSeconds
    const cards = stepSeconds === undefined ? [] : [{ card, pricePerHour, stepSeconds, freeFrom: free }]
    return [
      { kind: 'shown', paused: this.#needs.paused() || this.#draining, cards },
      ...this.leases().map((lease) => ({ kind: 'standing', lease: this.#signed(lease.proposed) }) as const),
    ]
  }

  ask(request: Asked, peer: PeerId): Promise<LeaseResponse> {
    return this.#inTurn(() => this.#ask(request, peer))
  }

  /** The card takes no work for now, or does again. What was not delivered meanwhile is not owed, and too long a rest ends what runs. */
  rest(isResting: boolean): void {
    this.#isResting = isResting
    this.#look()
  }

  /** Leases go on where they are when the node is back in time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#draining = true
    this.#timer?.cancel()
    await this.#turn
    this.#timer?.cancel()
  }

  async #ask(request: Asked, peer: PeerId): Promise<LeaseResponse> {
    switch (request.kind) {
      case 'book':
      case 'extend':
        return this.#book(request, peer)
      case 'pay':
        return this.#pay(request, peer)
      case 'cancel':
        return this.#cancel(request, peer)
    }
  }

  async #book(request: Booking, peer: PeerId): Promise<LeaseResponse> {
    const { domain, signer, counters, leases, head } = this.#needs
    const { lease, payment } = request
    // First: what has another shape has no price, and so no id.
    const misshaped = this.#misshaped(lease)
    if (misshaped !== undefined) return misshaped
    const id = leaseId(domain, signer.address, lease)
    const known = this.#held.get(id)
    const refused = known === undefined ? this.#refuse(request) : undefined
    if (refused !== undefined) return refused
    const counter = await counters.open({ ...payment, payer: lease.payer, session: lease.session }, peer)
    if (counter === undefined) return no('UNPROVEN', 'the session key has not spoken for this peer')
    if (known !== undefined) return this.#again(known)
    const unpaid = await this.#take(counter, lease, 0, payment)
    if (unpaid !== undefined) return unpaid
    const kept: KeptLease = { id, proposed: lease, steps: 1, ended: undefined, rests: NO_RESTS }
    try {
      // The journal has the last word: it knows also what was forgotten here.
      if ((await leases.recordLease(id, lease, 1)) === 'taken') {
        this.#free(counter, lease, 0)
        return no('TAKEN', 'its time is signed away')
      }
    } catch (error) {
      this.#free(counter, lease, 0)
      throw error
    }
    this.#held.set(id, kept)
    const { blockTime } = head()
    this.#bill(counter, lease, 0, blockTime)
    this.#needs.onEvent({ kind: 'signed', lease: kept, price: stepPrice(lease, 0) })
    this.#look()
    return { kind: 'leased', lease: this.#signed(lease), steps: 1, blockTime }
  }

  /** The answer was lost, and the lessee asks once more. */
  #again({ proposed, steps, ended }: KeptLease): LeaseResponse {
    if (ended !== undefined) return no('ENDED', `ended: ${ended.how}`)
    return { kind: 'leased', lease: this.#signed(proposed), steps, blockTime: this.#needs.head().blockTime }
  }

  /** Rules on the numbers alone: whatever a stranger writes into them. */
  #misshaped(lease: ProposedLease): LeaseResponse | undefined {
    const { card, pricePerHour } = this.#terms
    const stepSeconds = this.#stepSeconds
    if (stepSeconds === undefined) return no('NOT_LEASED', 'this miner leases no card out')
    if (lease.card !== card) return no('CARD', 'this miner has no such card')
    if (lease.pricePerHour !== pricePerHour) return no('PRICE', 'an hour has another price', { credits: pricePerHour })
    if (lease.stepSeconds !== stepSeconds) return no('STEP', `a step has ${stepSeconds} s`, { credits: pricePerHour })
    if (lengthOf(lease) < LEASE_SECONDS_MIN) return no('TOO_SHORT', `less than ${LEASE_SECONDS_MIN} s`)
    return lengthOf(lease) > LEASE_SECONDS_MAX ? no('TOO_LONG', `more than ${LEASE_SECONDS_MAX} s`) : undefined
  }

  #refuse(request: Booking): LeaseResponse | undefined {
    const { paused, journal, head } = this.#needs
    const { lease } = request
    const now = this.#now
    if (this.#draining || journal.stopped !== undefined) return no('DRAINING', 'this miner is stopping')
    if (paused()) return no('PAUSED', 'this miner is paused')
    if (!journal.hasSpace || this.#held.size >= LEASES_MAX) return no('FULL', 'no room for another lease')
    const fault = periodFault(lease, now)
    if (fault !== undefined) return no(fault, `from ${lease.startsAt} to ${lease.endsAt}, and it is ${now}`)
    const stale = refuseByBlock(lease.blockTime, head().blockTime)
    if (stale !== undefined) return no('CLOCK', stale.detail)
    if (request.kind === 'extend') {
      const of = this.#held.get(request.of)
      if (of === undefined || !isSameLessee(of.proposed, lease)) return no('UNKNOWN', 'no such lease of this lessee')
      if (of.ended !== undefined) return no('ENDED', `ended: ${of.ended.how}`)
      if (lease.startsAt !== of.proposed.endsAt) return no('PAST', `it goes on from ${of.proposed.endsAt}`)
    }
    const taken = this.leases().find(({ proposed }) => overlap(proposed, lease))
    if (taken === undefined) return undefined
    return no('TAKEN', `leased until ${taken.proposed.endsAt}`, {
      freeFrom: freeFrom(this.#periods(), lease),
      lease: this.#signed(taken.proposed),
    })
  }

  async #pay(request: Extract<LeaseRequest, { kind: 'pay' }>, peer: PeerId): Promise<LeaseResponse> {
    const { head, leases } = this.#needs
    const known = await this.#ofLessee(request.lease, request.payment, peer)
    if ('answer' in known) return known.answer
    const { counter, lease } = known
    const { steps, proposed } = lease
    const { blockTime } = head()
    // It was paid, and the answer was lost.
    if (request.step < steps || steps >= stepCount(proposed)) return { kind: 'paid', steps, blockTime }
    if (request.step > steps) return no('UNPAID', `step ${steps} comes first`)
    const unpaid = await this.#take(counter, proposed, steps, request.payment)
    if (unpaid !== undefined) return unpaid
    try {
      await leases.recordSteps(lease.id, steps + 1)
    } catch (error) {
      this.#free(counter, proposed, steps)
      throw error
    }
    this.#held.set(lease.id, { ...lease, steps: steps + 1 })
    this.#bill(counter, proposed, steps, blockTime)
    this.#look()
    return { kind: 'paid', steps: steps + 1, blockTime }
  }

  async #cancel(request: Extract<LeaseRequest, { kind: 'cancel' }>, peer: PeerId): Promise<LeaseResponse> {
    const known = await this.#ofLessee(request.lease, request.payment, peer)
    if ('answer' in known) return known.answer
    const { lease } = known
    // Who leaves a card that rests owes no more than who is left by it.
    return this.#endOf(await this.#end(lease, lease.rests.since === undefined ? 'lessee' : 'miner'))
  }

  /** A lease that goes on, asked for by a peer that its session key has spoken for; or how it ended, as often as that is asked. */
  async #ofLessee(
    id: AttemptId,
    payment: LeasePayment,
    peer: PeerId,
  ): Promise<{ readonly answer: LeaseResponse } | { readonly lease: KeptLease; readonly counter: OpenCounter }> {
    const first = this.#known(id)
    if (first === undefined) return { answer: no('UNKNOWN', 'no such lease') }
    const { payer, session } = first.proposed
    const counter = await this.#needs.counters.open({ ...payment, payer, session }, peer)
    if (counter === undefined) return { answer: no('UNPROVEN', 'the session key has not spoken for this peer') }
    const lease = this.#known(id)
    if (lease === undefined) return { answer: no('UNKNOWN', 'no such lease') }
    if (lease.ended !== undefined) return { answer: this.#endOf(lease) }
    const due = this.#due(lease)
    if (due !== undefined && due !== 'rest' && due !== 'wake')
      return { answer: this.#endOf(await this.#end(lease, due)) }
    return { lease, counter }
  }

  /** Also one whose time is over. */
  #known(id: AttemptId): KeptLease | undefined {
    return this.#held.get(id) ?? this.#needs.leases.lease(id)
  }

  #endOf({ proposed, steps, ended, rests }: KeptLease): LeaseResponse {
    const { at, how } = ended ?? { at: proposed.endsAt, how: 'expired' }
    return { kind: 'ended', at, owed: owedAfter(proposed, steps, how, at, rests.seconds) }
  }

  /** Sets the price of a step aside where it is paid ahead in full: no credit is given for time. */
  async #take(
    counter: OpenCounter,
    lease: ProposedLease,
    step: number,
    { voucher }: LeasePayment,
  ): Promise<LeaseResponse | undefined> {
    const { counters, domain, signer } = this.#needs
    const id = stepId(domain, signer.address, lease, step)
    const price = stepPrice(lease, step)
    if (voucher !== undefined) {
      const verdict = await counters.raise(counter, voucher, [id])
      if (verdict === 'unassured') {
        return no('ESCROW', 'the escrow does not assure it', { credits: counters.ceilingOf(counter) })
      }
      if (verdict !== 'accepted' && verdict !== 'not-higher') return no('UNPAID', `the voucher is refused: ${verdict}`)
    }
    const { books } = counter
    const needed = credits(books.due + books.reserved + price)
    if (needed > books.paid) return no('UNPAID', 'a step is paid before it begins', { credits: needed })
    books.reserve(id, price)
    return undefined
  }

  #free(counter: OpenCounter, lease: ProposedLease, step: number): void {
    const { domain, signer } = this.#needs
    counter.books.settle(stepId(domain, signer.address, lease, step), credits(0))
  }

  /** The receipt of a step: its time is its work. */
  #bill(counter: OpenCounter, lease: ProposedLease, step: number, blockTime: bigint): void {
    const { domain, signer, batcher } = this.#needs
    const agreement = stepId(domain, signer.address, lease, step)
    const price = stepPrice(lease, step)
    counter.books.settle(agreement, price)
    batcher.add({
      counter: counter.books.id,
      receipt: {
        ...{ operator: signer.address, agreement, status: receiptStatus.finished, price, blockTime },
        ...{ outputRoot: ZERO_HASH, weights: ZERO_HASH, kernelClass: ZERO_HASH },
        ...{ usage: stepLength(lease, step), waitedUs: 0n, computedUs: 0n },
      },
    })
  }

  /** Durable when it resolves, with what its lessee is let off. */
  async #end(lease: KeptLease, how: LeaseEnd): Promise<KeptLease> {
    const { leases, onEvent } = this.#needs
    const { proposed, steps, id, rests } = lease
    const at = how === 'expired' ? proposed.endsAt : this.#now
    const rested = restedSeconds(proposed, steps, rests, at)
    const owed = owedAfter(proposed, steps, how, at, rested)
    const end = { at, how }
    await this.#letOff(proposed, credits(priceOfSteps(proposed, steps) - owed), (letOff) =>
      leases.recordEnd(id, end, rested, letOff),
    )
    const ended: KeptLease = { ...lease, ended: end, rests: { seconds: rested, since: undefined } }
    // One whose time was over before this start is held no more.
    if (proposed.endsAt > this.#now || this.#held.has(id)) this.#held.set(id, ended)
    onEvent({ kind: 'ended', lease: ended, how, owed })
    this.#look()
    return ended
  }

  /** What was paid and not delivered stands on the lessee's counter again, as soon as it is recorded. */
  async #letOff(
    { payer, session }: ProposedLease,
    amount: Credits,
    record: (letOff: LetOff | undefined) => Promise<void>,
  ): Promise<void> {
    if (amount === 0n) return record(undefined)
    const { counters, journal } = this.#needs
    const counter = counterId(payer, session)
    const open = counters.get(counter)
    // Before the wait: others may let it off something meanwhile, and each writes the whole.
    open?.books.forgive(amount)
    const forgiven = open?.books.forgiven ?? credits((journal.counter(counter)?.forgiven ?? 0n) + amount)
    try {
      await record({ counter, forgiven })
    } catch (error) {
      open?.books.takeBack(amount)
      throw error
    }
  }

  /** What the clock, or the card's rest, has made of a lease that the journal does not know yet. */
  #due({ proposed, steps, ended, rests }: KeptLease): LeaseEnd | 'rest' | 'wake' | undefined {
    if (ended !== undefined) return undefined
    const now = this.#now
    const standing = standingOf(proposed, steps, now)
    if (standing === 'ahead') return undefined
    if (standing !== 'running') return standing
    const tooLongAt = restEndsLeaseAt(rests)
    if (tooLongAt !== undefined && now >= tooLongAt) return 'miner'
    if (this.#isResting === (rests.since !== undefined)) return undefined
    return this.#isResting ? 'rest' : 'wake'
  }

  async #follow(id: AttemptId): Promise<void> {
    const lease = this.#held.get(id)
    const due = lease === undefined ? undefined : this.#due(lease)
    if (lease === undefined || due === undefined) return
    if (due === 'rest') await this.#restIs(lease, restBegun(lease.proposed, lease.rests, this.#now))
    else if (due === 'wake') {
      const { proposed, steps } = lease
      // The second that has begun was rested.
      await this.#restIs(lease, {
        seconds: restedSeconds(proposed, steps, lease.rests, this.#now + 1n),
        since: undefined,
      })
    } else await this.#end(lease, due)
  }

  async #restIs(lease: KeptLease, rests: Rests): Promise<void> {
    await this.#needs.leases.recordRests(lease.id, rests)
    this.#held.set(lease.id, { ...lease, rests })
    this.#look()
  }

  /** Drops what is over, has the journal follow what has changed, and says whom the card serves where that is another now. */
  #look(): void {
    const { clock, onEvent, onFailure } = this.#needs
    this.#timer?.cancel()
    const now = this.#now
    let next: bigint | undefined
    for (const lease of this.#held.values()) {
      const { id, proposed, steps, ended, rests } = lease
      if (ended !== undefined && now >= proposed.endsAt) this.#held.delete(id)
      else if (this.#due(lease) !== undefined) {
        if (!this.#draining)
          this.#inTurn(() => this.#follow(id)).catch((error: unknown) => onFailure(asMeshError(error)))
      } else {
        const at = ended === undefined ? nextChangeAt(proposed, steps, now) : proposed.endsAt
        for (const each of [at, restEndsLeaseAt(rests)]) {
          if (each !== undefined && (next === undefined || each < next)) next = each
        }
      }
    }
    const running = this.#running()
    if (running?.id !== this.#serving) {
      this.#serving = running?.id
      onEvent({ kind: 'serving', lease: running })
    }
    if (this.#held.size === 0 || this.#draining) return
    const waitMs = next === undefined ? LOOK_MS_MAX : Math.max(1, Number(next) * 1_000 - clock.nowMs())
    this.#timer = clock.after(Math.min(waitMs, LOOK_MS_MAX), () => this.#look())
  }

  #running(): KeptLease | undefined {
    const now = this.#now
    return this.leases().find(
      ({ ended, proposed, steps }) => ended === undefined && standingOf(proposed, steps, now) === 'running',
    )
  }

  #periods(): readonly ProposedLease[] {
    return this.leases().map(({ proposed }) => proposed)
  }

  /** The same bytes each time: signatures are deterministic. */
  #signed(proposed: ProposedLease): Uint8Array {
    const { domain, signer } = this.#needs
    const lease = leaseOf(domain, signer.address, proposed)
    return encodeSigned(leaseType, signStruct(domain, leaseType, lease, signer))
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  get #now(): bigint {
    return BigInt(Math.floor(this.#needs.clock.nowMs() / 1_000))
  }
}

const isSameLessee = (a: ProposedLease, b: ProposedLease): boolean => a.payer === b.payer && a.session === b.session

function no(
  reason: LeaseRefusal,
  detail: string,
  facts: { readonly freeFrom?: bigint; readonly credits?: Credits; readonly lease?: Uint8Array } = {},
): LeaseResponse {
  const { freeFrom: free = 0n, credits: amount = credits(0), lease } = facts
  return { kind: 'refused', reason, detail, freeFrom: free, credits: amount, lease }
}
