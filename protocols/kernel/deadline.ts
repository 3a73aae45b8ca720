/** The time that one operation may take: a deadline and any number of outer signals as one signal, that is let go of afterwards. */
import { abortError, MeshError, throwIfAborted } from './errors.ts'
import type { Clock, Timer } from './ports.ts'

/**
 * @example
 * using deadline = new Deadline(clock, 5_000, 'the answer of the chain', signal)
 * return await ask(deadline.signal)
 */
export class Deadline implements Disposable {
  readonly #own = new AbortController()
  readonly #outer: readonly AbortSignal[]
  readonly #timer: Timer
  #isOver = false

  /** @param late what did not come in time, for TIMEOUT; or the error that the signal ends with */
  constructor(
    clock: Clock,
    ms: number,
    late: string | (() => MeshError),
    ...outer: readonly (AbortSignal | undefined)[]
  ) {
    this.#outer = outer.filter((signal) => signal !== undefined)
    this.#timer = clock.after(ms, () => {
      this.#isOver = true
      this.#own.abort(typeof late === 'string' ? new MeshError('TIMEOUT', { what: late, ms }) : late())
    })
    for (const signal of this.#outer) {
      if (signal.aborted) this.#own.abort(abortError(signal))
      else signal.addEventListener('abort', this.#follow)
    }
  }

  get signal(): AbortSignal {
    return this.#own.signal
  }

  /** Whether the time ran out. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** @throws the reason of an outer signal; nothing where only the time ran out, for what was found until then may count */
  throwIfGivenUp(): void {
    for (const signal of this.#outer) throwIfAborted(signal)
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
    for (const signal of this.#outer) signal.removeEventListener('abort', this.#follow)
  }

  readonly #follow = (): void => this.#own.abort(abortError(this.#outer.find(({ aborted }) => aborted)!))
}
