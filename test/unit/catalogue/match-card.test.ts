import { describe, expect, test } from 'vitest'
import { allRows } from '../../../protocols/catalogue/all-rows.ts'
import { indexRows } from '../../../protocols/catalogue/catalogue-index.ts'
import { type CardMatch, matchCard } from '../../../protocols/catalogue/match-card.ts'
import { normalName } from '../../../protocols/catalogue/printed-name.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { printedCards, recordedCards } from '../../support/recordings/recorded-cards.ts'

const card = (facts: Partial<CardFacts>): CardFacts => ({ key: 'k', seenBy: [], platforms: {}, limits: {}, ...facts })
const ids = (match: CardMatch): readonly string[] =>
  match.kind === 'none' ? [] : match.kind === 'row' ? [match.row.id] : match.rows.map(({ id }) => id)
const GIB = 2 ** 30

describe('a card is recognised', () => {
  test.each(recordedCards.map((each) => [`${each.facts.name ?? each.facts.key} of ${each.from}`, each] as const))(
    '%s',
    (_, { facts, is }) => {
      expect([...ids(matchCard(facts))].sort()).toEqual([...is].sort())
    },
  )

  test.each(
    printedCards.map((each) => [`${each.facts.name ?? each.facts.key} as ${each.from} prints it`, each] as const),
  )('%s', (_, { facts, is }) => {
    expect([...ids(matchCard(facts))].sort()).toEqual([...is].sort())
  })

  test('by every id that a row of NVIDIA or Intel holds, with the memory of the row, whatever is printed', () => {
    for (const row of allRows.filter(({ vendor }) => vendor === 'nvidia' || vendor === 'intel')) {
      for (const id of row.pci ?? []) {
        const [vendor, device] = id.split(':').map((hex) => Number.parseInt(hex, 16)) as [number, number]
        const memory = row.memoryGiB === undefined ? {} : { memoryBytes: 0.95 * row.memoryGiB * GIB }
        expect(ids(matchCard(card({ pci: { vendor, device }, ...memory }))), id).toContain(row.id)
      }
    }
  })

  test('by every name that a row prints, unless it is the name of a family', () => {
    for (const row of allRows) {
      for (const name of row.printed) {
        const match = matchCard(card({ name, vendor: row.vendor }))
        if (match.kind === 'none') expect(match.reasons.join(), name).toContain('many models print')
        else expect(ids(match), name).toContain(row.id)
      }
    }
  })

  test('surely by its chip only, and a name that says otherwise takes the certainty away', () => {
    const id = { vendor: 0x10de, device: 0x2204 }
    expect(matchCard(card({ pci: id }))).toMatchObject({ how: 'pci', certainty: 'certain' })
    expect(matchCard(card({ name: 'NVIDIA GeForce RTX 3090' }))).toMatchObject({ how: 'name', certainty: 'likely' })
    expect(matchCard(card({ pci: id, name: 'NVIDIA GeForce RTX 4090' }))).toMatchObject({
      row: { id: 'geforce-rtx-3090' },
      certainty: 'likely',
      reasons: ['PCI id 10de:2204', 'though the driver prints NVIDIA GeForce RTX 4090'],
    })
    expect(matchCard(card({ pci: { ...id, vendor: 0x1002, device: 0x744c }, memoryBytes: 24 * GIB }))).toMatchObject({
      row: { id: 'radeon-rx-7900-xtx' },
      certainty: 'likely',
    })
  })

  test('by its id though its driver prints the name of a family, which contradicts nothing', () => {
    const pci = { vendor: 0x1002, device: 0x1681, revision: 0x0a }
    expect(matchCard(card({ pci, name: 'AMD Radeon Graphics' }))).toMatchObject({
      row: { id: 'radeon-680m' },
      certainty: 'certain',
      reasons: ['PCI id 1002:1681', 'revision 0A'],
    })
  })

  test('never by a part of a name', () => {
    for (const name of ['GeForce RTX', 'RTX 4070', 'NVIDIA GeForce RTX 4070 Something', 'Apple M', '4090', '', ' ']) {
      expect(matchCard(card({ name })).kind, name).toBe('none')
    }
  })

  test('under the same name with trade marks, without the maker, in any case and with any spaces', () => {
    for (const name of [
      'Intel(R) Arc(TM) A750 Graphics',
      'intel arc a750 graphics',
      'Arc™ A750  Graphics',
      'Intel® Arc™ A750 Graphics',
    ]) {
      expect(ids(matchCard(card({ name }))), name).toEqual(['arc-a750'])
    }
    expect(normalName('  NVIDIA   GeForce RTX 4070 Laptop GPU ')).toBe('geforce rtx 4070 laptop gpu')
  })

  test('and not where its memory is another than that of every model of its name', () => {
    const twoThirds = card({ name: 'NVIDIA GeForce RTX 3090', memoryBytes: 16 * GIB })
    expect(matchCard(twoThirds)).toEqual({
      kind: 'none',
      reasons: ['name NVIDIA GeForce RTX 3090', 'GeForce RTX 3090', '16.0 GiB is none of theirs'],
    })
    // A tenth less is what drivers keep; more than that is another card.
    const of = (share: number): CardMatch =>
      matchCard(card({ name: 'NVIDIA GeForce RTX 3090', memoryBytes: share * 24 * GIB }))
    expect([of(0.9).kind, of(0.89).kind, of(1.06).kind]).toEqual(['row', 'none', 'none'])
    // Shared memory is no trait of a chip.
    expect(matchCard(card({ name: 'AMD Radeon 680M', memoryBytes: 512 * 2 ** 20 })).kind).toBe('row')
  })

  test('by another maker only where the name is not that of a rival', () => {
    expect(matchCard(card({ name: 'NVIDIA GeForce RTX 3090', vendor: 'amd' })).kind).toBe('none')
  })

  test('and says which facts told it apart', () => {
    const match = matchCard(card({ name: 'Orin (nvgpu)', cores: 2_048, memoryBytes: 61 * GIB }))
    expect(match).toMatchObject({ row: { id: 'jetson-agx-orin-64gb' }, reasons: ['name Orin (nvgpu)', '61.0 GiB'] })
  })

  test('in any table of rows', () => {
    const mine = indexRows(allRows.filter(({ id }) => id === 'arc-a750'))
    expect(matchCard(card({ name: 'NVIDIA GeForce RTX 3090' }), mine).kind).toBe('none')
    expect(ids(matchCard(card({ name: 'Intel Arc A750 Graphics' }), mine))).toEqual(['arc-a750'])
  })
})
