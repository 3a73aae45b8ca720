/**
 * One job from the first offer to the answer: candidates in order, one attempt after another under one idempotency key, a
 * lost call resumed before it is given up. What every miner said stays with the error where none could.
 */
import { concat, toHex } from '../../protocols/kernel/bytes.ts'
import { encode } from '../../protocols/kernel/codec.ts'
import { fromWire } from '../../protocols/kernel/error-projections.ts'
import { asMeshError, isMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import {
  type Address,
  type AttemptId,
  type Hash32,
  jobId,
  type ModelId,
  ZERO_HASH,
} from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { ChainHead, Clock, Random } from '../../protocols/kernel/ports.ts'
import { jobPrice } from '../../protocols/rules/pricing/job-price.ts'
import type { LatencyClass } from '../../protocols/rules/pricing/latency-class.ts'
import { rankOffers } from '../../protocols/rules/routing/rank-offers.ts'
import { ContentHasher, contentRoot, SALT_BYTES } from '../../protocols/statements/content-root.ts'
import { createResumeToken, resumeTokenHash } from '../../protocols/statements/resume-token.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { type Agreement, agreementType, type Receipt } from '../../protocols/statements/struct-types.ts'
import { type AttemptOutcome, AttemptState } from '../../protocols/wire/job/job-client.ts'
import { type Finished, type JobSpec, jobSpecCodec, type RunRequest } from '../../protocols/wire/job/job-messages.ts'
import { describeRefusals, type RefusalReason, refusalTable } from '../../protocols/wire/job/refusals.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { fitsInline } from '../../protocols/wire/job/tensor-frames.ts'
import { type Offer, offeredModel, openOffer } from '../../protocols/wire/offer/offer.ts'
import type { MinerNotes, OfferBook } from './offer-book.ts'
import type { PaymentLine } from './payment-line.ts'
import type { PaymentLines } from './payment-lines.ts'
import type { Purse } from './purse.ts'

/** Miners tried for one job: more would only spend the deadline. */
const ATTEMPTS_MAX = 8
/** A lost call is taken up again this often before the next miner is tried. */
const RESUMES_MAX = 2

export interface JobWish {
  readonly model: ModelId
  readonly inputs: readonly Tensor[]
  readonly latencyClass: LatencyClass
  readonly latencyMsMax: number | undefined
  readonly priceMax: Credits
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
  readonly onEvent: (event: JobEvent) => void
}

export type JobEvent =
  | { readonly kind: 'trying'; readonly attempt: AttemptId; readonly miner: Address; readonly price: Credits }
  | { readonly kind: 'progress'; readonly attempt: AttemptId; readonly ahead: number; readonly etaMs: number }
  | { readonly kind: 'refused'; readonly miner: Address; readonly reason: RefusalReason; readonly detail: string }
  | { readonly kind: 'failed'; readonly miner: Address; readonly error: MeshError }
  | { readonly kind: 'resumed'; readonly attempt: AttemptId }
  | { readonly kind: 'finished'; readonly attempt: AttemptId; readonly miner: Address }

export interface JobAnswer {
  readonly job: string
  readonly attempt: AttemptId
  readonly attempts: number
  readonly miner: Address
  readonly outputs: readonly Tensor[]
  readonly finished: Finished
  /** From the first message of the winning attempt to the last byte of its answer. */
  readonly roundTripMs: number
  /** Everything, with the miners that could not. */
  readonly totalMs: number
  /** Follows behind the answer. */
  readonly receipt: () => Promise<Receipt>
}

export interface JobRunnerNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  readonly book: OfferBook
  readonly purse: Purse
  readonly lines: PaymentLines
  readonly head: () => ChainHead
}

export class JobRunner {
  readonly #needs: JobRunnerNeeds

  constructor(needs: JobRunnerNeeds) {
    this.#needs = needs
  }

