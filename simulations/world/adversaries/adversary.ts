/** Somebody who is not honest, as two scenarios that differ in nothing else, and the figures by which the market stands or falls. */
import type { Run } from '../run-world.ts'
import type { Scenario } from '../scenario.ts'
import type { MarketSize } from '../small-market.ts'

export interface Figure {
  /** What is counted, as a row of a table says it. */
  readonly what: string
  /** What is reached is `count / of`, both summed over all seeds: a seed in which there is little of it must not speak loudest. */
  readonly count: number
  readonly of: number
  /** Wanted: below this. */
  readonly below: number
  readonly unit: '%' | 'points' | 'jobs'
}

export interface Staged {
  readonly attack: Scenario
  /** The same market, in which those who attack are honest or are not there. */
  readonly control: Scenario
  figures(attack: Run, control: Run): readonly Figure[]
}

export interface Adversary {
  readonly name: string
  /** What it does, in a sentence. */
  readonly does: string
  readonly stage: (size: MarketSize) => Staged
}
