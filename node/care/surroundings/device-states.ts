/** What the cards of this machine sit in, as far as it bounds their runs: a phone, a handheld or a board; and what feeds it now. */
import { matchCard } from '../../../protocols/catalogue/index.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { classifyCard } from '../../../protocols/rules/classification/classify-card.ts'
import { isMobileCard } from '../../../protocols/rules/classification/mobile-card.ts'
import type { DeviceState } from '../../../protocols/rules/scheduling/adapt-job.ts'

export class DeviceStates {
  readonly #cards: () => readonly CardFacts[]
  /** A job asks, and cards hardly ever change. */
  readonly #mobile = new WeakMap<CardFacts, boolean>()
  /** As the watch on the battery found it last; false where nobody says. */
  isOnBattery = false

  /** @param cards those of this machine, known by now */
  constructor(cards: () => readonly CardFacts[]) {
    this.#cards = cards
  }

  /** @param card its key; the processor sits where the graphics beside it do */
  of(card: string): DeviceState {
    const cards = this.#cards()
    const own = cards.find(({ key }) => key === card)
    const meant = own === undefined ? [] : own.form === 'cpu' ? cards : [own]
    return { isMobile: meant.some((facts) => this.#isMobile(facts)), onBattery: this.isOnBattery }
  }

  /** What nobody knows to be mobile is not: a card on a desk is not to be slowed down by a doubt. */
  #isMobile(facts: CardFacts): boolean {
    let isMobile = this.#mobile.get(facts)
    if (isMobile === undefined) {
      isMobile = facts.simulated !== true && isMobileCard(classifyCard({ facts, match: matchCard(facts) })) === true
      this.#mobile.set(facts, isMobile)
    }
    return isMobile
  }
}
