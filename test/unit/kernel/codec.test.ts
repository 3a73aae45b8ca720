import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat } from '../../../protocols/kernel/bytes.ts'
import { MalformedError, UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import {
  addressCodec,
  array,
  bool,
  bytes,
  type Codec,
  creditsCodec,
  decode,
  encode,
  hash32Codec,
  int,
  mapped,
  nullable,
  oneOf,
  raw,
  record,
  text,
  tuple,
  u8,
  u16,
  u32,
  u64,
  uint,
  union,
  uSafe,
} from '../../../protocols/kernel/codec.ts'
import { address, hash32 } from '../../../protocols/kernel/ids.ts'
import { optional, struct } from '../../../protocols/kernel/open-codec.ts'
import {
  arrayOf,
  bytesItem,
  hex,
  intItem,
  mapOf,
  nested,
  textItem,
} from '../../support/statement-vectors/cbor-parts.ts'
import '../../support/property-seed.ts'

const refused = (codec: Codec<never>, data: Uint8Array) => expect(() => decode(codec, data)).toThrow(MalformedError)

describe('numbers', () => {
  test.each([
    ['u8', u8, 255],
    ['u16', u16, 65_535],
    ['u32', u32, 4_294_967_295],
    ['uSafe', uSafe, Number.MAX_SAFE_INTEGER],
    ['uint(7)', uint(7), 7],
  ] as const)('%s holds 0 to its largest, and neither writes nor reads more', (_, codec, max) => {
    for (const value of [0, 1, max]) expect(decode(codec, encode(codec, value))).toBe(value)
    for (const value of [-1, max + 1, 0.5, Number.NaN]) expect(() => encode(codec, value)).toThrow(RangeError)
    for (const wrong of [intItem(BigInt(max) + 1n), intItem(-1), hex('f9 3c00'), textItem('1'), hex('c2 41 01')])
      refused(codec as Codec<never>, wrong)
  })
  test('u64 is bigint whatever its size, from 0 to 2^64-1', () => {
    for (const value of [0n, 1n, 2n ** 53n - 1n, 2n ** 64n - 1n]) expect(decode(u64, encode(u64, value))).toBe(value)
    for (const value of [-1n, 2n ** 64n]) expect(() => encode(u64, value)).toThrow(RangeError)
    refused(u64 as Codec<never>, intItem(-1))
    refused(u64 as Codec<never>, hex('c2 49 010000000000000000'))
    expect(() => encode(creditsCodec, -1n as never)).toThrow(RangeError)
  })
  test('int holds a closed range with negative numbers', () => {
    const micro = int(-180_000_000, 180_000_000)
    for (const value of [-180_000_000, -1, 0, 180_000_000]) expect(decode(micro, encode(micro, value))).toBe(value)
    for (const value of [-180_000_001, 180_000_001, 0.1]) expect(() => encode(micro, value)).toThrow(RangeError)
    refused(micro as Codec<never>, intItem(180_000_001))
    refused(micro as Codec<never>, intItem(2n ** 64n - 1n))
  })
})

describe('text, bytes and words', () => {
  test('text is as long as its bound says, in bytes, on both sides', () => {
    const codec = text(4)
    for (const value of ['', 'abcd', 'ää', '\u{1f600}']) expect(decode(codec, encode(codec, value))).toBe(value)
    for (const value of ['abcde', 'äää', '\u{1f600}a']) expect(() => encode(codec, value)).toThrow(RangeError)
    refused(codec as Codec<never>, textItem('abcde'))
  })
  test('what text writes, text reads, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), fc.nat(20), (value, max) => {
        let written: Uint8Array
        try {
          written = encode(text(max), value)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
          return
        }
        expect(decode(text(max), written)).toBe(value.normalize('NFC'))
      }),
      { numRuns: 500 },
    )
  })
  test('text of a form is matched as the receiver will read it', () => {
    const codec = text(8, /^\u00e9+$/)
    expect(decode(codec, encode(codec, 'e\u0301'))).toBe('\u00e9')
    expect(() => encode(codec, 'x')).toThrow(RangeError)
    refused(codec as Codec<never>, textItem('x'))
  })
  test('bytes keep within both bounds', () => {
    const codec = bytes(4, 2)
    for (const length of [2, 4]) expect(decode(codec, encode(codec, new Uint8Array(length))).length).toBe(length)
    for (const length of [1, 5]) {
      expect(() => encode(codec, new Uint8Array(length))).toThrow(RangeError)
      refused(codec as Codec<never>, bytesItem(new Uint8Array(length)))
    }
  })
  test('hashes and addresses are raw bytes of their length on the wire, lower-case text in memory', () => {
    const hash = hash32(`0x${'AB'.repeat(32)}`)
    expect(encode(hash32Codec, hash)).toEqual(bytesItem(new Uint8Array(32).fill(0xab)))
    expect(decode(addressCodec, bytesItem(new Uint8Array(20).fill(0xcd)))).toBe(address(`0x${'cd'.repeat(20)}`))
    for (const length of [19, 21]) refused(addressCodec as Codec<never>, bytesItem(new Uint8Array(length)))
    expect(() => encode(hash32Codec, '0x00' as never)).toThrow(RangeError)
    expect(() => encode(hash32Codec, `${'0'.repeat(66)}` as never)).toThrow(RangeError)
  })
  test('a word is one of its list', () => {
    const codec = oneOf('red', 'green')
    expect(decode(codec, encode(codec, 'green'))).toBe('green')
    expect(() => encode(codec, 'blue' as never)).toThrow(RangeError)
    refused(codec as Codec<never>, textItem('blue'))
  })
  test('true and false are themselves, and nothing else is', () => {
    expect([true, false].map((value) => decode(bool, encode(bool, value)))).toEqual([true, false])
    refused(bool as Codec<never>, hex('01'))
  })
})

