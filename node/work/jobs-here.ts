/** The jobs that a miner holds now: by their attempt, by who pays for them, and what their inputs may take. */
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import { totalBytes } from '../../protocols/wire/job/tensor-frames.ts'
import type { RunningJob } from './running-job.ts'

/** Bounded by admission, which asks it for room. */
export class JobsHere {
  readonly #running = new Map<AttemptId, RunningJob>()
  readonly #ofPayer = new Map<Address, number>()
  #inputBytes = 0

  get size(): number {
    return this.#running.size
  }

  /** Of all of them, whole, whether it has arrived or not. */
  get inputBytes(): number {
    return this.#inputBytes
  }

  get(attempt: AttemptId): RunningJob | undefined {
    return this.#running.get(attempt)
  }

  all(): readonly RunningJob[] {
    return [...this.#running.values()]
  }

  paidBy(payer: Address): number {
    return this.#ofPayer.get(payer) ?? 0
  }

  add(job: RunningJob): void {
    const { id, run } = job.attempt
    this.#running.set(id, job)
    this.#ofPayer.set(run.terms.payer, this.paidBy(run.terms.payer) + 1)
    this.#inputBytes += totalBytes(run.spec.inputs)
  }

  /** False where it was not there. */
  remove({ attempt }: RunningJob): boolean {
    if (!this.#running.delete(attempt.id)) return false
    const { run } = attempt
    const { payer } = run.terms
    const left = this.paidBy(payer) - 1
    if (left > 0) this.#ofPayer.set(payer, left)
    else this.#ofPayer.delete(payer)
    this.#inputBytes -= totalBytes(run.spec.inputs)
    return true
  }
}
