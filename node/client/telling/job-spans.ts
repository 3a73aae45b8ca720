/** The spans of a client's traced jobs, made from what the client tells anyway; of other jobs it keeps nothing. */
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'
import type { ErrorCode } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, JobId, ModelId } from '../../../protocols/kernel/ids.ts'
import type { Clock, Random } from '../../../protocols/kernel/ports.ts'
import { childSpan, type OpenSpan, type TraceContext } from '../../../protocols/kernel/trace-context.ts'
import type { RefusalReason } from '../../../protocols/wire/job/refusals.ts'
import type { ClientEvent } from '../client-needs.ts'
import type { LineEvent } from '../paying/line-event.ts'
import type { JobEvent } from '../running/job-event.ts'
import type { FinishedSpan } from './finished-span.ts'
import { SpanClock } from './span-clock.ts'

/** Traced jobs whose spans are open; more run at once only behind several gateways. The oldest is forgotten. */
const JOBS_MAX = 1_024
/** Receipts that are waited for: one that never comes must not be waited for in vain. */
const RECEIPTS_MAX = 1_024

interface OpenJob {
  readonly span: OpenSpan
  readonly model: ModelId
  readonly startedAtMs: number
  /** Two where one is hedged. */
  readonly attempts: Map<AttemptId, OpenAttempt>
  /** Since when a cloud has been asked. It is told of no trace: it is a third party. */
  cloudSinceMs: number | undefined
}

interface OpenAttempt {
  readonly span: OpenSpan
  readonly startedAtMs: number
  readonly facts: FinishedSpan['facts']
  resumes: number
}

interface OpenReceipt {
  readonly attempt: TraceContext
  readonly sinceMs: number
  readonly miner: Address
}

type Failure = ErrorCode | RefusalReason

export class JobSpans {
  readonly #random: Random
  readonly #clock: SpanClock
  readonly #onSpan: (span: FinishedSpan) => void
  readonly #jobs = new AgeingMap<JobId, OpenJob>()
  readonly #receipts = new AgeingMap<AttemptId, OpenReceipt>()

  constructor(clock: Clock, random: Random, onSpan: (span: FinishedSpan) => void) {
    this.#clock = new SpanClock(clock)
    this.#random = random
    this.#onSpan = onSpan
  }

  take(event: ClientEvent): void {
    switch (event.kind) {
      case 'job':
        if (event.event.kind === 'started') this.#begin(event.job, event.model, event.event)
        else this.#job(event.job, event.event)
        return
      case 'answered':
        this.#end(event.job, { 'aitbc.attempts': event.answer.attempts, 'aitbc.price': event.answer.finished.price })
        return
      case 'answered-by-cloud':
        this.#end(event.job, { 'aitbc.attempts': event.answer.attempts, 'aitbc.price': event.answer.price })
        return
      case 'failed':
        this.#end(event.job, {}, event.error.code)
        return
      case 'line':
        this.#line(event.event)
        return
      case 'searched':
      case 'late-answer':
    }
  }

  #begin(job: JobId, model: ModelId, { span, askedMs }: Extract<JobEvent, { kind: 'started' }>): void {
    if (span?.sampled !== true || askedMs === undefined) return
    const startedAtMs = this.#clock.at(askedMs)
    this.#jobs.set(job, { span, model, startedAtMs, attempts: new Map(), cloudSinceMs: undefined })
    if (this.#jobs.size > JOBS_MAX) this.#jobs.delete(this.#jobs.oldest()!)
    this.#tell(childSpan(span, this.#random), 'find offers', 'inside', startedAtMs, { 'aitbc.model': model })
  }