  /**
   * @throws MeshError NO_MINER with every reason, PRICE_CEILING, TIMEOUT, CANCELLED, or what every miner would say of the input
   */
  async run(wish: JobWish): Promise<JobAnswer> {
    const { clock, random } = this.#needs
    const startedMs = clock.monotonicMs()
    const left = (): number => wish.deadlineMs - (clock.monotonicMs() - startedMs)
    const job = jobId(toHex(random.bytes(16)).slice(2))
    const refusals: Partial<Record<RefusalReason, number>> = {}
    const failures: MeshError[] = []
    const tried = new Set<string>()
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      throwIfAborted(wish.signal)
      if (left() <= 0) throw new MeshError('TIMEOUT', { what: 'the job', ms: wish.deadlineMs })
      const candidate = this.#next(wish, tried)
      if (candidate === undefined) break
      // An offer that was renewed meanwhile may be tried again; the same one not.
      tried.add(`${candidate.offer.miner}/${candidate.offer.hash}`)
      try {
        const outcome = await this.#attempt(wish, job, attempt, candidate, left())
        if ('outputs' in outcome) return { ...outcome, attempts: attempt + 1, totalMs: clock.monotonicMs() - startedMs }
        refusals[outcome.reason] = (refusals[outcome.reason] ?? 0) + 1
        wish.onEvent({ kind: 'refused', miner: candidate.offer.miner, reason: outcome.reason, detail: outcome.detail })
        if (refusalTable[outcome.reason].clientDoes === 'give-up') {
          throw new MeshError('ENGINE_FAILED', { why: outcome.detail })
        }
      } catch (error) {
        const failed = asMeshError(error)
        if (failed.code === 'CANCELLED' || failed.fault === 'bug' || failed.fault === 'caller') throw failed
        if (failed.code === 'ENGINE_FAILED') throw failed
        failures.push(failed)
        this.#needs.book.failed(candidate.offer.miner)
        wish.onEvent({ kind: 'failed', miner: candidate.offer.miner, error: failed })
      }
    }
    throw this.#nobody(wish, refusals, failures)
  }

  #candidates(
    wish: JobWish,
  ): readonly (MinerNotes & { readonly price: Credits; readonly jobs: number; readonly jobsMax: number })[] {
    return this.#needs.book.live(wish.model).map((notes) => ({
      ...notes,
      price: jobPrice(offeredModel(notes.offer.body, wish.model)!.base, wish.latencyClass),
      jobs: notes.offer.body.jobs,
      jobsMax: notes.offer.body.jobsMax,
    }))
  }

  #next(wish: JobWish, tried: ReadonlySet<string>) {
    const draw = (): number => this.#needs.random.bytes(1)[0]! / 256
    const fresh = this.#candidates(wish).filter(({ offer }) => !tried.has(`${offer.miner}/${offer.hash}`))
    return rankOffers(fresh, { priceMax: wish.priceMax, latencyMsMax: wish.latencyMsMax }, draw)[0]
  }

  async #attempt(
    wish: JobWish,
    job: ReturnType<typeof jobId>,
    number: number,
    candidate: MinerNotes & { readonly price: Credits },
    leftMs: number,
  ): Promise<Omit<JobAnswer, 'attempts' | 'totalMs'> | { readonly reason: RefusalReason; readonly detail: string }> {
    const { clock, book, lines } = this.#needs
    const { offer, price } = candidate
    const line = lines.of(offer)
    const prepared = await this.#prepare(wish, job, number, offer, price, leftMs, line)
    const { state, outputHasher } = prepared
    line.books.reserve(state.id, price)
    wish.onEvent({ kind: 'trying', attempt: state.id, miner: offer.miner, price })
    const sentMs = clock.monotonicMs()
    let done = false
    try {
      const outcome = await this.#attend(wish, state, offer)
      if (outcome.kind === 'refused') {
        if (outcome.offer !== undefined) this.#renew(offer, outcome.offer)
        // Its books lack our voucher: the line hands it over, and the miner is asked again.
        if (outcome.reason === 'UNPAID' && !line.books.isStranger()) await line.ready(wish.signal)
        return { reason: outcome.reason, detail: outcome.detail }
      }
      if (outcome.kind === 'aborted') throw abortedError(outcome)
      const { finished, outputs } = outcome
      const roundTripMs = clock.monotonicMs() - sentMs
      if (finished.price > wish.priceMax || finished.price > price) {
        throw new MeshError('OVERPRICED', { given: finished.price, max: price })
      }
      line.await({
        attempt: state.id,
        finished,
        outputRoot: outputHasher.root(),
        priceMax: price,
        prepaid: prepared.prepaid,
      })
      done = true
      const serviceMs = Number(finished.computedUs) / 1_000
      book.observe(offer.miner, {
        serviceMs,
        rttMs: Math.max(0, roundTripMs - serviceMs - Number(finished.waitedUs) / 1_000),
      })
      wish.onEvent({ kind: 'finished', attempt: state.id, miner: offer.miner })
      const receipt = (): Promise<Receipt> => line.receiptOf(state.id)
      return { job, attempt: state.id, miner: offer.miner, outputs, finished, roundTripMs, receipt }
    } finally {
      if (!done) line.books.release(state.id)
    }
  }

  async #prepare(
    wish: JobWish,
    job: ReturnType<typeof jobId>,
    number: number,
    offer: Offer,
    price: Credits,
    leftMs: number,
    line: PaymentLine,
  ): Promise<{ readonly state: AttemptState; readonly outputHasher: ContentHasher; readonly prepaid: boolean }> {
    const { domain, random, purse, head, lines } = this.#needs
    const { crypto } = domain
    const salt = random.bytes(SALT_BYTES)
    const token = createResumeToken(random)
    const spec: JobSpec = {
      model: wish.model,
      latencyClass: wish.latencyClass,
      deadlineMs: Math.max(1, Math.floor(leftMs)),
      inputs: wish.inputs.map(({ name, type, dims, byteLength }) => ({ name, type, dims, byteLength })),
    }
    const { blockNumber, blockTime } = head()
    const terms: RunRequest['terms'] = {
      payer: purse.payer,
      offerHead: offer.hash,
      inputRoot: contentRoot(
        crypto,
        salt,
        'in',
        wish.inputs.map((input) => input.data),
      ),
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
    const credit = { chunkCredits: offer.body.chunkCredits, windowChunks: offer.body.windowChunks }
    const introduced = await lines.introduce(line, id, price, credit, wish.signal)
    const run: RunRequest = {
      kind: 'run',
      job,
      spec,
      terms,
      payment: { session: purse.session, grant: introduced.grant, voucher: introduced.voucher },
      salt,
      tokenHash: resumeTokenHash(crypto, token),
      inline: fitsInline(wish.inputs) ? concat(...wish.inputs.map((input) => input.data)) : new Uint8Array(0),
    }
    const outputHasher = new ContentHasher(crypto, salt, 'out')
    const state = new AttemptState(id, run, token, wish.inputs, (stream, slice) => outputHasher.update(stream, slice))
    return { state, outputHasher, prepaid: introduced.voucher !== undefined }
  }

  async #attend(wish: JobWish, state: AttemptState, offer: Offer): Promise<AttemptOutcome> {
    const { network } = this.#needs
    const options = {
      ...(wish.signal === undefined ? {} : { signal: wish.signal }),
      onProgress: ({ attempt, ahead, etaMs }: { attempt: AttemptId; ahead: number; etaMs: number }) =>
        wish.onEvent({ kind: 'progress', attempt, ahead, etaMs }),
    }
    for (let resumes = 0; ; resumes++) {
      try {
        return await state.attend(network, offer.peer, resumes === 0 ? 'run' : 'resume', options)
      } catch (error) {
        if (!isMeshError(error, 'STREAM_LOST') || resumes >= RESUMES_MAX) throw error
        wish.onEvent({ kind: 'resumed', attempt: state.id })
      }
    }
  }

  /** A refusal's offer is news about that miner, if it really is its own. */
  #renew(refused: Offer, bytes: Uint8Array): void {
    const offer = openOffer(this.#needs.domain, bytes)
    if (offer.miner !== refused.miner)
      throw new MeshError('WRONG_SIGNER', { given: offer.miner, expected: refused.miner })
    this.#needs.book.put(offer)
  }

  #nobody(wish: JobWish, refusals: Partial<Record<RefusalReason, number>>, failures: readonly MeshError[]): MeshError {
    const offers = this.#candidates(wish)
    const cheapest = offers.reduce<Credits | undefined>(
      (least, { price }) => (least === undefined || price < least ? price : least),
      undefined,
    )
    if (cheapest !== undefined && cheapest > wish.priceMax) {
      return new MeshError('PRICE_CEILING', { cheapest, ceiling: wish.priceMax })
    }
    const counted = Object.keys(refusals).length > 0 ? [describeRefusals(refusals)] : []
    const failed = failures.map((failure) => failure.message)
    const reasons = [...counted, ...failed]
    if (reasons.length === 0)
      reasons.push(offers.length === 0 ? 'no offer names it' : 'no offer fits the latency budget')
    return new MeshError('NO_MINER', { model: wish.model, reasons: reasons.join('; ') }, failures.at(-1))
  }
}

function abortedError(outcome: Extract<AttemptOutcome, { kind: 'aborted' }>): MeshError {
  const named = fromWire(outcome.error, { why: outcome.detail })
  // Whatever went wrong there went wrong there: to this client it is one miner less.
  return named.code === 'ENGINE_FAILED'
    ? named
    : new MeshError('ATTEMPT_ABORTED', { why: `${outcome.cause}: ${outcome.detail}` }, named)
}

function nonceOf(random: Random): bigint {
  let nonce = 0n
  for (const byte of random.bytes(8)) nonce = (nonce << 8n) | BigInt(byte)
  return nonce
}
