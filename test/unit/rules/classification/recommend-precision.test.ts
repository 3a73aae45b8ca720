import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CardPlatform } from '../../../../protocols/rules/cards/card-facts.ts'
import { cardPlatforms } from '../../../../protocols/rules/cards/card-facts.ts'
import type { Figure } from '../../../../protocols/rules/classification/gpu-profile.ts'
import {
  type PrecisionAdvice,
  type PrecisionNeeds,
  precisions,
  recommendPrecision,
} from '../../../../protocols/rules/classification/recommend-precision.ts'
import '../../../support/property-seed.ts'

const GIB = 2 ** 30
const figure = (value: number): Figure => ({ value, origin: { kind: 'reported' } })
const needs = (
  platform: CardPlatform,
  memoryGiB: number | undefined,
  weightGiB: number,
  more: Partial<PrecisionNeeds> & { kind?: PrecisionNeeds['model']['kind'] } = {},
): PrecisionNeeds => ({
  profile: { figures: memoryGiB === undefined ? {} : { memoryGiB: figure(memoryGiB) }, sharesMemory: false },
  model: { weightBytes: weightGiB * GIB, kind: more.kind ?? 'network' },
  platform,
  batched: false,
  calibrated: true,
  ...more,
})
const taken = (advice: PrecisionAdvice): string => (advice.kind === 'take' ? advice.precision : 'none')
const why = (advice: PrecisionAdvice, precision: string): string =>
  advice.rejected.find((each) => each.precision === precision)?.why ?? ''

describe('the precision that is recommended', () => {
  test('on a processor is calibrated int8, whose answers do not depend on a batch', () => {
    const advice = recommendPrecision(needs('CPU', 16, 1, { batched: true }))
    expect(taken(advice)).toBe('int8-static')
    expect(advice).toMatchObject({ reason: expect.stringContaining('do not depend on a batch'), rejected: [] })
  })

  test('is never dynamic int8 where clients share a batch, and says that it would change answers', () => {
    const transformer = { kind: 'transformer', calibrated: false } as const
    expect(taken(recommendPrecision(needs('CPU', 16, 1, transformer)))).toBe('int8-dynamic')
    const batched = recommendPrecision(needs('CPU', 16, 1, { ...transformer, batched: true }))
    expect(taken(batched)).toBe('fp32')
    expect(why(batched, 'int8-dynamic')).toContain('the answer of one client would depend on the others')
    // Convolutions are slower so, batched or not.
    expect(taken(recommendPrecision(needs('CPU', 16, 1, { calibrated: false })))).toBe('fp32')
  })

  test('is never int8 on WebGPU, which hands it back to the processor', () => {
    const advice = recommendPrecision(needs('WebGPU', 1, 2))
    expect(taken(advice)).toBe('4-bit')
    expect(taken(recommendPrecision(needs('WebGPU', 1, 9)))).toBe('none')
    expect(why(recommendPrecision(needs('WebGPU', 1, 9)), 'int8-static')).toContain('WebGPU hands')
  })

  test('on a card is fp16 where it fits, and 4-bit weights where only they do', () => {
    expect(taken(recommendPrecision(needs('CUDA', 24, 20)))).toBe('fp16')
    const tight = recommendPrecision(needs('CUDA', 6, 20))
    expect(taken(tight)).toBe('4-bit')
    expect(why(tight, 'fp16')).toBe('it needs about 12.8 GiB, and 5.4 can be had')
    expect(taken(recommendPrecision(needs('CUDA', 2, 28)))).toBe('none')
  })

  test('for a language model is 4-bit weights: they are read for every word', () => {
    for (const platform of ['CUDA', 'Metal', 'CPU'] as const) {
      expect(taken(recommendPrecision(needs(platform, 64, 28, { kind: 'language' })))).toBe('4-bit')
    }
  })

  test('is fp32 on a card that computes fp16 slower, as Pascal does', () => {
    const { model, ...rest } = needs('CUDA', 8, 2)
    const figures = { memoryGiB: figure(8), fp32Tflops: figure(8.87), fp16Tflops: figure(0.139) }
    const advice = recommendPrecision({ ...rest, model, profile: { figures, sharesMemory: false } })
    expect(taken(advice)).toBe('fp32')
    expect(why(advice, 'fp16')).toContain('slower than 32-bit')
    const measured = { ...figures, fp32Tflops: { ...figure(0.1), publishedValue: 8.87 } }
    expect(taken(recommendPrecision({ ...rest, model, profile: { figures: measured, sharesMemory: false } }))).toBe(
      'fp32',
    )
    // One of them measured, the other published: compared as published.
    const comparable = { ...figures, fp16Tflops: figure(20), fp32Tflops: { ...figure(5), publishedValue: 10 } }
    expect(taken(recommendPrecision({ ...rest, model, profile: { figures: comparable, sharesMemory: false } }))).toBe(
      'fp16',
    )
  })

  test('leaves programs their part of shared memory, and says where memory is not known', () => {
    const own = needs('Metal', 16, 20)
    expect(taken(recommendPrecision(own))).toBe('fp16')
    expect(taken(recommendPrecision({ ...own, profile: { ...own.profile, sharesMemory: true } }))).toBe('4-bit')
    expect(recommendPrecision(needs('CUDA', undefined, 2))).toMatchObject({
      reason: expect.stringContaining('whether it fits is not known'),
    })
    expect(() => recommendPrecision(needs('CUDA', 8, 0))).toThrow(RangeError)
  })

  test('fits, names each form once, and stays possible when memory grows', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cardPlatforms),
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        fc.double({ min: 0.01, max: 400, noNaN: true }),
        fc.constantFrom('network', 'transformer', 'language' as const),
        fc.boolean(),
        fc.boolean(),
        (platform, memoryGiB, weightGiB, kind, batched, calibrated) => {
          const advice = recommendPrecision(needs(platform, memoryGiB, weightGiB, { kind, batched, calibrated }))
          const named = [
            ...advice.rejected.map((each) => each.precision),
            ...(advice.kind === 'take' ? [advice.precision] : []),
          ]
          expect(new Set(named).size).toBe(named.length)
          if (advice.kind === 'none') {
            expect(named).toHaveLength(precisions.length)
            return
          }
          expect(advice.memoryBytes).toBeLessThanOrEqual(memoryGiB * GIB)
          expect(advice.precision === 'int8-dynamic' && batched).toBe(false)
          const larger = recommendPrecision(needs(platform, 2 * memoryGiB, weightGiB, { kind, batched, calibrated }))
          expect(larger.kind).toBe('take')
        },
      ),
    )
  })
})
