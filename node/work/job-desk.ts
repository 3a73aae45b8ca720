/**
 * The miner's desk: decides on a job, holds its attempt while it runs, and writes its end. What is decided here is decided
 * in memory; what is signed goes through the receipt batcher, which is durable first.
 */
import { concat, toHex } from '../../protocols/kernel/bytes.ts'
import { encode } from '../../protocols/kernel/codec.ts'
import { wireOf } from '../../protocols/kernel/error-projections.ts'
import { asMeshError, isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32, JobId, PeerId } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { ChainHead, Clock, Signer, Timer } from '../../protocols/kernel/ports.ts'
import { parseTraceparent, type TraceContext } from '../../protocols/kernel/trace-context.ts'
import { type CareVerdict, unhindered } from '../../protocols/rules/care/care-verdict.ts'
import { jobPrice } from '../../protocols/rules/pricing/job-price.ts'
import type { DeviceState } from '../../protocols/rules/scheduling/adapt-job.ts'
import { mayStart, voucherNeeded } from '../../protocols/rules/settlement/credit-window.ts'
import { type ContentDirection, contentRoot } from '../../protocols/statements/content-root.ts'
import { GrowingContent, type LeafHasher } from '../../protocols/statements/growing-content.ts'
import { resumeTokenOpens } from '../../protocols/statements/resume-token.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import {
  type Agreement,
  agreementType,
  type Receipt,
  type ReceiptStatus,
  receiptStatus,
} from '../../protocols/statements/struct-types.ts'
import type { DeskAttempt, JobDesk as JobDeskPort } from '../../protocols/wire/job/job-handler.ts'
import {
  type JobResponse,
  jobSpecCodec,
  type RunNotes,
  type RunRequest,
} from '../../protocols/wire/job/job-messages.ts'
import { STARTED_ABOVE_MS, signStarted } from '../../protocols/wire/job/started.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { fitsInline, totalBytes } from '../../protocols/wire/job/tensor-frames.ts'
import {
  type JournalStanding,
  type Refused,
  refuseByBlock,
  refuseByLease,
  refuseByPrice,
  refuseBySpec,
  refuseByStanding,
} from './admission.ts'
import { Attempt, type AttemptOwner } from './attempt.ts'
import { AttemptShelf } from './attempt-shelf.ts'
import type { CounterTable, OpenCounter } from './counter-table.ts'
import { EndedAttempts } from './ended-attempts.ts'
import { fitJob } from './fit-job.ts'
import type { LeaseDesk, Service } from './leasing/lease-desk.ts'
import type { MinerJournal } from './miner-journal.ts'
import type { ModelSeat } from './model-seat.ts'
import type { OfferBoard } from './offer-board.ts'
import { BACKLOG_MAX, type ReceiptBatcher } from './receipt-batcher.ts'
import { runInPieces } from './run-in-pieces.ts'
import type { OrderResult, RunOrder } from './run-order.ts'
import { RunQueue } from './run-queue.ts'
import type { ServedModel, ServedModels } from './served-models.ts'

export interface JobDeskNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  readonly leaves: LeafHasher
  readonly journal: MinerJournal
  readonly models: ServedModels
  readonly counters: CounterTable
  readonly batcher: ReceiptBatcher
  readonly board: OfferBoard
  /** The newest known head; kept fresh by its owner, for a job cannot wait for an RPC. */
  readonly head: () => ChainHead
  /** Asks for it once more, where a client names a block that is far from it. */
  readonly headAgain?: () => Promise<ChainHead>
  /** Whom the card serves; everybody where it leases none out. */
  readonly leases?: Pick<LeaseDesk, 'serves'>
  /** What care for the card and its owner says now; nothing is held back where absent. */
  readonly care?: () => CareVerdict
  /** The same of the card of one seat. */
  readonly careOf?: (card: string) => CareVerdict
  /** What the card of a seat sits in: a phone's, a board's and a battery's gets smaller runs, one at a time. */
  readonly deviceOf?: (card: string) => DeviceState
  /** A card has work in hand from now on, or none any more. */
  readonly onSeatWork?: (card: string, isBusy: boolean) => void
  readonly onEvent: (event: DeskEvent) => void
}

