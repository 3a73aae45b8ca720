/**
 * The miner's leases: what it signs, what is paid of it, and whom the card serves. Whatever is signed is in the journal before, which
 * refuses a second lease of a time that was ever signed away; so a crash at any moment leaves at most a lease that nobody has.
 */
import { assert, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32, PeerId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { ChainHead, Clock, Signer } from '../../../protocols/kernel/ports.ts'
import { owedAfter } from '../../../protocols/rules/leasing/lease-end.ts'
import {
  freeFrom,
  LEASE_SECONDS_MAX,
  LEASE_SECONDS_MIN,
  lengthOf,
  overlap,
  periodFault,
} from '../../../protocols/rules/leasing/lease-period.ts'
import { stepCount, stepPrice, stepSecondsOf } from '../../../protocols/rules/leasing/lease-price.ts'
import { NO_RESTS } from '../../../protocols/rules/leasing/lease-rest.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { leaseType } from '../../../protocols/statements/struct-types.ts'
import {
  LEASES_MAX,
  type LeasePayment,
  type LeaseRefusal,
  type LeaseRequest,
  type LeaseResponse,
} from '../../../protocols/wire/lease/lease-messages.ts'
import type { LeaseDesk as LeaseDeskPort } from '../../../protocols/wire/lease/lease-protocol.ts'
import { leaseId, leaseOf, type ProposedLease } from '../../../protocols/wire/lease/lease-terms.ts'
import { refuseByBlock } from '../admission.ts'
import type { MinerJournal } from '../miner-journal.ts'
import type { CounterTable, OpenCounter } from '../paying/counter-table.ts'
import type { ReceiptBatcher } from '../paying/receipt-batcher.ts'
import { type HeldLeaseEvent, HeldLeases } from './held-leases.ts'
import type { KeptLease, LeaseJournal } from './lease-journal.ts'
import { StepBilling } from './step-billing.ts'

export interface LeaseDeskNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  readonly leases: LeaseJournal
  readonly journal: Pick<MinerJournal, 'counter' | 'knows' | 'hasSpace' | 'stopped'>
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
  | HeldLeaseEvent

/** Whom the card serves at this moment. */
export type Service =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'lessee' }
  | { readonly kind: 'another'; readonly leftSeconds: bigint }

type Asked = Exclude<LeaseRequest, { kind: 'show' }>
type Booking = Extract<LeaseRequest, { kind: 'book' | 'extend' }>

export class LeaseDesk implements LeaseDeskPort, AsyncDisposable {
  readonly #needs: LeaseDeskNeeds
  readonly #terms: LeaseDeskTerms
  readonly #stepSeconds: bigint | undefined
  readonly #billing: StepBilling
  readonly #held: HeldLeases

