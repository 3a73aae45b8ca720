/** Power limits that this node sets on cards, and those of a run that was killed. */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { Poll } from '../../care/poll.ts'
import { EarlierLimits } from '../../care/power/earlier-limits.ts'
import { LimitKeeper } from '../../care/power/limit-keeper.ts'
import { labelIn } from '../../gpu/find-card.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import type { NodeCards } from './cards.ts'
import { lookAt } from './care.ts'

/** For people, by the number in `aitbc gpu`: two may be of a kind. */
export const labelsOf =
  (cards: NodeCards) =>
  (key: string): string =>
    labelIn(
      cards.cards().map(({ facts }) => facts),
      key,
    )

/** Whether the cards of the last run's limits are there. */
const LEFT_MS = 10_000
/** Nothing is left. */
const DONE_MS = 86_400_000

/** Puts back what a run that was killed has left, whatever the settings are now. @returns `undefined` where that is not known */
export async function startLimits(
  parts: Parts,
  { clock, bus, folder }: Pick<Foundation, 'clock' | 'bus' | 'folder'>,
  { cards, timeScale }: { readonly cards: NodeCards; readonly timeScale: number },
): Promise<LimitKeeper | undefined> {
  const labelOf = labelsOf(cards)
  const trouble = bus.trouble('setting power limits')
  try {
    const earlier = new EarlierLimits(folder.file('powerLimits'))
    const limits = await parts.start(
      'power limits',
      () =>
        new LimitKeeper({
          clock,
          setter: () => cards.monitor,
          limits: earlier,
          timeScale,
          onChange: (key, limitW, change) => bus.emit({ kind: 'power:limit', card: labelOf(key), limitW, change }),
          onFailure: trouble,
        }),
    )
    if (earlier.all().length === 0) return limits
    const poll = await parts.start('limits of the last run', () => {
      const look = async (signal: AbortSignal): Promise<number> =>
        (await limits.restoreLeft(await lookAt(cards)(signal), signal)) > 0 ? LEFT_MS : DONE_MS
      return new Poll({ clock, look, onFailure: trouble, failedMs: LEFT_MS })
    })
    await parts.start('limits of new cards', () => cards.listen(() => poll.now()))
    return limits
  } catch (error) {
    // What stands on the cards may be ours, and what was there before is not known: nothing is set on top of it.
    if (!isMeshError(error, 'DATA_FOLDER_DAMAGED')) throw error
    trouble(error)
    return undefined
  }
}

/** The same for a node that sets no limits itself, and looks for cards only where some are left. */
export async function restoreLimits(...[parts, base, watched]: Parameters<typeof startLimits>): Promise<void> {
  if (!mayBeLeft(base.folder.file('powerLimits'))) return
  await startLimits(parts, base, watched)
  watched.cards.begin()
}

function mayBeLeft(path: string): boolean {
  try {
    return new EarlierLimits(path).all().length > 0
  } catch {
    return true
  }
}
