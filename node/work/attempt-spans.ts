/** The spans of a miner's traced attempts, made from what the desk tells; of other attempts it keeps nothing. */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import type { AttemptId } from '../../protocols/kernel/ids.ts'
import type { Clock, Random } from '../../protocols/kernel/ports.ts'
import { childSpan, type OpenSpan } from '../../protocols/kernel/trace-context.ts'
import type { FinishedSpan, SpanName } from '../client/telling/finished-span.ts'
import { SpanClock } from '../client/telling/span-clock.ts'
import type { DeskEvent } from './desk-needs.ts'

/** Traced attempts whose answer nobody has taken yet. Beyond, the oldest are told of as they are. */
const ATTEMPTS_MAX = 1_024

interface OpenAttempt {
  readonly span: OpenSpan
  readonly startedAtMs: number
  readonly facts: FinishedSpan['facts']
  end: EndOf | undefined
}

type EndOf = Extract<DeskEvent, { kind: 'ended' }> & { readonly atMs: number }

export class AttemptSpans implements Disposable {
  readonly #random: Random
  readonly #clock: SpanClock
  readonly #onSpan: (span: FinishedSpan) => void
  readonly #attempts = new AgeingMap<AttemptId, OpenAttempt>()

  constructor(clock: Clock, random: Random, onSpan: (span: FinishedSpan) => void) {
    this.#clock = new SpanClock(clock)
    this.#random = random
    this.#onSpan = onSpan
  }

  take(event: DeskEvent): void {
    switch (event.kind) {
      case 'accepted':
        if (event.parent?.sampled === true) this.#begin(event)
        return
      case 'ended': {
        const open = this.#attempts.size === 0 ? undefined : this.#attempts.get(event.attempt)
        if (open !== undefined) open.end = { ...event, atMs: this.#clock.at() }
        return
      }
      case 'told': {
        const open = this.#attempts.get(event.attempt)
        if (open === undefined) return
        this.#attempts.delete(event.attempt)
        this.#tellOf(open, this.#clock.at())
        return
      }
      case 'refused':
    }
  }

  /** Tells of those that ended and were not asked for again. */
  [Symbol.dispose](): void {
    for (const open of this.#attempts.values()) this.#tellOf(open, undefined)
    this.#attempts.clear()
  }

  #begin({ attempt, model, price, parent }: Extract<DeskEvent, { kind: 'accepted' }>): void {
    const facts = { 'aitbc.attempt': attempt, 'aitbc.model_name': model, 'aitbc.price': price }
    const span = childSpan(parent!, this.#random)
    this.#attempts.set(attempt, { span, startedAtMs: this.#clock.at(), facts, end: undefined })
    if (this.#attempts.size <= ATTEMPTS_MAX) return
    const oldest = this.#attempts.oldest()!
    this.#tellOf(this.#attempts.get(oldest)!, undefined)
    this.#attempts.delete(oldest)
  }

  /** @param toldAtMs when the client had taken all of the answer; undefined where it never did */
  #tellOf({ span, startedAtMs, facts, end }: OpenAttempt, toldAtMs: number | undefined): void {
    const endedAtMs = toldAtMs ?? end?.atMs ?? this.#clock.at()
    const failure = end?.error?.code
    const failed = failure === undefined ? {} : { failure }
    const inside = (name: SpanName, from: number, to: number): void =>
      this.#onSpan({
        ...childSpan(span, this.#random),
        name,
        role: 'inside',
        // Times of the engine's own clock are laid inside the attempt.
        startedAtMs: Math.max(startedAtMs, from),
        endedAtMs: Math.max(startedAtMs, to),
        facts: { 'aitbc.attempt': facts['aitbc.attempt']! },
      })
    if (end?.ranMs !== undefined) {
      const ranAtMs = this.#clock.at(end.ranMs)
      const runningAtMs = ranAtMs - end.computedUs / 1_000
      inside('queued', startedAtMs, runningAtMs)
      inside('running', runningAtMs, ranAtMs)
      if (toldAtMs !== undefined) inside('sending', ranAtMs, toldAtMs)
    }
    this.#onSpan({ ...span, name: 'run attempt', role: 'answers', startedAtMs, endedAtMs, facts, ...failed })
  }
}
