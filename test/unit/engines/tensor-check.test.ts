import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../protocols/kernel/error-catalogue.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { TensorHeader, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { checkInputs, checkStringLengths } from '../../../protocols/wire/job/tensor-check.ts'

const specs: readonly TensorSpec[] = [
  { name: 'image', type: 'float32', dims: ['batch', 28, 28] },
  { name: 'mask', type: 'int4', dims: [3] },
  { name: 'texts', type: 'string', dims: [''] },
]
const image: TensorHeader = { name: 'image', type: 'float32', dims: [2, 28, 28], byteLength: 6_272 }
const mask: TensorHeader = { name: 'mask', type: 'int4', dims: [3], byteLength: 2 }
const texts: TensorHeader = { name: 'texts', type: 'string', dims: [2], byteLength: 11 }

function refusal(headers: readonly TensorHeader[]): unknown {
  try {
    checkInputs(specs, headers)
  } catch (error) {
    if (error instanceof MeshError) return { code: error.code, facts: error.facts }
    throw error
  }
  return 'taken'
}
const refused = (code: ErrorCode, facts: object): object => ({ code, facts })

describe('inputs', () => {
  it('fit in any order, with named dimensions as they come', () => {
    expect(refusal([texts, image, mask])).toBe('taken')
    expect(
      refusal([{ ...image, dims: [0, 28, 28], byteLength: 0 }, mask, { ...texts, dims: [0], byteLength: 0 }]),
    ).toBe('taken')
  })

  it('that are missing, unknown or given twice are named', () => {
    const expected = ['image', 'mask', 'texts']
    expect(refusal([image, texts])).toEqual(refused('INPUT_MISSING', { expected: 'mask' }))
    expect(refusal([image, { ...mask, name: 'mosk' }, texts])).toEqual(
      refused('INPUT_NAME', { given: 'mosk', expected }),
    )
    expect(refusal([image, mask, texts, mask])).toEqual(
      refused('INPUT_NAME', { given: 'mask a second time', expected }),
    )
  })

  it('of another type say both types', () => {
    const given = { ...image, type: 'float16' } as const
    expect(refusal([given, mask, texts])).toEqual(
      refused('INPUT_TYPE', { name: 'image', given: 'float16', expected: 'float32' }),
    )
  })

  it.each([
    [[28, 28], '[28, 28]'],
    [[1, 28, 27], '[1, 28, 27]'],
    [[1, 28, 28, 1], '[1, 28, 28, 1]'],
    [[-1, 28, 28], '[-1, 28, 28]'],
    [[0.5, 28, 28], '[0.5, 28, 28]'],
    [[2 ** 50, 28, 28], '[1125899906842624, 28, 28]'],
  ])('of the shape %j say both shapes', (dims, given) => {
    const facts = { name: 'image', given, expected: '[batch, 28, 28]' }
    expect(refusal([{ ...image, dims }, mask, texts])).toEqual(refused('INPUT_SHAPE', facts))
  })

  it('of another size say both sizes, elements below a byte rounded up', () => {
    const image4 = { ...image, byteLength: 6_271 }
    expect(refusal([image4, mask, texts])).toEqual(
      refused('INPUT_SIZE', { name: 'image', given: 6_271, expected: 6_272 }),
    )
    expect(refusal([image, { ...mask, byteLength: 3 }, texts])).toEqual(
      refused('INPUT_SIZE', { name: 'mask', given: 3, expected: 2 }),
    )
    expect(refusal([image, mask, { ...texts, byteLength: 7 }])).toEqual(
      refused('INPUT_SIZE', { name: 'texts', given: 7, expected: '8 or more' }),
    )
  })
})

describe('texts', () => {
  const two = Uint8Array.of(1, 0, 0, 0, 65, 2, 0, 0, 0, 66, 67)
  it('add up to their bytes', () => {
    expect(() => checkStringLengths(texts, two)).not.toThrow()
    expect(() => checkStringLengths({ ...texts, dims: [0] }, new Uint8Array())).not.toThrow()
    expect(() => checkStringLengths({ ...texts, dims: [1] }, two)).toThrow(MeshError)
    expect(() => checkStringLengths({ ...texts, dims: [3] }, two)).toThrow(MeshError)
    expect(() => checkStringLengths(texts, two.subarray(0, 10))).toThrow(MeshError)
    expect(() => checkStringLengths(texts, two.with(5, 200))).toThrow(MeshError)
    expect(() => checkStringLengths({ ...texts, dims: [2 ** 40] }, two)).toThrow(MeshError)
  })
})
