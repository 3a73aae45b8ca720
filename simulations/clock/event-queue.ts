/** What is due when: a binary heap by time, and by order of asking where times are equal, so that every run has one order. */

export interface DueEvent {
  readonly dueMs: number
  /** Undefined once it has run or was cancelled. */
  call: (() => void) | undefined
}

interface Entry extends DueEvent {
  readonly order: number
}

/** Below this many, cancelled events are left where they are: they go when they are due. */
const SWEEP_MIN = 1_024

export class EventQueue {
  #heap: Entry[] = []
  #cancelled = 0
  #asked = 0

  /** Events that wait and were not cancelled. */
  get size(): number {
    return this.#heap.length - this.#cancelled
  }

  push(dueMs: number, call: () => void): DueEvent {
    const entry: Entry = { dueMs, order: this.#asked++, call }
    this.#heap.push(entry)
    this.#up(this.#heap.length - 1)
    return entry
  }

  cancel(event: DueEvent): void {
    if (event.call === undefined) return
    event.call = undefined
    this.#cancelled++
    // Half of a large heap being dead weight: timers that guard what nearly always ends in time.
    if (this.#heap.length > SWEEP_MIN && this.#cancelled * 2 > this.#heap.length) this.#sweep()
  }

  /** Time of the next event; undefined where none waits. */
  get nextMs(): number | undefined {
    this.#dropCancelled()
    return this.#heap[0]?.dueMs
  }

  /** Takes the next event out. */
  pop(): (() => void) | undefined {
    this.#dropCancelled()
    const first = this.#heap[0]
    if (first === undefined) return undefined
    this.#removeFirst()
    const { call } = first
    first.call = undefined
    return call
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]!.call === undefined) {
      this.#removeFirst()
      this.#cancelled--
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop()!
    if (this.#heap.length === 0) return
    this.#heap[0] = last
    this.#down(0)
  }

  #sweep(): void {
    this.#heap = this.#heap.filter(({ call }) => call !== undefined)
    this.#cancelled = 0
    for (let at = (this.#heap.length >> 1) - 1; at >= 0; at--) this.#down(at)
  }

  #up(from: number): void {
    const entry = this.#heap[from]!
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(entry, this.#heap[parent]!)) break
      this.#heap[at] = this.#heap[parent]!
      at = parent
    }
    this.#heap[at] = entry
  }

  #down(from: number): void {
    const entry = this.#heap[from]!
    const { length } = this.#heap
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) break
      if (child + 1 < length && before(this.#heap[child + 1]!, this.#heap[child]!)) child++
      if (!before(this.#heap[child]!, entry)) break
      this.#heap[at] = this.#heap[child]!
      at = child
    }
    this.#heap[at] = entry
  }
}

const before = (a: Entry, b: Entry): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
