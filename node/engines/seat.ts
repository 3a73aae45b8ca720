/** A seat: one card that models run on, with the engine that runs them there. A miner has one or several. */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { Engine } from './engine.ts'

export interface EngineSeat {
  /** `CardFacts.key`. */
  readonly card: string
  /** What is known of it by now: a start does not wait until the processor was looked at. */
  readonly facts: CardFacts
  /** Seats may share one, where each of their sessions is a process of its own anyway. */
  readonly engine: Engine
}

/** As people know it. */
export const seatName = ({ facts: { name, vendor, form } }: Pick<EngineSeat, 'facts'>): string =>
  name ?? (form === 'cpu' ? 'the processor' : `a card of ${vendor ?? 'an unknown maker'}`)
