/** Which cards of a machine its engines really run models on. Only those are offered; the others are only there. */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import { cardFor } from './card-family.ts'
import { kernelSets } from './kernels.ts'

/**
 * None where all kernels are the processor's, whatever cards there are. A card that exists in a program only is used by nobody.
 * @param kernels words of the engines' kernel classes: `cpu`, `cuda`
 */
export function usedCards(cards: readonly CardFacts[], kernels: readonly string[]): readonly CardFacts[] {
  const real = cards.filter(({ simulated }) => simulated !== true)
  const sets = kernelSets.filter((set) => set !== 'cpu' && kernels.includes(set))
  return [...new Set(sets.flatMap((set) => cardFor(set, real) ?? []))]
}
