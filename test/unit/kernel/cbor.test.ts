import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes, concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { CborReader, DEPTH_MAX, MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { CborWriter } from '../../../protocols/kernel/cbor-writer.ts'
import { isCanonical, requireCanonical } from '../../../protocols/kernel/codec.ts'
import {
  arrayOf,
  bytesItem,
  forbiddenValues,
  hex,
  intItem,
  mapOf,
  nested,
  textItem,
  trailing,
} from '../../support/statement-vectors/cbor-parts.ts'
import { bytesOf, vectors } from '../../support/statement-vectors/read.ts'
import '../../support/property-seed.ts'

const reader = (text: string): CborReader => new CborReader(hex(text))

describe('integers', () => {
  /** From RFC 8949, appendix A. */
  const published: readonly (readonly [bigint, string])[] = [
    [0n, '00'],
    [1n, '01'],
    [10n, '0a'],
    [23n, '17'],
    [24n, '1818'],
    [25n, '1819'],
    [100n, '1864'],
    [1000n, '1903e8'],
    [1000000n, '1a000f4240'],
    [1000000000000n, '1b000000e8d4a51000'],
    [18446744073709551615n, '1bffffffffffffffff'],
    [-1n, '20'],
    [-10n, '29'],
    [-100n, '3863'],
    [-1000n, '3903e7'],
  ]
  test.each(published)('%s is %s, as published', (value, bytes) => {
    expect(toHex(intItem(value))).toBe(`0x${bytes}`)
    expect(reader(bytes).int()).toBe(value)
  })
  test('are bigint, also far below 2^53', () => {
    expect(reader('01').int()).toBe(1n)
    expect(reader('1903e8').int()).toBe(1000n)
  })
  test('are written alike from number and bigint, and read back, at every width and border', () => {
    const borders = [8n, 16n, 31n, 32n, 33n, 53n, 63n, 64n].flatMap((bits) => [
      2n ** bits - 1n,
      2n ** bits,
      2n ** bits + 1n,
    ])
    const all = [0n, 23n, 24n, ...borders].flatMap((value) => [value, -value - 1n])
    for (const value of all) {
      if (value >= 2n ** 64n || value < -(2n ** 63n)) {
        expect(() => intItem(value)).toThrow(RangeError)
        continue
      }
      const bytes = intItem(value)
      expect(new CborReader(bytes).int()).toBe(value)
      if (Number.isSafeInteger(Number(value))) expect(intItem(Number(value))).toEqual(bytes)
      else expect(() => intItem(Number(value))).toThrow(RangeError)
    }
  })
  test('of every size are read back', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
        (value) => new CborReader(intItem(value)).int() === value,
      ),
    )
  })
  test('that are no integers are not written', () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => intItem(value)).toThrow(RangeError)
  })
  test('above a bound are refused by the bounded reading', () => {
    expect(reader('1864').uint(100)).toBe(100)
    for (const [bytes, max] of [
      ['1864', 99],
      ['20', 100],
      ['1bffffffffffffffff', Number.MAX_SAFE_INTEGER],
      ['1b0020000000000000', Number.MAX_SAFE_INTEGER],
    ] as const)
      expect(() => reader(bytes).uint(max)).toThrow(MalformedError)
    expect(reader('1b001fffffffffffff').uint(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER)
  })
})

describe('text', () => {
  test('is written in NFC, whichever way it was typed', () => {
    expect(textItem('e\u0301')).toEqual(textItem('\u00e9'))
    expect(new CborReader(textItem('e\u0301')).text(9)).toBe('\u00e9')
  })
  test('with a lone surrogate is not written', () => {
    expect(() => textItem('a\ud800')).toThrow(RangeError)
    expect(new CborReader(textItem('\u{1f600}')).text(9)).toBe('\u{1f600}')
  })
  test('keeps a byte order mark: it is part of the word', () => {
    expect(new CborReader(textItem('\ufeffa')).text(9)).toBe('\ufeffa')
  })
  test('has at most thirty combining marks in a row, so that a long one cannot cost the square of its length', () => {
    // Two marks whose order is wrong: a reader that put them in order first would take as long as that takes.
    const marks = (count: number): string => '\u0301\u0316'.repeat(count / 2)
    const raw = (value: string): Uint8Array => {
      const bytes = new TextEncoder().encode(value)
      return concat(Uint8Array.of(0x79, bytes.length >>> 8, bytes.length & 0xff), bytes)
    }
    const long = `a${marks(29_000)}`
    const startedMs = performance.now()
    expect(() => new CborReader(raw(long)).text(60_000)).toThrow(/30 combining marks/)
    const readMs = performance.now() - startedMs
    long.normalize('NFC')
    expect(readMs).toBeLessThan((performance.now() - startedMs - readMs) / 2)
    expect(new CborReader(textItem(`a${'\u0301'.repeat(30)}`)).text(99)).toBe(`\u00e1${'\u0301'.repeat(29)}`)
    expect(() => textItem(`b${'\u0315'.repeat(31)}`)).toThrow(RangeError)
    // Its NFC has one mark more than it was typed with.
    expect(() => textItem(`\u0958${'\u0315'.repeat(30)}`)).toThrow(RangeError)
  })
  test('is measured in bytes', () => {
    expect(new CborReader(textItem('ää')).text(4)).toBe('ää')
    expect(() => new CborReader(textItem('ää')).text(3)).toThrow(MalformedError)
  })
})

