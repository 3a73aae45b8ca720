/** Ends a call whose peer sends next to nothing: one byte a second is alive by every other measure, and keeps a chunk for ever. */
import { abortError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

export class ThroughputFloor implements Disposable {
  readonly #controller = new AbortController()
  readonly #release: () => void
  #timer: Timer | undefined
  #bytes = 0
  #tripped = false

  constructor(clock: Clock, bytesPerSecond: number, windowMs: number, parent: AbortSignal) {
    const bytesMin = (bytesPerSecond * windowMs) / 1_000
    const look = (): void => {
      if (this.#bytes < bytesMin) {
        this.#tripped = true
        this.#controller.abort(new MeshError('CANCELLED'))
        return
      }
      this.#bytes = 0
      this.#timer = clock.after(windowMs, look)
    }
    this.#timer = clock.after(windowMs, look)
    const follow = (): void => this.#controller.abort(abortError(parent))
    parent.addEventListener('abort', follow, { once: true })
    if (parent.aborted) follow()
    this.#release = () => parent.removeEventListener('abort', follow)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** It was the peer's slowness that ended the call. */
  get tripped(): boolean {
    return this.#tripped
  }

  add(bytes: number): void {
    this.#bytes += bytes
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#release()
  }
}
