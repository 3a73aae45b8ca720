import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesText } from '../../../node/cli/screen/byte-sizes.ts'
import { creditsText, unitsText } from '../../../node/cli/screen/credit-amounts.ts'
import { agoText, durationText, parseDuration } from '../../../node/cli/screen/durations.ts'
import { jsonText } from '../../../node/cli/screen/json-text.ts'
import { amountOf, countText, numberText, shareText } from '../../../node/cli/screen/numbers.ts'
import { printable } from '../../../node/cli/screen/printable.ts'
import { type Column, pairs, table } from '../../../node/cli/screen/table.ts'
import { cutTo, padTo, textWidth } from '../../../node/cli/screen/text-width.ts'
import { wrap } from '../../../node/cli/screen/wrap.ts'
import { parseCredits } from '../../../protocols/kernel/money.ts'
import '../../support/property-seed.ts'

describe('numbers', () => {
  test.each([
    [0, '0'],
    [7, '7'],
    [999.4, '999'],
    [999.6, '1,000'],
    [1_234_567, '1,234,567'],
    [12.345, '12.3'],
    [1.2, '1.2'],
    [0.001234, '0.00123'],
    [-1_234, '-1,234'],
    [-0.5, '-0.5'],
    [undefined, '—'],
  ])('%s reads %s', (number, text) => {
    expect(numberText(number)).toBe(text)
  })

  test.each([
    [0, '0 %'],
    [0.001, '<1 %'],
    [0.42, '42 %'],
    [0.999, '>99 %'],
    [1, '100 %'],
    [undefined, '—'],
  ])('the share %s reads %s', (share, text) => {
    expect(shareText(share)).toBe(text)
  })

  test('are counted with the right word', () => {
    expect([0, 1, 2_000].map((count) => amountOf(count, 'peer'))).toEqual(['0 peers', '1 peer', '2,000 peers'])
    expect(amountOf(2, 'entry', 'entries')).toBe('2 entries')
    expect(countText(2n ** 64n)).toBe('18,446,744,073,709,551,616')
  })
})

describe('durations', () => {
  test.each([
    [0, '0 ms'],
    [0.349, '0.349 ms'],
    [12, '12 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1_240, '1.2 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_700, '1 h'],
    [11_040_000, '3 h 4 min'],
    [86_400_000, '1 d'],
    [183_600_000, '2 d 3 h'],
    [-1_500, '-1.5 s'],
    [undefined, '—'],
  ])('%s ms reads %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })

  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['2m', 120_000],
    ['2 min', 120_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
  ])('%s is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each(['', '5', 'm', '-1s', '1w', '1e3s', '9999d', '1 hour'])('%j is no duration', (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'COMMAND_LINE' }))
  })

  test('never show a unit that is full', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e10, noNaN: true }), (ms) => {
        expect(durationText(ms)).not.toMatch(/\b(1,000 ms|60(\.0)? s|60 min|24 h)/)
      }),
    )
  })

  test('tell how long ago something was', () => {
    expect([200, 61_000, undefined].map(agoText)).toEqual(['now', '1 min 1 s ago', '—'])
  })
})

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1_023.6, '1 KiB'],
  [1_536, '1.5 KiB'],
  [3 * 2 ** 30, '3 GiB'],
  [2 ** 60, '1,024 PiB'],
  [undefined, '—'],
])('%s bytes read %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

describe('credits', () => {
  test('read as whole credits and as token units', () => {
    expect([0n, 1n, -1n, 1_000n, undefined].map(creditsText)).toEqual([
      '0 credits',
      '1 credit',
      '-1 credit',
      '1,000 credits',
      '—',
    ])
    expect([0n, 1_000n, 1_234_500_000n, -500_000n, undefined].map(unitsText)).toEqual([
      '0',
      '0.001',
      '1,234.5',
      '-0.5',
      '—',
    ])
  })

  test('lose nothing on the screen', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (amount) => {
        expect(parseCredits(unitsText(amount).replaceAll(',', ''))).toBe(amount)
      }),
    )
  })
})

