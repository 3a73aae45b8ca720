/** Which card of this machine a person means: the same for every command, and for settings. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'

export type NameableCard = Pick<CardFacts, 'key' | 'name' | 'vendor'>

/** A card by the number under which `aitbc gpu` lists it, from 1. */
export interface NumberedCard {
  readonly number: number
  readonly key: string
  readonly name: string
}

/** No machine has a hundred cards: `3060` is a part of a name, and `6` is never the one in it. */
const NUMBER = /^\d{1,2}$/

/**
 * @param cards in the order of `aitbc gpu`
 * @param wanted its number there, its name, its key, or a part of either that no other card has; case does not count
 * @throws MeshError CARD_NOT_HERE, CARD_AMBIGUOUS, both with the cards that there are to choose from
 * @example findCard(cards, '2'); findCard(cards, 'rtx 3060'); findCard(cards, '0000:01:00')
 */
export function findCard(cards: readonly NameableCard[], wanted: string): NumberedCard {
  const all = cards.map(numbered)
  const word = plain(wanted)
  const found = NUMBER.test(word) ? all.filter(({ number }) => number === Number(word)) : byWords(all, word)
  if (found.length === 1) return found[0]!
  if (found.length > 1) throw new MeshError('CARD_AMBIGUOUS', { card: wanted, cards: found.map(choiceOf) })
  throw new MeshError('CARD_NOT_HERE', {
    card: wanted,
    cards: all.length === 0 ? ['none was found'] : all.map(choiceOf),
  })
}

/** Undefined where no card of the list has the key. */
export function cardByKey(cards: readonly NameableCard[], key: string): NumberedCard | undefined {
  const index = cards.findIndex((card) => card.key === key)
  return index < 0 ? undefined : numbered(cards[index]!, index)
}

/** For people, who see the number in `aitbc gpu`: `card 2 (NVIDIA GeForce RTX 3060)`. */
export const cardLabel = ({ number, name }: Omit<NumberedCard, 'key'>): string => `card ${number} (${name})`

/** The same by its key; of one that is not in the list only that it is a card. */
export function labelIn(cards: readonly NameableCard[], key: string): string {
  const card = cardByKey(cards, key)
  return card === undefined ? 'a card' : cardLabel(card)
}

function numbered({ key, name, vendor }: NameableCard, index: number): NumberedCard {
  return { number: index + 1, key, name: name ?? `a card of ${vendor ?? 'an unknown maker'}` }
}

function byWords(all: readonly NumberedCard[], word: string): readonly NumberedCard[] {
  const whole = all.filter(({ key, name }) => plain(key) === word || plain(name) === word)
  return whole.length > 0 ? whole : all.filter((card) => word !== '' && hasPart(card, word))
}

const plain = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase()
const hasPart = ({ key, name }: NumberedCard, word: string): boolean =>
  plain(key).includes(word) || plain(name).includes(word)
const choiceOf = ({ number, name, key }: NumberedCard): string => `${number} ${name} (${key})`
