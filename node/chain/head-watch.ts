/** The newest known head of the chain, at hand: a job cannot wait for an RPC. */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { ChainHead, ChainView, Clock, Timer } from '../../protocols/kernel/ports.ts'

/** Both sides of a job allow 60 s between their heads; a fifth of that is ours: this pause and one answer. */
const ASK_MS = 6_000
/**
 * An RPC that lives answers within a second, and a call that is never answered must not be the last one. After two such calls
 * in a row the head is half a minute old, which both sides still allow.
 */
const ANSWER_MS = 6_000

/** Who finds its head apart from another's asks again, and no more often than this: strangers can say what they like. */
const ASK_AGAIN_MS_MIN = 2_000

export class HeadWatch implements Disposable {
  readonly #chain: ChainView
  readonly #clock: Clock
  readonly #onFailure: (error: MeshError) => void
  readonly #stop = new AbortController()
  #head: ChainHead
  #timer: Timer | undefined
  #askedAtMs: number
  #asking: Promise<void> | undefined

  private constructor(chain: ChainView, clock: Clock, head: ChainHead, onFailure: (error: MeshError) => void) {
    this.#chain = chain
    this.#clock = clock
    this.#head = head
    this.#onFailure = onFailure
    this.#askedAtMs = clock.monotonicMs()
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

  /**
   * Another says that the chain is elsewhere: right after an outage one of two finds it back first.
   * @returns the newest head, that of before where there is none
   */
  async again(): Promise<ChainHead> {
    if (this.#asking === undefined && this.#clock.monotonicMs() - this.#askedAtMs < ASK_AGAIN_MS_MIN) return this.#head
    await this.#askOnce()
    return this.#head
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#timer?.cancel()
  }

  #askLater(): void {
    if (this.#stop.signal.aborted) return
    this.#timer = this.#clock.after(ASK_MS, () => {
      void this.#askOnce().then(() => this.#askLater())
    })
  }

  #askOnce(): Promise<void> {
    this.#asking ??= this.#ask()
    return this.#asking
  }

  async #ask(): Promise<void> {
    this.#askedAtMs = this.#clock.monotonicMs()
    try {
      this.#head = await look(this.#chain, this.#clock, this.#stop.signal)
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#onFailure(asMeshError(error))
    }
    this.#asking = undefined
  }
}

/** Whoever gave up hears no late answer: an older head could only take the place of a newer one. */
async function look(chain: ChainView, clock: Clock, signal?: AbortSignal): Promise<ChainHead> {
  using deadline = new Deadline(clock, ANSWER_MS, 'the answer of the chain', signal)
  return await abortable(chain.head(deadline.signal), deadline.signal)
}
