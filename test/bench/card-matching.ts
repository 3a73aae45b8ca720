/**
 * How often a card is recognised from what its tools say: `npx node test/bench/card-matching.ts`. All recorded cards, and names as
 * drivers print them, against a table that takes the longest model name that lies within the printed one, as many programs do; and
 * matches a second of both.
 */
import { allRows } from '../../protocols/catalogue/all-rows.ts'
import { type CardMatch, matchCard } from '../../protocols/catalogue/match-card.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import { printedCards, type RecordedCard, recordedCards } from '../support/recordings/recorded-cards.ts'
import { spread } from './support/distribution.ts'
import { countText, tell, tellMachine } from './support/figures.ts'

const ROUNDS = 15
const MATCHES_A_ROUND = 20_000

type Matcher = (facts: CardFacts) => readonly string[]

const ours: Matcher = (facts) => {
  const match: CardMatch = matchCard(facts)
  if (match.kind === 'none') return []
  return match.kind === 'row' ? [match.row.id] : match.rows.map(({ id }) => id)
}

const lowered = allRows.map(({ id, name }) => ({ id, name: name.toLowerCase() }))
const substring: Matcher = ({ name = '' }) => {
  const printed = name.toLowerCase()
  let best: (typeof lowered)[number] | undefined
  for (const row of lowered) {
    if (printed.includes(row.name) && row.name.length > (best?.name.length ?? 0)) best = row
  }
  return best === undefined ? [] : [best.id]
}

interface Score {
  /** Exactly the models that it can be, and none where it is none of them. */
  readonly right: number
  /** It names a model that the card is not. */
  readonly wrong: number
}

function scoreOf(matcher: Matcher, cards: readonly RecordedCard[]): Score {
  let right = 0
  let wrong = 0
  for (const { facts, is } of cards) {
    const found = matcher(facts)
    if (found.length === is.length && found.every((id) => is.includes(id))) right++
    else if (found.some((id) => !is.includes(id)) || (found.length === 1 && is.length > 1)) wrong++
  }
  return { right, wrong }
}

function perSecond(matcher: Matcher, cards: readonly RecordedCard[]): number {
  const startedMs = performance.now()
  let found = 0
  for (let i = 0; i < MATCHES_A_ROUND; i++) found += matcher(cards[i % cards.length]!.facts).length
  if (found === 0) throw new Error('nothing was found')
  return (MATCHES_A_ROUND / (performance.now() - startedMs)) * 1_000
}

const sets = [
  ['recorded cards', recordedCards],
  ['names as drivers print them', printedCards],
  ['both together', [...recordedCards, ...printedCards]],
] as const
const matchers = [ours, substring] as const

tellMachine(`${allRows.length} models`)
for (const [title, cards] of sets) {
  const [here, base] = [scoreOf(ours, cards), scoreOf(substring, cards)]
  const text = ({ right, wrong }: Score): string => `${right} of ${cards.length} right, ${wrong} wrong`
  tell({
    asks: `${title}: the right models named, or rightly none`,
    found: text(here),
    baseline: `${text(base)} by the longest model name within the printed one`,
    ratio: here.right / base.right,
  })
}
const all = sets[2][1]
const rates = matchers.map(() => [] as number[])
// In turns, so that what else the machine does falls on both.
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, matcher] of matchers.entries()) rates[i]!.push(perSecond(matcher, all))
}
const [own, plain] = rates.map((each) => spread(each).median)
tell({
  asks: 'matches a second on one core',
  found: countText(own!),
  baseline: `${countText(plain!)} by the longest name`,
  ratio: own! / plain!,
})
