import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canaryOf, formOf } from '../../../../protocols/rules/auditing/canary.ts'
import { bytesOfFloats, floatsOf } from '../../../../protocols/rules/auditing/tensor-floats.ts'
import { bytesNeeded, type Tensor, type TensorType, tensorTypes } from '../../../../protocols/wire/job/tensor.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import '../../../support/property-seed.ts'

const tensor = (type: TensorType, dims: readonly number[], data: Uint8Array): Tensor => ({
  name: 'x',
  type,
  dims,
  byteLength: data.length,
  data,
})
const canary = (input: Tensor, seed = 'canary'): Tensor => canaryOf([formOf(input)], new SeededRandom(seed))[0]!

describe('a canary', () => {
  it('has name, type, shape and size of what it stands for, whatever that is', () => {
    const types = tensorTypes.filter((type) => type !== 'string')
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.nat(40),
        fc.uint8Array({ minLength: 320, maxLength: 320 }),
        (type, n, bytes) => {
          const input = tensor(type, [n], bytes.slice(0, bytesNeeded(type, [n])))
          const { data, ...header } = canary(input)
          expect(header).toEqual({ name: 'x', type, dims: [n], byteLength: input.byteLength })
          expect(data).toHaveLength(input.byteLength)
        },
      ),
    )
  })

  it('of floats stays within the power of two that holds them, and is whole where they are', () => {
    const pixels = tensor(
      'float32',
      [1_000],
      bytesOfFloats(
        'float32',
        Float64Array.from({ length: 1_000 }, (_, i) => i % 200),
      ),
    )
    const drawn = floatsOf('float32', canary(pixels).data)
    expect(drawn.every((value) => Number.isInteger(value) && value >= 0 && value <= 256)).toBe(true)
    expect(new Set(drawn).size).toBeGreaterThan(100)
    const noise = tensor('float32', [2], bytesOfFloats('float32', Float64Array.of(-0.7, 0.3)))
    const many = Array.from({ length: 50 }, (_, i) => [...floatsOf('float32', canary(noise, `${i}`).data)]).flat()
    expect(many.every((value) => Math.abs(value) <= 1)).toBe(true)
    expect(many.some((value) => value < 0) && many.some((value) => value > 0)).toBe(true)
  })

  it('of integers names no entry beyond those that were named', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 2n ** 31n - 1n), { minLength: 1, maxLength: 30 }), (ids) => {
        const input = tensor('int64', [ids.length], new Uint8Array(BigInt64Array.from(ids).buffer))
        const { data } = canary(input)
        const largest = ids.reduce((most, id) => (id > most ? id : most))
        for (const id of new BigInt64Array(data.buffer)) {
          expect(id).toBeGreaterThanOrEqual(0n)
          expect(id).toBeLessThanOrEqual(largest)
        }
      }),
    )
  })

  it('tells nothing of values but the power of two around them', () => {
    const of = (...values: number[]) =>
      formOf(tensor('float32', [values.length], bytesOfFloats('float32', Float64Array.from(values))))
    expect(of(0.51, 3.7)).toEqual(of(0.13, 2.1))
    const ids = (...values: number[]) =>
      formOf(tensor('int32', [values.length], new Uint8Array(Int32Array.from(values).buffer)))
    expect(ids(700, 3)).toEqual(ids(513, 99))
  })

  it('of texts has texts of the same lengths', () => {
    const texts = ['Grüße', '', 'a word'].map((text) => new TextEncoder().encode(text))
    const data = texts.flatMap((text) => [text.length, 0, 0, 0, ...text])
    const input = tensor('string', [3], Uint8Array.from(data))
    const made = canary(input)
    expect(made.byteLength).toBe(input.byteLength)
    expect([0, 11, 15].map((at) => made.data[at])).toEqual([7, 0, 6])
  })
})
