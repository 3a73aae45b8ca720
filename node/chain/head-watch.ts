/** The newest known head of the chain, at hand: a job cannot wait for an RPC. */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { ChainHead, ChainView, Clock, Timer } from '../../protocols/kernel/ports.ts'

/** Both sides of a job allow 60 s between their heads; a fifth of that is ours. */
const ASK_MS = 6_000

export class HeadWatch implements Disposable {
  readonly #chain: ChainView
  readonly #clock: Clock
  readonly #onFailure: (error: MeshError) => void
  readonly #stop = new AbortController()
  #head: ChainHead
  #timer: Timer | undefined

  private constructor(chain: ChainView, clock: Clock, head: ChainHead, onFailure: (error: MeshError) => void) {
    this.#chain = chain
    this.#clock = clock
    this.#head = head
    this.#onFailure = onFailure
    this.#askLater()
  }

  /** @throws MeshError CHAIN_UNREACHABLE where there is no first head */
  static async start(
    chain: ChainView,
    clock: Clock,
    onFailure: (error: MeshError) => void,
    signal?: AbortSignal,
  ): Promise<HeadWatch> {
    return new HeadWatch(chain, clock, await chain.head(signal), onFailure)
  }

  get head(): ChainHead {
    return this.#head
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#timer?.cancel()
  }

  #askLater(): void {
    if (this.#stop.signal.aborted) return
    this.#timer = this.#clock.after(ASK_MS, () => void this.#ask())
  }

  async #ask(): Promise<void> {
    try {
      this.#head = await this.#chain.head(this.#stop.signal)
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#onFailure(asMeshError(error))
    }
    this.#askLater()
  }
}
