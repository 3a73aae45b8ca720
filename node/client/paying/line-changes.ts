/** Whoever waits on a payment line waits here: for the next change, and no longer than a miner may let nothing move. */
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { START_MS_MAX } from '../../../protocols/rules/jobs/attempt-states.ts'

/** Nothing of ours runs there, and its books do not move: other miners are waited for less. */
const QUIET_MS_MAX = START_MS_MAX

export interface LineChangesNeeds {
  readonly clock: Clock
  readonly peer: PeerId
  /** What moves when a miner does its part, as a text. */
  readonly figures: () => string
  /** Work that runs there makes room when it ends, however long it takes. */
  readonly works: () => boolean
  /** Why the miner cannot be reached; undefined where it can. */
  readonly away: () => MeshError | undefined
}

/** How long somebody has waited without that anything moved. */
export interface Wait {
  figures: string
  sinceMs: number
}

export class LineChanges {
  readonly #needs: LineChangesNeeds
  #changed: PromiseWithResolvers<void> = Promise.withResolvers()

  constructor(needs: LineChangesNeeds) {
    this.#needs = needs
  }

  notify(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  /** @throws the signal's reason */
  next(signal: AbortSignal | undefined): Promise<void> {
    return abortable(this.#changed.promise, signal)
  }

  begin(): Wait {
    return { figures: this.#needs.figures(), sinceMs: this.#needs.clock.monotonicMs() }
  }

  /** @throws MeshError STALLED; why the miner cannot be reached; the signal's reason */
  async patiently(wait: Wait, signal: AbortSignal | undefined): Promise<void> {
    const { clock, peer, figures: figuresNow, works, away } = this.#needs
    const nowMs = clock.monotonicMs()
    const figures = figuresNow()
    if (figures !== wait.figures || works()) {
      wait.figures = figures
      wait.sinceMs = nowMs
    }
    const error = away()
    if (error !== undefined) throw error
    const leftMs = wait.sinceMs + QUIET_MS_MAX - nowMs
    if (leftMs <= 0) throw new MeshError('STALLED', { peer, ms: QUIET_MS_MAX })
    const timer = clock.after(leftMs, () => this.notify())
    try {
      await this.next(signal)
    } finally {
      timer.cancel()
    }
  }
}
