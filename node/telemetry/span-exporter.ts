/**
 * Sends the spans of the node's events to a collector, in batches, behind everything else: a collector that is down, slow or
 * talks nonsense costs spans, which are counted, and never a job.
 */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import type { FinishedSpan } from '../client/telling/finished-span.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { EventOf } from '../events/node-event.ts'
import { Collector, type Verdict } from './collector.ts'
import { otlpTraces, type SpanSource } from './otlp-json.ts'

/** Spans that wait: 2 MB at most, and half a minute of a client with ten jobs a second. */
const QUEUE_MAX = 2_048
/** Spans of one request: some 300 KB of JSON, made within two milliseconds. */
const BATCH_MAX = 512
/** A span is looked at by people: it may wait for others for so long. */
const GATHER_MS = 1_000
/** One batch is sent so often, and waits longer after each time; together about half a minute. */
const TRIES_MAX = 5
const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 16_000
/** What is left when the node stops may take so long. */
const LAST_MS_MAX = 2_000

export interface SpanExporterNeeds {
  readonly endpoint: string
  readonly source: () => SpanSource
  readonly clock: Clock
  readonly bus: EventBus
}

export class SpanExporter implements AsyncDisposable {
  readonly #needs: SpanExporterNeeds
  readonly #collector: Collector
  readonly #listening: Disposable
  readonly #stop = new AbortController()
  #queue: FinishedSpan[] = []
  #timer: Timer | undefined
  #sending: Promise<void> | undefined
  #stopping = false
  #failing = false
  /** Of spans that came while the queue was full: told with the next batch, not one by one. */
  #overflow = 0
  #wakeRetry: (() => void) | undefined

  constructor(needs: SpanExporterNeeds) {
    this.#needs = needs
    this.#collector = new Collector(needs.endpoint, needs.clock)
    this.#listening = needs.bus.listen(({ event }) => {
      if (event.kind === 'span:ended') this.#push(event)
    })
  }

  /** Sends what is there, as long as that takes no time to speak of; what cannot be sent is counted as dropped. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]()
    this.#stopping = true
    this.#timer?.cancel()
    this.#wakeRetry?.()
    const { clock } = this.#needs
    const late = clock.after(LAST_MS_MAX, () => this.#stop.abort(new MeshError('CANCELLED')))
    this.#start()
    await this.#sending
    late.cancel()
    this.#drop(this.#queue.length, 'stopped')
    this.#queue = []
    this.#tellOverflow()
  }

  #push(span: FinishedSpan): void {
    if (this.#queue.length >= QUEUE_MAX) {
      this.#overflow++
      return
    }
    this.#queue.push(span)
    if (this.#queue.length >= BATCH_MAX) this.#start()
    else this.#timer ??= this.#needs.clock.after(GATHER_MS, () => this.#start())
  }

  #start(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
    })
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      const batch = this.#queue.splice(0, BATCH_MAX)
      await this.#send(batch)
      this.#tellOverflow()
    }
  }

  /** Never throws. */
  async #send(batch: readonly FinishedSpan[]): Promise<void> {
    try {
      const body = JSON.stringify(otlpTraces(batch, this.#needs.source()))
      for (let tries = 1; ; tries++) {
        const verdict = await this.#collector.send(body, this.#stop.signal)
        if (verdict.kind === 'taken') return this.#taken(batch.length, verdict.refused)
        this.#tellFailing(verdict)
        if (verdict.kind === 'refused') return this.#drop(batch.length, 'refused')
        if (tries >= TRIES_MAX || this.#stopping) return this.#drop(batch.length, 'unreachable')
        await this.#wait(Math.min(RETRY_MS_MAX, verdict.retryAfterMs ?? RETRY_MS_MIN * 2 ** (tries - 1)))
      }
    } catch (error) {
      this.#drop(batch.length, 'stopped')
      const failed = asMeshError(error)
      if (failed.fault === 'bug') this.#needs.bus.emit({ kind: 'trouble', during: 'sending spans', error: failed })
    }
  }

  #taken(sent: number, refused: number): void {
    const { bus } = this.#needs
    if (this.#failing) bus.emit({ kind: 'collector:changed' })
    this.#failing = false
    const taken = Math.max(0, sent - refused)
    if (taken > 0) bus.emit({ kind: 'spans:sent', count: taken })
    this.#drop(sent - taken, 'refused')
  }

  /** Once for each time that it begins to fail. */
  #tellFailing({ why }: Exclude<Verdict, { kind: 'taken' }>): void {
    if (this.#failing) return
    this.#failing = true
    const error = new MeshError('COLLECTOR', { endpoint: this.#collector.endpoint, why })
    this.#needs.bus.emit({ kind: 'collector:changed', error })
  }

  #drop(count: number, why: EventOf<'spans:dropped'>['why']): void {
    if (count > 0) this.#needs.bus.emit({ kind: 'spans:dropped', count, why })
  }

  #tellOverflow(): void {
    this.#drop(this.#overflow, 'full')
    this.#overflow = 0
  }

  /** Ends early when the node stops: then there is one more try. */
  #wait(ms: number): Promise<void> {
    if (this.#stopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = this.#needs.clock.after(ms, resolve)
      this.#wakeRetry = () => {
        timer.cancel()
        resolve()
      }
    })
  }
}
