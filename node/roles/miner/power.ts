/** Keeps the cards within the owner's budget, where there is one. */
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { isAtLeast } from '../../../protocols/rules/thermal/heat-ladder.ts'
import type { Caretaker } from '../../care/caretaker.ts'
import { PowerFile } from '../../care/power/power-file.ts'
import { PowerKeeper } from '../../care/power/power-keeper.ts'
import { publishedPower } from '../../care/power/published-power.ts'
import { MeasuredFile } from '../../measure/measured-file.ts'
import { measuredRates } from '../../measure/measured-rates.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import type { NodeCards } from './cards.ts'
import { type Care, lookAt } from './care.ts'
import { labelsOf, startLimits } from './power-limits.ts'

interface Powered {
  readonly cards: NodeCards
  readonly timeScale: number
  readonly caretaker: Caretaker
  readonly care: Care
  /** Keys of the cards that models run on; none while that is not known. */
  readonly seats: () => readonly string[]
  /** As {@link PowerKeeperNeeds.perWattMin}. */
  readonly perWattMin: () => number | undefined
}

/** @returns `undefined` without a budget */
export async function startPower(
  parts: Parts,
  { clock, bus, settings, folder }: Foundation,
  { cards, timeScale, caretaker, care, seats, perWattMin }: Powered,
): Promise<PowerKeeper | undefined> {
  const { powerMax: budgetW } = settings
  const limits = await startLimits(parts, { clock, bus, folder }, { cards, timeScale })
  if (budgetW === undefined) return undefined
  const rates = measuredRates(new MeasuredFile(folder.file('measured')), clock)
  const labelOf = labelsOf(cards)
  const power = await parts.start(
    'watch on the power',
    () =>
      new PowerKeeper({
        clock,
        look: lookAt(cards),
        // As long as it is not known which, all of them count.
        seats: () => (seats().length > 0 ? seats() : cards.facts().map(({ key }) => key)),
        budgetW,
        perWattMin,
        published: publishedPower,
        gflops: rates,
        isHot: (key) => care.cards().some(({ facts, step }) => facts.key === key && isAtLeast(step, 'hot')),
        file: new PowerFile(folder.file('power')),
        limits: settings.powerLimits === 'on' ? limits : undefined,
        timeScale,
        tell: (holder, verdict) => caretaker.tell(holder, verdict),
        onEvent: (event) => {
          if (event.kind === 'shared') {
            const shares = Object.entries(event.sharesW)
            bus.emit({
              kind: 'power:shared',
              budgetW,
              cards: shares.map(([key]) => labelOf(key)),
              sharesW: shares.map(([, shareW]) => shareW),
            })
          } else if (event.kind === 'over') {
            bus.emit({ kind: 'power:over', isOver: event.isOver, drawnW: event.drawnW, budgetW })
          } else bus.emit({ kind: 'power:sensor', card: labelOf(event.key), isLost: event.isLost })
        },
        onFailure: bus.trouble('watching the power'),
      }),
  )
  await parts.start('power of new cards', async (signal) => {
    // Before the offer is made.
    await abortable(power.ready, signal)
    return cards.listen(() => power.lookNow())
  })
  return power
}
