/** The newest known head of the chain, at hand: a job cannot wait for an RPC. */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { ChainHead, ChainView, Clock, Timer } from '../../protocols/kernel/ports.ts'
import { abortable } from '../client/abortable.ts'
import { Deadline } from '../client/deadline.ts'

/** Both sides of a job allow 60 s between their heads; a fifth of that is ours: this pause and one answer. */
const ASK_MS = 6_000
/**
 * An RPC that lives answers within a second, and a call that is never answered must not be the last one. After two such calls
 * in a row the head is half a minute old, which both sides still allow.
 */
const ANSWER_MS = 6_000

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

  /** @throws MeshError CHAIN_UNREACHABLE or TIMEOUT where there is no first head */
  static async start(
    chain: ChainView,
    clock: Clock,
    onFailure: (error: MeshError) => void,
    signal?: AbortSignal,
  ): Promise<HeadWatch> {
    return new HeadWatch(chain, clock, await look(chain, clock, signal), onFailure)
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
      this.#head = await look(this.#chain, this.#clock, this.#stop.signal)
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#onFailure(asMeshError(error))
    }
    this.#askLater()
  }
}

/** Whoever gave up hears no late answer: an older head could only take the place of a newer one. */
async function look(chain: ChainView, clock: Clock, signal?: AbortSignal): Promise<ChainHead> {
  const late = (): MeshError => new MeshError('TIMEOUT', { what: 'the answer of the chain', ms: ANSWER_MS })
  using deadline = new Deadline(clock, ANSWER_MS, late, signal)
  return await abortable(chain.head(deadline.signal), deadline.signal)
}
