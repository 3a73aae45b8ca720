/** How well a card of this machine serves, as its profile says it: the capability of a price. */
import { matchCard } from '../../protocols/catalogue/index.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import { classifyCard } from '../../protocols/rules/classification/classify-card.ts'
import { edgeScore } from '../../protocols/rules/classification/edge-score.ts'
import type { MeasuredOf } from '../market/profile-cards.ts'

/** 0 to 1 in hundredths, as it stands in the profile; `undefined` where nothing is known of the card. */
export function cardScore(facts: CardFacts, measuredOf: MeasuredOf): number | undefined {
  const measured = measuredOf(facts)
  const { score } = edgeScore(
    classifyCard({ facts, match: matchCard(facts), ...(measured === undefined ? {} : { measured }) }),
  )
  return score === undefined ? undefined : Math.round(score * 100) / 100
}
