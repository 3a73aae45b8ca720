/** What was seen and is not on the disk yet: written together, for a busy client sees thousands a second. */
import type { Observation } from '../../protocols/rules/qos/observation.ts'

/** The newest of some seconds: two in that time say as much of a miner as two thousand. */
const UNKEPT_MAX = 512

export class UnkeptObservations {
  readonly #keep: (seen: readonly Observation[]) => Promise<void>
  readonly #onFailure: (error: unknown) => void
  #seen: Observation[] = []

  constructor(keep: (seen: readonly Observation[]) => Promise<void>, onFailure: (error: unknown) => void) {
    this.#keep = keep
    this.#onFailure = onFailure
  }

  add(seen: Observation): void {
    this.#seen.push(seen)
    if (this.#seen.length > UNKEPT_MAX) this.#seen.shift()
  }

  /** What cannot be written is forgotten, and will be seen again. */
  async keep(): Promise<void> {
    const seen = this.#seen
    this.#seen = []
    await this.#keep(seen).catch(this.#onFailure)
  }
}