  #job(job: JobId, event: JobEvent): void {
    const open = this.#jobs.get(job)
    if (open === undefined) return
    switch (event.kind) {
      case 'trying': {
        const { attempt: id, span, miner, price } = event
        const facts = { 'aitbc.attempt': id, 'aitbc.miner': miner, 'aitbc.model': open.model, 'aitbc.price': price }
        if (span !== undefined) open.attempts.set(id, { span, startedAtMs: this.#clock.at(), facts, resumes: 0 })
        return
      }
      case 'resumed': {
        const attempt = open.attempts.get(event.attempt)
        if (attempt !== undefined) attempt.resumes++
        return
      }
      case 'refused':
        this.#endAttempt(open, event.attempt, {}, event.reason)
        return
      case 'failed':
        this.#endAttempt(open, event.attempt, {}, event.error.code)
        return
      case 'finished': {
        const { attempt, finished, miner } = event
        const ended = open.attempts.get(attempt)
        if (ended === undefined) return
        this.#receipts.set(attempt, { attempt: ended.span, sinceMs: this.#clock.at(), miner })
        if (this.#receipts.size > RECEIPTS_MAX) this.#receipts.delete(this.#receipts.oldest()!)
        this.#endAttempt(open, attempt, {
          'aitbc.waited_us': finished.waitedUs,
          'aitbc.computed_us': finished.computedUs,
        })
        return
      }
      case 'cloud-asked':
        // Attempts that the cloud took over from.
        for (const id of [...open.attempts.keys()]) this.#endAttempt(open, id, {}, 'CANCELLED')
        open.cloudSinceMs = this.#clock.at()
        return
      case 'cloud-answered':
        this.#endCloud(open, { 'aitbc.provider': event.provider, 'aitbc.price': event.price })
        return
      case 'cloud-failed':
        this.#endCloud(open, { 'aitbc.provider': event.provider }, event.error.code)
    }
  }

  #endCloud(open: OpenJob, facts: FinishedSpan['facts'], failure?: ErrorCode): void {
    if (open.cloudSinceMs === undefined) return
    this.#tell(childSpan(open.span, this.#random), 'ask cloud', 'inside', open.cloudSinceMs, facts, failure)
    open.cloudSinceMs = undefined
  }

  #endAttempt(open: OpenJob, id: AttemptId | undefined, more: FinishedSpan['facts'], failure?: Failure): void {
    const attempt = id === undefined ? undefined : open.attempts.get(id)
    if (id === undefined || attempt === undefined) return
    open.attempts.delete(id)
    const facts = { ...attempt.facts, ...more, ...(attempt.resumes > 0 ? { 'aitbc.resumes': attempt.resumes } : {}) }
    this.#tell(attempt.span, 'attempt', 'asks', attempt.startedAtMs, facts, failure)
  }

  #end(job: JobId, more: FinishedSpan['facts'], failure?: ErrorCode): void {
    const open = this.#jobs.get(job)
    if (open === undefined) return
    this.#jobs.delete(job)
    // Those that were under way when the job ended: by its deadline, its application, or the answer of another one.
    for (const id of [...open.attempts.keys()]) this.#endAttempt(open, id, {}, failure ?? 'CANCELLED')
    const facts = { 'aitbc.job': job, 'aitbc.model': open.model, ...more }
    this.#tell(open.span, 'job', 'inside', open.startedAtMs, facts, failure)
  }

  #line(event: LineEvent): void {
    if (this.#receipts.size === 0) return
    if (event.kind === 'receipt') this.#receipt(event.attempt, undefined)
    else if (event.kind === 'dispute' && event.attempt !== undefined) this.#receipt(event.attempt, event.error.code)
  }

  #receipt(attempt: AttemptId, failure: ErrorCode | undefined): void {
    const open = this.#receipts.get(attempt)
    if (open === undefined) return
    this.#receipts.delete(attempt)
    const span = childSpan(open.attempt, this.#random)
    const facts = { 'aitbc.attempt': attempt, 'aitbc.miner': open.miner }
    this.#tell(span, 'wait for receipt', 'inside', open.sinceMs, facts, failure)
  }

  #tell(
    { traceId, spanId, sampled, parentSpanId }: OpenSpan,
    name: FinishedSpan['name'],
    role: FinishedSpan['role'],
    startedAtMs: number,
    facts: FinishedSpan['facts'],
    failure?: Failure,
  ): void {
    this.#onSpan({
      traceId,
      spanId,
      sampled,
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      name,
      role,
      startedAtMs,
      endedAtMs: this.#clock.at(),
      facts,
      ...(failure === undefined ? {} : { failure }),
    })
  }
}
