/** Hours of single cards beside those of the miner: `card 2: mon-fri 18:00-08:00`. */
import { parseWindow, type WeeklyWindow, windowText } from './weekly-schedule.ts'

/** `card`: the owner's word for one, as it was written; absent where the window is of all that have none of their own. */
export interface CardWindow extends WeeklyWindow {
  readonly card?: string
}

export interface HoursByCard {
  /** Of the cards that have none of their own. */
  readonly miner: readonly WeeklyWindow[]
  /** By key. */
  readonly cards: ReadonlyMap<string, readonly WeeklyWindow[]>
}

/** Longer words are mistakes: drivers' names have fifty letters at most. */
const WORD_CHARS_MAX = 100
/** Places on the bus have colons too: the one with a space behind it ends the card. */
const OF_CARD = /^card (?<card>[^;]+?) ?: (?<window>.+)$/i

/**
 * A window of the week, or `card <its number, or a part of its name or key>: <window>`.
 * @returns undefined where the text has another form
 */
export function parseCardWindow(text: string): CardWindow | undefined {
  const plain = text.trim().replaceAll(/\s+/g, ' ')
  const { card, window = plain } = OF_CARD.exec(plain)?.groups ?? {}
  if (card !== undefined && card.length > WORD_CHARS_MAX) return undefined
  const parsed = parseWindow(window)
  return parsed === undefined || card === undefined ? parsed : { ...parsed, card }
}

/** The same text again, in one form. */
export const cardWindowText = ({ card, ...window }: CardWindow): string =>
  card === undefined ? windowText(window) : `card ${card}: ${windowText(window)}`

/**
 * A card with hours of its own goes by them alone.
 * @param keyOf the card that a word means; a window of a word that means none counts for nobody
 */
export function hoursByCard(windows: readonly CardWindow[], keyOf: (word: string) => string | undefined): HoursByCard {
  const cards = new Map<string, WeeklyWindow[]>()
  for (const { card, ...window } of windows) {
    const key = card === undefined ? undefined : keyOf(card)
    if (key !== undefined) cards.set(key, [...(cards.get(key) ?? []), window])
  }
  return { miner: windows.filter(({ card }) => card === undefined), cards }
}
