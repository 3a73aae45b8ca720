/**
 * Makes blocks on a development chain: one a beat while transactions settle, and few while nothing happens. A block takes 1.7 KB of
 * its file, which is written anew every second: one a second were 150 MB after a day.
 */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

/** Blocks after the last one that was not ours: more than any network on one machine takes to confirm. */
const BUSY_BLOCKS = 8

export interface BlockBeatNeeds {
  readonly clock: Clock
  /** Between blocks while transactions settle. */
  readonly busySeconds: number
  /** Between blocks while nothing happens. */
  readonly idleSeconds: number
  height(): Promise<number>
  mine(): Promise<void>
  readonly onFailure: (error: MeshError) => void
}

export class BlockBeat implements Disposable {
  readonly #needs: BlockBeatNeeds
  #timer: Timer | undefined
  #disposed = false
  #height = -1
  #busy = 0
  #minedAtMs = Number.NEGATIVE_INFINITY
  #isFailing = false

  constructor(needs: BlockBeatNeeds) {
    this.#needs = needs
    this.#later()
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.#timer?.cancel()
  }

  #later(): void {
    if (this.#disposed) return
    this.#timer = this.#needs.clock.after(this.#needs.busySeconds * 1_000, () => void this.#beat())
  }

  async #beat(): Promise<void> {
    try {
      await this.#maybeMine()
      this.#isFailing = false
    } catch (error) {
      if (!this.#disposed && !this.#isFailing) this.#needs.onFailure(asMeshError(error))
      this.#isFailing = true
    }
    this.#later()
  }

  async #maybeMine(): Promise<void> {
    const { clock, idleSeconds } = this.#needs
    const height = await this.#needs.height()
    // A block that is not ours holds a transaction.
    if (height !== this.#height) this.#busy = BUSY_BLOCKS
    const idleMs = clock.monotonicMs() - this.#minedAtMs
    if (this.#disposed || (this.#busy === 0 && idleMs < idleSeconds * 1_000)) return
    await this.#needs.mine()
    this.#minedAtMs = clock.monotonicMs()
    this.#height = height + 1
    if (this.#busy > 0) this.#busy--
  }
}
