import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import '../../support/property-seed.ts'
import { parseParams } from '../../../node/control/methods/parse-params.ts'
import { plainJson } from '../../../node/control/methods/plain-json.ts'

describe('plain JSON', () => {
  it('says amounts as decimal text, and nothing of what is undefined', () => {
    expect(plainJson({ price: 2n ** 64n - 1n, none: undefined, list: [1, undefined, null, 'x', true] })).toEqual({
      price: '18446744073709551615',
      list: [1, null, null, 'x', true],
    })
  })

  it('keeps a key that a prototype has too', () => {
    const value = JSON.parse('{"__proto__":{"a":1},"constructor":2}')
    expect(JSON.stringify(plainJson(value))).toBe('{"__proto__":{"a":1},"constructor":2}')
  })

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['bytes', new Uint8Array(3)],
    ['a map', new Map([['a', 1]])],
    ['a set', new Set([1])],
    ['a date', new Date(0)],
    ['a promise', Promise.resolve(1)],
  ])('has no form for %s, however deep', (_, value) => {
    expect(() => plainJson({ deep: [value] })).toThrow(RangeError)
  })

  it('is what JSON itself makes of any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(plainJson(value)).toEqual(value)
      }),
    )
  })
})

describe('parameters of a method', () => {
  const schema = z.strictObject({ id: z.string(), deep: z.strictObject({ list: z.array(z.int()) }).optional() })

  it('are held to their schema', () => {
    expect(parseParams(schema, { id: 'a' })).toEqual({ id: 'a' })
    expect(parseParams(z.strictObject({}), undefined)).toEqual({})
    expect(parseParams(z.strictObject({}), null)).toEqual({})
  })

  it.each([
    ['id', {}],
    ['deep.list.1', { id: 'a', deep: { list: [1, 'x'] } }],
    ['the parameters', { id: 'a', more: 1 }],
    ['the parameters', 7],
  ])('name the first field that is wrong: %s', (field, params) => {
    expect(() => parseParams(schema, params)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(`${field}:`) }),
    )
  })
})
