/** Looks at a chain again and again, one look at a time; one that fails is told of once, until one succeeds. */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

export interface RepeatedLookNeeds {
  readonly clock: Clock
  /** Between two looks. */
  readonly pauseMs: number
  readonly look: (signal: AbortSignal) => Promise<void>
  readonly onFailure: (error: MeshError) => void
}

export class RepeatedLook implements AsyncDisposable {
  readonly #needs: RepeatedLookNeeds
  readonly #stop = new AbortController()
  #timer: Timer | undefined
  #looking: Promise<void>
  #isFailing = false

  constructor(needs: RepeatedLookNeeds) {
    this.#needs = needs
    this.#looking = this.#look()
  }

  /** For who cannot wait for the next one. */
  async now(): Promise<void> {
    this.#timer?.cancel()
    await this.#looking
    this.#timer?.cancel()
    this.#looking = this.#look()
    await this.#looking
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#timer?.cancel()
    await this.#looking
  }

  async #look(): Promise<void> {
    const { clock, pauseMs, look, onFailure } = this.#needs
    const { signal } = this.#stop
    try {
      await look(signal)
      this.#isFailing = false
    } catch (error) {
      if (signal.aborted) return
      if (!this.#isFailing) onFailure(asMeshError(error))
      this.#isFailing = true
    }
    if (signal.aborted) return
    this.#timer = clock.after(pauseMs, () => {
      this.#looking = this.#look()
    })
  }
}
