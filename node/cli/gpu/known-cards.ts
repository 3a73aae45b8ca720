/** The cards that a word of a command can mean: those of the running node, or where none runs those of this machine. */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { callControl } from '../../control/call-control.ts'
import type { CardsReport } from '../../gpu/cards-report.ts'
import type { NameableCard } from '../../gpu/find-card.ts'
import type { CommandContext } from '../frame/command.ts'

/** Asks by the data folder: the settings may be about to change, and are read once a command. @throws MeshError CANCELLED */
export async function knownCards({
  dataFolder,
  signal,
  out,
}: Pick<CommandContext, 'dataFolder' | 'signal' | 'out'>): Promise<readonly NameableCard[]> {
  try {
    const report = await callControl(await dataFolder(), 'gpu', {}, { signal, onEvent: () => undefined })
    return (report as CardsReport).cards
  } catch (error) {
    if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
  }
  const { cardsHere } = await import('../../roles/miner/cards-here.ts')
  using progress = out.progress('asking this machine for its cards')
  void progress
  return cardsHere(signal)
}
