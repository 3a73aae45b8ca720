/** What care does to a miner: it leaves the market, and ends what runs. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { Caretaker } from '../../care/caretaker.ts'
import { shownReason } from '../../care/shown-holds.ts'
import type { MarketPresence } from '../../market/market-presence.ts'
import type { JobDesk } from '../../work/job-desk.ts'
import type { LeaseDesk } from '../../work/leasing/lease-desk.ts'
import type { Foundation } from '../foundation.ts'
import type { NodeCards } from './cards.ts'
import type { OfferedCards } from './offered-cards.ts'

interface CaretakerNeeds extends Pick<OfferedCards, 'seats'> {
  readonly cards: NodeCards
  readonly desk: Pick<JobDesk, 'endAll' | 'endOn'>
  readonly leases: LeaseDesk | undefined
  readonly presence: MarketPresence
}

export function minerCaretaker(
  { clock, bus }: Foundation,
  { cards, seats, desk, leases, presence }: CaretakerNeeds,
): Caretaker {
  return new Caretaker({
    clock,
    seats,
    withdraw: (isWithdrawn) => {
      // A card that rests serves no lessee either, and what is not delivered is not owed.
      leases?.rest(isWithdrawn)
      return presence.rest(isWithdrawn)
    },
    endRunning: (why, card) => {
      const reason = new MeshError('CARD_HOT', { why })
      if (card === undefined) desk.endAll(reason)
      else desk.endOn(card, reason)
    },
    onChange: ({ reasons, ...verdict }) => {
      const known = cards.cards().map(({ facts }) => facts)
      const shown = reasons.map((reason) => shownReason(reason, known))
      bus.emit({
        kind: 'care:changed',
        ...verdict,
        causes: shown.map(({ cause }) => cause),
        texts: shown.map(({ text }) => text),
        cards: shown.map(({ on }) => on ?? ''),
      })
    },
    onFailure: bus.trouble('coming back to the market'),
  })
}
