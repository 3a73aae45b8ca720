import { describe, expect, it } from 'vitest'
import type { CardFacts } from '../../../../protocols/rules/cards/card-facts.ts'
import { usedCards } from '../../../../protocols/rules/cards/used-cards.ts'

const card = (facts: Partial<CardFacts>): CardFacts => ({
  key: 'k',
  seenBy: ['x'],
  platforms: {},
  limits: {},
  ...facts,
})
const geforce = card({
  vendor: 'nvidia',
  form: 'discrete',
  platforms: { CUDA: '12.8', Vulkan: true },
  memoryBytes: 2 ** 35,
})
const radeon = card({ vendor: 'amd', form: 'discrete', platforms: { ROCm: '6.4' } })
const processor = card({ vendor: 'cpu', form: 'cpu', platforms: { CPU: true } })
const all = [geforce, radeon, processor]

describe('the cards that a miner offers', () => {
  it('are none while its engines compute on the processor, however large the cards beside it', () => {
    expect(usedCards(all, ['cpu'])).toEqual([])
    expect(usedCards(all, [])).toEqual([])
  })

  it('are those that an engine’s kernels can drive', () => {
    expect(usedCards(all, ['cuda', 'cpu'])).toEqual([geforce])
    expect(usedCards(all, ['rocm'])).toEqual([radeon])
    expect(usedCards(all, ['some-new-kernels'])).toEqual([])
  })

  it('are never the processor, a rasteriser, or a card that exists in a program only', () => {
    const rasteriser = card({ form: 'software', platforms: { WebGPU: true, Vulkan: true } })
    const webgpu = card({ form: 'integrated', platforms: { WebGPU: true } })
    expect(usedCards([processor, rasteriser, webgpu], ['webgpu', 'cpu'])).toEqual([webgpu])
    expect(usedCards([{ ...geforce, simulated: true }], ['cuda'])).toEqual([])
  })
})
