import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../support/property-seed.ts'
import { elementsOf, type FloatElements } from '../../../node/tensors/elements.ts'
import { shortest } from '../../../node/tensors/shortest-float.ts'

const float32 = elementsOf.float32 as FloatElements
const float16 = elementsOf.float16 as FloatElements
const fromBits = (bits: number): number => new Float32Array(new Uint32Array([bits]).buffer)[0]!
const halfFromBits = (bits: number): number => new DataView(new Uint16Array([bits]).buffer).getFloat16(0, true)

/** One digit after another, by the text that the language itself makes: slow, and plainly right. */
function plainly(value: number, nearest: (value: number) => number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (nearest(rounded) === value) return rounded
  }
  return value
}
const digitsOf = (value: number): number =>
  value.toExponential().replace(/e.*/, '').replace(/[-.]/g, '').replace(/0+$/, '').length

describe('the shortest decimal of a float', () => {
  it('is read as the same float32, and is as short as any that is, for all bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (bits) => {
        const value = fromBits(bits)
        if (!Number.isFinite(value)) return
        const found = shortest(value, float32)
        expect(Math.fround(found)).toBe(value)
        expect(digitsOf(found)).toBe(digitsOf(plainly(value, Math.fround)))
      }),
      { numRuns: 20_000 },
    )
  })

  it('of a float16 is so for every one that there is', () => {
    const wrong: number[] = []
    for (let bits = 0; bits < 0x1_0000; bits++) {
      const value = halfFromBits(bits)
      if (!Number.isFinite(value)) continue
      const found = shortest(value, float16)
      if (Math.f16round(found) !== value || digitsOf(found) !== digitsOf(plainly(value, Math.f16round)))
        wrong.push(bits)
    }
    expect(wrong).toEqual([])
  })

  it('is what people write, at and around powers of ten and of two', () => {
    for (const text of [
      '0.1',
      '0.001',
      '1e-7',
      '9.9',
      '0.3',
      '123456.7',
      '16777216',
      '3.4028235e+38',
      '1.1754944e-38',
      '1e-45',
    ]) {
      expect(String(shortest(Math.fround(Number(text)), float32))).toBe(text)
    }
    for (let exponent = -149; exponent < 128; exponent++) {
      for (const value of [2 ** exponent, -(2 ** exponent), Math.fround(10 ** Math.floor(exponent / 4))]) {
        const found = shortest(Math.fround(value), float32)
        expect(digitsOf(found)).toBe(digitsOf(plainly(Math.fround(value), Math.fround)))
      }
    }
  })

  it('leaves a double, nothing and the infinities as they are', () => {
    for (const value of [0.1 + 0.2, 0, -0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(Object.is(shortest(value, elementsOf.float64 as FloatElements), value)).toBe(true)
      if (value !== 0.1 + 0.2) expect(Object.is(shortest(value, float32), value)).toBe(true)
    }
  })
})