export interface JobDeskLimits {
  readonly jobsMax: number
  readonly inputBytesMax: number
}

/** What happened to a job here, for the log and the status. */
export type DeskEvent =
  | {
      readonly kind: 'accepted'
      readonly attempt: AttemptId
      readonly model: string
      readonly price: Credits
      /** The client's span of this attempt, where it told of one. */
      readonly parent?: TraceContext
    }
  | { readonly kind: 'refused'; readonly model: string; readonly refused: Refused }
  | {
      readonly kind: 'ended'
      readonly attempt: AttemptId
      readonly model: string
      readonly status: ReceiptStatus
      readonly price: Credits
      readonly waitedUs: number
      readonly computedUs: number
      /** When the engine had its result, on the monotonic clock; absent where it had none. */
      readonly ranMs?: number
      readonly error?: MeshError
    }
  /** The client of a traced attempt has taken all of its answer. */
  | { readonly kind: 'told'; readonly attempt: AttemptId }

interface Running {
  readonly attempt: Attempt
  readonly model: ServedModel
  readonly counter: OpenCounter
  readonly price: Credits
  /** Once its input is complete. */
  order?: RunOrder
  /** Times that its run made way. */
  setAside: number
  /** Where it runs, or ran last. */
  seat?: ModelSeat
  ranMs?: number
  /** Ends the attempt while its input is incomplete. */
  guard?: Timer
}

const EVERYBODY: Service = { kind: 'everybody' }

export class JobDesk implements JobDeskPort, Disposable {
  readonly #needs: JobDeskNeeds
  readonly #limits: JobDeskLimits
  readonly #running = new Map<AttemptId, Running>()
  readonly #shelf: AttemptShelf
  readonly #ended: EndedAttempts
  readonly #owner: AttemptOwner
  readonly #runs: RunQueue
  /** Jobs here by who pays for them. */
  readonly #ofPayer = new Map<Address, number>()
  #inputBytes = 0
  #draining = false
  #hurried = false
  #idle: (() => void) | undefined

