/** The one place where events are reported: from here they go to the log, the metrics and whoever listens. */
import { asMeshError, holdsStrangersWords, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { EventFollower } from './event-follower.ts'
import { EventMetrics } from './event-metrics.ts'
import { type EventRow, eventTable } from './event-table.ts'
import { logFacts, printable, withoutWords } from './log-facts.ts'
import type { LogWriter } from './log-writer.ts'
import type { NodeEvent, StampedEvent } from './node-event.ts'

/** Dashboards and `logs --follow` of one node; each holds a buffer. */
const FOLLOWERS_MAX = 32

export type EventListener = (event: StampedEvent) => void

export class EventBus implements Disposable {
  readonly metrics: EventMetrics = new EventMetrics()
  readonly #clock: Clock
  readonly #log: LogWriter
  readonly #listeners = new Set<EventListener>()
  readonly #followers = new Set<EventFollower>()
  #sequence = 0

  constructor(clock: Clock, log: LogWriter) {
    this.#clock = clock
    this.#log = log
  }

  /** Never throws: telling must not break what is told of. */
  emit(event: NodeEvent): void {
    const stamped: StampedEvent = { sequence: ++this.#sequence, atMs: this.#clock.nowMs(), event }
    const failures = [this.#note(stamped)]
    for (const follower of this.#followers) follower.push(stamped)
    for (const listener of this.#listeners) failures.push(this.#tell(listener, stamped))
    // Once all have heard of the event itself: they hear in order.
    for (const failure of failures) if (failure !== undefined) this.trouble(failure.during)(failure.error)
  }

  /** Who tells of failures of work in the background, which `during` names. */
  trouble(during: string): (error: unknown) => void {
    return (error) => this.emit({ kind: 'trouble', during, error: asMeshError(error) })
  }

  /** Called for each event at once, in order. */
  listen(listener: EventListener): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  /** The events from now on, at the reader's own pace. @throws MeshError LIMIT */
  follow(bufferMax?: number): EventFollower {
    if (this.#followers.size >= FOLLOWERS_MAX)
      throw new MeshError('LIMIT', { what: 'live streams', max: FOLLOWERS_MAX })
    const follower = new EventFollower((ended) => this.#followers.delete(ended), bufferMax)
    this.#followers.add(follower)
    return follower
  }

  [Symbol.dispose](): void {
    for (const follower of this.#followers) follower[Symbol.dispose]()
    this.#listeners.clear()
  }

  /** Metric and line. A value that a row cannot put into words costs these words. */
  #note(stamped: StampedEvent): Failure | undefined {
    const { kind } = stamped.event
    try {
      this.metrics.add(stamped.event)
      this.#write(stamped)
      return undefined
    } catch (error) {
      // To tell that this cannot be told would end nowhere.
      return kind === 'trouble' ? undefined : { during: `telling of ${kind}`, error }
    }
  }

  #write({ atMs, event }: StampedEvent): void {
    const row = eventTable[event.kind] as EventRow<NodeEvent>
    const level = typeof row.level === 'string' ? row.level : row.level(event)
    if (!this.#log.wants(level)) return
    const told = this.#log.wants('debug') ? event : withoutStrangersWords(event, row.stranger === true)
    this.#log.write({ atMs, level, event: event.kind, text: printable(row.say(told)), facts: logFacts(told) })
  }

  #tell(listener: EventListener, stamped: StampedEvent): Failure | undefined {
    try {
      listener(stamped)
      return undefined
    } catch (error) {
      // Removed, or its next failure would come with the very event that reports this one.
      this.#listeners.delete(listener)
      return { during: 'listening to events', error }
    }
  }
}

/** @param isStrangers its error may hold them, whatever it is */
function withoutStrangersWords(event: NodeEvent, isStrangers: boolean): NodeEvent {
  const { error } = event as { readonly error?: unknown }
  if (!(error instanceof MeshError) || !(isStrangers || holdsStrangersWords(error))) return event
  return { ...event, error: withoutWords(error) } as NodeEvent
}

interface Failure {
  readonly during: string
  readonly error: unknown
}
