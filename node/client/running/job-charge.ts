/**
 * What a job counts against its key's budget, by what happened in it. An answer counts with its price. So does an attempt whose
 * end nobody here saw, for the miner may have finished it and insist on its price; one that the miner refused, or ended itself
 * without a result, costs nothing. A cloud counts with its price, and where its end is in doubt with all that it may bill.
 */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { JobEvent } from './job-runner.ts'

/** By the miner's own word, or before anything was sent to it. */
const FREE: ReadonlySet<string> = new Set(['ATTEMPT_ABORTED', 'ENGINE_FAILED', 'DIAL_FAILED'])

/** Whether a miner may still insist on the price of an attempt that failed so. */
export const mayCost = ({ code }: MeshError): boolean => !FREE.has(code)

export class JobCharge {
  readonly #prices = new Map<AttemptId, Credits>()
  #last: AttemptId | undefined
  #cloud: Credits = credits(0)

  readonly take = (event: JobEvent): void => {
    switch (event.kind) {
      case 'trying':
        this.#last = event.attempt
        this.#prices.set(event.attempt, event.price)
        return
      case 'refused':
        this.#forget(event.attempt)
        return
      case 'failed':
        if (!mayCost(event.error)) this.#forget(event.attempt)
        return
      case 'outrun':
        this.#prices.set(event.attempt, event.paid)
        return
      case 'finished':
        this.#prices.set(event.attempt, event.finished.price)
        return
      case 'cloud-asked':
        this.#cloud = event.priceMax
        return
      case 'cloud-answered':
        this.#cloud = event.price
        return
      case 'cloud-failed':
        this.#cloud = event.mayCost
        return
    }
  }

  /** @param ceiling what the client holds all attempts of a job to */
  total(ceiling: Credits): Credits {
    const sum = [...this.#prices.values()].reduce<bigint>((total, price) => total + price, this.#cloud)
    return sum > ceiling ? ceiling : credits(sum)
  }

  /** Where none is named it is the last one. */
  #forget(attempt = this.#last): void {
    if (attempt !== undefined) this.#prices.delete(attempt)
  }
}