describe('composites', () => {
  test('an array keeps within both bounds', () => {
    const codec = array(u8, 3, 1)
    expect(decode(codec, encode(codec, [1, 2, 3]))).toEqual([1, 2, 3])
    for (const wrong of [[], [1, 2, 3, 4]]) {
      expect(() => encode(codec, wrong)).toThrow(RangeError)
      refused(codec as Codec<never>, arrayOf(...wrong.map((value) => intItem(value))))
    }
  })
  test('a tuple and a record have exactly their items', () => {
    const pair = tuple<[number, string]>(u8, text(4))
    const named = record<{ a: number; b: string }>({ a: u8, b: text(4) })
    expect(decode(pair, encode(pair, [1, 'x']))).toEqual([1, 'x'])
    expect(decode(named, encode(pair, [1, 'x']))).toEqual({ a: 1, b: 'x' })
    for (const wrong of [
      arrayOf(intItem(1)),
      arrayOf(intItem(1), textItem('x'), intItem(1)),
      arrayOf(textItem('x'), intItem(1)),
    ]) {
      refused(pair as Codec<never>, wrong)
      refused(named as Codec<never>, wrong)
    }
  })
  test('null stands for absent', () => {
    const codec = nullable(u8)
    expect([undefined, 7].map((value) => decode(codec, encode(codec, value)))).toEqual([undefined, 7])
  })
  test('a union is read by its tag, and an unknown tag is malformed', () => {
    type Shape = { kind: 'point'; x: number } | { kind: 'none' }
    const codec = union<Shape>({ point: [1, record<{ x: number }>({ x: u8 })], none: [2, record<object>({})] })
    for (const value of [{ kind: 'point', x: 3 } as const, { kind: 'none' } as const])
      expect(decode(codec, encode(codec, value))).toEqual(value)
    refused(codec as Codec<never>, arrayOf(intItem(3), arrayOf()))
    refused(codec as Codec<never>, arrayOf(intItem(1)))
    expect(() => encode(codec, { kind: 'circle' } as never)).toThrow(RangeError)
  })
  test('a mapped value may refuse', () => {
    const even = mapped(
      u8,
      (value) => {
        if (value % 2 === 1) throw new MalformedError('odd')
        return value
      },
      (value) => value,
    )
    expect(decode(even, intItem(2))).toBe(2)
    refused(even as Codec<never>, intItem(3))
  })
  test('raw takes any one canonical value as its bytes, in and out', () => {
    const codec = tuple<[Uint8Array, number]>(raw(32), u8)
    const inner = mapOf(textItem('a'), nested(3))
    expect(decode(codec, encode(codec, [inner, 1]))).toEqual([inner, 1])
    for (const wrong of [new Uint8Array(0), hex('00 00'), hex('f9 3c00'), bytesItem(new Uint8Array(40))])
      expect(() => encode(codec, [wrong, 1])).toThrow(RangeError)
    refused(codec as Codec<never>, arrayOf(bytesItem(new Uint8Array(40)), intItem(1)))
  })
  test('codecs count their nesting with the values inside', () => {
    let codec: Codec<unknown> = raw(100) as Codec<unknown>
    for (let depth = 0; depth < 14; depth++) codec = array(codec, 1) as Codec<unknown>
    expect(() => decode(codec, nested(16))).not.toThrow()
    refused(codec as Codec<never>, nested(17))
  })
})

