/** The owner's budget of watts for people: what is drawn, and what each card may. */
import type { PoweredCard, PowerReport } from '../../care/power/power-keeper.ts'
import { numberText, shareText } from '../screen/numbers.ts'

const watts = (value: number): string => `${numberText(Math.round(value))} W`

/** One line for all. @param keys of the cards in the order of `aitbc gpu` */
export function powerLine({ budgetW, drawnW, cards }: PowerReport, keys: readonly string[]): string {
  const shares = cards.map((card) => {
    const number = keys.indexOf(card.key) + 1
    return `${number === 0 ? 'a card' : `card ${number}`} ${shareWord(card)}`
  })
  // Of a card that does not tell, what it may stands in for what it draws.
  const drawn = cards.every((card) => card.drawnW !== undefined) ? 'drawn' : 'drawn or counted'
  return [`${watts(drawnW)} of ${watts(budgetW)} ${drawn}`, ...shares].join(', ')
}

function shareWord({ shareW, limitW, loadShare }: PoweredCard): string {
  if (loadShare === 0) return 'off'
  const kept = [
    ...(limitW === undefined ? [] : ['by its limit']),
    ...(loadShare < 1 ? [`${shareText(loadShare)} of the time`] : []),
  ]
  return [watts(shareW), ...kept].join(' ')
}
