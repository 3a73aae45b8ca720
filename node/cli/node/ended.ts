/** The end of a command that runs until it is told to stop: at the signal, or when the control channel says so. */
export class Ended implements Disposable {
  readonly promise: Promise<void>
  readonly #signal: AbortSignal
  readonly #resolve: () => void

  constructor(signal: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.promise = promise
    this.#resolve = () => resolve()
    this.#signal = signal
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', this.#resolve, { once: true })
    // A pending promise alone does not keep the process alive; sockets may be none, as for a node that waits for its door.
    const alive = setInterval(() => undefined, 2 ** 30)
    promise.finally(() => clearInterval(alive))
  }

  now(): void {
    // The answer to whoever asked goes out first.
    setImmediate(() => this.#resolve())
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#resolve)
    this.#resolve()
  }
}
