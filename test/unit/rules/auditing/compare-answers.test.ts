import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareAnswers, relativeError } from '../../../../protocols/rules/auditing/compare-answers.ts'
import { bytesOfFloats, floatsOf } from '../../../../protocols/rules/auditing/tensor-floats.ts'
import { toleranceOf } from '../../../../protocols/rules/auditing/tolerance-class.ts'
import type { Tensor, TensorType } from '../../../../protocols/wire/job/tensor.ts'
import '../../../support/property-seed.ts'

const tensor = (type: TensorType, dims: readonly number[], data: Uint8Array, name = 'y'): Tensor => ({
  name,
  type,
  dims,
  byteLength: data.length,
  data,
})
const floats = (values: readonly number[], type: TensorType = 'float32'): Tensor =>
  tensor(type, [values.length], bytesOfFloats(type, Float64Array.from(values)))
const integers = (...values: number[]): Tensor =>
  tensor('int64', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer))

const answer = [0.9, 0.05, -0.05, 2]
const shifted = (by: number) => answer.map((value) => value * (1 + by))

describe('the class of tolerance', () => {
  it('follows from what computed, and is the widest where nobody knows', () => {
    expect(toleranceOf('onnxruntime/1.30.0/cpu/fp32/x64')).toBe('tol32')
    expect(toleranceOf('onnxruntime/1.30.0/webgpu/fp32/nvidia-8.9')).toBe('tol32')
    expect(toleranceOf('onnxruntime/1.30.0/cpu/int8/x64')).toBe('exact')
    expect(toleranceOf('onnxruntime/1.30.0/wasm/int8/any')).toBe('exact')
    expect(toleranceOf('onnxruntime/1.30.0/cuda/int8/nvidia-8.9')).toBe('tol16')
    expect(toleranceOf('onnxruntime/1.30.0/cpu/int4/x64')).toBe('tol16')
    expect(toleranceOf('onnxruntime/1.30.0/cpu/mixed/x64')).toBe('tol16')
    expect(toleranceOf('anything')).toBe('tol16')
    expect(toleranceOf(undefined)).toBe('tol16')
  })
})

