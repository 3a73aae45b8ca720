import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sighting } from '../../../node/gpu/gpu-backend.ts'
import { mergeSightings, type SightedBy } from '../../../node/gpu/merge-sightings.ts'
import { type CardFacts, cardVendors } from '../../../protocols/rules/cards/card-facts.ts'
import '../../support/property-seed.ts'

const card = (facts: Partial<CardFacts>, reading?: Sighting['reading']): Sighting => ({
  facts: { key: 'x', seenBy: ['?'], platforms: {}, limits: {}, ...facts },
  ...(reading === undefined ? {} : { reading }),
})
const by = (backend: string, ...cards: readonly Sighting[]): SightedBy => ({ backend, cards })
const merged = (...all: readonly SightedBy[]) => mergeSightings(all)
const rtx = { vendor: 'nvidia', pci: { vendor: 0x10de, device: 0x2204 } } as const
const placed = (bus: number, more: Partial<CardFacts> = {}): Sighting =>
  card({ ...rtx, key: `pci/0000:0${bus}:00.0`, busAddress: `0000:0${bus}:00.0`, ...more })

describe('one card that several back ends see', () => {
  it('is one by its place on the bus, with what each of them adds', () => {
    const cards = merged(
      by('nvidia-smi', placed(1, { name: 'by smi', platforms: { CUDA: '13.1' }, limits: { shutdownC: 98 } })),
      by('vulkan', placed(1, { name: 'NVIDIA GeForce RTX 3090', platforms: { Vulkan: '1.4' }, memoryBytes: 1 })),
    )
    expect(cards).toHaveLength(1)
    expect(cards[0]).toMatchObject({
      facts: {
        key: 'pci/0000:01:00.0',
        name: 'by smi',
        memoryBytes: 1,
        seenBy: ['nvidia-smi', 'vulkan'],
        platforms: { CUDA: '13.1', Vulkan: '1.4' },
        limits: { shutdownC: 98 },
      },
      sources: [{ backend: 'nvidia-smi' }, { backend: 'vulkan' }],
    })
  })

  it('is one by a UUID, which nvidia-smi writes with a prefix', () => {
    const uuid = '12345678-aaaa-bbbb-cccc-0123456789ab'
    expect(
      merged(by('a', placed(1, { uuid: `GPU-${uuid}` })), by('b', card({ uuid: uuid.toUpperCase() }))),
    ).toHaveLength(1)
  })

  it('is one by its PCI id, or its vendor, where there is one of it', () => {
    expect(
      merged(by('nvidia-smi', placed(1)), by('webgpu', card(rtx)), by('b', card({ vendor: 'nvidia' }))),
    ).toHaveLength(1)
  })

  it('has each figure of the first that tells it, and is as old as the oldest', () => {
    const [one] = merged(
      by('nvidia-smi', card(placed(1).facts, { atMs: 20, temperaturesC: { edge: 50 }, powerW: 100 })),
      by('zz', card(placed(1).facts, { atMs: 10, temperaturesC: { edge: 51, memory: 70 }, powerW: 99, fan: 0.5 })),
    )
    expect(one!.reading).toEqual({ atMs: 10, temperaturesC: { edge: 50, memory: 70 }, powerW: 100, fan: 0.5 })
  })
})

describe('two cards', () => {
  it('of one name stay two, whoever sees them', () => {
    const name = 'NVIDIA GeForce RTX 3090'
    const cards = merged(
      by('nvidia-smi', placed(1, { name }), placed(2, { name })),
      by('vulkan', card({ ...rtx, key: 'v0', name }), card({ ...rtx, key: 'v1', name })),
    )
    expect(cards.map(({ sources }) => sources.map(({ key }) => key))).toEqual([
      ['pci/0000:01:00.0', 'v0'],
      ['pci/0000:02:00.0', 'v1'],
    ])
  })

  it('under one masked UUID stay two, and who tells nothing else of one adds nothing to either', () => {
    const uuid = 'GPU-00000001-0000-0000-0000-000000000000'
    const cards = merged(by('a', placed(1, { uuid }), placed(2, { uuid })), by('b', card({ ...rtx, uuid, name: 'x' })))
    expect(cards).toHaveLength(2)
    expect(cards.some(({ facts }) => facts.name === 'x')).toBe(false)
  })

  it('of which little is known stand for two of what another sees, not for three', () => {
    const nameless = (bus: number) => card({ key: `${bus}`, busAddress: `0000:0${bus}:00.0` })
    const makers = (['nvidia', 'amd', 'intel'] as const).map((vendor) => card({ key: vendor, vendor }))
    expect(merged(by('a', nameless(1), nameless(2)), by('b', ...makers))).toHaveLength(3)
  })

  it('are not made three by who sees one of them and cannot say which', () => {
    const cards = merged(by('nvidia-smi', placed(1), placed(2)), by('webgpu', card({ ...rtx, name: 'x' })))
    expect(cards).toHaveLength(2)
    expect(cards.some(({ facts }) => facts.name === 'x')).toBe(false)
  })

  it('are told by who sees more than the others do', () => {
    expect(merged(by('nvidia-smi', placed(1)), by('vulkan', card(rtx), card({ ...rtx, key: 'y' })))).toHaveLength(2)
    expect(merged(by('nvidia-smi', placed(1)), by('vulkan', card({ vendor: 'intel' })))).toHaveLength(2)
  })

  it('that different back ends call by one key are still told apart', () => {
    const keys = merged(
      by('a', card({ key: 'card0', vendor: 'amd' })),
      by('b', card({ key: 'card0', vendor: 'intel' })),
    )
    expect(keys.map(({ facts }) => facts.key).sort()).toEqual(['a/card0', 'b/card0'])
  })
})

