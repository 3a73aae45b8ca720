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
const geforce = card({
  vendor: 'nvidia',
  form: 'discrete',
  platforms: { CUDA: '12.8', Vulkan: true },
  memoryBytes: 2 ** 35,
})
const radeon = card({ vendor: 'amd', form: 'discrete', platforms: { ROCm: '6.4' } })
const processor = card({ vendor: 'cpu', form: 'cpu', platforms: { CPU: true } })
const all = [radeon, geforce, processor]

describe('the cards that a miner offers', () => {
  it('are none while its engines compute on the processor, however large the cards beside it', () => {
    expect(usedCards(all, ['cpu'])).toEqual([])
    expect(usedCards(all, [])).toEqual([])
  })

  it('are the ones that an engine’s kernels compute on, each once', () => {
    expect(usedCards(all, ['cuda', 'cpu'])).toEqual([geforce])
    expect(usedCards([geforce, processor], ['cuda', 'webgpu'])).toEqual([geforce])
    expect(usedCards(all, ['some-new-kernels'])).toEqual([])
  })

  it('are never the processor, a rasteriser, or a card that exists in a program only', () => {
    const rasteriser = card({ form: 'software', platforms: { WebGPU: true, Vulkan: true } })
    expect(usedCards([processor, rasteriser], ['webgpu', 'cpu'])).toEqual([])
    expect(usedCards([{ ...geforce, simulated: true }], ['cuda', 'webgpu'])).toEqual([])
  })
})
