/** The owner's switches: of the whole miner, and of each of its cards. */
import { byOwner, type Caretaker, type Holder } from '../../care/caretaker.ts'
import { cardByKey, cardLabel } from '../../gpu/find-card.ts'
import { CardPauses } from '../../work/card-pauses.ts'
import { PauseSwitch } from '../../work/pause-switch.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import type { NodeCards } from './cards.ts'

export interface Pauses {
  /** Jobs that run when it is thrown go on. */
  readonly pause: PauseSwitch
  readonly cardPauses: CardPauses
}

export async function startPauses(
  parts: Parts,
  { clock, bus }: Foundation,
  caretaker: Caretaker,
  cards: NodeCards,
): Promise<Pauses> {
  const cardNamed = (key: string | undefined): { readonly card?: string } => {
    const known = cards.cards().map(({ facts }) => facts)
    const card = key === undefined ? undefined : cardByKey(known, key)
    return card === undefined ? {} : { card: cardLabel(card) }
  }
  const pauseSwitch = (holder: Holder, card?: string): PauseSwitch =>
    new PauseSwitch({
      clock,
      apply: (state) => caretaker.hold(holder, state === undefined ? undefined : byOwner(state.untilMs)),
      onChange: (state) =>
        bus.emit({ kind: 'pause:changed', isPaused: state !== undefined, ...state, ...cardNamed(card) }),
      onFailure: bus.trouble('coming back to the market'),
    })
  const pause = await parts.start('pause', () => pauseSwitch('owner'))
  const cardPauses = await parts.start(
    'pauses of cards',
    () => new CardPauses((card) => pauseSwitch(`owner/${card}`, card)),
  )
  return { pause, cardPauses }
}