describe('two answers', () => {
  it('of floats are the same within the tolerance of their class, and differ beyond', () => {
    expect(compareAnswers([floats(answer)], [floats(shifted(5e-5))], 'tol32').kind).toBe('same')
    expect(compareAnswers([floats(answer)], [floats(shifted(2e-4))], 'tol32').kind).toBe('differs')
    expect(compareAnswers([floats(answer)], [floats(shifted(2e-4))], 'tol16').kind).toBe('same')
    expect(compareAnswers([floats(answer)], [floats(shifted(0.02))], 'tol16')).toMatchObject({
      kind: 'differs',
      where: { output: 0, what: 'values' },
    })
  })

  it('of floats in an integer graph are the same to the bit, unsure when near, and differ beyond', () => {
    expect(compareAnswers([floats(answer)], [floats(answer)], 'exact').kind).toBe('same')
    expect(compareAnswers([floats(answer)], [floats(shifted(1e-6))], 'exact').kind).toBe('unsure')
    expect(compareAnswers([floats(answer)], [floats(shifted(0.1))], 'exact').kind).toBe('differs')
  })

  it('of integers, texts and truth values are the same to the bit in every class', () => {
    expect(compareAnswers([integers(1, 2)], [integers(1, 2)], 'tol16').kind).toBe('same')
    expect(compareAnswers([integers(1_000, 2)], [integers(1_001, 2)], 'tol16').kind).toBe('differs')
    const text = (letter: number) => tensor('string', [1], Uint8Array.of(1, 0, 0, 0, letter))
    expect(compareAnswers([text(65)], [text(66)], 'tol16').kind).toBe('differs')
    const truth = (value: number) => tensor('bool', [1], Uint8Array.of(value))
    expect(compareAnswers([truth(0)], [truth(1)], 'tol16').kind).toBe('differs')
  })

  it('differ where number, name, type or shape of the outputs do', () => {
    const one = floats([1, 2])
    const what = (others: readonly Tensor[]) => {
      const compared = compareAnswers([one], others, 'tol16')
      return compared.kind === 'differs' ? compared.where.what : compared.kind
    }
    expect(what([])).toBe('count')
    expect(what([one, one])).toBe('count')
    expect(what([{ ...one, name: 'z' }])).toBe('name')
    expect(what([{ ...one, type: 'int32' }])).toBe('type')
    expect(what([{ ...one, dims: [2, 1] }])).toBe('shape')
    expect(what([{ ...one, dims: [1] }])).toBe('shape')
  })

  it('differ in the worst of several outputs', () => {
    const compared = compareAnswers([floats(answer), floats([1])], [floats(answer), floats([9])], 'tol32')
    expect(compared).toMatchObject({ kind: 'differs', where: { output: 1 } })
  })

  it('may hold NaN and infinities, in the same places alone', () => {
    const odd = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    // Two patterns of bits for one NaN.
    const other = floats([1.000001, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    other.data[4] = 1
    expect(compareAnswers([floats(odd)], [other], 'tol32').kind).toBe('same')
    for (const [i, value] of [
      [1, 0],
      [2, Number.NaN],
      [2, Number.NEGATIVE_INFINITY],
      [0, Number.NaN],
      [3, 5],
    ] as const) {
      const spoilt = floats(odd.with(i, value))
      expect(compareAnswers([floats(odd)], [spoilt], 'tol16')).toMatchObject({ where: { what: 'not-finite' } })
      expect(compareAnswers([spoilt], [floats(odd)], 'tol16')).toMatchObject({ where: { what: 'not-finite' } })
    }
  })

  it('of nothing but NaN, or of nothing, are the same', () => {
    expect(compareAnswers([floats([Number.NaN])], [floats([Number.NaN])], 'exact').kind).toBe('same')
    expect(compareAnswers([floats([])], [floats([])], 'exact').kind).toBe('same')
    expect(compareAnswers([], [], 'exact').kind).toBe('same')
  })

  it('are told apart at the ends of what floats hold', () => {
    const huge = floats([1.7e308, -1.7e308], 'float64')
    expect(relativeError('float64', huge.data, floats([-1.7e308, 1.7e308], 'float64').data)).toBeCloseTo(2)
    expect(relativeError('float64', floats([5e-324], 'float64').data, floats([0], 'float64').data)).toBeGreaterThan(1)
    expect(compareAnswers([floats([0, 0])], [floats([1, 0])], 'tol16').kind).toBe('differs')
  })

  it('are held against each other alike, whichever stands first', () => {
    const values = fc.array(fc.float(), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(values, values, fc.constantFrom('exact' as const, 'tol32' as const, 'tol16' as const), (a, b, by) => {
        const [one, two] = [floats(a), floats(b)]
        expect(compareAnswers([one], [two], by)).toEqual(compareAnswers([two], [one], by))
        expect(compareAnswers([one], [one], by)).toEqual({ kind: 'same', error: 0 })
      }),
    )
  })

  it('lie where they lie in memory', () => {
    const shifted = new Uint8Array(17)
    shifted.set(floats(answer).data, 1)
    const odd = tensor('float32', [4], shifted.subarray(1))
    expect(compareAnswers([odd], [floats(answer.map((value) => value + 1e-7))], 'tol32').kind).toBe('same')
  })
})

describe('half floats', () => {
  it('are read and written as IEEE 754 has them', () => {
    const rows: readonly (readonly [number, number])[] = [
      [0x0000, 0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0xc000, -2],
      [0x7bff, 65_504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
    ]
    for (const [bits, value] of rows) {
      const data = new Uint8Array(Uint16Array.of(bits).buffer)
      expect(floatsOf('float16', data)).toEqual(Float64Array.of(value))
      expect(bytesOfFloats('float16', Float64Array.of(value))).toEqual(data)
    }
  })

  it('come back from each of their patterns', () => {
    const all = Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits)
    const data = new Uint8Array(all.buffer)
    expect(bytesOfFloats('float16', floatsOf('float16', data))).toEqual(data)
    expect(floatsOf('float16', bytesOfFloats('float16', Float64Array.of(Number.NaN)))[0]).toBeNaN()
    expect(floatsOf('float16', bytesOfFloats('float16', Float64Array.of(1e9)))[0]).toBe(Number.POSITIVE_INFINITY)
  })
})
