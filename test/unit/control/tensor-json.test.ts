import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../support/property-seed.ts'
import { jsonOfTensor, tensorOfJson, tensorsSchema } from '../../../node/control/methods/tensor-json.ts'
import { floats } from '../../support/engines/tensor-of.ts'

const json = (data: string) => ({ name: 'x', type: 'uint8' as const, dims: [3], data })

describe('a tensor in JSON', () => {
  it('comes back as it went, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        const tensor = { name: 'x', type: 'uint8', dims: [data.length], byteLength: data.length, data } as const
        const [parsed] = tensorsSchema.parse([jsonOfTensor(tensor)])
        expect(tensorOfJson(parsed!)).toEqual(tensor)
      }),
    )
  })

  it('of a slice is the slice alone', () => {
    const whole = floats('x', [4], [1, 2, 3, 4])
    const data = whole.data.subarray(4, 12)
    const part = { ...whole, dims: [2], byteLength: 8, data }
    expect(tensorOfJson(tensorsSchema.parse([jsonOfTensor(part)])[0]!)).toEqual(floats('x', [2], [2, 3]))
  })

  it.each(['A', 'AAAAA', 'AA', 'A=', 'A===', 'AA=A', 'AAA-', 'AAA ', ' AAAA', 'AAAA\n', '=', '===='])(
    'is refused where its data is no base64: %j',
    (data) => {
      expect(() => tensorOfJson(json(data))).toThrow(expect.objectContaining({ code: 'INPUT_SIZE' }))
    },
  )

  it.each(['', 'AAAA', 'AAA=', 'AA==', '+/+/'])('is taken where its data is base64: %j', (data) => {
    expect(tensorOfJson(json(data)).data).toEqual(new Uint8Array(Buffer.from(data, 'base64')))
  })

  it.each([
    ['a name too long', { name: 'x'.repeat(257) }],
    ['a type that nobody knows', { type: 'float8' }],
    ['a negative dimension', { dims: [-1] }],
    ['a fraction of a dimension', { dims: [1.5] }],
    ['a dimension too large', { dims: [2 ** 31] }],
    ['too many dimensions', { dims: new Array(17).fill(1) }],
    ['a field more', { more: 1 }],
  ])('has no place for %s', (_, change) => {
    expect(tensorsSchema.safeParse([{ ...json('AAAA'), ...change }]).success).toBe(false)
  })

  it('comes with 63 others at most', () => {
    expect(tensorsSchema.safeParse(new Array(64).fill(json(''))).success).toBe(true)
    expect(tensorsSchema.safeParse(new Array(65).fill(json(''))).success).toBe(false)
  })
})
