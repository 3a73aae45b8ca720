import { describe, expect, test } from 'vitest'
import { allRows } from '../../../../protocols/catalogue/all-rows.ts'
import { architectureWords } from '../../../../protocols/catalogue/architectures.ts'
import { matchCard } from '../../../../protocols/catalogue/match-card.ts'
import type { CardFacts } from '../../../../protocols/rules/cards/card-facts.ts'
import type { MeasuredFigures } from '../../../../protocols/rules/cards/measured-figures.ts'
import { architectureOf } from '../../../../protocols/rules/classification/architecture-of.ts'
import { cardClasses, classOfCard, classOfMachine } from '../../../../protocols/rules/classification/card-class.ts'
import { classifyCard } from '../../../../protocols/rules/classification/classify-card.ts'
import type { ConsumerGpuProfile } from '../../../../protocols/rules/classification/gpu-profile.ts'
import { CLASS_BYTES_MAX } from '../../../../protocols/wire/offer/offer-body.ts'
import { recordedCards } from '../../../support/recordings/recorded-cards.ts'

const GIB = 2 ** 30
const card = (facts: Partial<CardFacts>): CardFacts => ({ key: 'k', seenBy: [], platforms: {}, limits: {}, ...facts })
const profileOf = (facts: Partial<CardFacts>, measured?: MeasuredFigures): ConsumerGpuProfile =>
  classifyCard({ facts: card(facts), match: matchCard(card(facts)), ...(measured === undefined ? {} : { measured }) })
const benchmark: MeasuredFigures = {
  measuredAtMs: 1_700_000_000_000,
  engine: 'onnxruntime/1.30.0/cuda',
  fp32Gflops: 25_000,
  fp16Gflops: 50_000,
  memoryMBps: 800_000,
}

describe('the profile of a card', () => {
  test('holds what the catalogue says of its model, with the row, its sources and how sure they are', () => {
    const profile = profileOf({ name: 'NVIDIA GeForce RTX 3090', vendor: 'nvidia', platforms: { CUDA: '12.8' } })
    expect(profile).toMatchObject({
      model: 'GeForce RTX 3090',
      architecture: 'Ampere',
      form: 'desktop',
      consumerGrade: true,
      edgeOptimised: false,
      supportsEdgeInference: true,
      supportsQuantisedModels: true,
      supportsMobileDeployment: false,
      rows: ['geforce-rtx-3090'],
      ways: {},
    })
    const { tdpW, fp16Tflops, int8Tops } = profile.figures
    expect(tdpW).toEqual({
      value: 350,
      origin: {
        kind: 'catalogue',
        rows: ['geforce-rtx-3090'],
        sources: expect.arrayContaining(['huggingface', 'recorded']),
        confidence: 'A',
      },
    })
    // 142 of the matrix units with sums in FP16, half of it with sums in FP32.
    expect(fp16Tflops!.value).toBeCloseTo(71.15, 1)
    expect(int8Tops!.value).toBe(284.7)
  })

  test('holds what the card itself was measured to do, and reports, before what is published', () => {
    const { figures } = profileOf(
      { name: 'NVIDIA GeForce RTX 3090', memoryBytes: 23.9 * GIB, limits: { powerWDefault: 390 } },
      benchmark,
    )
    expect(figures.fp32Tflops).toEqual({
      value: 25,
      origin: { kind: 'measured', engine: 'onnxruntime/1.30.0/cuda', atMs: 1_700_000_000_000 },
      publishedValue: 35.58,
    })
    expect(figures.bandwidthGBps).toMatchObject({ value: 800, publishedValue: 936 })
    expect(figures.memoryGiB).toMatchObject({ value: 23.9, origin: { kind: 'reported' }, publishedValue: 24 })
    expect(figures.tdpW).toMatchObject({ value: 390, origin: { kind: 'reported' }, publishedValue: 350 })
  })

  test('of a card that nobody lists is made of measurements, and of nothing else', () => {
    const profile = profileOf({ name: 'Some Other GPU', computeCapability: '8.6' }, benchmark)
    expect(profile).toMatchObject({ model: 'Some Other GPU', architecture: 'Ampere', rows: [] })
    expect(Object.keys(profile.figures)).toEqual(['fp32Tflops', 'fp16Tflops', 'bandwidthGBps'])
    expect(profile).not.toHaveProperty('consumerGrade')
    expect(profile).not.toHaveProperty('form')
    expect(profile.matchedBy.join()).toContain('no model that is listed prints Some Other GPU')
    expect(profileOf({}).figures).toEqual({})
  })

  test('of several models that it may be takes only what all of them share', () => {
    const profile = profileOf({ name: 'Apple M1', vendor: 'apple', platforms: { Metal: true } })
    expect(profile.rows).toEqual(['apple-m1-7core', 'apple-m1-8core'])
    expect(profile.figures.bandwidthGBps!.value).toBe(68.3)
    expect(profile.figures).not.toHaveProperty('fp32Tflops')
    expect(profile).toMatchObject({ model: 'Apple M1', architecture: 'Apple 7', form: 'soc', sharesMemory: true })
    expect(profile.edgeOptimised).toBe(true)
    // Apple sells it with 8 GiB too: what is sold at most is no claim about this one.
    expect(profile.figures).not.toHaveProperty('memoryGiB')
  })

  test('takes nothing from a benchmark or a driver that cannot be', () => {
    const { figures } = profileOf(
      { name: 'x', memoryBytes: 0, limits: { powerWDefault: Number.NaN } },
      { ...benchmark, fp32Gflops: -1, fp16Gflops: Number.POSITIVE_INFINITY, memoryMBps: 0 },
    )
    expect(figures).toEqual({})
  })

  test('says that a processor is one, and that a simulated card is simulated', () => {
    const cpu = profileOf({
      vendor: 'cpu',
      form: 'cpu',
      name: 'AMD Ryzen',
      platforms: { CPU: true },
      memoryBytes: 32 * GIB,
    })
    expect(cpu).toMatchObject({ form: 'cpu', sharesMemory: true, supportsEdgeInference: true, rows: [] })
    expect(profileOf({ simulated: true })).toMatchObject({ simulated: true })
  })

  test('claims inference only where something drives it and a model fits', () => {
    expect(profileOf({ name: 'NVIDIA GeForce GT 1030' })).not.toHaveProperty('supportsEdgeInference')
    expect(profileOf({ platforms: { Vulkan: true }, memoryBytes: GIB }).supportsEdgeInference).toBe(false)
    expect(profileOf({ platforms: { Vulkan: true } })).not.toHaveProperty('supportsEdgeInference')
  })

  test('never has a figure that is 0, negative or no number, whatever was recorded', () => {
    for (const { facts } of recordedCards) {
      for (const { value } of Object.values(classifyCard({ facts, match: matchCard(facts) }).figures)) {
        expect(value).toBeGreaterThan(0)
        expect(Number.isFinite(value)).toBe(true)
      }
    }
  })
})

