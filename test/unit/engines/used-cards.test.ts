import { describe, expect, it } from 'vitest'
import { usedCards } from '../../../node/engines/used-cards.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'

const card = (facts: Partial<CardFacts>): CardFacts => ({
  key: 'k',
  seenBy: ['x'],
  platforms: {},
  limits: {},
  ...facts,
})
const geforce = card({ key: 'a', vendor: 'nvidia', form: 'discrete', memoryBytes: 2 ** 35 })
const quadro = card({ key: 'b', vendor: 'nvidia', form: 'discrete' })
const processor = card({ vendor: 'cpu', form: 'cpu' })
const on = (facts: CardFacts, ...kernels: readonly string[]) => ({ facts, kernels })

describe('the cards that a miner offers', () => {
  it('are none while its engines compute on the processor, whatever card their seat has', () => {
    expect(usedCards([on(processor, 'cpu')])).toEqual([])
    expect(usedCards([on(geforce, 'cpu'), on(quadro)])).toEqual([])
  })

  it('are those of seats where a model runs by the kernels of a card', () => {
    expect(usedCards([on(geforce, 'cuda', 'cpu'), on(quadro, 'cuda')])).toEqual([geforce, quadro])
    expect(usedCards([on(geforce, 'cpu'), on(quadro, 'cuda')])).toEqual([quadro])
  })

  it('are never one that exists in a program only', () => {
    expect(usedCards([on({ ...geforce, simulated: true }, 'cuda')])).toEqual([])
  })
})
