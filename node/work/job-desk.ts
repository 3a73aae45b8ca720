/**
 * The miner's desk: decides on a job, holds its attempt while it runs, and writes its end. What is decided here is decided
 * in memory; what is signed goes through the receipt batcher, which is durable first.
 */
import { concat, toHex } from '../../protocols/kernel/bytes.ts'
import { encode } from '../../protocols/kernel/codec.ts'
import { wireOf } from '../../protocols/kernel/error-projections.ts'
import { abortError, asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { type AttemptId, type Hash32, type JobId, type PeerId, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import { jobPrice } from '../../protocols/rules/pricing/job-price.ts'
import { GrowingContent } from '../../protocols/statements/growing-content.ts'
import { resumeTokenOpens } from '../../protocols/statements/resume-token.ts'
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
import { fitsInline } from '../../protocols/wire/job/tensor-frames.ts'
import type { Refused } from './admission.ts'
import { rootHere, rootOfLarge } from './answer-roots.ts'
import { Attempt, type AttemptOwner } from './attempt.ts'
import { AttemptShelf } from './attempt-shelf.ts'
import type { JobDeskLimits, JobDeskNeeds } from './desk-needs.ts'
import { EndedAttempts } from './ended-attempts.ts'
import { JobAdmission, SPENT, UNKNOWN, UNPROVEN } from './job-admission.ts'
import { abortOf, bounded } from './job-ends.ts'
import { JobsHere } from './jobs-here.ts'
import type { Service } from './leasing/lease-desk.ts'
import type { OpenCounter } from './paying/counter-table.ts'
import { fitJob, openSeats } from './queue/fit-job.ts'
import { runInPieces } from './queue/run-in-pieces.ts'
import type { OrderResult, RunOrder } from './queue/run-order.ts'
import { RunQueue } from './queue/run-queue.ts'
import { orderOf, parentOf, type RunningJob } from './running-job.ts'
import type { ServedModel } from './served-models.ts'
import type { WitnessedJob } from './service-level/witnessed-jobs.ts'

const EVERYBODY: Service = { kind: 'everybody' }

/** What the receipt of an attempt says of its end. */
type End = Omit<Receipt, 'operator' | 'agreement'>

export class JobDesk implements JobDeskPort, Disposable {
  readonly #needs: JobDeskNeeds
  readonly #limits: JobDeskLimits
  readonly #here = new JobsHere()
  readonly #shelf: AttemptShelf
  readonly #ended: EndedAttempts
  readonly #owner: AttemptOwner
  readonly #runs: RunQueue
  readonly #admission: JobAdmission
  #draining = false
  #hurried = false
  #idle: (() => void) | undefined

  constructor(needs: JobDeskNeeds, limits: JobDeskLimits) {
    this.#needs = needs
    this.#limits = limits
    this.#shelf = new AttemptShelf(needs.clock)
    this.#ended = new EndedAttempts(needs.clock)
    this.#runs = new RunQueue(needs)
    this.#admission = new JobAdmission(needs, limits, this.#runs, (payer) => ({
      draining: this.#draining,
      jobs: this.#here.size,
      jobsOfPayer: this.#here.paidBy(payer),
      inputBytes: this.#here.inputBytes,
    }))
    this.#owner = {
      clock: needs.clock,
      outlook: (attempt) => this.#outlook(attempt),
      inputArrived: ({ id }) => void this.#execute(this.#here.get(id)!),
      left: (attempt, hasAll) => {
        if (hasAll && attempt.isTraced) this.#needs.onEvent({ kind: 'told', attempt: attempt.id })
        this.#ifIdle()
      },
    }
  }

  get jobs(): number {
    return this.#here.size
  }

  /** True for what is here and not yet durable, or never will be. */
  isPending(attempt: AttemptId): boolean {
    return this.#here.get(attempt) !== undefined || this.#shelf.get(attempt) !== undefined
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
    return this.#here.size === 0 && (this.#hurried || !this.#shelf.isAttended)
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
    for (const { attempt } of this.#here.all()) attempt.cancel(reason)
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
    const here = this.#known(id, key, run.job, peer)
    if (here !== undefined) return here

    const model = this.#needs.models.get(run.spec.model)
    const service = this.#needs.leases?.serves(run.terms.payer, run.payment.session) ?? EVERYBODY
    const early = this.#admission.refuseEarly(run, model, service)
    if (early !== undefined || model === undefined) return this.#refuse(run, early ?? UNKNOWN)
    const base = this.#needs.board.priceUnder(run.terms.offerHead, run.spec.model)!
    // Who leases the card has paid for its time.
    const price = service.kind === 'lessee' ? credits(0) : jobPrice(base, run.spec.latencyClass)
    const refused =
      this.#admission.refuseByPolicy(run, base) ?? (await this.#admission.refuseByTerms(run, model, price))
    if (refused !== undefined) return this.#refuse(run, refused)

    const counter = await this.#needs.counters.open({ payer: run.terms.payer, ...run.payment }, peer)
    if (counter === undefined) return this.#refuse(run, UNPROVEN)
    const unpaid = await this.#admission.refuseByPayment(counter, run, id, price)
    if (unpaid !== undefined) return this.#refuse(run, unpaid)
    // Opening a counter may have waited for the chain: the same job may have come twice, the room may be gone.
    const raced = this.#known(id, key, run.job, peer)
    if (raced !== undefined) return raced
    const full = this.#admission.refuseByRoom(run, model, price)
    if (full !== undefined) return this.#refuse(run, full)
    const isWitnessed = run.terms.policy !== ZERO_HASH
    const witnessed = isWitnessed ? this.#needs.witnessed?.accept(id, run, base) : undefined
    if (isWitnessed && witnessed === undefined) return this.#refuse(run, SPENT)
    return this.#accept(id, key, run, peer, model, counter, price, witnessed)
  }

  attach(id: AttemptId, token: Uint8Array): JobResponse | DeskAttempt {
    const attempt = this.#here.get(id)?.attempt ?? this.#shelf.get(id)
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
  #known(id: AttemptId, key: string, job: JobId, peer: PeerId): Attempt | undefined {
    const here = this.#here.get(id)?.attempt ?? this.#shelf.get(id)
    if (here !== undefined) return here.peer === peer ? here : this.#reused(job)
    if (this.#ended.mayHold(id) && this.#needs.journal.knows(id)) throw new MeshError('RESUME_GONE', { attempt: id })
    if (this.#shelf.attemptOf(key) !== undefined) this.#reused(job)
    return undefined
  }

  #reused(job: JobId): never {
    throw new MeshError('JOB_KEY_REUSED', { job })
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
    witnessed: WitnessedJob | undefined,
  ): DeskAttempt {
    const { domain, leaves, onEvent } = this.#needs
    const of = { salt: run.salt, direction: 'in' } as const
    const input = {
      bytesMax: this.#limits.inputBytesMax,
      growing: (signal: AbortSignal) => new GrowingContent(domain.crypto, leaves, of, signal),
    }
    const attempt = new Attempt(id, run, peer, input, this.#owner)
    const promised = witnessed === undefined ? {} : { witnessed }
    const running: RunningJob = { attempt, model, counter, price, setAside: 0, ...promised }
    counter.books.reserve(id, price)
    this.#here.add(running)
    this.#shelf.name(key, id)
    const parent = parentOf(run)
    const traced = parent === undefined ? {} : { parent }
    onEvent({ kind: 'accepted', attempt: id, model: model.table.name, price, ...traced })
    if (attempt.awaitsInput) this.#guardInput(running)
    attempt.begin()
    return attempt
  }

  /** Input that never comes whole ends with the job's own deadline. */
  #guardInput(running: RunningJob): void {
    const { attempt } = running
    const { deadlineMs } = attempt.run.spec
    running.guard = this.#needs.clock.after(deadlineMs, () =>
      attempt.cancel(new MeshError('TIMEOUT', { what: 'the input', ms: deadlineMs })),
    )
    attempt.signal.addEventListener('abort', () => {
      running.guard?.cancel()
      if (attempt.state === 'receiving') this.#abort(running, abortError(attempt.signal))
    })
  }

  async #execute(running: RunningJob): Promise<void> {
    const { attempt } = running
    const { run } = attempt
    running.guard?.cancel()
    try {
      if (running.witnessed !== undefined) attempt.ready(this.#needs.witnessed!.inputComplete(running.witnessed))
      attempt.queued()
      const inputs = attempt.inputs()
      const root = await (attempt.growing?.root() ?? rootHere(this.#needs, run.salt, 'in', inputs))
      if (root !== run.terms.inputRoot) throw new MeshError('WRONG_JOB', { given: root, expected: run.terms.inputRoot })
      const spentMs = this.#needs.clock.monotonicMs() - attempt.acceptedAtMs
      const deadlineMs = Math.max(1, Math.floor(run.spec.deadlineMs - spentMs))
      running.order = orderOf(this.#needs, running, inputs, deadlineMs)
      const result = await this.#run(running.order)
      running.ranMs = this.#needs.clock.monotonicMs()
      await this.#finish(running, result)
    } catch (error) {
      this.#abort(running, asMeshError(error))
    }
  }

  /** In pieces where the whole would not fit: foretold anew, for by now more may be known. */
  #run(order: RunOrder): Promise<OrderResult> {
    const { careOf, deviceOf } = this.#needs
    const fit = fitJob(order.model, order.inputs, deviceOf, openSeats(order.model, careOf))
    if (fit.kind === 'fits' && fit.rows !== undefined)
      return runInPieces(this.#runs, order, fit.rows, this.#needs.clock)
    return this.#runs.run(order)
  }

  async #finish(running: RunningJob, { outputs, computedUs, waitedUs, seat, ...result }: OrderResult): Promise<void> {
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
      ? rootHere(this.#needs, attempt.run.salt, 'out', outputs)
      : await rootOfLarge(this.#needs, attempt, outputs)
    const facts = { usage, price, ...timings, weights: model.weights, kernelClass: seat.kernelClass, blockTime }
    const inline = isInline ? concat(...outputs.map(({ data }) => data)) : new Uint8Array(0)
    const told = attempt.run.header?.readsNotes === 1 && hasAny(notes) ? { notes } : {}
    const end = { ...facts, outputRoot, status: receiptStatus.finished }
    this.#close(running, end)
    attempt.finish({ kind: 'finished', attempt: attempt.id, outputs: headers, inline, ...facts, ...told })
    this.#leave(running, end)
  }

  #abort(running: RunningJob, error: MeshError): void {
    if (running.attempt.state === 'ended') return
    const { attempt, model } = running
    const [cause, status] = abortOf(error)
    const end = {
      status,
      outputRoot: ZERO_HASH,
      weights: model.weights,
      kernelClass: (running.seat ?? model.seats[0]!).kernelClass,
      usage: 0n,
      price: credits(0),
      waitedUs: 0n,
      computedUs: 0n,
      blockTime: this.#needs.head().blockTime,
    }
    this.#close(running, end)
    // What a bug says about this machine stays on this machine.
    const detail = error.fault === 'bug' ? 'internal error' : bounded(error.message)
    attempt.abort({ kind: 'aborted', attempt: attempt.id, cause, error: wireOf(error.code), detail })
    this.#leave(running, end, error)
  }

  /**
   * The one place where an attempt ends: books, evidence and room change together, and once. A second end of it, signed, would cost this
   * miner its stake, whatever failed after the first.
   */
  #close(running: RunningJob, end: End): void {
    const { attempt, counter } = running
    if (!this.#here.remove(running)) return
    this.#ended.add(attempt.id)
    counter.books.settle(attempt.id, end.price)
    const receipt: Receipt = { operator: this.#needs.signer.address, agreement: attempt.id, ...end }
    this.#needs.batcher.add({ receipt, counter: counter.books.id })
    if (running.witnessed !== undefined) this.#needs.witnessed?.ended(running.witnessed, receipt, counter)
  }

  /** Its answer is kept for who asks again, and its end is told. */
  #leave({ attempt, model, ranMs }: RunningJob, end: End, error?: MeshError): void {
    this.#shelf.keep(attempt)
    this.#ifIdle()
    this.#needs.onEvent({
      kind: 'ended',
      attempt: attempt.id,
      model: model.table.name,
      status: end.status as ReceiptStatus,
      price: end.price,
      waitedUs: Number(end.waitedUs),
      computedUs: Number(end.computedUs),
      ...(ranMs === undefined ? {} : { ranMs }),
      ...(error === undefined ? {} : { error }),
    })
  }

  #outlook({ id }: Attempt): { ahead: number; etaMs: number } {
    const { model, order } = this.#here.get(id) ?? {}
    if (order === undefined) return { ahead: 0, etaMs: Math.round(model?.serviceMs ?? 0) }
    const { ahead, etaMs } = this.#runs.outlookOf(order)
    return { ahead, etaMs: Math.round(etaMs) }
  }
}

const hasAny = (notes: RunNotes): boolean => Object.values(notes).some((note) => note !== undefined)
