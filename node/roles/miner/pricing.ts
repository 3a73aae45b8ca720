/** What this miner asks, moved by its owner's strategy (protocols/rules/pricing). */
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { EngineSeat } from '../../engines/seat.ts'
import { newestMeasured } from '../../market/measured-of.ts'
import { MeasuredFile } from '../../measure/measured-file.ts'
import { measuredRates } from '../../measure/measured-rates.ts'
import { cardScore } from '../../pricing/card-score.ts'
import { DrawnWatts } from '../../pricing/drawn-watts.ts'
import { PriceKeeper } from '../../pricing/price-keeper.ts'
import { priceWish } from '../../pricing/price-wish.ts'
import type { JobDesk } from '../../work/job-desk.ts'
import type { OfferBoard } from '../../work/offer-board.ts'
import type { ServedModels } from '../../work/served-models.ts'
import type { Foundation } from '../foundation.ts'
import type { Router } from '../network/router.ts'
import type { Parts } from '../parts.ts'
import type { NodeCards } from './cards.ts'

interface Priced {
  readonly own: Address
  readonly models: ServedModels
  readonly board: OfferBoard
  readonly desk: Pick<JobDesk, 'jobs'>
  readonly router: Pick<Router, 'directory'>
  readonly cards: NodeCards
  readonly seats: readonly EngineSeat[]
}

/** Before the first offer, which says what is asked. @throws MeshError PRICE_INPUT, PRICE_OVERFLOW */
export function startPricing(
  parts: Parts,
  { clock, bus, settings, folder }: Foundation,
  { own, models, board, desk, router, cards, seats }: Priced,
): Promise<PriceKeeper> {
  const rates = measuredRates(new MeasuredFile(folder.file('measured')), clock)
  const drawn = new DrawnWatts()
  const factsOf = (card: string): CardFacts | undefined =>
    cards.facts().find(({ key }) => key === card) ?? seats.find((seat) => seat.card === card)?.facts
  const scores = new Map<string, number | undefined>()
  const look = (): void => {
    // Anew at each look: a card may be measured at any time, and each figure reads a file.
    const measured = newestMeasured(folder.path, clock.nowMs())
    for (const { card } of seats) {
      const facts = factsOf(card)
      scores.set(card, facts === undefined ? undefined : cardScore(facts, measured))
    }
    for (const { facts, readings, isGone } of cards.cards()) {
      const newest = readings.at(-1)
      if (!isGone && newest !== undefined) drawn.see(facts.key, newest)
    }
  }
  return parts.start(
    'prices',
    () =>
      new PriceKeeper(
        {
          clock,
          models,
          own,
          offers: () => [...router.directory.live()].map(({ offer }) => offer),
          load: () => ({ jobs: desk.jobs, jobsMax: settings.jobsMax }),
          seats: seats.length,
          scoreOf: (card) => scores.get(card),
          gflopsOf: (card) => {
            const facts = factsOf(card)
            return facts === undefined ? undefined : rates(facts)
          },
          drawnW: (card) => drawn.beyondRest(card),
          onLook: look,
          energyPrice: settings.energyPrice as Credits | undefined,
          toldFor: (model) => (board.current === undefined ? undefined : board.priceUnder(board.current.hash, model)),
          onMoved: (moved) => {
            for (const { model, before, asked } of moved) {
              bus.emit({
                kind: 'price:moved',
                model: model.table.name,
                before,
                base: asked.base,
                strategy: asked.strategy,
                why: asked.steps.at(-1)!.why,
              })
            }
            board.changed()
          },
          onFailure: bus.trouble('pricing'),
        },
        priceWish(settings),
      ),
  )
}
