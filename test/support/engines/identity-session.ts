/** An engine that gives back what it is given, and takes its time for it. */
import type { EngineSession, RunOptions, RunResult } from '../../../node/engines/engine.ts'
import { abortError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'

const X = { name: 'x', type: 'float32', dims: ['n'] } as const
const Y = { ...X, name: 'y' }

/** Answers with its input after `serviceMs`, one run after the other. */
export class IdentitySession implements EngineSession {
  readonly inputs = [X]
  readonly outputs = [Y]
  readonly kernelClass: string
  readonly state = 'ready'
  runs = 0
  readonly #clock: Clock
  readonly #serviceMs: number
  #last: Promise<unknown> = Promise.resolve()

  constructor(clock: Clock, serviceMs: number, card = 'none') {
    this.#clock = clock
    this.#serviceMs = serviceMs
    this.kernelClass = `identity/1/virtual/fp32/${card}`
  }

  run(inputs: readonly Tensor[], { signal }: RunOptions = {}): Promise<RunResult> {
    const askedAtMs = this.#clock.monotonicMs()
    const result = this.#last.then(async () => {
      throwIfAborted(signal)
      this.runs++
      const waitedUs = (this.#clock.monotonicMs() - askedAtMs) * 1_000
      await this.#compute(signal)
      return { outputs: [{ ...inputs[0]!, name: 'y' }], computedUs: this.#serviceMs * 1_000, waitedUs }
    })
    this.#last = result.catch(() => undefined)
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #compute(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#serviceMs, resolve)
      const onAbort = (): void => {
        timer.cancel()
        reject(abortError(signal!))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
}