describe('a message', () => {
  const codec = struct<{ load: number; region: string; note?: string }>({
    load: u8,
    region: text(8),
    note: optional(text(8)),
  })
  const load = [textItem('load'), intItem(1)]
  const region = [textItem('region'), textItem('eu')]

  test('is a map in the order of its encoded keys, however the codec lists them', () => {
    const shuffled = struct<{ region: string; load: number }>({ region: text(8), load: u8 })
    expect(encode(shuffled, { region: 'eu', load: 1 })).toEqual(mapOf(...load, ...region))
  })
  test('has its optional keys or not', () => {
    for (const value of [
      { load: 1, region: 'eu' },
      { load: 1, region: 'eu', note: 'x' },
    ])
      expect(decode(codec, encode(codec, value))).toEqual(value)
  })
  test('keeps silent about keys of a later version', () => {
    const later = mapOf(...load, textItem('colour'), arrayOf(intItem(1), mapOf()), ...region)
    expect(decode(codec, later)).toEqual({ load: 1, region: 'eu' })
  })
  test('with a critical key that is unknown is unsupported, with a known one it is read', () => {
    const critical = (name: string) => mapOf(...load, ...region, textItem('critical'), arrayOf(textItem(name)))
    expect(() => decode(codec, critical('colour'))).toThrow(UnsupportedError)
    expect(decode(codec, critical('note'))).toEqual({ load: 1, region: 'eu' })
  })
  test('holds no key twice, none out of order, and none that the object prototype has by itself', () => {
    refused(codec as Codec<never>, mapOf(...load, ...load, ...region))
    refused(codec as Codec<never>, mapOf(...region, ...load))
    refused(codec as Codec<never>, mapOf(...region))
    const proto = struct<{ toString: never }>({ toString: u8 } as never)
    refused(proto as Codec<never>, mapOf())
    expect(
      decode(codec, mapOf(...load, ...region, textItem('__proto__'), mapOf(textItem('note'), textItem('x')))),
    ).toEqual({
      load: 1,
      region: 'eu',
    })
  })
  test('holds every rule of the encoding inside a key that it does not know', () => {
    for (const wrong of ['f9 3c00', '1800', 'a2 61 62 00 61 61 00', 'c2 41 01', '63 65 cc81', '9f ff'])
      refused(codec as Codec<never>, mapOf(...load, ...region, textItem('unknown'), hex(wrong)))
  })
  test('has room for later keys, and for no more than that', () => {
    const filler = (...lengths: readonly number[]) =>
      mapOf(
        ...load,
        ...region,
        ...lengths.flatMap((length, i) => [textItem(`unknown${i}`), bytesItem(new Uint8Array(length))]),
      )
    expect(() => decode(codec, filler(1_000))).not.toThrow()
    const inside = struct<{ a: number; b: Uint8Array }>({ a: u8, b: bytes(8_000) })
    const wide = (...lengths: readonly number[]) =>
      mapOf(
        ...[textItem('a'), intItem(1), textItem('b'), bytesItem(new Uint8Array(0))],
        ...lengths.flatMap((length, i) => [textItem(`unknown${i}`), bytesItem(new Uint8Array(length))]),
      )
    expect(() => decode(inside, wide(1_000))).not.toThrow()
    refused(inside as Codec<never>, wide(1_030))
    refused(inside as Codec<never>, wide(600, 600))
    refused(inside as Codec<never>, wide(...Array.from({ length: 17 }, () => 1)))
  })
  test('is not written without a required key', () => {
    expect(() => encode(codec, { load: 1 } as never)).toThrow('region is missing')
  })
  test('longer than its bound is refused unread', () => {
    refused(codec as Codec<never>, new Uint8Array(codec.bytesMax + 1))
  })
  test('followed by anything is malformed', () => {
    refused(codec as Codec<never>, concat(encode(codec, { load: 1, region: 'eu' }), Uint8Array.of(0)))
  })
  test('of any content is read back as it was written', () => {
    const any = fc.record(
      { load: fc.nat(255), region: fc.stringMatching(/^[a-z]{0,8}$/), note: fc.stringMatching(/^[a-z]{0,8}$/) },
      { requiredKeys: ['load', 'region'] },
    )
    fc.assert(
      fc.property(any, (value) => {
        expect(decode(codec, encode(codec, value))).toEqual(value)
      }),
    )
  })
})
