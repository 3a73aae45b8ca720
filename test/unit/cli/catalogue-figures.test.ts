import { describe, expect, it } from 'vitest'
import { catalogueFigures } from '../../../node/cli/gpu/catalogue-figures.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'

const card = (change: Partial<CardFacts>): CardFacts => ({
  key: 'pci:0000:01:00.0',
  seenBy: ['nvidia-smi'],
  platforms: {},
  limits: {},
  ...change,
})

describe('the figures of the catalogue beside a measurement', () => {
  it('are those of the same model, in the units of the measurement', () => {
    const figures = catalogueFigures(
      card({ vendor: 'nvidia', name: 'NVIDIA GeForce RTX 4070', memoryBytes: 12_878_610_432 }),
    )
    // 29.1 TFLOPS and 504 GB/s as NVIDIA publishes them.
    expect(figures?.fp32Gflops).toBeGreaterThan(29_000)
    expect(figures?.fp32Gflops).toBeLessThan(29_300)
    expect(figures?.memoryMBps).toBeGreaterThan(503_000)
    expect(figures?.memoryMBps).toBeLessThan(505_000)
  })

  it('are none of a card that is not listed, and of the processor', () => {
    expect(catalogueFigures(card({ name: 'NVIDIA GeForce RTX 9999' }))).toBeUndefined()
    expect(catalogueFigures(card({ vendor: 'cpu', form: 'cpu', name: 'AMD EPYC' }))).toBeUndefined()
  })
})
