import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../support/property-seed.ts'
import { parseJson } from '../../../node/tensors/json-reader.ts'

/** A true at the end has it read value by value. */
const oneByOne = (list: string): readonly unknown[] =>
  (parseJson(`${list.slice(0, -1)}, true]`) as unknown[]).slice(0, -1)

describe('a list of numbers in JSON', () => {
  it('is the same read at once and value by value', () => {
    const blank = fc.constantFrom('', ' ', '\n', '\t ')
    const written = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
      fc.constantFrom(
        '0',
        '-0',
        '1e5',
        '1E-7',
        '1e999',
        '-1.5e+3',
        '0.1000000000000000055511151231257827',
        '9007199254740993',
      ),
    )
    const list = fc.array(fc.tuple(blank, written, blank), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(list, (items) => {
        const text = `[${items.map((parts) => parts.join('')).join(',')}]`
        const found = parseJson(text) as readonly unknown[]
        const expected = oneByOne(text)
        expect(found.length).toBe(expected.length)
        for (const [i, value] of found.entries()) expect(Object.is(value, expected[i])).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps whole numbers that no double holds, wherever they stand', () => {
    expect(parseJson('[1, -9007199254740993]')).toEqual([1, -9007199254740993n])
    expect(parseJson('[[9007199254740993], [0.125]]')).toEqual([[9007199254740993n], [0.125]])
  })

  it.each([
    ['[1,]', 'column 4'],
    ['[1 2]', 'column 4'],
    ['[01]', 'column 3'],
    ['[1.]', 'column 3'],
    ['[+1]', 'column 2'],
    ['[-]', 'column 2'],
    ['[1,2', 'column 5'],
    ['[--1]', 'column 2'],
  ])('%s is told of where it is wrong, as before', (text, where) => {
    expect(() => parseJson(text)).toThrow(where)
  })

  it('takes no longer for each of many that are wrong at their end', () => {
    const nested = `${'[1,'.repeat(20)}x`
    expect(() => parseJson(nested)).toThrow()
    const long = `[${'1,'.repeat(2_000_000)}x]`
    const beganMs = performance.now()
    expect(() => parseJson(long)).toThrow('column 4000002')
    // Quadratic, it would be hours.
    expect(performance.now() - beganMs).toBeLessThan(5_000)
  })
})
