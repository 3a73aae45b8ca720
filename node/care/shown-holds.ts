/** Holds and their reasons as they are shown: with the card by its number and name instead of its key. */
import type { CareCause, CareReason, CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import { cardByKey, cardLabel, type NameableCard, type NumberedCard } from '../gpu/find-card.ts'
import type { StandingHold } from './caretaker.ts'

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
