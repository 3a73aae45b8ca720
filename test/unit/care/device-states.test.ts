import { describe, expect, it } from 'vitest'
import { DeviceStates } from '../../../node/care/surroundings/device-states.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { printedCards, recordedCards } from '../../support/recordings/recorded-cards.ts'

const processor: CardFacts = {
  key: 'cpu',
  seenBy: [],
  vendor: 'cpu',
  form: 'cpu',
  platforms: { CPU: true },
  limits: {},
}
const recordedAs = (name: string): CardFacts => ({
  ...[...recordedCards, ...printedCards].find(({ facts }) => facts.name === name)!.facts,
  key: 'card',
})
const mobileOf = (cards: readonly CardFacts[], card: string): boolean => new DeviceStates(() => cards).of(card).isMobile

describe('what a card sits in', () => {
  it('is a handheld or a board by the card itself, for the processor beside it too', () => {
    for (const name of ['AMD Custom GPU 0405 (RADV VANGOGH)', 'Orin']) {
      const cards = [recordedAs(name), processor]
      expect([mobileOf(cards, 'card'), mobileOf(cards, 'cpu')], name).toEqual([true, true])
    }
  })

  it('is none of them for a card on a desk, one that nobody knows, one that is simulated, or none at all', () => {
    const unknown: CardFacts = { key: 'card', seenBy: [], platforms: {}, limits: {}, name: 'Some Other GPU' }
    const simulated: CardFacts = { ...recordedAs('Orin'), simulated: true }
    for (const card of [recordedAs('NVIDIA GeForce RTX 3090'), unknown, simulated])
      expect([mobileOf([card, processor], 'card'), mobileOf([card, processor], 'cpu')]).toEqual([false, false])
    expect([mobileOf([], 'card'), mobileOf([processor], 'cpu')]).toEqual([false, false])
  })

  it('is fed by a battery where its watch says so', () => {
    const states = new DeviceStates(() => [processor])
    expect(states.of('cpu')).toEqual({ isMobile: false, onBattery: false })
    states.isOnBattery = true
    expect(states.of('cpu')).toEqual({ isMobile: false, onBattery: true })
  })
})
