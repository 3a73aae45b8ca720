import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardByKey, cardLabel, findCard } from '../../../node/gpu/find-card.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import '../../support/property-seed.ts'

const cards = [
  { key: 'pci/0000:01:00.0', name: 'NVIDIA GeForce RTX 3060' },
  { key: 'pci/0000:21:00.0', name: 'NVIDIA GeForce RTX 3060' },
  { key: 'pci/0000:41:00.0', name: 'NVIDIA GeForce RTX 3060 Ti' },
  { key: 'apple/0', vendor: 'apple' as const },
  { key: 'cpu', name: 'Some CPU @ 2.10GHz' },
]
const refusal = (wanted: string, of: readonly { key: string; name?: string }[] = cards): MeshError => {
  try {
    findCard(of, wanted)
  } catch (error) {
    if (error instanceof MeshError) return error
  }
  throw new Error('it was found')
}

/** Of the one that is found, or of those to choose from. */
function keysFor(some: readonly { key: string; name: string }[], wanted: string): readonly string[] {
  try {
    return [findCard(some, wanted).key]
  } catch (error) {
    const { cards = [] } = (error as MeshError).facts
    return some
      .filter(({ key }) => (cards as readonly string[]).some((text) => text.endsWith(`(${key})`)))
      .map(({ key }) => key)
  }
}

describe('a card that a person names', () => {
  it.each([
    ['1', 1],
    ['3', 3],
    [' 5 ', 5],
    ['3060 ti', 3],
    ['NVIDIA  geforce rtx 3060 TI', 3],
    ['pci/0000:21:00.0', 2],
    ['0000:01', 1],
    ['CPU', 5],
    ['unknown maker', undefined],
    ['apple', 4],
  ])('%s is found as number %s', (wanted, number) => {
    if (number === undefined) expect(refusal(wanted).code).toBe('CARD_NOT_HERE')
    else expect(findCard(cards, wanted)).toMatchObject({ number, key: cards[number - 1]!.key })
  })

  it.each([
    ['rtx 3060', [1, 2, 3]],
    ['NVIDIA GeForce RTX 3060', [1, 2]],
    ['geforce', [1, 2, 3]],
  ])('%s may be several, and it is said which', (wanted, numbers) => {
    const { code, hint, message } = refusal(wanted)
    expect([code, message]).toEqual(['CARD_AMBIGUOUS', `${wanted} may be any of several cards`])
    for (const [i, card] of cards.entries()) expect(hint.includes(card.key)).toBe(numbers.includes(i + 1))
  })

  it.each(['6', '0', '-1', '', '  ', 'radeon', '1.0 '.repeat(40)])(
    '"%s" is none, and it is said which there are',
    (wanted) => {
      const { code, hint } = refusal(wanted)
      expect(code).toBe('CARD_NOT_HERE')
      expect(hint).toContain('1 NVIDIA GeForce RTX 3060 (pci/0000:01:00.0), 2 NVIDIA')
      expect(hint).toContain('4 a card of apple (apple/0)')
    },
  )

  it('is none where there are none', () => {
    expect(refusal('1', []).hint).toContain('none was found')
  })

  it('is found by its number, and is among what its whole key may mean, whatever else there is', () => {
    const list = fc.uniqueArray(fc.record({ key: fc.string({ minLength: 1 }), name: fc.string() }), {
      minLength: 1,
      maxLength: 20,
      selector: ({ key }) => key.trim().replace(/\s+/g, ' ').toLowerCase(),
    })
    fc.assert(
      fc.property(list, (some) => {
        for (const [i, { key }] of some.entries()) {
          expect(findCard(some, String(i + 1)).key).toBe(key)
          expect(cardByKey(some, key)?.number).toBe(i + 1)
          // Two digits are a number, and a name may be another card's key.
          if (!/^\d{1,2}$/.test(key.trim())) expect(keysFor(some, key)).toContain(key)
        }
      }),
    )
  })

  it('is shown by its number and name', () => {
    expect(cardLabel(findCard(cards, '4'))).toBe('card 4 (a card of apple)')
  })
})
