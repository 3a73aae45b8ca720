/** Looks at something again and again, one look at a time, until it is disposed. */
import { asMeshError, isMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

export interface PollNeeds {
  readonly clock: Clock
  /** @returns ms until the next look */
  readonly look: (signal: AbortSignal) => Promise<number>
  /** Told once for a row of failures. */
  readonly onFailure: (error: MeshError) => void
  /** After a look that failed. */
  readonly failedMs: number
}

export class Poll implements AsyncDisposable {
  readonly #needs: PollNeeds
  readonly #ended = new AbortController()
  #timer: Timer | undefined
  #looking: Promise<void> = Promise.resolve()
  #isFailing = false

  constructor(needs: PollNeeds) {
    this.#needs = needs
    this.#looking = this.#look()
  }

  /** Looks now instead of later, where it is not looking already. */
  now(): void {
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = undefined
    this.#looking = this.#look()
  }

  /** The first look is over. */
  get first(): Promise<void> {
    return this.#looking
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    this.#timer?.cancel()
    await this.#looking
  }

  async #look(): Promise<void> {
    const { clock, look, onFailure, failedMs } = this.#needs
    let nextMs = failedMs
    try {
      nextMs = await look(this.#ended.signal)
      this.#isFailing = false
    } catch (error) {
      if (!this.#ended.signal.aborted && !isMeshError(error, 'CANCELLED')) {
        if (!this.#isFailing) onFailure(asMeshError(error))
        this.#isFailing = true
      }
    }
    if (this.#ended.signal.aborted) return
    this.#timer = clock.after(nextMs, () => {
      this.#timer = undefined
      this.#looking = this.#look()
    })
  }
}
