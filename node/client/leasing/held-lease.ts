/**
 * One lease of this client from the wish to its end: paid step by step while it runs, and asked after wherever an answer was lost or an
 * earlier life of this client ended. What it may owe is in the journal before its miner hears of it, and what an earlier life may have
 * paid is never paid again before the miner has said how far it is.
 */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import { type AttemptId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import { type LeaseEnd, standingOf, stepDue, stepDueAt } from '../../../protocols/rules/leasing/lease-end.ts'
import {
  priceOfSteps,
  stepCount,
  stepLength,
  stepPrice,
  stepsEndAt,
} from '../../../protocols/rules/leasing/lease-price.ts'
import { encodeSigned } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { leaseType } from '../../../protocols/statements/struct-types.ts'
import { askLease, askLeases, openLease, openOwnLease } from '../../../protocols/wire/lease/lease-client.ts'
import type { LeasePayment, LeaseResponse } from '../../../protocols/wire/lease/lease-messages.ts'
import { stepAgreement, stepId } from '../../../protocols/wire/lease/lease-terms.ts'
import type { Offer } from '../../../protocols/wire/offer/offer.ts'
import type { MinerWatch } from '../miner-watch.ts'
import type { PaymentLine } from '../paying/payment-line.ts'
import type { PaymentLines } from '../paying/payment-lines.ts'
import type { Purse } from '../paying/purse.ts'
import { refusedError } from './leased-card.ts'
import type { Booking, BookingEnd, LesseeJournal } from './lessee-journal.ts'

export interface HeldLeaseNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly lines: PaymentLines
  readonly purse: Purse
  readonly watch: MinerWatch
  readonly journal: LesseeJournal
  /** This client is closed: nothing is paid any more. */
  readonly stopped: AbortSignal
  readonly onChange: (lease: HeldLease, change: 'booked' | 'running' | 'paid' | 'ended') => void
  /** What could not be asked or paid is tried again. */
  readonly onTrouble: (lease: HeldLease, error: MeshError) => void
}

/** After a failure, each time twice as late, up to a look every half minute. */
const AGAIN_MS = 2_000
const AGAIN_MS_MAX = 30_000
/** A miner whose clock is behind says that it runs still. */
const CLOCKS_MS = 2_000
/** A booking that was under way when an earlier life ended waits no longer at the miner: {@link leaseProtocol} gives it 15 s. */
const UNDER_WAY_MS = 20_000
/** How a lease ended is asked so long after it; then it counts as it stands here. */
const ASKED_AFTER_SECONDS = 600n

