/** Whether the machine's cards are seen, which tool that should see them does not answer, and whether settings name cards that are there. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import { NamedCards } from '../care/named-cards.ts'
import { allBackends } from '../gpu/all-backends.ts'
import { detectCards } from '../gpu/detect-cards.ts'
import type { GpuBackend } from '../gpu/gpu-backend.ts'
import { SystemMachine } from '../gpu/system-machine.ts'
import { systemClock } from '../roles/system-clock.ts'
import { type Check, ok, warn } from './check.ts'

/**
 * @param named words for cards in the owner's settings
 * @param backends those of this machine unless given
 */
export const cardsCheck = (
  named: readonly string[],
  backends: readonly GpuBackend[] = allBackends(new SystemMachine(systemClock)),
): Check => ({
  name: 'cards',
  async run(signal) {
    const { cards, reports } = await detectCards(backends, systemClock, { signal })
    const names = cards
      .filter(({ facts }) => facts.form !== 'cpu')
      .map(({ facts: { name, vendor } }) => name ?? `a card of ${vendor ?? 'an unknown maker'}`)
    const found = names.length === 0 ? 'no card: models run on the processor' : names.join(', ')
    const failed = reports.flatMap(({ finding }) => (finding.kind === 'failed' ? [finding.error] : []))
    if (failed.length > 0)
      return warn(
        `${found}; ${failed.map(({ message }) => message).join('; ')}`,
        `${failed[0]!.hint} See aitbc gpu --why.`,
      )
    const unknown: MeshError[] = []
    const { keyOf } = new NamedCards({
      cards: () => cards.map(({ facts }) => facts),
      onFailure: (error) => unknown.push(error),
    })
    for (const word of named) keyOf(word)
    return unknown.length === 0
      ? ok(found)
      : warn(`${found}; of the settings: ${unknown.map(({ message }) => message).join('; ')}`, unknown[0]!.hint)
  },
})
