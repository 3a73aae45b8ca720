/** One attempt at one miner: agreed, paid for, attended to its end, over lost calls too; and the receipt that is to follow. */
import { fromWire } from '../../../protocols/kernel/error-projections.ts'
import { isMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { AttemptOutcome, AttemptState } from '../../../protocols/wire/job/job-client.ts'
import type { Finished, JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import { checkStarted } from '../../../protocols/wire/job/started.ts'
import { fitsInline } from '../../../protocols/wire/job/tensor-frames.ts'
import { type Offer, openOffer } from '../../../protocols/wire/offer/offer.ts'
import type { ChosenBecause } from '../choosing/miner-choice.ts'
import type { OfferBook } from '../finding/offer-book.ts'
import type { MinerStanding } from '../miner-watch.ts'
import type { Introduction, PaymentLines } from '../paying/payment-lines.ts'
import { openPeerBytes } from '../paying/peer-bytes.ts'
import type { ServiceReport } from '../service-level/service-report.ts'
import type { ServiceWatch } from '../service-level/service-watch.ts'
import type { JobAnswer } from './job-event.ts'
import type { Refusal } from './job-search.ts'
import {
  type AttemptOf,
  growingContent,
  type PreparedAttempt,
  type PrepareNeeds,
  prepareAttempt,
  rootHere,
} from './prepare-attempt.ts'

/** A lost call is taken up again this often before the next miner is tried. */
const RESUMES_MAX = 2

export interface JobAttemptNeeds extends PrepareNeeds {
  readonly network: Network
  readonly book: OfferBook
  readonly lines: PaymentLines
  readonly standing?: MinerStanding
}

export interface JobAttemptOptions extends AttemptOf {
  readonly because: ChosenBecause
  /** Aborted where its answer is not wanted any more: the miner is told to stop, and how it ended is still heard. */
  readonly stop?: AbortSignal
  /** Its answer is whole; told before the receipt is looked for, which may be here already. */
  readonly onAnswer: (attempt: AttemptId, finished: Finished, roundTripMs: number) => void
}

export type AttemptAnswer = Omit<JobAnswer, 'attempts' | 'totalMs'>
type Progress = Extract<JobResponse, { kind: 'progress' }>

export class JobAttempt {
  readonly #needs: JobAttemptNeeds
  readonly #options: JobAttemptOptions
  #id: AttemptId | undefined
  #sentMs: number | undefined

  constructor(needs: JobAttemptNeeds, options: JobAttemptOptions) {
    this.#needs = needs
    this.#options = options
  }

  /** Absent before its miner is asked. */
  get id(): AttemptId | undefined {
    return this.#id
  }

  get offer(): Offer {
    return this.#options.candidate.offer
  }

  get miner(): Address {
    return this.offer.miner
  }

  /** The most that it may cost. */
  get price(): Credits {
    return this.#options.candidate.price
  }

  /** Its miner may have begun. */
  get isAsked(): boolean {
    return this.#sentMs !== undefined
  }

  /** Since its miner was asked. */
  get ageMs(): number {
    return this.#sentMs === undefined ? 0 : this.#needs.clock.monotonicMs() - this.#sentMs
  }

  /** @throws MeshError of the miner, the way to it, or our own money */
  async run(): Promise<AttemptAnswer | Refusal> {
    const { network, clock, lines, book } = this.#needs
    const { wish, candidate, signal, because, stop } = this.#options
    const { offer, price } = candidate
    // Before its miner is asked one that is stopped simply ends: a voucher that goes ahead would pay for nothing.
    const unasked = stop === undefined ? signal : AbortSignal.any([signal, stop])
    await this.#needs.standing?.require(offer.miner, unasked)
    const line = lines.of(offer)
    const prepared = await prepareAttempt(this.#needs, this.#options)
    throwIfAborted(unasked)
    this.#id = prepared.id
    wish.onEvent({
      ...{ kind: 'trying', attempt: prepared.id, miner: offer.miner, peer: offer.peer },
      ...{ offer: offer.hash, price, chosen: because },
      ...(prepared.span === undefined ? {} : { span: prepared.span }),
    })
    book.tried(offer.miner)
    using introduction = await lines.introduce(line, prepared.id, price, unasked)
    using watch = this.#watch(prepared)
    let done = false
    try {
      if (stop?.aborted) throw new MeshError('CANCELLED')
      const output = growingContent(this.#needs, prepared.salt, 'out', signal)
      const state = prepared.state(introduction, (...arrived) => output.arrived(...arrived))
      // Who is not connected has to be dialled first: a near miner would look far for as long as a measurement counts.
      const isDialled = candidate.rttMs === undefined && !network.connectedPeers().includes(offer.peer)
      const sentMs = clock.monotonicMs()
      this.#sentMs = sentMs
      const outcome = await this.#attend(state, introduction, watch)
      if (outcome.kind === 'refused') {
        if (outcome.offer !== undefined) this.#renew(outcome.offer)
        return { reason: outcome.reason, detail: outcome.detail }
      }
      if (outcome.kind === 'aborted') throw abortedError(outcome)
      const { finished, outputs } = outcome
      if (finished.price > price) throw new MeshError('OVERPRICED', { given: finished.price, max: price })
      const roundTripMs = clock.monotonicMs() - sentMs
      const outputRoot = fitsInline(outputs)
        ? rootHere(this.#needs, prepared.salt, 'out', outputs)
        : await output.root()
      this.#observe(finished, roundTripMs, isDialled)
      this.#options.onAnswer(state.id, finished, roundTripMs)
      done = true
      const prepaid = introduction.voucher !== undefined
      const owed = watch?.answered(finished, outputRoot)
      const receipt = line.expect({ attempt: state.id, finished, outputRoot, priceMax: price, prepaid, ...owed })
      const { job } = this.#options
      return {
        job,
        attempt: state.id,
        miner: offer.miner,
        chosen: because,
        outputs,
        finished,
        roundTripMs,
        receipt,
        line,
        ...(watch === undefined ? {} : { service: watch.report }),
      }
    } catch (error) {
      watch?.failed(error)
      throw error
    } finally {
      if (!done) line.release(prepared.id)
    }
  }

  /** Of an attempt whose service is witnessed; its verdict is told whenever it comes. */
  #watch({ id, service }: PreparedAttempt): ServiceWatch | undefined {
    if (service === undefined) return undefined
    const { wish, signal } = this.#options
    const watched = { attempt: id, agreed: service, offer: this.offer, payer: this.#needs.purse.payer, signal }
    const watch = this.#needs.service!.watch(watched)
    const tell = (report: ServiceReport): void =>
      wish.onEvent({ kind: 'service', attempt: id, miner: this.miner, report })
    // A fault of ours in it reaches whoever waits for what is owed.
    watch.report.then(tell, () => undefined)
    return watch
  }

  #observe(finished: Finished, roundTripMs: number, isDialled: boolean): void {
    const serviceMs = Number(finished.computedUs) / 1_000
    const rttMs = Math.max(0, roundTripMs - serviceMs - Number(finished.waitedUs) / 1_000)
    this.#needs.book.observe(this.miner, {
      ...{ serviceMs, tookMs: roundTripMs },
      ...(isDialled ? {} : { rttMs }),
    })
    this.#needs.book.answered(this.miner)
  }

  async #attend(
    state: AttemptState,
    introduction: Introduction,
    watch: ServiceWatch | undefined,
  ): Promise<AttemptOutcome> {
    const { domain, clock } = this.#needs
    const { wish, stop } = this.#options
    const signal = watch?.signal ?? this.#options.signal
    const options = {
      ...watch?.listeners,
      signal,
      ...(stop === undefined ? {} : { stop }),
      onTaken: () => introduction.answered(),
      onStarted: (statement: Uint8Array) => {
        checkStarted(domain, statement, { miner: this.miner, attempt: state.id }, clock.nowMs())
        wish.onEvent({ kind: 'begun', attempt: state.id })
      },
      onProgress: ({ attempt, state: stage, ahead, etaMs }: Progress) =>
        wish.onEvent({ kind: 'progress', attempt, stage, ahead, etaMs }),
    }
    for (let resumes = 0; ; resumes++) {
      try {
        return await state.attend(this.#needs.network, this.offer.peer, resumes === 0 ? 'run' : 'resume', options)
      } catch (error) {
        const isOver = resumes >= RESUMES_MAX || stop?.aborted === true
        if (!isMeshError(error, 'STREAM_LOST') || isOver) throw error
        wish.onEvent({ kind: 'resumed', attempt: state.id })
      }
    }
  }

  /** A refusal's offer is news about that miner, if it really is its own. */
  #renew(bytes: Uint8Array): void {
    const offer = openPeerBytes('offer', () => openOffer(this.#needs.domain, bytes))
    if (offer.miner !== this.miner) throw new MeshError('WRONG_SIGNER', { given: offer.miner, expected: this.miner })
    this.#needs.book.put(offer)
  }
}

function abortedError(outcome: Extract<AttemptOutcome, { kind: 'aborted' }>): MeshError {
  const named = fromWire(outcome.error, { why: outcome.detail })
  // Whatever went wrong there went wrong there: to this client it is one miner less.
  return named.code === 'ENGINE_FAILED'
    ? named
    : new MeshError('ATTEMPT_ABORTED', { why: `${outcome.cause}: ${outcome.detail}`, cause: outcome.cause }, named)
}
