/** The cards that a word of a command can mean: those of the running node, or where none runs those of this machine. */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { CardsReport } from '../../gpu/cards-report.ts'
import type { NameableCard } from '../../gpu/find-card.ts'
import type { CommandContext } from '../command.ts'
import { reachNode } from '../node-access.ts'

/** @throws MeshError CANCELLED */
export async function knownCards(
  context: Pick<CommandContext, 'config' | 'dataFolder' | 'signal' | 'out'>,
): Promise<readonly NameableCard[]> {
  try {
    await using node = await reachNode(context)
    return (await node.call<CardsReport>('gpu')).cards
  } catch (error) {
    if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
  }
  const { cardsHere } = await import('../../roles/cards-here.ts')
  using progress = context.out.progress('asking this machine for its cards')
  void progress
  return cardsHere(context.signal)
}
