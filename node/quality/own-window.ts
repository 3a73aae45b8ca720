/** What this node saw of miners in the last day, and what that comes to. */
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { evidenceOf } from '../../protocols/rules/qos/evidence-of.ts'
import type { Evidence } from '../../protocols/rules/qos/miner-score.ts'
import {
  OBSERVATIONS_MAX,
  type Observation,
  requireObservation,
  type Subject,
  WINDOW_S,
} from '../../protocols/rules/qos/observation.ts'

/** Of all miners together: 1 MB, and the sum over them takes some milliseconds. A busy client sees them in an hour. */
export const WINDOW_OBSERVATIONS_MAX = 4_096
/** The sum over all is made again at most so often: the next job goes by what was known a second ago. */
const REFRESH_MS = 1_000

export interface OwnWindowNeeds {
  readonly clock: Clock
  readonly subjectOf: (miner: Address) => Subject | undefined
  /** Operators and owner of this node: nobody rates itself. */
  readonly isOwn: (miner: Address) => boolean
}

export class OwnWindow {
  readonly #needs: OwnWindowNeeds
  #seen: Observation[] = []
  readonly #counts = new Map<Address, number>()
  #evidence: ReadonlyMap<Address, Evidence> = new Map()
  #isStale = false
  #madeMs = Number.NEGATIVE_INFINITY

  constructor(needs: OwnWindowNeeds, earlier: readonly Observation[] = []) {
    this.#needs = needs
    for (const seen of earlier) this.note(seen)
  }

  /**
   * False for one of this node itself, which is not counted. The newest of a miner push out its oldest, and the oldest of all.
   * @throws RangeError for what is no observation
   */
  note(seen: Observation): boolean {
    requireObservation(seen)
    if (this.#needs.isOwn(seen.miner)) return false
    this.#seen.push(seen)
    const count = (this.#counts.get(seen.miner) ?? 0) + 1
    this.#counts.set(seen.miner, count)
    if (count > OBSERVATIONS_MAX) this.#drop(this.#seen.findIndex(({ miner }) => miner === seen.miner))
    else if (this.#seen.length > WINDOW_OBSERVATIONS_MAX) this.#drop(0)
    this.#isStale = true
    return true
  }

  /** The oldest first. */
  observations(): readonly Observation[] {
    this.#forgetOld()
    return this.#seen
  }

  /** @param isFresh for who shows it to people: with all that was seen up to now */
  evidence(isFresh = false): ReadonlyMap<Address, Evidence> {
    const nowMs = this.#needs.clock.monotonicMs()
    if (!isFresh && nowMs - this.#madeMs < REFRESH_MS) return this.#evidence
    this.#forgetOld()
    if (!this.#isStale) return this.#evidence
    this.#evidence = evidenceOf(this.#seen, this.#needs.subjectOf)
    this.#isStale = false
    this.#madeMs = nowMs
    return this.#evidence
  }

  #forgetOld(): void {
    const oldestS = this.#needs.clock.nowMs() / 1_000 - WINDOW_S
    while (this.#seen.length > 0 && this.#seen[0]!.atS < oldestS) this.#drop(0)
  }

  #drop(at: number): void {
    const [gone] = this.#seen.splice(at, 1)
    if (gone === undefined) return
    const left = this.#counts.get(gone.miner)! - 1
    if (left > 0) this.#counts.set(gone.miner, left)
    else this.#counts.delete(gone.miner)
    this.#isStale = true
  }
}
