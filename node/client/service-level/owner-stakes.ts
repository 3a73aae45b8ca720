/** Who owns operators, and with what stake, as far as it is known already: a draw of witnesses does not wait for a chain. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Clock, Standing } from '../../../protocols/kernel/ports.ts'
import { AskingQueue } from '../asking-queue.ts'

/** As many as are weighed for one draw, twice. */
const KNOWN_MAX = 2_048
/** Stake thaws for days: what stood five minutes ago stands behind a stamp of now. */
const FRESH_MS = 300_000
/** Operators that wait to be asked about; more are asked about at the next draw. */
const WAITING_MAX = 256

export interface OwnerStakesNeeds {
  readonly standingOf: (operator: Address, signal?: AbortSignal) => Promise<Standing>
  readonly clock: Clock
}

interface Known {
  readonly standing: Standing
  readonly atMs: number
}

export class OwnerStakes implements Disposable {
  readonly #needs: OwnerStakesNeeds
  readonly #known = new AgeingMap<Address, Known>()
  readonly #queue: AskingQueue<Address>

  constructor(needs: OwnerStakesNeeds) {
    this.#needs = needs
    this.#queue = new AskingQueue({
      ...{ clock: needs.clock, waitingMax: WAITING_MAX, whenFull: 'refuse' },
      ask: (operator, signal) => this.#look(operator, signal),
      // A witness that nobody answers for is none; who waits for the chain is told so by others.
      onFailure: () => undefined,
    })
  }

  /** What is known, at once; what is not, or is old, is asked about behind it. */
  known(operator: Address): Standing | undefined {
    const known = this.#known.get(operator)
    if (known === undefined || this.#needs.clock.monotonicMs() - known.atMs > FRESH_MS) this.#queue.ask(operator)
    return known?.standing
  }

  /** Asks behind it about those of whom nothing is known yet, or nothing new: a draw does not wait. */
  prepare(operators: Iterable<{ readonly operator: Address }>): void {
    for (const { operator } of operators) this.known(operator)
  }

  /** The same of several, when those that nothing was known of have been asked about, or the signal ends it. */
  async whenKnown(operators: readonly Address[], signal: AbortSignal): Promise<void> {
    for (const operator of operators) this.known(operator)
    const unknown = operators.filter((operator) => !this.#known.has(operator))
    await abortable(Promise.all(unknown.map((operator) => this.#queue.asking(operator))), signal).catch(() => undefined)
  }

  [Symbol.dispose](): void {
    this.#queue[Symbol.dispose]()
  }

  async #look(operator: Address, signal: AbortSignal): Promise<void> {
    const { clock, standingOf } = this.#needs
    const standing = await abortable(standingOf(operator, signal), signal)
    this.#known.delete(operator)
    if (this.#known.size >= KNOWN_MAX) this.#known.delete(this.#known.oldest()!)
    this.#known.set(operator, { standing, atMs: clock.monotonicMs() })
  }
}
