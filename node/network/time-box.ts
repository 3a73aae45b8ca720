/** The time that one operation may take: a deadline and any number of outer signals as one signal that is let go of afterwards. */
import { abortError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

export class TimeBox implements Disposable {
  readonly #controller = new AbortController()
  readonly #outer: readonly AbortSignal[]
  readonly #timer: Timer
  #timedOut = false

  constructor(clock: Clock, ms: number, ...outer: readonly (AbortSignal | undefined)[]) {
    this.#outer = outer.filter((signal) => signal !== undefined)
    this.#timer = clock.after(ms, () => {
      this.#timedOut = true
      this.#controller.abort(new MeshError('TIMEOUT', { what: 'the attempt', ms }))
    })
    for (const signal of this.#outer) {
      if (signal.aborted) this.#stop()
      else signal.addEventListener('abort', this.#stop)
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get timedOut(): boolean {
    return this.#timedOut
  }

  /** @throws MeshError where an outer signal gave up; not where time ran out: what was found until then counts */
  throwIfGivenUp(): void {
    for (const signal of this.#outer) if (signal.aborted) throw abortError(signal)
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
    for (const signal of this.#outer) signal.removeEventListener('abort', this.#stop)
  }

  readonly #stop = (): void => this.#controller.abort(new MeshError('CANCELLED'))
}