describe('the class of a card', () => {
  const sized = (gib: number | undefined): string =>
    classOfCard(profileOf(gib === undefined ? {} : { memoryBytes: gib * GIB }))

  test('follows from its memory, in few words that an offer can hold', () => {
    expect([undefined, 4, 8, 11, 12, 15.99, 24, 32, 96].map(sized)).toEqual([
      'gpu',
      'gpu',
      'gpu-8g',
      'gpu-8g',
      'gpu-8g',
      'gpu-16g',
      'gpu-16g',
      'gpu-32g',
      'gpu-32g',
    ])
    // What drivers keep back takes no card out of its class.
    expect([7.5, 15, 30].map(sized)).toEqual(['gpu-8g', 'gpu-16g', 'gpu-32g'])
    expect(cardClasses.length).toBeLessThanOrEqual(8)
    for (const word of cardClasses) {
      expect(word).toMatch(/^[a-z0-9-]+$/)
      expect(word.length).toBeLessThanOrEqual(CLASS_BYTES_MAX)
    }
  })

  test('is among those that routers hear, for every model of the catalogue', () => {
    for (const row of allRows) {
      const facts = card({ name: row.printed[0], vendor: row.vendor })
      const word = classOfCard(
        classifyCard({ facts, match: { kind: 'row', row, how: 'name', certainty: 'likely', reasons: [] } }),
      )
      expect(cardClasses, row.id).toContain(word)
      expect(word, row.id).not.toBe('cpu')
    }
  })

  test('of a machine is that of its largest card, and the processor only where there is none', () => {
    const cpu = profileOf({ form: 'cpu', memoryBytes: 512 * GIB })
    expect(classOfMachine([])).toBe('cpu')
    expect(classOfMachine([cpu])).toBe('cpu')
    expect(classOfMachine([cpu, profileOf({})])).toBe('gpu')
    const of = (gib: number): ConsumerGpuProfile => profileOf({ memoryBytes: gib * GIB })
    expect(classOfMachine([of(24), cpu, of(8)])).toBe('gpu-16g')
    expect(classOfMachine([of(8), of(48)])).toBe('gpu-32g')
  })
})

describe('the architecture of a card', () => {
  test('follows from the instructions that its driver names', () => {
    expect(architectureOf({ computeCapability: '8.9' })).toBe('Ada Lovelace')
    expect(architectureOf({ gfx: 'gfx1100' })).toBe('RDNA 3')
    expect(architectureOf({ gfx: 'gfx90a' })).toBe('CDNA')
    expect(architectureOf({ gfx: 'gfx9010' })).toBeUndefined()
    // Both kinds of Turing say 7.5.
    expect(architectureOf({ computeCapability: '7.5' })).toBeUndefined()
    expect(architectureOf({})).toBeUndefined()
  })

  test('agrees with every row that has both', () => {
    for (const row of allRows) {
      const told = architectureOf(row)
      if (told !== undefined) expect(architectureWords[told], row.id).toBe(architectureWords[row.architecture])
    }
  })
})
