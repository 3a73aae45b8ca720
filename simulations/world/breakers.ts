/** The circuit breaker of each miner in one client. */
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { BreakerWord } from '../../protocols/rules/routing/candidate.ts'
import {
  afterEvent,
  type Breaker,
  type BreakerEvent,
  breakerWord,
  WHOLE,
} from '../../protocols/rules/routing/circuit-breaker.ts'

export class Breakers {
  readonly #clock: Clock
  /** No more than there are miners in a scenario. */
  readonly #breakers = new Map<Address, Breaker>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wordOf(miner: Address): BreakerWord {
    const breaker = this.#breakers.get(miner)
    return breaker === undefined ? 'active' : breakerWord(breaker, this.#clock.monotonicMs())
  }

  happened(miner: Address, event: BreakerEvent): void {
    const before = this.#breakers.get(miner) ?? WHOLE
    this.#breakers.set(miner, afterEvent(before, event, this.#clock.monotonicMs()))
  }
}