test('JSON keeps every key, with amounts as texts and null for what is not known', () => {
  expect(jsonText({ a: 1n, b: undefined, c: [undefined, { d: 2n ** 64n }] })).toBe(
    '{"a":"1","b":null,"c":[null,{"d":"18446744073709551616"}]}',
  )
})

describe('texts', () => {
  test.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍💻', 2],
    ['—…', 2],
  ])('%s takes %s columns', (text, width) => {
    expect(textWidth(text)).toBe(width)
  })

  test('are cut to a width and filled up to one', () => {
    expect(cutTo(5, 'hello world')).toBe('hell…')
    expect(cutTo(11, 'hello world')).toBe('hello world')
    expect(cutTo(4, '日本語')).toBe('日…')
    expect(cutTo(0, 'x')).toBe('')
    expect(padTo(4, '日')).toBe('日  ')
    expect(padTo(4, 'a', 'right')).toBe('   a')
  })

  test('of others are on one line, bounded, and cannot steer the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
    expect(printable('a\nb\t c\u001b[2J')).toBe('a b c�[2J')
    expect(printable('x'.repeat(50), 10)).toBe('xxxxxxxxxx…')
    expect(printable('👩‍💻')).toBe('👩‍💻')
  })

  test('are wrapped between words, and keep every word', () => {
    expect(wrap('one two  three\nfour', 9)).toEqual(['one two', 'three', 'four'])
    expect(wrap('', 10)).toEqual([])
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 30 })
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 40 }), (each, width) => {
        const lines = wrap(each.join(' '), width)
        expect(lines.join(' ')).toBe(each.join(' '))
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true)
      }),
    )
  })
})

describe('a table', () => {
  interface Row {
    readonly name: string
    readonly count: number
  }
  const columns: readonly Column<Row>[] = [
    { title: 'NAME', cell: ({ name }) => name, mayCut: true },
    { title: 'COUNT', cell: ({ count }) => String(count), align: 'right' },
    { title: 'NOTE', cell: () => 'a note that goes on and on', mayCut: true },
  ]
  const rows = [
    { name: 'one', count: 1 },
    { name: 'twenty', count: 1_000 },
  ]

  test('has its cells below each other, numbers right, and no spaces at the end', () => {
    expect(table(rows, columns).split('\n')).toEqual([
      'NAME    COUNT  NOTE',
      'one         1  a note that goes on and on',
      'twenty   1000  a note that goes on and on',
    ])
  })

  test('without rows is its titles', () => {
    expect(table([], columns)).toBe('NAME  COUNT  NOTE')
  })

  test('fits the screen as far as it may be cut', () => {
    const cells = fc.array(fc.record({ name: fc.string({ maxLength: 80 }), count: fc.nat() }), { maxLength: 8 })
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 200 }), (each, width) => {
        const lines = table(each, columns, { width }).split('\n')
        // Two cuttable columns of 8, a number of at most 10 and two gaps of 2.
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(Math.max(width, 30))
        expect(lines).toHaveLength(each.length + 1)
      }),
    )
  })

  test('cuts the widest column first', () => {
    const [, line] = table([{ name: 'n'.repeat(40), count: 1 }], columns, { width: 50 }).split('\n')
    expect(line).toBe(`${'n'.repeat(19)}…      1  a note that goes on …`)
  })

  test('styles cells that have their width already', () => {
    const styled: readonly Column<Row>[] = [
      { title: 'NAME', cell: ({ name }) => name, style: (text) => `<${text}>` },
      { title: 'COUNT', cell: ({ count }) => String(count) },
    ]
    expect(table(rows, styled, { styleTitle: (text) => `[${text}]` }).split('\n')).toEqual([
      '[NAME  ]  [COUNT]',
      '<one   >  1',
      '<twenty>  1000',
    ])
  })

  test('of names and values has no titles', () => {
    expect(
      pairs([
        ['peers', '3'],
        ['a long name', 'x'],
      ]),
    ).toBe('peers        3\na long name  x')
  })
})
