import { describe, expect, test } from 'vitest'
import { allRows } from '../../../../protocols/catalogue/all-rows.ts'
import { matchCard } from '../../../../protocols/catalogue/match-card.ts'
import type { CardFacts } from '../../../../protocols/rules/cards/card-facts.ts'
import { assessCard, type CardAssessment } from '../../../../protocols/rules/classification/assess-card.ts'
import { isMobileCard } from '../../../../protocols/rules/classification/mobile-card.ts'
import { recordedCards } from '../../../support/recordings/recorded-cards.ts'

const assessed = (facts: Partial<CardFacts>, temperatureC?: number): CardAssessment => {
  const card: CardFacts = { key: 'k', seenBy: [], platforms: {}, limits: {}, ...facts }
  return assessCard({ facts: card, match: matchCard(card), ...(temperatureC === undefined ? {} : { temperatureC }) })
}
const rtx3090 = { name: 'NVIDIA GeForce RTX 3090', vendor: 'nvidia', platforms: { CUDA: '12.8' } } as const

describe('a card that is classified', () => {
  test('has a profile, a score with its terms, and a precision with its reason for models of the usual sizes', () => {
    const { profile, edge, isMobile, advice } = assessed(rtx3090)
    expect(profile.model).toBe('GeForce RTX 3090')
    expect(edge.score).toBeGreaterThan(0.5)
    expect(edge.terms.map(({ why }) => why)).toContain('936 GB/s')
    expect(isMobile).toBe(false)
    expect(advice.map(({ model, weights, kind }) => [model, weights, kind])).toEqual([
      ['network', 25e6, 'take'],
      ['transformer', 110e6, 'take'],
      ['language', 7e9, 'take'],
    ])
    expect(advice[0]).toMatchObject({
      precision: 'fp16',
      reason: 'half the bytes, which the card computes at full rate',
    })
    expect(advice[2]).toMatchObject({ precision: '4-bit' })
  })

  test('has head-room only by a temperature at work', () => {
    const headroom = (temperatureC?: number) =>
      assessed(rtx3090, temperatureC).edge.terms.find(({ term }) => term === 'headroom')
    expect(headroom(65)).toMatchObject({ value: 0.5, why: '15 C below the limit for new jobs' })
    expect(headroom()).toMatchObject({ confidence: 0, why: 'how warm it gets at work is not known' })
    expect(headroom()).not.toHaveProperty('value')
  })

  test('is given no advice where nothing is known to run models on it, and no reason that nobody knows', () => {
    expect(assessed({ name: 'NVIDIA GeForce RTX 3090' }).advice).toEqual([])
    const unlisted = assessed({ name: 'Some Other GPU', platforms: { Vulkan: true } })
    expect(unlisted.advice[0]).toMatchObject({
      precision: 'fp16',
      reason: 'half the bytes; how fast the card computes them is not known; whether it fits is not known',
    })
    expect(unlisted).not.toHaveProperty('isMobile')
    for (const field of ['architecture', 'form', 'consumerGrade', 'edgeOptimised', 'supportsQuantisedModels'])
      expect(unlisted.profile).not.toHaveProperty(field)
  })

  test('on a processor is told int8, and never 16-bit arithmetic that it has not', () => {
    const cpu = assessed({ vendor: 'cpu', form: 'cpu', platforms: { CPU: true }, memoryBytes: 2 ** 34 }).advice
    expect(cpu.map((each) => each.kind === 'take' && each.precision)).toEqual(['int8-static', 'int8-static', '4-bit'])
  })

  test('names every field of a profile or leaves it out, for all that was recorded', () => {
    for (const { facts } of recordedCards) {
      const { profile, edge } = assessCard({ facts, match: matchCard(facts) })
      for (const value of Object.values(profile)) expect(value).not.toBeUndefined()
      for (const { value } of edge.terms) if (value !== undefined) expect(Number.isFinite(value)).toBe(true)
    }
  })
})

describe('a card of a phone, a handheld or a board', () => {
  const mobile = (ids: RegExp) =>
    new Set(
      allRows
        .filter(({ id }) => ids.test(id))
        .map(({ supportsMobile, form, vendor }) =>
          isMobileCard({ supportsMobileDeployment: supportsMobile, form, vendor }),
        ),
    )

  test('is told from what stands on a desk, in a rack or in a laptop', () => {
    for (const ids of [/^jetson/, /^adreno-7/, /^mali/, /^apple-a/, /^steam-deck/])
      expect(mobile(ids)).toEqual(new Set([true]))
    for (const ids of [/^apple-m/, /^geforce/, /^radeon-780m/, /^a100/]) expect(mobile(ids)).toEqual(new Set([false]))
    expect(isMobileCard({ vendor: 'arm' })).toBe(true)
  })

  test('is unknown where nobody says what it sits in', () => {
    expect(isMobileCard({ vendor: 'qualcomm' })).toBeUndefined()
    expect(isMobileCard({ form: 'cpu', vendor: 'cpu' })).toBeUndefined()
  })
})
