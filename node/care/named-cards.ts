/** The cards that words in the owner's settings mean, once the cards are known. */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Settings } from '../config/settings.ts'
import { findCard, type NameableCard } from '../gpu/find-card.ts'

export interface NamedCardsNeeds {
  /** In the order of `aitbc gpu`; none until they were found. */
  readonly cards: () => readonly NameableCard[]
  /** A word that means no card of this machine, or several: told once. */
  readonly onFailure: (error: MeshError) => void
}

/** All words for cards in an owner's settings. */
export const cardWordsOf = ({
  exclusivePrograms,
  schedule,
}: Pick<Settings, 'exclusivePrograms' | 'schedule'>): readonly string[] =>
  [...exclusivePrograms, ...schedule].flatMap(({ card }) => card ?? [])

/** Words told of: settings hold fewer, and hours may be changed while the node runs. */
const TOLD_MAX = 256

export class NamedCards {
  readonly #needs: NamedCardsNeeds
  readonly #told = new Set<string>()

  constructor(needs: NamedCardsNeeds) {
    this.#needs = needs
  }

  /** Key of the card that the word means; undefined where it means none for sure, or the cards are not known yet. */
  readonly keyOf = (word: string): string | undefined => {
    const cards = this.#needs.cards()
    if (cards.length === 0) return undefined
    try {
      return findCard(cards, word).key
    } catch (error) {
      if (!this.#told.has(word) && this.#told.size < TOLD_MAX) {
        this.#told.add(word)
        this.#needs.onFailure(asMeshError(error))
      }
      return undefined
    }
  }
}
