/** Which cards of a machine its engines really run models on. Only those are offered; the others are only there. */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'

export interface UsedSeat {
  readonly facts: CardFacts
  /** Words of the kernel classes of the models that run there: `cpu`, `cuda`. */
  readonly kernels: readonly string[]
}

/** None where all kernels are the processor's, whatever cards there are. A card that exists in a program only is used by nobody. */
export const usedCards = (seats: readonly UsedSeat[]): readonly CardFacts[] =>
  seats
    .filter(({ facts, kernels }) => facts.simulated !== true && kernels.some((word) => word !== 'cpu'))
    .map(({ facts }) => facts)