describe('the reader', () => {
  test.each(vectors.invalidCbor)('refuses $name', ({ bytes }) => {
    expect(() => requireCanonical(bytesOf(bytes))).toThrow(MalformedError)
    expect(isCanonical(bytesOf(bytes))).toBe(false)
  })
  test('refuses the same inside a list and inside a map', () => {
    for (const [name, bytes] of Object.entries(forbiddenValues)) {
      expect(isCanonical(concat(hex('81'), bytes)), name).toBe(false)
      expect(isCanonical(concat(hex('a1 61 61'), bytes)), name).toBe(false)
    }
  })
  test('has the whole of the forbidden values from the vectors', () => {
    expect(vectors.invalidCbor.map(({ name }) => name)).toEqual(Object.keys({ ...forbiddenValues, ...trailing }))
  })
  test('takes nesting up to its bound and no deeper, without the stack giving way first', () => {
    expect(isCanonical(nested(DEPTH_MAX))).toBe(true)
    expect(isCanonical(nested(DEPTH_MAX + 1))).toBe(false)
    expect(isCanonical(hex(`${'a16161'.repeat(DEPTH_MAX)}00`))).toBe(true)
    expect(isCanonical(hex(`${'a16161'.repeat(DEPTH_MAX + 1)}00`))).toBe(false)
    expect(() => requireCanonical(nested(200_000))).toThrow(MalformedError)
  })
  test('counts depth, not width', () => {
    expect(isCanonical(arrayOf(...Array.from({ length: 100 }, () => nested(DEPTH_MAX - 1))))).toBe(true)
  })
  test('says which rule was broken, and where', () => {
    expect(() => requireCanonical(hex('82 00 f90000'))).toThrow('malformed: float, tag or undefined at byte 2')
  })
  test('believes no length before it has the bytes', () => {
    for (const head of [
      '5b ffffffffffffffff',
      '9b ffffffffffffffff',
      'bb ffffffffffffffff',
      '5a ffffffff',
      '9a ffffffff',
    ])
      expect(() => requireCanonical(hex(head))).toThrow(MalformedError)
  })
  test('never answers with anything but a value or MalformedError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        isCanonical(bytes)
      }),
      { numRuns: 5_000 },
    )
  })
})

type Value =
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly Value[]
  | { readonly rows: readonly (readonly [string, Value])[] }

/** Values of every kind that exists, nested a few levels. */
const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.string().filter((text) => text.isWellFormed()),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{0,30}$/), tie('value'), { maxKeys: 5 }).map((entries) => ({
      rows: Object.entries(entries),
    })),
  ),
}))

function encoded(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return bytesItem(value)
  if (typeof value === 'bigint') return intItem(value)
  if (typeof value === 'string') return textItem(value)
  if (value === null) return hex('f6')
  if (typeof value === 'boolean') return hex(value ? 'f5' : 'f4')
  if ('rows' in value) {
    const rows = value.rows.map(([key, inner]) => [textItem(key), encoded(inner)] as const)
    return mapOf(...rows.toSorted(([a], [b]) => compareBytes(a, b)).flat())
  }
  return arrayOf(...value.map(encoded))
}

describe('any value', () => {
  test('as the writer writes it is accepted by the reader, to its last byte', () => {
    fc.assert(
      fc.property(anyValue, (value) => isCanonical(encoded(value))),
      { numRuns: 500 },
    )
  })
  test('is stepped over as exactly its own bytes', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (first, second) => {
        const both = new CborReader(concat(encoded(first), encoded(second)))
        expect(both.skip()).toEqual(encoded(first))
        expect(both.skip()).toEqual(encoded(second))
        both.end()
      }),
      { numRuns: 200 },
    )
  })
  test('has no other spelling: a changed byte is refused or is another value, and never two values', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
        const bytes = encoded(value).slice()
        bytes[at % bytes.length]! ^= flip
        if (isCanonical(bytes)) expect(encoded(readAny(new CborReader(bytes)))).toEqual(bytes)
      }),
      { numRuns: 2_000 },
    )
  })
})

/** A reading of anything, from the reader's typed parts. */
function readAny(from: CborReader): Value {
  switch (from.peekMajor()) {
    case 0:
    case 1:
      return from.int()
    case 2:
      return from.bytes(1_000)
    case 3:
      return from.text(1_000)
    case 4:
      return Array.from({ length: from.array(1_000) }, () => readAny(from))
    case 5:
      return { rows: Array.from({ length: from.map(1_000) }, () => [from.text(1_000), readAny(from)] as const) }
    default:
      return from.nullHere() ? null : from.bool()
  }
}

test('a writer grows as it must and starts anew after a reset', () => {
  const writer = new CborWriter()
  const long = new Uint8Array(10_000).fill(7)
  writer.bytes(long)
  expect(new CborReader(writer.finish()).bytes(10_000)).toEqual(long)
  writer.reset()
  writer.int(1)
  expect(toHex(writer.finish())).toBe('0x01')
})
