/** A court that is opened with the first evidence: most nodes never have any, and none should keep a desk for it. */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import type { EvidenceSink } from '../../market/evidence-sink.ts'
import { EVIDENCE_MAX, type KeptEvidence } from '../../market/evidence-store.ts'
import type { CourtSink } from './court-sink.ts'

export class LazyCourt implements EvidenceSink, AsyncDisposable {
  readonly #open: () => Promise<CourtSink>
  readonly #onFailure: (error: MeshError) => void
  /** Until it is open. */
  readonly #waiting = new Map<Hash32, KeptEvidence>()
  #opening: Promise<void> | undefined
  #court: CourtSink | undefined

  constructor(open: () => Promise<CourtSink>, onFailure: (error: MeshError) => void) {
    this.#open = open
    this.#onFailure = onFailure
  }

  take(evidence: KeptEvidence): void {
    if (this.#court !== undefined) {
      this.#court.take(evidence)
      return
    }
    if (this.#waiting.size < EVIDENCE_MAX) this.#waiting.set(evidence.nullifier, evidence)
    this.#opening ??= this.#openFor()
  }

  standing(nullifier: Hash32): string | undefined {
    if (this.#court !== undefined) return this.#court.standing(nullifier)
    return this.#waiting.has(nullifier) ? 'is being shown to it' : undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opening
    await this.#court?.[Symbol.asyncDispose]()
  }

  /** Where it fails, the next evidence tries again, and what waits goes with it. */
  async #openFor(): Promise<void> {
    try {
      this.#court = await this.#open()
      for (const evidence of this.#waiting.values()) this.#court.take(evidence)
      this.#waiting.clear()
    } catch (error) {
      this.#opening = undefined
      this.#onFailure(asMeshError(error))
    }
  }
}
