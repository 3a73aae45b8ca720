/** Asks the chain about many names: some at once, each once at a time, and after a failure nobody for a while. */
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'

/** Asked about at once; a few calls of the chain each. */
const ASKING_MAX = 8
const ANSWER_MS_MAX = 10_000
/** After a failure nobody is asked about for so long: a chain that is down is not hammered. */
const PAUSE_MS = 5_000

export interface AskingQueueNeeds<Name> {
  readonly clock: Clock
  /** Names that wait to be asked about. */
  readonly waitingMax: number
  /** Where that many wait: whether the one that waits longest gives way, or the new one. */
  readonly whenFull: 'drop-oldest' | 'refuse'
  /** Keeps what it is answered. The signal ends it in time. */
  readonly ask: (name: Name, signal: AbortSignal) => Promise<void>
  readonly onFailure: (error: unknown) => void
}

export class AskingQueue<Name> implements Disposable {
  readonly #needs: AskingQueueNeeds<Name>
  readonly #waiting = new Set<Name>()
  readonly #asking = new Map<Name, Promise<void>>()
  readonly #stop = new AbortController()
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  constructor(needs: AskingQueueNeeds<Name>) {
    this.#needs = needs
  }

  /** Asks behind it. */
  ask(name: Name): void {
    const { clock, waitingMax, whenFull } = this.#needs
    if (this.#stop.signal.aborted || this.#asking.has(name) || this.#waiting.has(name)) return
    if (clock.monotonicMs() < this.#pausedUntilMs) return
    if (this.#waiting.size >= waitingMax) {
      if (whenFull === 'refuse') return
      this.#waiting.delete(this.#waiting.values().next().value!)
    }
    this.#waiting.add(name)
    this.#next()
  }

  /** Resolves when there is an answer, or none came; undefined where it is not being asked about. */
  asking(name: Name): Promise<void> | undefined {
    return this.#asking.get(name)
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#waiting.clear()
  }

  #next(): void {
    for (const name of this.#waiting) {
      if (this.#asking.size >= ASKING_MAX) return
      this.#waiting.delete(name)
      const asking = this.#askNow(name).finally(() => {
        this.#asking.delete(name)
        this.#next()
      })
      this.#asking.set(name, asking)
    }
  }

  async #askNow(name: Name): Promise<void> {
    const { clock, ask, onFailure } = this.#needs
    using deadline = new Deadline(clock, ANSWER_MS_MAX, 'the answer of the chain', this.#stop.signal)
    try {
      await ask(name, deadline.signal)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#waiting.clear()
      this.#pausedUntilMs = clock.monotonicMs() + PAUSE_MS
      onFailure(error)
    }
  }
}
