import { describe, expect, it } from 'vitest'
import { publishedPower } from '../../../../node/care/power/published-power.ts'
import type { CardFacts } from '../../../../protocols/rules/cards/card-facts.ts'

const facts = (more: Partial<CardFacts>): CardFacts => ({
  key: 'a',
  seenBy: ['test'],
  platforms: {},
  limits: {},
  ...more,
})

describe('what is published of the power of a card', () => {
  it('is TDP and rate of its model', () => {
    const found = publishedPower(facts({ vendor: 'nvidia', name: 'NVIDIA GeForce RTX 3090', form: 'discrete' }))
    expect(found).toMatchObject({ tdpW: 350 })
    expect(found.fp32Gflops).toBeCloseTo(35_580, -3)
  })

  it.each<[string, Partial<CardFacts>, number]>([
    ['a card', { form: 'discrete', name: 'Voodoo 5' }, 600],
    ['one of which not even the form is known', {}, 600],
    ['graphics of a processor', { form: 'integrated', name: 'Voodoo 5' }, 140],
    ['a processor of 4 threads', { form: 'cpu', vendor: 'cpu', cores: 4 }, 100],
    ['a processor of 256 threads', { form: 'cpu', vendor: 'cpu', cores: 256 }, 500],
  ])('is the most of its kind for %s that nobody knows', (_, more, worstW) => {
    expect(publishedPower(facts(more))).toEqual({ worstW })
  })
})
