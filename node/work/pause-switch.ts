/** The owner's switch: takes the miner, or one card of it, out of the market at once, for a while or until it is brought back. */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

/** Longer pauses are an end: the owner stops the node. */
export const PAUSE_MS_MAX = 30 * 86_400_000

export interface Pause {
  /** Unix ms of the return; absent where only the owner ends it. */
  readonly untilMs?: number
}

export interface PauseSwitchNeeds {
  readonly clock: Clock
  /** Takes what is paused out of the market, or brings it back. */
  readonly apply: (pause: Pause | undefined) => Promise<void>
  readonly onChange: (pause: Pause | undefined) => void
  /** A return by the clock could not be told: the offer's own board tries again. */
  readonly onFailure: (error: MeshError) => void
}

export class PauseSwitch implements Disposable {
  readonly #needs: PauseSwitchNeeds
  #pause: Pause | undefined
  #timer: Timer | undefined

  constructor(needs: PauseSwitchNeeds) {
    this.#needs = needs
  }

  /** Undefined while it is in the market. */
  get pause(): Pause | undefined {
    return this.#pause
  }

  /**
   * From this call on no job is taken; resolves when the withdrawal is out. A second one replaces the time of the first.
   * @param ms at most {@link PAUSE_MS_MAX}; until {@link resume} where absent
   * @throws MeshError where the withdrawal cannot be signed or sent now: it is tried again, and no job is taken meanwhile
   */
  async stop(ms?: number): Promise<void> {
    const { clock, apply, onChange } = this.#needs
    this.#timer?.cancel()
    this.#pause = ms === undefined ? {} : { untilMs: clock.nowMs() + ms }
    if (ms !== undefined) this.#resumeAfter(ms)
    onChange(this.#pause)
    await apply(this.#pause)
  }

  /** Resolves when the offer is out. @throws MeshError where it cannot be signed or sent now */
  async resume(): Promise<void> {
    const { apply, onChange } = this.#needs
    this.#timer?.cancel()
    if (this.#pause === undefined) return
    this.#pause = undefined
    onChange(undefined)
    await apply(undefined)
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }

  #resumeAfter(ms: number): void {
    const pause = this.#pause
    this.#timer = this.#needs.clock.after(ms, () => {
      if (this.#pause !== pause) return
      this.resume().catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
    })
  }
}