  /** @throws MeshError DATA_FOLDER_DAMAGED */
  constructor(needs: LeaseDeskNeeds, terms: LeaseDeskTerms) {
    const { domain, signer, leases, head } = needs
    this.#needs = needs
    this.#terms = terms
    this.#stepSeconds = stepSecondsOf(terms.pricePerHour, terms.chunkCredits)
    this.#billing = new StepBilling(needs)
    this.#held = new HeldLeases({ ...needs, billing: this.#billing })
    const kept = leases.leasesAfter(this.#held.now)
    for (const { id, proposed, steps, ended } of kept) {
      assert(leaseId(domain, signer.address, proposed) === id, 'a lease is what its id says')
      // The steps before it are receipted: each came half a step behind the one before.
      if (ended === undefined) this.#billing.billAgain(proposed, steps - 1, head().blockTime)
    }
    this.#held.put(...kept)
  }

  /** Their times are not over, whether they go on or not. */
  leases(): readonly KeptLease[] {
    return this.#held.all()
  }

  /** The card serves one lessee alone now. */
  get isServing(): boolean {
    return this.#held.running() !== undefined
  }

  /** What admission asks, by the clock of now. */
  serves(payer: Address, session: Address): Service {
    const running = this.#held.running()
    if (running === undefined) return { kind: 'everybody' }
    const { proposed } = running
    if (proposed.payer === payer && proposed.session === session) return { kind: 'lessee' }
    return { kind: 'another', leftSeconds: proposed.endsAt - this.#held.now }
  }

  show(): readonly LeaseResponse[] {
    const { pricePerHour, card } = this.#terms
    const { now } = this.#held
    const free = freeFrom(this.#periods(), { startsAt: now, endsAt: now + LEASE_SECONDS_MIN })
    const stepSeconds = this.#stepSeconds
    const cards = stepSeconds === undefined ? [] : [{ card, pricePerHour, stepSeconds, freeFrom: free }]
    return [
      { kind: 'shown', paused: this.#needs.paused() || this.#held.isClosed, cards },
      ...this.leases().map((lease) => ({ kind: 'standing', lease: this.#signed(lease.proposed) }) as const),
    ]
  }

  ask(request: Asked, peer: PeerId): Promise<LeaseResponse> {
    return this.#held.inTurn(() => this.#ask(request, peer))
  }

  /** The card takes no work for now, or does again. What was not delivered meanwhile is not owed, and too long a rest ends what runs. */
  rest(isResting: boolean): void {
    this.#held.rest(isResting)
  }

  /** Leases go on where they are when the node is back in time. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#held[Symbol.asyncDispose]()
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
    const unpaid = await this.#billing.take(counter, lease, 0, payment.voucher)
    if (unpaid !== undefined) return no(unpaid.reason, unpaid.detail, unpaid)
    const kept: KeptLease = { id, proposed: lease, steps: 1, ended: undefined, rests: NO_RESTS }
    try {
      // The journal has the last word: it knows also what was forgotten here.
      if ((await leases.recordLease(id, lease, 1)) === 'taken') {
        this.#billing.free(counter, lease, 0)
        return no('TAKEN', 'its time is signed away')
      }
    } catch (error) {
      this.#billing.free(counter, lease, 0)
      throw error
    }
    const { blockTime } = head()
    this.#billing.bill(counter, lease, 0, blockTime)
    this.#needs.onEvent({ kind: 'signed', lease: kept, price: stepPrice(lease, 0) })
    this.#held.put(kept)
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
    const { now } = this.#held
    if (this.#held.isClosed || journal.stopped !== undefined) return no('DRAINING', 'this miner is stopping')
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
    const unpaid = await this.#billing.take(counter, proposed, steps, request.payment.voucher)
    if (unpaid !== undefined) return no(unpaid.reason, unpaid.detail, unpaid)
    try {
      await leases.recordSteps(lease.id, steps + 1)
    } catch (error) {
      this.#billing.free(counter, proposed, steps)
      throw error
    }
    this.#billing.bill(counter, proposed, steps, blockTime)
    this.#held.put({ ...lease, steps: steps + 1 })
    return { kind: 'paid', steps: steps + 1, blockTime }
  }

  async #cancel(request: Extract<LeaseRequest, { kind: 'cancel' }>, peer: PeerId): Promise<LeaseResponse> {
    const known = await this.#ofLessee(request.lease, request.payment, peer)
    if ('answer' in known) return known.answer
    const { lease } = known
    // Who leaves a card that rests owes no more than who is left by it.
    return this.#endOf(await this.#held.end(lease, lease.rests.since === undefined ? 'lessee' : 'miner'))
  }

  /** A lease that goes on, asked for by a peer that its session key has spoken for; or how it ended, as often as that is asked. */
  async #ofLessee(
    id: AttemptId,
    payment: LeasePayment,
    peer: PeerId,
  ): Promise<{ readonly answer: LeaseResponse } | { readonly lease: KeptLease; readonly counter: OpenCounter }> {
    const first = this.#held.known(id)
    if (first === undefined) return { answer: no('UNKNOWN', 'no such lease') }
    const { payer, session } = first.proposed
    const counter = await this.#needs.counters.open({ ...payment, payer, session }, peer)
    if (counter === undefined) return { answer: no('UNPROVEN', 'the session key has not spoken for this peer') }
    const found = this.#held.known(id)
    if (found === undefined) return { answer: no('UNKNOWN', 'no such lease') }
    const lease = await this.#held.upToDate(found)
    return lease.ended === undefined ? { lease, counter } : { answer: this.#endOf(lease) }
  }

  #endOf({ proposed, steps, ended, rests }: KeptLease): LeaseResponse {
    const { at, how } = ended ?? { at: proposed.endsAt, how: 'expired' }
    return { kind: 'ended', at, owed: owedAfter(proposed, steps, how, at, rests.seconds) }
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
