/** One reader of the live stream: it never slows the node down, and is told by a gap what it missed. */
import type { StampedEvent } from './node-event.ts'

/** A second of a busy node; a reader that is further behind misses the oldest. */
export const BUFFER_MAX = 16_384

export class EventFollower implements AsyncIterableIterator<StampedEvent>, Disposable {
  readonly #bufferMax: number
  readonly #onEnd: (follower: EventFollower) => void
  #buffer: StampedEvent[] = []
  #from = 0
  #waiting: PromiseWithResolvers<IteratorResult<StampedEvent>> | undefined
  #ended = false

  constructor(onEnd: (follower: EventFollower) => void, bufferMax: number = BUFFER_MAX) {
    this.#onEnd = onEnd
    this.#bufferMax = bufferMax
  }

  push(event: StampedEvent): void {
    if (this.#waiting !== undefined) {
      this.#waiting.resolve({ value: event, done: false })
      this.#waiting = undefined
      return
    }
    this.#buffer.push(event)
    if (this.#buffer.length - this.#from > this.#bufferMax) this.#drop()
  }

  /** One reader at a time. Ends when the follower is disposed, after what it holds. */
  next(): Promise<IteratorResult<StampedEvent>> {
    const event = this.#buffer[this.#from]
    if (event !== undefined) {
      this.#drop()
      return Promise.resolve({ value: event, done: false })
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  return(): Promise<IteratorResult<StampedEvent>> {
    this[Symbol.dispose]()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    if (this.#ended) return
    this.#ended = true
    this.#waiting?.resolve({ value: undefined, done: true })
    this.#waiting = undefined
    this.#onEnd(this)
  }

  /** Moves past the oldest; the array is cut when half of it is behind, so that a drop costs nothing on average. */
  #drop(): void {
    this.#from++
    if (this.#from * 2 < this.#buffer.length) return
    this.#buffer = this.#buffer.slice(this.#from)
    this.#from = 0
  }
}
