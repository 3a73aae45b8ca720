import { describe, expect, it } from 'vitest'
import { bindCards } from '../../../node/engines/bound-cards.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'

const card = (facts: Partial<CardFacts>): CardFacts => ({
  key: 'k',
  seenBy: ['x'],
  vendor: 'nvidia',
  form: 'discrete',
  platforms: {},
  limits: {},
  ...facts,
})
const first = card({ key: 'a', busAddress: '0000:01:00.0', uuid: 'GPU-11111111-aaaa' })
const second = card({ key: 'b', busAddress: '0000:41:00.0', uuid: '22222222-BBBB' })
const radeon = card({ key: 'c', vendor: 'amd', busAddress: '0000:02:00.0' })
const processor = card({ key: 'cpu', vendor: 'cpu', form: 'cpu' })
const simulated = card({ key: 's', simulated: true })
const rasteriser = card({ key: 'r', form: 'software' })
const all = [second, radeon, simulated, rasteriser, first, processor]
const bound = (cards: readonly CardFacts[], visible?: string) =>
  bindCards('cuda', cards, visible).bound.map(({ facts, environment }) => [facts.key, environment])
const place = (at: number) => ({ CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: String(at) })

describe('an engine is held to its card', () => {
  it('by its UUID, one engine a card of the maker', () => {
    expect(bound(all)).toEqual([
      ['b', { CUDA_VISIBLE_DEVICES: 'GPU-22222222-bbbb' }],
      ['a', { CUDA_VISIBLE_DEVICES: 'GPU-11111111-aaaa' }],
    ])
  })

  it('by its place on the bus where its UUID is unknown, or the same at all: CUDA alone would number by speed', () => {
    const masked = [second, first].map((facts) => ({ ...facts, uuid: 'GPU-0' }))
    expect(bound(masked)).toEqual([
      ['b', place(1)],
      ['a', place(0)],
    ])
    const { uuid: _, ...nameless } = first
    expect(bound([nameless, second])).toEqual([
      ['a', place(0)],
      ['b', { CUDA_VISIBLE_DEVICES: 'GPU-22222222-bbbb' }],
    ])
  })

  it('by nothing where it is the only one', () => {
    expect(bound([radeon, card({ key: 'a' })])).toEqual([['a', {}]])
  })

  it('or not at all where nothing tells it from its neighbours', () => {
    const nameless = [card({ key: 'a' }), card({ key: 'b' })]
    expect(bindCards('cuda', nameless, undefined)).toEqual({ bound: [], untold: nameless })
  })

  it('of those only that its owner made visible, by number in the bus’s order, by the beginning of a UUID, or by a slice', () => {
    expect(bound(all, '1')).toEqual([['b', place(1)]])
    expect(bound(all, ' GPU-1111 , 1 ')).toEqual([
      ['a', { CUDA_VISIBLE_DEVICES: 'GPU-1111' }],
      ['b', place(1)],
    ])
    const sliced = { ...first, slices: [{ uuid: 'MIG-7' }, { uuid: 'MIG-8' }] }
    expect(bound([sliced, second], 'MIG-8,MIG-7')).toEqual([['a', { CUDA_VISIBLE_DEVICES: 'MIG-8' }]])
  })

  it('where a word means no card, or several, neither that nor what follows counts, as CUDA reads it', () => {
    expect(bound(all, '-1,0')).toEqual([])
    expect(bound(all, '')).toEqual([])
    expect(bound(all, '0,7,1')).toEqual([['a', place(0)]])
    expect(bound([first, { ...second, uuid: 'GPU-1199' }], 'GPU-11')).toEqual([])
    expect(bound(all, 'GPU-')).toEqual([])
  })

  it('where the interface chooses by itself one engine stands for the card that it would choose', () => {
    const integrated = card({ key: 'i', vendor: 'intel', form: 'integrated' })
    for (const kernels of ['webgpu', 'directml'] as const)
      expect(bindCards(kernels, [integrated, radeon, first], '0')).toEqual({
        bound: [{ facts: radeon, environment: {} }],
        untold: [],
      })
    expect(bindCards('cpu', all, undefined)).toEqual({ bound: [], untold: [] })
  })
})
