/** Holds work back while something about this machine, or about one of its cards, is so, and a while longer. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import { Poll } from './poll.ts'

/** What is so now, by who holds for it: nothing, the machine, some of its cards. */
export type Conditions<H extends string> = ReadonlyMap<H, CareVerdict>

export interface ConditionWatchNeeds<H extends string> {
  readonly clock: Clock
  /**
   * `unknown` where the system does not say: then nothing is held. Names as many holders as there are cards, and one.
   * @throws MeshError CANCELLED
   */
  readonly ask: (signal: AbortSignal) => Promise<Conditions<H> | 'unknown'>
  readonly everyMs: number
  /** So long it was not so before work comes back. */
  readonly clearMs: number
  readonly tell: (holder: H, verdict: CareVerdict | undefined) => void
  readonly onFailure: (error: MeshError) => void
}

/** A system that does not say is asked again, rarely: what is missing may be installed. */
const UNKNOWN_MS = 600_000

export class ConditionWatch<H extends string> implements AsyncDisposable {
  readonly #needs: ConditionWatchNeeds<H>
  readonly #poll: Poll
  readonly #heldAtMs = new Map<H, number>()
  #knows = false

  constructor(needs: ConditionWatchNeeds<H>) {
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
    const answer = await ask(signal)
    this.#knows = answer !== 'unknown'
    const nowMs = clock.monotonicMs()
    const held: Conditions<H> = answer === 'unknown' ? new Map() : answer
    for (const [holder, verdict] of held) {
      this.#heldAtMs.set(holder, nowMs)
      tell(holder, verdict)
    }
    for (const [holder, heldAtMs] of this.#heldAtMs) {
      if (held.has(holder) || nowMs - heldAtMs < clearMs) continue
      this.#heldAtMs.delete(holder)
      tell(holder, undefined)
    }
    return this.#knows || this.#heldAtMs.size > 0 ? everyMs : UNKNOWN_MS
  }
}

/** What is asked of the whole machine. */
export const ofMachine = <H extends string>(holder: H, verdict: CareVerdict | undefined): Conditions<H> =>
  new Map(verdict === undefined ? [] : [[holder, verdict]])
