/** A signal that ends at a deadline or with another signal, whichever comes first. */
import { abortError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'

export class Deadline implements Disposable {
  readonly signal: AbortSignal
  readonly #release: () => void

  /** @param late what the signal's reason is when the time is over */
  constructor(clock: Clock, ms: number, late: () => MeshError, parent?: AbortSignal) {
    const own = new AbortController()
    const timer = clock.after(ms, () => own.abort(late()))
    const follow = (): void => own.abort(abortError(parent!))
    if (parent?.aborted) follow()
    else parent?.addEventListener('abort', follow, { once: true })
    this.signal = own.signal
    this.#release = () => {
      timer.cancel()
      parent?.removeEventListener('abort', follow)
    }
  }

  [Symbol.dispose](): void {
    this.#release()
  }
}
