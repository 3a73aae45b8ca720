/** Holds work back while something about this machine is so, and a while longer. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import { Poll } from './poll.ts'

export interface ConditionWatchNeeds {
  readonly clock: Clock
  /**
   * The verdict while it is so, `undefined` while it is not, `unknown` where the system does not say: then nothing is held.
   * @throws MeshError CANCELLED
   */
  readonly ask: (signal: AbortSignal) => Promise<CareVerdict | undefined | 'unknown'>
  readonly everyMs: number
  /** So long it was not so before work comes back. */
  readonly clearMs: number
  readonly tell: (verdict: CareVerdict | undefined) => void
  readonly onFailure: (error: MeshError) => void
}

/** A system that does not say is asked again, rarely: what is missing may be installed. */
const UNKNOWN_MS = 600_000

export class ConditionWatch implements AsyncDisposable {
  readonly #needs: ConditionWatchNeeds
  readonly #poll: Poll
  #heldAtMs: number | undefined
  #knows = false

  constructor(needs: ConditionWatchNeeds) {
    this.#needs = needs
    const { clock, everyMs, onFailure } = needs
    this.#poll = new Poll({ clock, look: (signal) => this.#look(signal), onFailure, failedMs: everyMs })
  }

  /** The system says how it stands. */
  get knows(): boolean {
    return this.#knows
  }

  /** What it asks about may be known now. */
  lookNow(): void {
    this.#poll.now()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#poll[Symbol.asyncDispose]()
  }

  async #look(signal: AbortSignal): Promise<number> {
    const { ask, everyMs, clearMs, clock, tell } = this.#needs
    const verdict = await ask(signal)
    this.#knows = verdict !== 'unknown'
    const nowMs = clock.monotonicMs()
    if (verdict !== undefined && verdict !== 'unknown') {
      this.#heldAtMs = nowMs
      tell(verdict)
    } else if (this.#heldAtMs !== undefined && nowMs - this.#heldAtMs >= clearMs) {
      this.#heldAtMs = undefined
      tell(undefined)
    }
    return this.#knows || this.#heldAtMs !== undefined ? everyMs : UNKNOWN_MS
  }
}
