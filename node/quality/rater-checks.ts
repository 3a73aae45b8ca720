/** Makes digests of raters again, the one that was looked at longest ago first, and remembers who was found lying. */
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { isMeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { type CheckNeeds, type CheckResult, checkDigest } from './check-digest.ts'
import type { HeardDigest, OthersWord } from './others-word.ts'

/** A check of a whole day's digest takes half a minute. */
const CHECK_MS_MAX = 120_000

export interface RaterChecksNeeds extends Pick<CheckNeeds, 'network' | 'domain' | 'clock' | 'feeAt'> {
  readonly others: OthersWord
  readonly onChecked: (heard: HeardDigest, result: CheckResult) => void
  /** On the disk for as long as it weighs nothing. */
  readonly keepLiar: (liar: { readonly rater: Address; readonly atMs: number }) => Promise<void>
  readonly onNotKept: (error: unknown) => void
}

export class RaterChecks {
  readonly #needs: RaterChecksNeeds

  constructor(needs: RaterChecksNeeds) {
    this.#needs = needs
  }

  /** Nothing where nobody is due. @throws as {@link check} */
  async next(signal?: AbortSignal): Promise<void> {
    const heard = this.#needs.others.nextToCheck()
    if (heard !== undefined) await this.check(heard, signal)
  }

  /** Whom it finds lying weighs nothing from then on. @throws the signal's reason; faults of ours */
  async check(heard: HeardDigest, signal?: AbortSignal): Promise<CheckResult> {
    const { clock, others, onChecked, keepLiar, onNotKept } = this.#needs
    const result = await this.#made(heard, signal)
    others.checked(heard.rater, result.outcome)
    onChecked(heard, result)
    if (result.outcome === 'different') await keepLiar({ rater: heard.rater, atMs: clock.nowMs() }).catch(onNotKept)
    return result
  }

  async #made(heard: HeardDigest, signal: AbortSignal | undefined): Promise<CheckResult> {
    const { others, clock, network, domain, feeAt } = this.#needs
    using deadline = new Deadline(clock, CHECK_MS_MAX, 'making a digest again', signal)
    const needs: CheckNeeds = {
      ...{ network, domain, clock, feeAt },
      batchOf: (rater, sequence) => others.batchOf(rater, sequence),
      onBatch: (rater, sequence, batch) => others.holds(rater, sequence, batch),
    }
    try {
      return await checkDigest(needs, heard, deadline.signal)
    } catch (error) {
      if (signal?.aborted === true) throw error
      // Too slow to be asked: as good as not there.
      if (isMeshError(error, 'TIMEOUT')) return { outcome: 'away', receipts: 0 }
      // Whatever it was, the next one has its turn: a rater that cannot be checked would else be the only one that is.
      others.checked(heard.rater, 'away')
      throw error
    }
  }
}
