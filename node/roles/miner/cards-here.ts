/** The cards of this machine, for a command that has no node which has looked for them. */
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { allBackends } from '../../gpu/all-backends.ts'
import { detectCards } from '../../gpu/detect-cards.ts'
import { SystemMachine } from '../../gpu/system-machine.ts'
import { systemClock } from '../system-clock.ts'

/** @throws MeshError CANCELLED */
export async function cardsHere(signal?: AbortSignal): Promise<readonly CardFacts[]> {
  const options = signal === undefined ? {} : { signal }
  const { cards } = await detectCards(allBackends(new SystemMachine(systemClock)), systemClock, options)
  return cards.map(({ facts }) => facts)
}