it('takes a rasteriser for no card, and lists the processor last', () => {
  const cards = merged(
    by('processor', card({ key: 'cpu', vendor: 'cpu', form: 'cpu' })),
    by('vulkan', card({ form: 'software', name: 'llvmpipe' }), card({ vendor: 'amd' })),
    by('webgpu', card({ form: 'integrated' })),
  )
  expect(cards.map(({ facts }) => facts.vendor)).toEqual(['amd', 'cpu'])
  expect(merged(by('vulkan', card({ form: 'software' })))).toEqual([])
})

const pciIds = [0x2204, 0x1f02, 0x744c]
const facts = fc.record(
  {
    key: fc.constantFrom('card0', 'card1', 'x'),
    vendor: fc.constantFrom(...cardVendors),
    pci: fc.record({ vendor: fc.constantFrom(0x10de, 0x1002), device: fc.constantFrom(...pciIds) }),
    busAddress: fc.constantFrom('0000:01:00.0', '0000:02:00.0', '0000:03:00.0'),
    uuid: fc.constantFrom('GPU-1', '1', '2'),
    form: fc.constantFrom('discrete', 'integrated', 'software', 'cpu'),
    name: fc.constantFrom('a', 'b'),
  },
  { requiredKeys: ['key'] },
)
const sightings = fc
  .uniqueArray(fc.constantFrom('nvidia-smi', 'vulkan', 'processor', 'b1', 'b2'), { maxLength: 5 })
  .chain((names) =>
    fc.tuple(
      ...names.map((backend) =>
        fc
          .array(facts, { maxLength: 4 })
          .map((all) => by(backend, ...all.map((one) => card(one as Partial<CardFacts>)))),
      ),
    ),
  )

describe('whatever is seen', () => {
  it('is a list in which cards of different back ends have different keys, and who is asked first is a source first', () => {
    fc.assert(
      fc.property(sightings, (all) => {
        const cards = mergeSightings(all)
        const named = cards.map(({ facts, sources }) => ({ key: facts.key, backend: sources[0]!.backend }))
        for (const one of named)
          expect(named.filter(({ key, backend }) => key === one.key && backend !== one.backend)).toEqual([])
        const order = all.map(({ backend }) => backend)
        for (const { sources } of cards) {
          const ranks = sources.map(({ backend }) => order.indexOf(backend))
          expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
        }
      }),
    )
  })

  it('has every place on the bus once: no card is lost, none is doubled', () => {
    fc.assert(
      fc.property(sightings, (all) => {
        const seen = all.flatMap(({ cards }) => cards).filter((one) => one.facts.form !== 'software')
        const places = [...new Set(seen.flatMap((one) => one.facts.busAddress ?? []))].sort()
        const merged = mergeSightings(all)
        expect(merged.flatMap((one) => one.facts.busAddress ?? []).sort()).toEqual(places)
        // What one back end sees are different cards, but for two sightings of one place.
        for (const { cards } of all) {
          const own = cards.filter((one) => one.facts.form !== 'software')
          const distinct = new Set(own.map((one) => one.facts.busAddress ?? one))
          expect(merged.length).toBeGreaterThanOrEqual(distinct.size)
        }
        expect(merged.length).toBeLessThanOrEqual(seen.length)
      }),
    )
  })

  it('is as many cards as the machine has, where each back end sees all of them and hides what it does not know', () => {
    const machine = fc.array(fc.record({ device: fc.constantFrom(...pciIds) }), { minLength: 1, maxLength: 6 })
    const views = fc.array(fc.constantFrom('place', 'uuid', 'pci', 'vendor'), { maxLength: 5 })
    fc.assert(
      fc.property(machine, views, (cards, kinds) => {
        const all = ['place', ...kinds].map((kind, index) =>
          by(
            `b${index}`,
            ...cards.map(({ device }, at) =>
              card({
                key: `${at}`,
                vendor: 'nvidia',
                ...(kind === 'vendor' ? {} : { pci: { vendor: 0x10de, device } }),
                ...(kind === 'place' ? { busAddress: `0000:0${at}:00.0`, uuid: `GPU-${at}` } : {}),
                ...(kind === 'uuid' ? { uuid: `${at}` } : {}),
              }),
            ),
          ),
        )
        expect(mergeSightings(all)).toHaveLength(cards.length)
      }),
    )
  })
})
