/**
 * Time that moves only when it is told to: from event to event, and between two events everything that was resolved runs
 * first. So code full of promises sees an order of things that depends on the seed alone, and an hour costs what happens in it.
 *
 * Between events one turn of the machine's own loop passes, in which all microtasks run. Nothing under this clock may wait
 * for the machine itself (files, sockets, WebCrypto): such an answer would come at an accidental virtual time.
 */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { EventQueue } from './event-queue.ts'

/** A wait that takes longer than this, in virtual time, has hung: no deadline of the mesh is longer than a day. */
const WAIT_MS_MAX = 86_400_000

export class VirtualClock implements Clock {
  readonly #startsAtMs: number
  readonly #events = new EventQueue()
  #monotonicMs = 0
  #running = false

  /** @param startsAtMs wall clock at the beginning, Unix milliseconds */
  constructor(startsAtMs = 1_800_000_000_000) {
    this.#startsAtMs = startsAtMs
  }

  /** Events that wait. */
  get pending(): number {
    return this.#events.size
  }

  /** Whole milliseconds, as of any wall clock. */
  nowMs(): number {
    return this.#startsAtMs + Math.floor(this.#monotonicMs)
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  /** Later for the same time means later in order. A delay below zero is none. @throws MeshError BUG for one that is no number */
  after(delayMs: number, call: () => void): Timer {
    if (Number.isNaN(delayMs)) throw new MeshError('BUG', { what: 'a timer has a delay' })
    const event = this.#events.push(this.#monotonicMs + Math.max(0, delayMs), call)
    return { cancel: () => this.#events.cancel(event) }
  }

  /** Runs what is due within `ms`, and stops there. */
  advance(ms: number): Promise<void> {
    return this.runUntil(this.#monotonicMs + ms)
  }

  /** Runs what is due up to that monotonic time, and stops there. */
  async runUntil(monotonicMs: number): Promise<void> {
    await this.#run(
      () => false,
      (nextMs) => nextMs === undefined || nextMs > monotonicMs,
    )
    this.#monotonicMs = Math.max(this.#monotonicMs, monotonicMs)
  }

  /**
   * Lets time pass until the promise is settled, and no longer.
   * @returns what the promise resolves with; it throws what the promise rejects with
   * @throws MeshError TIMEOUT where nothing is due any more that could settle it, or a day has passed
   * @example const answers = await clock.until(collect(network.call(miner, protocol, request)))
   */
  async until<T>(promise: Promise<T>, msMax: number = WAIT_MS_MAX): Promise<T> {
    const endMs = this.#monotonicMs + msMax
    let settled = false
    const onSettled = (): void => {
      settled = true
    }
    promise.then(onSettled, onSettled)
    await this.#run(
      () => settled,
      (nextMs) => nextMs === undefined || nextMs > endMs,
    )
    if (!settled) throw new MeshError('TIMEOUT', { what: 'a wait in virtual time', ms: msMax })
    return promise
  }

  /** Lets time pass until the condition holds after some event. @throws MeshError TIMEOUT as {@link until} does */
  async untilTrue(condition: () => boolean, msMax: number = WAIT_MS_MAX): Promise<void> {
    const endMs = this.#monotonicMs + msMax
    let holds = false
    await this.#run(
      () => {
        holds = condition()
        return holds
      },
      (nextMs) => nextMs === undefined || nextMs > endMs,
    )
    if (!holds) throw new MeshError('TIMEOUT', { what: 'a wait in virtual time', ms: msMax })
  }

  async #run(done: () => boolean, isBeyond: (nextMs: number | undefined) => boolean): Promise<void> {
    if (this.#running) throw new MeshError('BUG', { what: 'one at a time moves a virtual clock' })
    this.#running = true
    try {
      for (;;) {
        await settled()
        if (done()) return
        const { nextMs } = this.#events
        if (isBeyond(nextMs)) return
        this.#monotonicMs = nextMs!
        this.#events.pop()!()
      }
    } finally {
      this.#running = false
    }
  }
}

/** A turn of the machine's loop: it begins when no microtask is left, however many of them made new ones. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