  constructor(needs: JobDeskNeeds, limits: JobDeskLimits) {
    this.#needs = needs
    this.#limits = limits
    this.#shelf = new AttemptShelf(needs.clock)
    this.#ended = new EndedAttempts(needs.clock)
    this.#runs = new RunQueue(needs)
    this.#owner = {
      clock: needs.clock,
      outlook: (attempt) => this.#outlook(attempt),
      inputArrived: ({ id }) => void this.#execute(this.#running.get(id)!),
      left: (attempt, hasAll) => {
        if (hasAll && attempt.isTraced) this.#needs.onEvent({ kind: 'told', attempt: attempt.id })
        this.#ifIdle()
      },
    }
  }

  get jobs(): number {
    return this.#running.size
  }

  /** True for what is here and not yet durable, or never will be. */
  isPending(attempt: AttemptId): boolean {
    return this.#running.has(attempt) || this.#shelf.get(attempt) !== undefined
  }

  /** Takes nothing new, and resolves when what runs has ended and those who listen have heard all of it. */
  async drain(): Promise<void> {
    this.#draining = true
    if (this.#isIdle) return
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
  }

  get #isIdle(): boolean {
    return this.#running.size === 0 && (this.#hurried || !this.#shelf.isAttended)
  }

  #ifIdle(): void {
    if (this.#draining && this.#isIdle) this.#idle?.()
  }

  /** Lets go of the answers that are kept: nobody can ask for them any more. */
  [Symbol.dispose](): void {
    this.#shelf[Symbol.dispose]()
    this.#runs[Symbol.dispose]()
  }

  /** Ends what still runs: a stop that cannot wait. */
  cancelAll(reason: MeshError): void {
    this.#hurried = true
    this.#ifIdle()
    this.endAll(reason)
  }

  /**
   * Ends what waits and what runs, and stays open for what comes. With the reason CARD_HOT it is signed as ended by heat: nothing
   * is owed, and the client goes on elsewhere under the same job key.
   */
  endAll(reason: MeshError): void {
    for (const { attempt } of [...this.#running.values()]) attempt.cancel(reason)
  }

  /** What runs on this card goes on on another seat of this miner where one can take it; the rest ends as by {@link endAll}. */
  endOn(card: string, reason: MeshError): void {
    this.#runs.leaveSeat(card, reason)
  }

  /** When a job of ours ended on this card, on the monotonic clock: now while one runs, long ago where none ever did. */
  workEndedMs(card: string): number {
    return this.#runs.workEndedMs(card)
  }

  async begin(run: RunRequest, peer: PeerId): Promise<JobResponse | DeskAttempt> {
    const id = this.#attemptId(run)
    const key = `${peer}/${run.job}`
    const here = this.#here(id, key, run.job, peer)
    if (here !== undefined) return here

    const model = this.#needs.models.get(run.spec.model)
    const service = this.#needs.leases?.serves(run.terms.payer, run.payment.session) ?? EVERYBODY
    const early =
      refuseByStanding(this.#standing(run, model)) ?? refuseByLease(service) ?? this.#refuseByOffer(run, model)
    if (early !== undefined || model === undefined) return this.#refuse(run, early ?? UNKNOWN)
    const base = this.#needs.board.priceUnder(run.terms.offerHead, run.spec.model)!
    // Who leases the card has paid for its time.
    const price = service.kind === 'lessee' ? credits(0) : jobPrice(base, run.spec.latencyClass)
    const refused =
      (await this.#refuseByHead(run)) ??
      refuseByPrice(price, run.terms.priceMax) ??
      refuseBySpec(run.spec, this.#modelStanding(model, run, price), this.#standing(run, model))
    if (refused !== undefined) return this.#refuse(run, refused)

    const counter = await this.#needs.counters.open({ payer: run.terms.payer, ...run.payment }, peer)
    if (counter === undefined) return this.#refuse(run, UNPROVEN)
    const unpaid = await this.#refuseByPayment(counter, run, id, price)
    if (unpaid !== undefined) return this.#refuse(run, unpaid)
    // Opening a counter may have waited for the chain: the same job may have come twice, the room may be gone.
    const raced = this.#here(id, key, run.job, peer)
    if (raced !== undefined) return raced
    const full = refuseBySpec(run.spec, this.#modelStanding(model, run, price), this.#standing(run, model))
    if (full !== undefined) return this.#refuse(run, full)
    return this.#accept(id, key, run, peer, model, counter, price)
  }

  attach(id: AttemptId, token: Uint8Array): JobResponse | DeskAttempt {
    const attempt = this.#running.get(id)?.attempt ?? this.#shelf.get(id)
    if (attempt === undefined) {
      // Lost with the last run: it is never run again under this id, so it can never have two ends.
      if (this.#needs.journal.unclean && !this.#needs.journal.knows(id)) {
        return {
          kind: 'aborted',
          attempt: id,
          cause: 'restart',
          error: wireOf('ATTEMPT_ABORTED'),
          detail: 'the miner was restarted',
        }
      }
      throw new MeshError('RESUME_GONE', { attempt: id })
    }
    if (!resumeTokenOpens(this.#needs.domain.crypto, token, attempt.tokenHash)) {
      throw new MeshError('NOT_AUTHORISED', { what: 'touching this attempt' })
    }
    if (attempt.dropped) throw new MeshError('RESUME_GONE', { attempt: id })
    return attempt
  }

  #attemptId(run: RunRequest): AttemptId {
    const { domain, signer } = this.#needs
    const agreement: Agreement = {
      ...run.terms,
      operator: signer.address,
      spec: toHex(domain.crypto.keccak256(encode(jobSpecCodec, run.spec))) as Hash32,
    }
    return toHex(domain.structHash(agreementType, agreement)) as AttemptId
  }

  /**
   * The attempt where it was taken before: it never runs a second time.
   * @throws MeshError JOB_KEY_REUSED, RESUME_GONE
   */
  #here(id: AttemptId, key: string, job: JobId, peer: PeerId): Attempt | undefined {
    const here = this.#running.get(id)?.attempt ?? this.#shelf.get(id)
    if (here !== undefined) return here.peer === peer ? here : this.#reused(job)
    if (this.#ended.mayHold(id) && this.#needs.journal.knows(id)) throw new MeshError('RESUME_GONE', { attempt: id })
    if (this.#shelf.attemptOf(key) !== undefined) this.#reused(job)
    return undefined
  }

  #reused(job: JobId): never {
    throw new MeshError('JOB_KEY_REUSED', { job })
  }

  #standing({ terms }: RunRequest, model: ServedModel | undefined) {
    const { board } = this.#needs
    return {
      draining: this.#draining,
      paused: board.paused,
      clockStopped: board.held,
      journal: this.#journalStanding(),
      care: this.#careFor(model),
      jobs: this.#running.size,
      jobsMax: this.#limits.jobsMax,
      jobsOfPayer: this.#ofPayer.get(terms.payer) ?? 0,
      inputBytes: this.#inputBytes,
      inputBytesMax: this.#limits.inputBytesMax,
    }
  }

  /** A miner that admits work may have no seat that admits this model's. */
  #careFor(model: ServedModel | undefined): CareVerdict {
    const { care, careOf } = this.#needs
    const all = care?.() ?? unhindered
    if (!all.admits || careOf === undefined || model === undefined) return all
    let first: CareVerdict | undefined
    for (const { card } of model.seats) {
      const own = careOf(card)
      if (own.admits) return all
      first ??= own
    }
    return first ?? all
  }

  #journalStanding(): JournalStanding {
    const { journal, batcher } = this.#needs
    if (journal.stopped !== undefined) return 'stopped'
    if (!journal.hasSpace) return 'full'
    return batcher.backlog >= BACKLOG_MAX ? 'behind' : 'good'
  }

  #modelStanding(model: ServedModel, { terms, spec }: RunRequest, price: Credits) {
    const { latencyClass, deadlineMs } = spec
    const { waitMs, etaMs } = this.#runs.outlookOfNew({ model, payer: terms.payer, latencyClass, deadlineMs, price })
    return { inputs: model.table.inputs, waitMs, etaMs, fit: fitJob(model, spec.inputs, this.#needs.deviceOf) }
  }

  #refuseByOffer(run: RunRequest, model: ServedModel | undefined): Refused | undefined {
    if (model === undefined) return UNKNOWN
    if (this.#needs.board.priceUnder(run.terms.offerHead, run.spec.model) !== undefined) return undefined
    return { reason: 'OFFER_STALE', detail: 'the named offer does not stand any more', retryAfterMs: 0 }
  }

  /** Looks again before it says no: after an outage it may be this miner that has not found the chain back yet. */
  async #refuseByHead({ terms: { blockTime } }: RunRequest): Promise<Refused | undefined> {
    const { head, headAgain } = this.#needs
    const refused = refuseByBlock(blockTime, head().blockTime)
    if (refused === undefined || headAgain === undefined) return refused
    return refuseByBlock(blockTime, (await headAgain()).blockTime)
  }

  async #refuseByPayment(
    counter: OpenCounter,
    run: RunRequest,
    id: AttemptId,
    price: Credits,
  ): Promise<Refused | undefined> {
    const terms = this.#needs.board.terms
    if (run.payment.voucher !== undefined) {
      const verdict = await this.#needs.counters.raise(counter, run.payment.voucher, [id])
      if (verdict === 'unassured') {
        return this.#unassured(counter)
      }
      if (verdict !== 'accepted' && verdict !== 'not-higher') {
        return { reason: 'UNPAID', detail: `the voucher is refused: ${verdict}`, retryAfterMs: 0 }
      }
    }
    // The voucher that makes room may be on its way to the disk.
    if (!mayStart(counter.books, terms, price)) await counter.raising
    if (!mayStart(counter.books, terms, price)) {
      return { reason: 'UNPAID', detail: String(voucherNeeded(counter.books, terms, price)), retryAfterMs: 0 }
    }
    // Credit ends where the escrow does: what is lent beyond could never be asked for.
    const { counters } = this.#needs
    const isShort = (): boolean => counter.books.due + counter.books.reserved + price > counters.ceilingOf(counter)
    if (!isShort() || ((await counters.assureAgain(counter)) && !isShort())) return undefined
    return this.#unassured(counter)
  }

  #unassured(counter: OpenCounter): Refused {
    return { reason: 'ESCROW', detail: String(this.#needs.counters.ceilingOf(counter)), retryAfterMs: 0 }
  }

  #refuse(run: RunRequest, refused: Refused): JobResponse {
    this.#needs.onEvent({ kind: 'refused', model: run.spec.model, refused })
    return { kind: 'refused', ...refused, detail: bounded(refused.detail), offer: this.#needs.board.current?.bytes }
  }

  #accept(
    id: AttemptId,
    key: string,
    run: RunRequest,
    peer: PeerId,
    model: ServedModel,
    counter: OpenCounter,
    price: Credits,
  ): DeskAttempt {
    const { domain, leaves, onEvent } = this.#needs
    const of = { salt: run.salt, direction: 'in' } as const
    const input = {
      bytesMax: this.#limits.inputBytesMax,
      growing: (signal: AbortSignal) => new GrowingContent(domain.crypto, leaves, of, signal),
    }
    const attempt = new Attempt(id, run, peer, input, this.#owner)
    const running: Running = { attempt, model, counter, price, setAside: 0 }
    counter.books.reserve(id, price)
    this.#inputBytes += totalBytes(run.spec.inputs)
    this.#running.set(id, running)
    const { payer } = run.terms
    this.#ofPayer.set(payer, (this.#ofPayer.get(payer) ?? 0) + 1)
    this.#shelf.name(key, id)
    const parent = parentOf(run)
    const traced = parent === undefined ? {} : { parent }
    onEvent({ kind: 'accepted', attempt: id, model: model.table.name, price, ...traced })
    if (attempt.awaitsInput) this.#guardInput(running)
    attempt.begin()
    return attempt
  }

  /** Input that never comes whole ends with the job's own deadline. */
  #guardInput(running: Running): void {
    const { attempt } = running
    const { deadlineMs } = attempt.run.spec
    running.guard = this.#needs.clock.after(deadlineMs, () =>
      attempt.cancel(new MeshError('TIMEOUT', { what: 'the input', ms: deadlineMs })),
    )
    attempt.signal.addEventListener('abort', () => {
      running.guard?.cancel()
      if (attempt.state === 'receiving') this.#abort(running, abortReason(attempt.signal))
    })
  }

  async #execute(running: Running): Promise<void> {
    const { attempt } = running
    const { run } = attempt
    running.guard?.cancel()
    try {
      attempt.queued()
      const inputs = attempt.inputs()
      const root = await (attempt.growing?.root() ?? this.#rootHere(run.salt, 'in', inputs))
      if (root !== run.terms.inputRoot) throw new MeshError('WRONG_JOB', { given: root, expected: run.terms.inputRoot })
      const spentMs = this.#needs.clock.monotonicMs() - attempt.acceptedAtMs
      const deadlineMs = Math.max(1, Math.floor(run.spec.deadlineMs - spentMs))
      running.order = this.#orderOf(running, inputs, deadlineMs)
      const result = await this.#run(running.order)
      running.ranMs = this.#needs.clock.monotonicMs()
      await this.#finish(running, result)
    } catch (error) {
      this.#abort(running, asMeshError(error))
    }
  }

  /** In pieces where the whole would not fit: foretold anew, for by now more may be known. */
  #run(order: RunOrder): Promise<OrderResult> {
    const fit = fitJob(order.model, order.inputs, this.#needs.deviceOf)
    if (fit.kind === 'fits' && fit.rows !== undefined)
      return runInPieces(this.#runs, order, fit.rows, this.#needs.clock)
    return this.#runs.run(order)
  }

  #orderOf(running: Running, inputs: readonly Tensor[], deadlineMs: number): RunOrder {
    const { attempt, model, price } = running
    const { terms, spec } = attempt.run
    let announced = false
    return {
      model,
      payer: terms.payer,
      latencyClass: spec.latencyClass,
      price,
      inputs,
      signal: attempt.signal,
      deadlineMs,
      // No job is private yet; one that is runs alone.
      mayShare: true,
      onBegun: (seat) => {
        running.seat = seat
        attempt.running()
        if (announced || (model.serviceMs ?? 0) <= STARTED_ABOVE_MS) return
        announced = true
        void this.#announce(attempt)
      },
      onSetAside: () => {
        running.setAside++
        attempt.queued()
      },
      onLost: (why) => attempt.cancel(why),
    }
  }

  /** The signed word that long work has begun. Work goes on without it where nothing can be signed. */
  async #announce(attempt: Attempt): Promise<void> {
    const { domain, signer, clock, journal } = this.#needs
    try {
      const nowMs = clock.nowMs()
      const sequence = await journal.nextSequence('started', nowMs)
      attempt.started(signStarted(domain, signer, attempt.id, { sequence, nowMs }))
    } catch (error) {
      // The end of the attempt will fail in the same way, and be told of.
      if (!isMeshError(error)) throw error
    }
  }

  async #finish(running: Running, { outputs, computedUs, waitedUs, seat, ...result }: OrderResult): Promise<void> {
    const { attempt, model, price, setAside } = running
    const notes: RunNotes = setAside === 0 ? result.notes : { ...result.notes, setAside }
    const { head } = this.#needs
    const usage = 1n
    const { blockTime } = head()
    const timings = { waitedUs: BigInt(Math.round(waitedUs)), computedUs: BigInt(Math.round(computedUs)) }
    const headers = outputs.map(({ name, type, dims, data }) => ({ name, type, dims, byteLength: data.length }))
    const isInline = fitsInline(headers)
    if (!isInline) attempt.produce(headers, outputs)
    const outputRoot = isInline
      ? this.#rootHere(attempt.run.salt, 'out', outputs)
      : await this.#rootOfLarge(attempt, outputs)
    const facts = { usage, price, ...timings, weights: model.weights, kernelClass: seat.kernelClass, blockTime }
    const inline = isInline ? concat(...outputs.map(({ data }) => data)) : new Uint8Array(0)
    const told = attempt.run.header?.readsNotes === 1 && hasAny(notes) ? { notes } : {}
    this.#close(running, { ...facts, outputRoot, status: receiptStatus.finished })
    attempt.finish({ kind: 'finished', attempt: attempt.id, outputs: headers, inline, ...facts, ...told })
    this.#shelf.keep(attempt)
    this.#ifIdle()
  }

  #rootHere(salt: Uint8Array, direction: ContentDirection, tensors: readonly Tensor[]): Hash32 {
    const streams = tensors.map(({ data }) => data)
    return contentRoot(this.#needs.domain.crypto, salt, direction, streams)
  }

  #rootOfLarge({ run, signal }: Attempt, outputs: readonly Tensor[]): Promise<Hash32> {
    const { domain, leaves } = this.#needs
    const content = new GrowingContent(domain.crypto, leaves, { salt: run.salt, direction: 'out' }, signal)
    for (const [stream, { data }] of outputs.entries()) content.arrived(stream, data, data.length)
    return content.root()
  }

  #abort(running: Running, error: MeshError): void {
    if (running.attempt.state === 'ended') return
    const { attempt, model } = running
    const [cause, status] = abortOf(error)
    this.#close(
      running,
      {
        status,
        outputRoot: NO_OUTPUT,
        weights: model.weights,
        kernelClass: (running.seat ?? model.seats[0]!).kernelClass,
        usage: 0n,
        price: credits(0),
        waitedUs: 0n,
        computedUs: 0n,
        blockTime: this.#needs.head().blockTime,
      },
      error,
    )
    // What a bug says about this machine stays on this machine.
    const detail = error.fault === 'bug' ? 'internal error' : bounded(error.message)
    attempt.abort({ kind: 'aborted', attempt: attempt.id, cause, error: wireOf(error.code), detail })
    this.#shelf.keep(attempt)
    this.#ifIdle()
  }

  /** The one place where an attempt ends: books, evidence and room change together. */
  #close(running: Running, end: Omit<Receipt, 'operator' | 'agreement'>, error?: MeshError): void {
    const { attempt, counter, model } = running
    this.#running.delete(attempt.id)
    this.#leaves(attempt.run.terms.payer)
    this.#ended.add(attempt.id)
    this.#inputBytes -= totalBytes(attempt.run.spec.inputs)
    counter.books.settle(attempt.id, end.price)
    const receipt: Receipt = { operator: this.#needs.signer.address, agreement: attempt.id, ...end }
    this.#needs.batcher.add({ receipt, counter: counter.books.id })
    this.#needs.onEvent({
      kind: 'ended',
      attempt: attempt.id,
      model: model.table.name,
      status: end.status as ReceiptStatus,
      price: end.price,
      waitedUs: Number(end.waitedUs),
      computedUs: Number(end.computedUs),
      ...(running.ranMs === undefined ? {} : { ranMs: running.ranMs }),
      ...(error === undefined ? {} : { error }),
    })
  }

  #leaves(payer: Address): void {
    const left = (this.#ofPayer.get(payer) ?? 0) - 1
    if (left > 0) this.#ofPayer.set(payer, left)
    else this.#ofPayer.delete(payer)
  }

  #outlook({ id }: Attempt): { ahead: number; etaMs: number } {
    const { model, order } = this.#running.get(id) ?? {}
    if (order === undefined) return { ahead: 0, etaMs: Math.round(model?.serviceMs ?? 0) }
    const { ahead, etaMs } = this.#runs.outlookOf(order)
    return { ahead, etaMs: Math.round(etaMs) }
  }
}