export class HeldLease implements Disposable {
  readonly offer: Offer
  readonly #needs: HeldLeaseNeeds
  /** The lease that it extends. */
  readonly #of: AttemptId | undefined
  /** When a booking of it may last have left this client; monotonic. */
  #askedAtMs: number
  #booking: Booking
  /** Its first step was paid by this life of the client, so it may be booked again in the same words. */
  #isPaidHere = false
  /** Its miner has said in this life how far it is paid. */
  #isSure = false
  #hasLooked = false
  #failures = 0
  #timer: Timer | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(needs: HeldLeaseNeeds, offer: Offer, booking: Booking, of?: AttemptId) {
    this.#needs = needs
    this.offer = offer
    this.#booking = booking
    this.#of = of
    this.#askedAtMs = needs.clock.monotonicMs()
  }

  get booking(): Booking {
    return this.#booking
  }

  get isRunning(): boolean {
    const { state, proposed, steps } = this.#booking
    return state === 'booked' && standingOf(proposed, steps, this.#now) === 'running'
  }

  /**
   * Pays the first step and has the miner sign, once it is in the journal. Where the answer is lost it is asked again behind the caller.
   * @throws MeshError LEASE_TAKEN, LEASE_REFUSED, ESCROW_SHORT; MALFORMED, WRONG_SIGNER, WRONG_JOB for what the miner says;
   *   what Network.call throws
   */
  async book(signal: AbortSignal | undefined): Promise<void> {
    this.#hasLooked = true
    try {
      await this.#line.payAhead(this.#stepId(0), this.#stepPrice(0), signal)
    } catch (error) {
      // Whatever was signed by now stands on the counter: no booking has left.
      await this.#end({ how: 'unbooked', at: this.#now, owed: credits(0) })
      throw error
    }
    this.#isPaidHere = true
    try {
      await this.#inTurn(() => this.#askToBook(signal))
    } finally {
      this.keep()
    }
  }

  /** @throws MeshError DISK_FULL, LEASE_REFUSED; what Network.call throws, and then it is asked again */
  async cancel(signal: AbortSignal | undefined): Promise<void> {
    const { state } = this.#booking
    // From here on no step is begun; one that is under way comes first.
    this.#booking = { ...this.#booking, state: 'leaving' }
    this.#hasLooked = true
    try {
      await this.#needs.journal.keep(this.#booking)
    } catch (error) {
      this.#booking = { ...this.#booking, state }
      throw error
    }
    try {
      await this.#inTurn(() => this.#leave(signal))
    } finally {
      this.keep()
    }
  }

  /** Looks at what is to be done, now and whenever that changes by the clock, until it has ended. */
  keep(): void {
    const { clock, stopped } = this.#needs
    this.#timer?.cancel()
    if (this.#booking.state === 'ended' || stopped.aborted) return
    this.#timer = clock.after(this.#waitMs(), () => {
      this.#inTurn(() => this.#look()).then(
        () => {
          this.#failures = 0
          this.keep()
        },
        (error: unknown) => {
          this.#failures++
          if (stopped.aborted) return
          this.#needs.onTrouble(this, asMeshError(error))
          this.keep()
        },
      )
    })
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }

  #waitMs(): number {
    const { clock } = this.#needs
    const { state, proposed, steps } = this.#booking
    // While it runs there is half a step in which the next one can be paid.
    if (this.#failures > 0)
      return this.isRunning ? AGAIN_MS : Math.min(AGAIN_MS * 2 ** (this.#failures - 1), AGAIN_MS_MAX)
    if (state !== 'booked' || !this.#isSure) return this.#hasLooked ? CLOCKS_MS : 0
    const now = this.#now
    const isAllPaid = steps >= stepCount(proposed)
    const due = isAllPaid ? proposed.endsAt : stepDueAt(proposed, steps)
    // What is over by this clock may not be by the miner's.
    if (now >= stepsEndAt(proposed, steps)) return CLOCKS_MS
    const next = now < proposed.startsAt && proposed.startsAt < due ? proposed.startsAt : due
    return Math.max(1, Number(next) * 1_000 - clock.nowMs())
  }

  async #look(): Promise<void> {
    const { state, proposed, steps } = this.#booking
    const { stopped } = this.#needs
    const now = this.#now
    this.#hasLooked = true
    if (state === 'ended') return
    if (now >= stepsEndAt(proposed, steps) + ASKED_AFTER_SECONDS) return this.#end(this.#endByClock())
    if (state === 'leaving') return this.#leave(stopped)
    if (state === 'asked') return this.#isPaidHere ? this.#askToBook(stopped) : this.#askHow(stopped)
    if (!this.#isSure || now >= stepsEndAt(proposed, steps)) return this.#askHow(stopped)
    if (this.isRunning) this.#needs.onChange(this, 'running')
    if (stepDue(proposed, steps, now) !== undefined) await this.#payNext()
  }

  async #askToBook(signal: AbortSignal | undefined): Promise<void> {
    const { domain, watch, clock } = this.#needs
    const { miner } = this.offer
    const { proposed } = this.#booking
    this.#askedAtMs = clock.monotonicMs()
    const body = { lease: proposed, payment: this.#payment() }
    const answer = await this.#ask(
      this.#of === undefined ? { kind: 'book', ...body } : { kind: 'extend', of: this.#of, ...body },
      signal,
    )
    try {
      if (answer.kind === 'refused' && answer.lease !== undefined) {
        watch.heardLease(openLease(domain, miner, answer.lease))
      }
      if (answer.kind !== 'leased') throw refusedError(miner, answer)
      watch.heardLease(openOwnLease(domain, miner, proposed, answer.lease))
    } catch (error) {
      // Only one that it signed before can be over by now.
      if (answer.kind === 'refused' && answer.reason === 'ENDED') await this.#know({ state: 'booked', steps: 1 })
      else await this.#end({ how: 'unbooked', at: this.#now, owed: credits(0) })
      throw error
    }
    this.#receipted(0, answer.blockTime)
    this.#isSure = true
    await this.#know({
      steps: 1,
      signed: answer.lease,
      ...(this.#booking.state === 'asked' ? { state: 'booked' } : {}),
    })
    this.#needs.onChange(this, 'booked')
  }

  /** How far it is paid by its miner's word, or how it ended. */
  async #askHow(signal: AbortSignal): Promise<void> {
    const { miner } = this.offer
    const { id, proposed, steps, state } = this.#booking
    const answer = await this.#ask({ kind: 'pay', lease: id, step: 0, payment: this.#payment() }, signal)
    if (answer.kind === 'ended') return this.#end(this.#endOf(answer))
    if (answer.kind === 'paid') {
      this.#isSure = true
      const paid = Math.min(Math.max(answer.steps, steps), stepCount(proposed))
      if (state === 'asked' || paid > steps) await this.#know({ state: 'booked', steps: paid })
      if (this.isRunning) this.#needs.onChange(this, 'running')
      return this.#askSigned(signal)
    }
    if (answer.kind !== 'refused' || answer.reason !== 'UNKNOWN') throw refusedError(miner, answer)
    await this.#unknown()
  }

  /** What its miner signed is not known where an earlier life ended before the answer: it is among those that it shows. */
  async #askSigned(signal: AbortSignal): Promise<void> {
    const { network, domain, watch } = this.#needs
    const { peer, miner } = this.offer
    const { id, signed } = this.#booking
    if (signed !== undefined) return
    const { leases } = await askLeases(network, domain, { peer, address: miner }, { signal })
    for (const lease of leases) {
      watch.heardLease(lease)
      if (lease.value.agreement === id) await this.#know({ signed: encodeSigned(leaseType, lease) })
    }
  }

  async #leave(signal: AbortSignal | undefined): Promise<void> {
    const lease = this.#booking.id
    if (this.#isUnsureHere) {
      // The receipt of its first step is to be known before it is given back; one that was never signed is not booked for that.
      const known = await this.#ask({ kind: 'pay', lease, step: 0, payment: this.#payment() }, signal)
      if (known.kind === 'paid') await this.#askToBook(signal)
    }
    const answer = await this.#ask({ kind: 'cancel', lease, payment: this.#payment() }, signal)
    if (answer.kind === 'ended') return this.#end(this.#endOf(answer))
    if (answer.kind !== 'refused' || answer.reason !== 'UNKNOWN') throw refusedError(this.offer.miner, answer)
    await this.#unknown()
  }

  /** Its miner does not know it; where a booking may still be on its way there, that is not the last word. */
  async #unknown(): Promise<void> {
    const { clock } = this.#needs
    const { steps } = this.#booking
    if (steps > 0) return this.#end(this.#endByClock())
    if (clock.monotonicMs() - this.#askedAtMs < UNDER_WAY_MS) return
    await this.#end({ how: 'unbooked', at: this.#now, owed: credits(0) })
  }

  async #payNext(): Promise<void> {
    const { stopped } = this.#needs
    const { id, steps: step } = this.#booking
    const line = this.#line
    const attempt = this.#stepId(step)
    let isPaid = false
    try {
      await line.payAhead(attempt, this.#stepPrice(step), stopped)
      const answer = await this.#ask({ kind: 'pay', lease: id, step, payment: this.#payment() }, stopped)
      if (answer.kind === 'ended') return await this.#end(this.#endOf(answer))
      if (answer.kind !== 'paid' || answer.steps <= step) throw refusedError(this.offer.miner, answer)
      isPaid = true
      this.#receipted(step, answer.blockTime)
      await this.#know({ steps: step + 1 })
      this.#needs.onChange(this, 'paid')
    } finally {
      if (!isPaid) line.release(attempt)
    }
  }

  /** A step's receipt says its time and price, and nothing else. */
  #receipted(step: number, blockTime: bigint): void {
    const { domain, watch } = this.#needs
    const { proposed } = this.#booking
    const attempt = this.#stepId(step)
    const price = this.#stepPrice(step)
    watch.agreed(attempt, stepAgreement(domain, this.offer.miner, proposed, step))
    const receipt = this.#line.expect({
      ...{ attempt, outputRoot: ZERO_HASH, priceMax: price, prepaid: true },
      finished: {
        ...{ kind: 'finished', attempt, outputs: [], inline: new Uint8Array(0), price },
        ...{ usage: stepLength(proposed, step), waitedUs: 0n, computedUs: 0n },
        ...{ weights: ZERO_HASH, kernelClass: ZERO_HASH, blockTime },
      },
    })
    // One that does not come or does not agree is told of by the line.
    receipt.catch(() => undefined)
  }

  /** What is known holds also where it cannot be written: after a restart its miner is asked again. */
  async #know(news: Partial<Booking>): Promise<void> {
    this.#booking = { ...this.#booking, ...news }
    await this.#needs.journal.keep(this.#booking).catch((error: unknown) => {
      this.#needs.onTrouble(this, asMeshError(error))
    })
  }

  async #end(end: BookingEnd): Promise<void> {
    if (this.#booking.state === 'ended') return
    this.#timer?.cancel()
    // What was paid and not receipted stands on the counter, for whatever comes next.
    if (this.#isUnsureHere) this.#line.release(this.#stepId(0))
    const { steps } = this.#booking
    // No lease is signed whose first step is not paid.
    await this.#know({ state: 'ended', end, steps: end.how === 'unbooked' ? steps : Math.max(1, steps) })
    if (end.owed < this.#paid) this.#line.lookAgain()
    this.#needs.onChange(this, 'ended')
  }

  /** A miner may let go of what was paid, and can ask for no more. */
  #endOf({ at, owed }: Extract<LeaseResponse, { kind: 'ended' }>): BookingEnd {
    const { state, proposed } = this.#booking
    const steps = Math.max(1, this.#booking.steps)
    const paid = priceOfSteps(proposed, steps)
    const how: LeaseEnd =
      at >= proposed.endsAt
        ? 'expired'
        : state === 'leaving'
          ? 'lessee'
          : at >= stepsEndAt(proposed, steps)
            ? 'unpaid'
            : 'miner'
    return { how, at: at < proposed.endsAt ? at : proposed.endsAt, owed: owed < paid ? owed : paid }
  }

  /** Nobody there says how. */
  #endByClock(): BookingEnd {
    const { state, proposed, steps } = this.#booking
    if (steps === 0) return { how: 'unbooked', at: this.#now, owed: credits(0) }
    const at = stepsEndAt(proposed, steps)
    const how = state === 'leaving' ? 'lessee' : at < proposed.endsAt ? 'unpaid' : 'expired'
    return { how, at, owed: this.#paid }
  }

  #ask(request: Parameters<typeof askLease>[2], signal: AbortSignal | undefined) {
    const { network, stopped } = this.#needs
    return askLease(network, this.offer.peer, request, { signal: signal ?? stopped })
  }

  #payment(): LeasePayment {
    const { purse, network, clock } = this.#needs
    const proof = purse.prove(this.offer.miner, network.self, clock.nowMs())
    return { grant: purse.grant, proof, voucher: undefined }
  }

  /** One question at a time: each goes by what those before have shown. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #stepId(step: number): AttemptId {
    return stepId(this.#needs.domain, this.offer.miner, this.#booking.proposed, step)
  }

  #stepPrice(step: number): Credits {
    return stepPrice(this.#booking.proposed, step)
  }

  /** Paid in this life, and not known to be booked. */
  get #isUnsureHere(): boolean {
    return this.#isPaidHere && this.#booking.steps === 0
  }

  get #line(): PaymentLine {
    return this.#needs.lines.of(this.offer)
  }

  get #paid(): Credits {
    return priceOfSteps(this.#booking.proposed, this.#booking.steps)
  }

  get #now(): bigint {
    return BigInt(Math.floor(this.#needs.clock.nowMs() / 1_000))
  }
}
