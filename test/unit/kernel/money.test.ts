import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CREDITS_MAX, credits, formatCredits, parseCredits, scale } from '../../../protocols/kernel/money.ts'
import '../../support/property-seed.ts'

const amount = fc.bigInt({ min: 0n, max: 2n ** 40n }).map(credits)
const factor = fc.record({ n: fc.bigInt({ min: 0n, max: 1_000n }), d: fc.bigInt({ min: 1n, max: 1_000n }) })

describe('credits', () => {
  test('are integers from 0 to 2^64-1', () => {
    expect(credits(CREDITS_MAX)).toBe(2n ** 64n - 1n)
    for (const wrong of [-1, -1n, 2n ** 64n]) expect(() => credits(wrong)).toThrow(RangeError)
    expect(() => credits(0.5)).toThrow(RangeError)
  })
  test('are scaled to the same price in whatever order the factors come', () => {
    fc.assert(
      fc.property(amount, fc.array(factor, { maxLength: 4 }), (value, factors) => {
        expect(scale(value, ...factors)).toBe(scale(value, ...factors.toReversed()))
      }),
    )
  })
  test('are rounded by at most half a credit', () => {
    fc.assert(
      fc.property(amount, factor, (value, { n, d }) => {
        const error = 2n * (scale(value, { n, d }) * d - value * n)
        expect(error <= d && -error <= d).toBe(true)
      }),
    )
    expect(scale(credits(1), { n: 1n, d: 2n })).toBe(1n)
    expect(scale(credits(1), { n: 1n, d: 3n })).toBe(0n)
  })
  test('are read back as they are shown', () => {
    fc.assert(fc.property(amount, (value) => parseCredits(formatCredits(value)) === value))
    expect(formatCredits(1_250_000n)).toBe('1.25')
    expect(formatCredits(-1n)).toBe('-0.000001')
    for (const wrong of ['', '-1', '1.', '.5', '1.1234567', '1e3', '0x10', '1 000', '99999999999999'])
      expect(parseCredits(wrong), wrong).toBeUndefined()
  })
})
