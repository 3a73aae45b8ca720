/** A request of the application, from its options to its answer: what is wished, the job's story, what others are told of it. */
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId, JobId, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import { childSpan, firstSpan, type OpenSpan, parseTraceparent } from '../../../protocols/kernel/trace-context.ts'
import { classForBudget } from '../../../protocols/rules/pricing/latency-class.ts'
import { weightsOf } from '../../../protocols/rules/routing/routing-policy.ts'
import { DEADLINE_MS_MAX } from '../../../protocols/wire/job/job-messages.ts'
import type { TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import type { MeshClientNeeds } from '../client-needs.ts'
import type { NetworkModels } from '../finding/network-models.ts'
import type { StoryBoard } from '../telling/story-board.ts'
import { type Answer, answerOf, type InferOptions } from './infer-options.ts'
import type { JobAnswer, JobEvent, JobWish } from './job-event.ts'
import type { CloudAnswer, Venues, VenueWish } from './venues.ts'

/** A job that names no deadline. */
const DEADLINE_MS = 60_000

export interface RequestedJobsNeeds
  extends Pick<
    MeshClientNeeds,
    'clock' | 'random' | 'priceMax' | 'policy' | 'hedgesRealtime' | 'tracesAll' | 'cloud' | 'auditor' | 'onEvent'
  > {
  readonly venues: Venues
  readonly stories: StoryBoard
  readonly models: NetworkModels
  /** The stake of witnesses can be asked for. */
  readonly canBeWitnessed: boolean
}

/** Said beside all that is told of a job that nobody asked for but this client itself. */
type OfAudit = { readonly isAudit?: true }
type Wish = Omit<VenueWish, 'onEvent'>

export class RequestedJobs {
  readonly #needs: RequestedJobsNeeds
  #running = 0

  constructor(needs: RequestedJobsNeeds) {
    this.#needs = needs
  }

  get running(): number {
    return this.#running
  }

  /** @throws MeshError as {@link MeshClient.infer} does */
  async run(options: InferOptions): Promise<Answer | CloudAnswer> {
    const { signal, deadlineMs = DEADLINE_MS } = options
    const weights = weightsOf(options.policy ?? this.#needs.policy ?? 'latency')
    if (!(deadlineMs >= 1 && deadlineMs <= DEADLINE_MS_MAX)) {
      throw new MeshError('USAGE', { what: `a deadline is between 1 and ${DEADLINE_MS_MAX} ms, not ${deadlineMs}` })
    }
    const { clock } = this.#needs
    const endsAtMs = clock.monotonicMs() + deadlineMs
    using deadline = new Deadline(clock, deadlineMs, 'the job', signal)
    return await this.#follow(
      { ...this.#wishOf(options), weights, deadlineMs, endsAtMs, signal: deadline.signal },
      options,
    )
  }

  #wishOf(options: InferOptions): Omit<Wish, 'weights' | 'deadlineMs' | 'endsAtMs' | 'signal'> {
    const { model, inputs, among, cloud: consent = 'never', sensitive: isSensitive = false } = options
    const { priceMax, policy = 'latency', hedgesRealtime } = this.#needs
    const isAudit = options.isAudit === true
    const latencyClass = classForBudget(options.latencyMsMax)
    const hedges = options.hedge ?? (latencyClass === 'realtime' && hedgesRealtime === true)
    const span = this.#spanOf(options)
    return {
      ...{ model, inputs, latencyClass, consent, isSensitive, policy: options.policy ?? policy },
      // An audit has the class and the price of what it looks at, whatever distance its miner is at.
      latencyMsMax: isAudit ? undefined : options.latencyMsMax,
      // An audit is run once: it has nobody who waits for it. And a second miner would see what is for one.
      hedges: hedges && !isAudit && !isSensitive,
      priceMax: options.priceMax ?? priceMax,
      ...(span === undefined ? {} : { span }),
      ...(among === undefined ? {} : { among }),
      ...this.#witnessedWish(options),
    }
  }

  /** A card that is ours for a time is paid by the hour: there is nothing to hold its jobs to. */
  #witnessedWish({ serviceLevel, among = everybody }: InferOptions): Pick<JobWish, 'isWitnessed' | 'among'> {
    if (serviceLevel === undefined) return {}
    if (!this.#needs.canBeWitnessed)
      throw new MeshError('USAGE', { what: 'a job is witnessed where the stake of witnesses can be asked for' })
    return {
      isWitnessed: true,
      among: (notes) => notes.offer.body.terms !== undefined && !notes.isLeased && among(notes),
    }
  }

  #spanOf({ traceparent, trace }: InferOptions): OpenSpan | undefined {
    const { random, tracesAll } = this.#needs
    const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent)
    if (parent !== undefined) return childSpan(parent, random)
    return trace === true || tracesAll === true ? firstSpan(random) : undefined
  }

  async #follow(wish: Wish, options: InferOptions): Promise<Answer | CloudAnswer> {
    const { venues, stories, models, onEvent: tell } = this.#needs
    const { model } = wish
    const kind: OfAudit = options.isAudit === true ? { isAudit: true } : {}
    let job: JobId | undefined
    const peers = new Map<AttemptId, PeerId>()
    const onEvent = (event: JobEvent): void => {
      if (event.kind === 'started') {
        job = event.job
        this.#begin(job, wish, kind)
      } else if (event.kind === 'trying') peers.set(event.attempt, event.peer)
      stories.job(job!, event)
      tell({ kind: 'job', job: job!, model, event, ...kind })
      options.onEvent?.(event)
    }
    this.#running++
    try {
      const answered = await venues.run({ ...wish, onEvent })
      stories.ended(answered.answer.job)
      if (answered.venue === 'cloud') {
        const { answer } = answered
        tell({ kind: 'answered-by-cloud', job: answer.job, model, answer })
        return answer
      }
      const { answer, fallBack } = answered
      models.prove(model, answer.miner)
      tell({ kind: 'answered', job: answer.job, model, answer, ...kind })
      if (options.isAudit !== true) this.#tellAuditor(options, answer, peers.get(answer.attempt)!, wish.deadlineMs)
      return answerOf(answer, fallBack, wish.span)
    } catch (error) {
      const failed = asMeshError(error)
      if (job !== undefined) {
        stories.ended(job, failed)
        tell({ kind: 'failed', job, model, error: failed, ...kind })
      }
      throw failed
    } finally {
      this.#running--
    }
  }

  #begin(job: JobId, wish: Wish, kind: OfAudit): void {
    const { model, latencyClass, priceMax, deadlineMs } = wish
    const { stories, clock } = this.#needs
    stories.begin({
      job,
      model,
      modelName: this.#nameOf(model),
      latencyClass,
      priceMax: String(priceMax),
      deadlineMs,
      inputs: wish.inputs.map(({ name, type, dims, byteLength }): TensorHeader => ({ name, type, dims, byteLength })),
      ...(wish.span === undefined ? {} : { traceId: wish.span.traceId }),
      startedAtMs: clock.nowMs(),
      state: 'running',
      attempts: [],
      ...kind,
    })
  }

  #nameOf(model: ModelId): string {
    const name = this.#needs.models.nameOf(model)
    return name === model ? (this.#needs.cloud?.nameOf(model) ?? name) : name
  }

  #tellAuditor(options: InferOptions, answer: JobAnswer, peer: PeerId, deadlineMs: number): void {
    const { model, inputs, latencyMsMax, sensitive = false, canary } = options
    const { job, attempt, miner, outputs, receipt, finished } = answer
    this.#needs.auditor?.finished({
      ...{ job, attempt, miner, peer, model, latencyMsMax, deadlineMs, inputs, outputs, receipt },
      price: finished.price,
      isSensitive: sensitive,
      ...(canary === undefined ? {} : { canary }),
    })
  }
}

const everybody = (): boolean => true
