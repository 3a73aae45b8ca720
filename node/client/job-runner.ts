/**
 * One job from the first offer to the answer: candidates in order, one attempt after another under one idempotency key, a
 * lost call resumed before it is given up. What every miner said stays with the error where none could.
 */
import { concat, toHex } from '../../protocols/kernel/bytes.ts'
import { encode } from '../../protocols/kernel/codec.ts'
import { fromWire } from '../../protocols/kernel/error-projections.ts'
import { abortError, asMeshError, isMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { features } from '../../protocols/kernel/features.ts'
import {
  type Address,
  type AttemptId,
  type Hash32,
  type JobId,
  jobId,
  type ModelId,
  type PeerId,
  ZERO_HASH,
} from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { ChainHead, Clock, Random } from '../../protocols/kernel/ports.ts'
import { childSpan, formatTraceparent, type OpenSpan } from '../../protocols/kernel/trace-context.ts'
import { jobPrice } from '../../protocols/rules/pricing/job-price.ts'
import type { LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import { chancesOf, chooseMiner } from '../../protocols/rules/routing/choose-miner.ts'
import { weightsOf } from '../../protocols/rules/routing/routing-policy.ts'
import { weigh } from '../../protocols/rules/routing/weigh-candidate.ts'
import { type ContentDirection, contentRoot, SALT_BYTES } from '../../protocols/statements/content-root.ts'
import { GrowingContent, type LeafHasher } from '../../protocols/statements/growing-content.ts'
import { createResumeToken, resumeTokenHash } from '../../protocols/statements/resume-token.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { type Agreement, agreementType, type Receipt } from '../../protocols/statements/struct-types.ts'
import { type AttemptOutcome, AttemptState } from '../../protocols/wire/job/job-client.ts'
import {
  type Finished,
  type JobHeader,
  type JobResponse,
  type JobSpec,
  jobSpecCodec,
  type RunRequest,
} from '../../protocols/wire/job/job-messages.ts'
import { describeRefusals, type RefusalReason, refusalTable } from '../../protocols/wire/job/refusals.ts'
import { checkStarted } from '../../protocols/wire/job/started.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import type { ArrivalListener } from '../../protocols/wire/job/tensor-assembler.ts'
import { fitsInline } from '../../protocols/wire/job/tensor-frames.ts'
import { type Offer, offeredModel, openOffer } from '../../protocols/wire/offer/offer.ts'
import { abortable } from './abortable.ts'
import { type Draw, drawFrom, type JobCandidate, jobCandidate } from './job-candidate.ts'
import type { MinerStanding, MinerWatch } from './miner-watch.ts'
import type { MinerNotes, OfferBook } from './offer-book.ts'
import type { PaymentLine } from './payment-line.ts'
import type { Introduction, PaymentLines } from './payment-lines.ts'
import { openPeerBytes } from './peer-bytes.ts'
import type { Purse } from './purse.ts'

/** Miners tried for one job: more would only spend the deadline. */
const ATTEMPTS_MAX = 8
/** A lost call is taken up again this often before the next miner is tried. */
const RESUMES_MAX = 2
/** Miners that must say the same of an input before it is believed: one alone may lie, and a third would only cost more. */
const OPINIONS_ENOUGH = 2

export interface JobWish {
  readonly model: ModelId
  readonly inputs: readonly Tensor[]
  readonly latencyClass: LatencyClass
  readonly latencyMsMax: number | undefined
  readonly priceMax: Credits
  /** Only these miners may be asked, all where absent: a job that is to run at another miner than one before. */
  readonly among?: (miner: MinerNotes) => boolean
  /** Everything together; `endsAtMs` is when it is over, on the monotonic clock. */
  readonly deadlineMs: number
  readonly endsAtMs: number
  /** Aborted at the deadline. */
  readonly signal: AbortSignal
  /** The job as a span of a trace; absent where nobody asked for one, and then miners are told of none. */
  readonly span?: OpenSpan
  readonly onEvent: (event: JobEvent) => void
}

export type JobEvent =
  | {
      readonly kind: 'started'
      readonly job: JobId
      readonly span?: OpenSpan
      /** When the application asked for a traced job, on the monotonic clock. */
      readonly askedMs?: number
    }
  | {
      readonly kind: 'trying'
      readonly attempt: AttemptId
      readonly miner: Address
      readonly peer: PeerId
      readonly offer: Hash32
      readonly price: Credits
      /** Of this attempt alone, below that of the job. */
      readonly span?: OpenSpan
    }
  /** The miner has signed that it has begun: it expects to need more than a second. */
  | { readonly kind: 'begun'; readonly attempt: AttemptId }
  | {
      readonly kind: 'progress'
      readonly attempt: AttemptId
      readonly stage: 'queued' | 'running'
      readonly ahead: number
      readonly etaMs: number
    }
  | { readonly kind: 'refused'; readonly miner: Address; readonly reason: RefusalReason; readonly detail: string }
  | { readonly kind: 'failed'; readonly miner: Address; readonly error: MeshError }
  | { readonly kind: 'resumed'; readonly attempt: AttemptId }
  | {
      readonly kind: 'finished'
      readonly attempt: AttemptId
      readonly miner: Address
      readonly finished: Finished
      readonly roundTripMs: number
    }

export interface JobAnswer {
  readonly job: JobId
  readonly attempt: AttemptId
  readonly attempts: number
  readonly miner: Address
  readonly outputs: readonly Tensor[]
  readonly finished: Finished
  /** From the first message of the winning attempt to the last byte of its answer. */
  readonly roundTripMs: number
  /** Everything, with the miners that could not. */
  readonly totalMs: number
  /** Follows behind the answer. Rejects RECEIPT_WITHHELD, OUTPUT_MISMATCH, OVERPRICED */
  readonly receipt: Promise<Receipt>
  /** Where this miner is paid. */
  readonly line: PaymentLine
}

export interface JobRunnerNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  readonly leaves: LeafHasher
  readonly book: OfferBook
  readonly purse: Purse
  readonly lines: PaymentLines
  readonly head: () => ChainHead
  /** Asks for it once more, where a miner has another one. */
  readonly headAgain?: () => Promise<ChainHead>
  /** Asked before a miner is sent work; nobody is where absent. */
  readonly watch: MinerWatch
  readonly standing?: MinerStanding
  /** Instead of chance, between miners that are nearly equal. */
  readonly draw?: Draw
  /** Nobody that is known could: asks whether there are others by now. True where there are. */
  readonly searchAgain: (model: ModelId, signal: AbortSignal) => Promise<boolean>
}

type Progress = Extract<JobResponse, { kind: 'progress' }>

interface Refusal {
  readonly reason: RefusalReason
  readonly detail: string
}

/** What one job has learned on its way from miner to miner. */
interface Search {
  readonly refusals: Partial<Record<RefusalReason, number>>
  readonly failures: MeshError[]
  /** Offers that were tried. */
  readonly tried: Set<Hash32>
  /** Miners that were asked, and are not asked again before there is a reason. */
  readonly asked: Set<Address>
  /** Miners whose books were brought together with ours: asked once more, not for ever. */
  readonly madeGood: Set<Address>
  /** Miners that were asked again because they sent another offer: once, or one that always does would use up all attempts. */
  readonly renewed: Set<Address>
  /** The chain was asked once more where it stands, because a miner has it elsewhere. */
  lookedAgain: boolean
  /** What miners said of the input itself. */
  readonly blamed: MeshError[]
  /** What stands in the way where it is our own money: a miner's word on the escrow, or the limit of our grant. */
  short: MeshError | undefined
}

interface AttemptOf {
  readonly wish: JobWish
  readonly job: JobId
  readonly number: number
  readonly candidate: JobCandidate
  readonly signal: AbortSignal
}

interface PreparedAttempt {
  readonly id: AttemptId
  readonly salt: Uint8Array
  readonly span?: OpenSpan
  state(introduction: Introduction, onOutput: ArrivalListener): AttemptState
}

const NOTHING = new Uint8Array(0)
const everybody = (): boolean => true
const NOTES_READ: JobHeader = { readsNotes: 1 }
/** Any uint64. */
const TOTAL = /^\d{1,20}$/

export class JobRunner {
  readonly #needs: JobRunnerNeeds
  readonly #draw: Draw

  constructor(needs: JobRunnerNeeds) {
    this.#needs = needs
    this.#draw = needs.draw ?? drawFrom(needs.random)
  }

  /**
   * @throws MeshError NO_MINER with every reason, ESCROW_SHORT where money is the only one, PRICE_CEILING, TIMEOUT, CANCELLED, or what every miner would say of the input
   */
  async run(wish: JobWish): Promise<JobAnswer> {
    const { clock, random, searchAgain } = this.#needs
    const { signal } = wish
    const startedMs = clock.monotonicMs()
    const job = jobId(toHex(random.bytes(16)).slice(2))
    const traced = wish.span === undefined ? {} : { span: wish.span, askedMs: wish.endsAtMs - wish.deadlineMs }
    wish.onEvent({ kind: 'started', job, ...traced })
    const search: Search = {
      refusals: {},
      failures: [],
      tried: new Set(),
      asked: new Set(),
      madeGood: new Set(),
      renewed: new Set(),
      blamed: [],
      short: undefined,
      lookedAgain: false,
    }
    let searched = false
    for (let number = 0; number < ATTEMPTS_MAX; ) {
      throwIfAborted(signal)
      const candidate = this.#next(wish, search)
      if (candidate === undefined) {
        // Perhaps the book is behind: the application hears of it only after directories were asked once more.
        if (searched || !(await searchAgain(wish.model, signal))) break
        searched = true
        search.asked.clear()
        continue
      }
      const { offer } = candidate
      search.tried.add(offer.hash)
      search.asked.add(offer.miner)
      try {
        const outcome = await this.#attempt({ wish, job, number: number++, candidate, signal })
        if ('outputs' in outcome) return { ...outcome, attempts: number, totalMs: clock.monotonicMs() - startedMs }
        await this.#afterRefusal(wish, offer, outcome, search, signal)
      } catch (error) {
        const failed = asMeshError(error)
        if (signal.aborted) throw abortError(signal)
        if (failed.fault === 'bug') throw failed
        wish.onEvent({ kind: 'failed', miner: offer.miner, error: failed })
        if (failed.code === 'ENGINE_FAILED') this.#blame(failed, search)
        // Ours, and no fault of that miner.
        else if (failed.code === 'ESCROW_SHORT') search.short = failed
        else {
          search.failures.push(failed)
          if (failed.facts.cause === 'thermal') this.#needs.book.rests(offer.miner)
          else this.#needs.book.failed(offer.miner)
        }
      }
    }
    throw this.#nobody(wish, search)
  }

  async #afterRefusal(
    wish: JobWish,
    offer: Offer,
    refused: Refusal,
    search: Search,
    signal: AbortSignal,
  ): Promise<void> {
    const { refusals, tried, asked, madeGood, renewed } = search
    const { reason, detail } = refused
    const { clientDoes } = refusalTable[reason]
    wish.onEvent({ kind: 'refused', miner: offer.miner, reason, detail })
    if (clientDoes === 'give-up') {
      this.#blame(new MeshError('ENGINE_FAILED', { why: detail }), search)
      return
    }
    if (clientDoes === 'pay-and-retry' && !madeGood.has(offer.miner)) {
      madeGood.add(offer.miner)
      await this.#needs.lines.of(offer).makeGood(signal)
      tried.delete(offer.hash)
      asked.delete(offer.miner)
      return
    }
    if (clientDoes === 'retry-with-offer' && !renewed.has(offer.miner) && this.#isNew(offer)) {
      renewed.add(offer.miner)
      asked.delete(offer.miner)
      return
    }
    if (reason === 'CLOCK' && !search.lookedAgain && (await this.#hasMoved(search, signal))) {
      tried.delete(offer.hash)
      asked.delete(offer.miner)
      return
    }
    if (reason === 'ESCROW') search.short = this.#shortAt(offer, wish, detail)
    refusals[reason] = (refusals[reason] ?? 0) + 1
  }

  /** Right after an outage of the chain it may be this client that has not found it back yet. */
  async #hasMoved(search: Search, signal: AbortSignal): Promise<boolean> {
    const { head, headAgain } = this.#needs
    if (headAgain === undefined) return false
    search.lookedAgain = true
    const { blockTime } = head()
    return (await abortable(headAgain(), signal)).blockTime !== blockTime
  }

  /** @param detail of the refusal: the total that the miner is assured */
  #shortAt(offer: Offer, { model, latencyClass }: JobWish, detail: string): MeshError | undefined {
    if (!TOTAL.test(detail)) return undefined
    const { due, reserved } = this.#needs.lines.of(offer).books
    const needed = due + reserved + jobPrice(offeredModel(offer.body, model)!.base, latencyClass)
    return new MeshError('ESCROW_SHORT', { assured: BigInt(detail), needed })
  }

  /** Another miner would say the same of a bad input; of a good one, only liars say it. @throws the error where enough do */
  #blame(error: MeshError, { blamed }: Search): void {
    blamed.push(error)
    if (blamed.length >= OPINIONS_ENOUGH) throw error
  }

  /** The miner of this offer has another one by now. */
  #isNew(offer: Offer): boolean {
    const known = this.#needs.book.offerOf(offer.miner)
    return known !== undefined && known.hash !== offer.hash
  }

  #candidates({ model, latencyClass, among = everybody }: JobWish): readonly JobCandidate[] {
    const allowed = this.#needs.book.live(model).filter(among)
    return allowed.map((notes) => jobCandidate(notes, model, latencyClass))
  }

  #next(wish: JobWish, { tried, asked }: Search): JobCandidate | undefined {
    const fresh = this.#candidates(wish).filter(({ offer }) => !tried.has(offer.hash) && !asked.has(offer.miner))
    const weights = weightsOf('latency')
    const chances = chancesOf(fresh.map((candidate) => weigh(candidate, { ...wish, weights })))
    return chooseMiner(chances, this.#draw())?.candidate
  }

  async #attempt(attempt: AttemptOf): Promise<Omit<JobAnswer, 'attempts' | 'totalMs'> | Refusal> {
    const { clock, lines } = this.#needs
    const { wish, candidate, signal } = attempt
    const { offer, price } = candidate
    await this.#needs.standing?.require(offer.miner, signal)
    const line = lines.of(offer)
    const prepared = await this.#prepare(attempt)
    wish.onEvent({
      kind: 'trying',
      attempt: prepared.id,
      miner: offer.miner,
      peer: offer.peer,
      offer: offer.hash,
      price,
      ...(prepared.span === undefined ? {} : { span: prepared.span }),
    })
    using introduction = await lines.introduce(line, prepared.id, price, signal)
    const output = this.#growing(prepared.salt, 'out', signal)
    const state = prepared.state(introduction, (...arrived) => output.arrived(...arrived))
    const sentMs = clock.monotonicMs()
    let done = false
    try {
      const outcome = await this.#attend(wish, state, offer, introduction, signal)
      if (outcome.kind === 'refused') {
        if (outcome.offer !== undefined) this.#renew(offer, outcome.offer)
        return { reason: outcome.reason, detail: outcome.detail }
      }
      if (outcome.kind === 'aborted') throw abortedError(outcome)
      const { finished, outputs } = outcome
      if (finished.price > price) throw new MeshError('OVERPRICED', { given: finished.price, max: price })
      const roundTripMs = clock.monotonicMs() - sentMs
      const outputRoot = fitsInline(outputs) ? this.#rootHere(prepared.salt, 'out', outputs) : await output.root()
      this.#observe(offer.miner, finished, roundTripMs)
      // Told first: the receipt may be here already.
      wish.onEvent({ kind: 'finished', attempt: state.id, miner: offer.miner, finished, roundTripMs })
      done = true
      const prepaid = introduction.voucher !== undefined
      const receipt = line.expect({ attempt: state.id, finished, outputRoot, priceMax: price, prepaid })
      return { job: attempt.job, attempt: state.id, miner: offer.miner, outputs, finished, roundTripMs, receipt, line }
    } finally {
      if (!done) line.release(state.id)
    }
  }

  #observe(miner: Address, finished: Finished, roundTripMs: number): void {
    const serviceMs = Number(finished.computedUs) / 1_000
    const rttMs = Math.max(0, roundTripMs - serviceMs - Number(finished.waitedUs) / 1_000)
    this.#needs.book.observe(miner, { serviceMs, rttMs })
  }

  #growing(salt: Uint8Array, direction: ContentDirection, signal: AbortSignal): GrowingContent {
    const { domain, leaves } = this.#needs
    return new GrowingContent(domain.crypto, leaves, { salt, direction }, signal)
  }

  #rootHere(salt: Uint8Array, direction: ContentDirection, tensors: readonly Tensor[]): Hash32 {
    const streams = tensors.map(({ data }) => data)
    return contentRoot(this.#needs.domain.crypto, salt, direction, streams)
  }

  /** Of input that is all at hand and does not fit into one message. */
  #rootOfLarge(salt: Uint8Array, inputs: readonly Tensor[], signal: AbortSignal): Promise<Hash32> {
    const content = this.#growing(salt, 'in', signal)
    for (const [stream, { data }] of inputs.entries()) content.arrived(stream, data, data.length)
    return content.root()
  }

  /** Everything of an attempt but how it is paid: its id is needed for that. */
  async #prepare({ wish, job, number, candidate, signal }: AttemptOf): Promise<PreparedAttempt> {
    const { domain, clock, random, purse, head } = this.#needs
    const { crypto } = domain
    const { offer, price } = candidate
    const salt = random.bytes(SALT_BYTES)
    const token = createResumeToken(random)
    const isInline = fitsInline(wish.inputs)
    const inputRoot = isInline
      ? this.#rootHere(salt, 'in', wish.inputs)
      : await this.#rootOfLarge(salt, wish.inputs, signal)
    const spec: JobSpec = {
      model: wish.model,
      latencyClass: wish.latencyClass,
      deadlineMs: Math.max(1, Math.floor(wish.endsAtMs - clock.monotonicMs())),
      inputs: wish.inputs.map(({ name, type, dims, byteLength }) => ({ name, type, dims, byteLength })),
    }
    const { blockNumber, blockTime } = head()
    const terms: RunRequest['terms'] = {
      payer: purse.payer,
      offerHead: offer.hash,
      inputRoot,
      policy: ZERO_HASH,
      priceMax: price,
      nonce: nonceOf(random),
      attempt: number,
      blockNumber,
      blockTime,
    }
    const agreement: Agreement = {
      ...terms,
      operator: offer.miner,
      spec: toHex(crypto.keccak256(encode(jobSpecCodec, spec))) as Hash32,
    }
    const id = toHex(domain.structHash(agreementType, agreement)) as AttemptId
    this.#needs.watch.agreed(id, agreement)
    const span = wish.span === undefined ? undefined : childSpan(wish.span, random)
    const state: PreparedAttempt['state'] = ({ grant, proof, voucher }, onOutput) => {
      const run: RunRequest = {
        kind: 'run',
        job,
        spec,
        terms,
        payment: { session: purse.session, grant, proof, voucher },
        salt,
        tokenHash: resumeTokenHash(crypto, token),
        inline: isInline ? concat(...wish.inputs.map(({ data }) => data)) : NOTHING,
        ...(readsHeader(offer) ? { header: headerOf(span) } : {}),
      }
      return new AttemptState(id, run, token, wish.inputs, onOutput)
    }
    return { id, salt, state, ...(span === undefined ? {} : { span }) }
  }

  async #attend(
    wish: JobWish,
    state: AttemptState,
    offer: Offer,
    introduction: Introduction,
    signal: AbortSignal,
  ): Promise<AttemptOutcome> {
    const { domain, clock } = this.#needs
    const options = {
      signal,
      onTaken: () => introduction.answered(),
      onStarted: (statement: Uint8Array) => {
        checkStarted(domain, statement, { miner: offer.miner, attempt: state.id }, clock.nowMs())
        wish.onEvent({ kind: 'begun', attempt: state.id })
      },
      onProgress: ({ attempt, state: stage, ahead, etaMs }: Progress) =>
        wish.onEvent({ kind: 'progress', attempt, stage, ahead, etaMs }),
    }
    for (let resumes = 0; ; resumes++) {
      try {
        return await state.attend(this.#needs.network, offer.peer, resumes === 0 ? 'run' : 'resume', options)
      } catch (error) {
        if (!isMeshError(error, 'STREAM_LOST') || resumes >= RESUMES_MAX) throw error
        wish.onEvent({ kind: 'resumed', attempt: state.id })
      }
    }
  }

  /** A refusal's offer is news about that miner, if it really is its own. */
  #renew(refused: Offer, bytes: Uint8Array): void {
    const offer = openPeerBytes('offer', () => openOffer(this.#needs.domain, bytes))
    if (offer.miner !== refused.miner)
      throw new MeshError('WRONG_SIGNER', { given: offer.miner, expected: refused.miner })
    this.#needs.book.put(offer)
  }

  #nobody(wish: JobWish, { refusals, failures, blamed, short }: Search): MeshError {
    // Nobody contradicts it.
    if (blamed.length > 0) return blamed[0]!
    const isOnlyMoney = failures.length === 0 && Object.keys(refusals).every((reason) => reason === 'ESCROW')
    if (short !== undefined && isOnlyMoney) return short
    const offers = this.#candidates(wish)
    const cheapest = offers.reduce<Credits | undefined>(
      (least, { price }) => (least === undefined || price < least ? price : least),
      undefined,
    )
    if (cheapest !== undefined && cheapest > wish.priceMax) {
      return new MeshError('PRICE_CEILING', { cheapest, ceiling: wish.priceMax })
    }
    const counted = Object.keys(refusals).length > 0 ? [describeRefusals(refusals)] : []
    const failed = [...failures, ...(short === undefined || refusals.ESCROW !== undefined ? [] : [short])].map(
      (failure) => failure.message,
    )
    const reasons = [...counted, ...failed]
    if (reasons.length === 0)
      reasons.push(offers.length === 0 ? 'no offer names it' : 'no offer fits the latency budget')
    return new MeshError('NO_MINER', { model: wish.model, reasons: reasons.join('; ') }, failures.at(-1))
  }
}

/** To a miner of before a run with a header would be no message at all. */
const readsHeader = ({ body }: Offer): boolean => ((body.features ?? 0) & features.jobHeader) !== 0

const headerOf = (span: OpenSpan | undefined): JobHeader =>
  span === undefined ? NOTES_READ : { ...NOTES_READ, traceparent: formatTraceparent(span) }

function abortedError(outcome: Extract<AttemptOutcome, { kind: 'aborted' }>): MeshError {
  const named = fromWire(outcome.error, { why: outcome.detail })
  // Whatever went wrong there went wrong there: to this client it is one miner less.
  return named.code === 'ENGINE_FAILED'
    ? named
    : new MeshError('ATTEMPT_ABORTED', { why: `${outcome.cause}: ${outcome.detail}`, cause: outcome.cause }, named)
}

function nonceOf(random: Random): bigint {
  let nonce = 0n
  for (const byte of random.bytes(8)) nonce = (nonce << 8n) | BigInt(byte)
  return nonce
}
