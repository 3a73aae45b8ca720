/** Holds and their reasons as they are shown: with the card by its number and name instead of its key. */
import type { CareCause, CareReason, CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import { cardByKey, cardLabel, type NameableCard, type NumberedCard } from '../gpu/find-card.ts'
import type { Caretaker, StandingHold } from './caretaker.ts'

export interface ShownReason {
  readonly cause: CareCause
  readonly text: string
  /** `card 2 (NVIDIA GeForce RTX 3060)`; absent where it is of the whole miner. */
  readonly on?: string
}

export interface ShownHold extends Omit<CareVerdict, 'reasons'> {
  /** Who holds: `heat`, `owner`, `card use`. */
  readonly by: string
  /** Absent where it holds the whole miner by what it is. */
  readonly card?: NumberedCard
  /** Unix ms. */
  readonly sinceMs: number
  /** What stands still for it; `nobody` where no models run on its card. */
  readonly reach: StandingHold['reach']
  readonly reasons: readonly Omit<CareReason, 'card'>[]
}

/** How one card stands: what the engine on it goes by, and why. */
export interface ShownCare extends Omit<CareVerdict, 'reasons'> {
  /** Else nothing of this matters to its miner. */
  readonly runsModels: boolean
  /** Those of the whole miner too. */
  readonly holds: readonly ShownHold[]
}

/**
 * @param key of the card
 * @param cards in the order of `aitbc gpu`
 */
export function shownCare(caretaker: Caretaker, key: string, cards: readonly NameableCard[]): ShownCare {
  const { admits, loadShare, stopsRunning } = caretaker.verdictOf(key)
  const { seats } = caretaker
  const holds = caretaker.holds().filter(({ card, reach }) => card === key || reach === 'miner')
  return {
    runsModels: seats.length === 0 || seats.includes(key),
    admits,
    loadShare,
    stopsRunning,
    holds: holds.map((hold) => shownHold(hold, cards)),
  }
}

/** @param cards in the order of `aitbc gpu` */
export function shownReason({ cause, text, card }: CareReason, cards: readonly NameableCard[]): ShownReason {
  const known = card === undefined ? undefined : cardByKey(cards, card)
  return { cause, text, ...(known === undefined ? {} : { on: cardLabel(known) }) }
}

export function shownHold(
  { holder, card: key, sinceMs, reach, verdict }: StandingHold,
  cards: readonly NameableCard[],
): ShownHold {
  const card = key === undefined ? undefined : cardByKey(cards, key)
  const { admits, loadShare, stopsRunning } = verdict
  return {
    by: holder.split('/', 1)[0]!,
    ...(card === undefined ? {} : { card }),
    sinceMs,
    reach,
    admits,
    loadShare,
    stopsRunning,
    reasons: verdict.reasons.map(({ cause, text }) => ({ cause, text })),
  }
}

/** `card 2 (NVIDIA GeForce RTX 3060): 86 C at the core`. */
export const reasonText = ({ text, on }: Pick<ShownReason, 'text' | 'on'>): string =>
  on === undefined || on === '' ? text : `${on}: ${text}`