const UNKNOWN: Refused = { reason: 'MODEL_UNKNOWN', detail: 'this miner does not serve the model', retryAfterMs: 0 }
/** The client opens its payment line, which carries the proof, and comes back. */
const UNPROVEN: Refused = {
  reason: 'UNPAID',
  detail: 'the session key has not spoken for this peer',
  retryAfterMs: 0,
}
/** The output root of an attempt without output. */
const NO_OUTPUT = `0x${'0'.repeat(64)}` as Hash32

const parentOf = ({ header }: RunRequest): TraceContext | undefined =>
  header?.traceparent === undefined ? undefined : parseTraceparent(header.traceparent)

function abortOf({ code }: MeshError): readonly ['thermal' | 'cancelled' | 'error', ReceiptStatus] {
  if (code === 'CARD_HOT') return ['thermal', receiptStatus.abortedThermal]
  return code === 'CANCELLED' ? ['cancelled', receiptStatus.abortedCancelled] : ['error', receiptStatus.abortedError]
}

const hasAny = (notes: RunNotes): boolean => Object.values(notes).some((note) => note !== undefined)

const abortReason = (signal: AbortSignal): MeshError =>
  signal.reason instanceof MeshError ? signal.reason : new MeshError('CANCELLED')

/** Cut to what a message may carry; ASCII of our own making, or a library's words. */
function bounded(text: string): string {
  const ascii = text.replace(/[^\x20-\x7e]/g, '?')
  return ascii.length > 250 ? `${ascii.slice(0, 247)}...` : ascii
}
