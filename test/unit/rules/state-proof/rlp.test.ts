import { decodeRlp, encodeRlp } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../../protocols/kernel/cbor-reader.ts'
import {
  encodeRlpBytes,
  encodeRlpList,
  type RlpItem,
  readRlp,
  readRlpList,
  rlpBytes,
  rlpInteger,
} from '../../../../protocols/rules/state-proof/rlp.ts'
import { bytesOf } from '../../../support/state-vectors/read.ts'
import '../../../support/property-seed.ts'

type Nested = string | readonly Nested[]
const text = fc.uint8Array({ maxLength: 300 }).map(toHex)
const nested = fc.letrec<{ readonly node: Nested }>((tie) => ({
  node: fc.oneof({ maxDepth: 5 }, text, fc.array(tie('node'), { maxLength: 6 })),
})).node

const written = (value: Nested): Uint8Array =>
  typeof value === 'string' ? encodeRlpBytes(bytesOf(value)) : encodeRlpList(value.map(written))
const read = (item: RlpItem): Nested =>
  item.kind === 'bytes' ? toHex(item.payload) : readRlpList(item, 1_000).map(read)

describe('RLP', () => {
  it('is written as ethers writes it, and read as it was written', () => {
    fc.assert(
      fc.property(nested, (value) => {
        const bytes = written(value)
        expect(toHex(bytes)).toBe(encodeRlp(value as Parameters<typeof encodeRlp>[0]))
        expect(read(readRlp(bytes))).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  it('is refused in any form but the one that ethers would write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (bytes) => {
        let value: Nested
        try {
          value = read(readRlp(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError)
          return
        }
        expect(encodeRlp(decodeRlp(bytes))).toBe(toHex(bytes))
        expect(toHex(written(value))).toBe(toHex(bytes))
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['nothing', '0x'],
    ['a byte with a head of its own', '0x8105'],
    ['a short length in a long form', `0xb801${'ff'}`],
    ['a long length with zeros in front', `0xb90038${'ff'.repeat(56)}`],
    ['a length of five bytes', `0xbc0000000038${'ff'.repeat(56)}`],
    ['a length that is cut off', '0xb9ff'],
    ['a string that is cut off', '0x83ffff'],
    ['a list that is cut off', '0xc3ffff'],
    ['a short list in a long form', '0xf8021122'],
    ['bytes behind the item', '0x8000'],
  ])('is refused as %s', (_, bytes) => {
    expect(() => readRlp(bytesOf(bytes))).toThrow(MalformedError)
  })

  it('is refused where an item inside of a list is cut off, or there are too many', () => {
    expect(() => readRlpList(readRlp(bytesOf('0xc182')), 5)).toThrow(MalformedError)
    expect(() => readRlpList(readRlp(bytesOf('0xc3010203')), 2)).toThrow('more than 2 items')
    expect(readRlpList(readRlp(bytesOf('0xc3010203')), 3)).toHaveLength(3)
  })

  it('has integers without zeros in front, and strings within their bound', () => {
    expect(rlpInteger(readRlp(bytesOf('0x80')), 8)).toBe(0n)
    expect(rlpInteger(readRlp(bytesOf('0x820400')), 8)).toBe(1024n)
    expect(() => rlpInteger(readRlp(bytesOf('0x820004')), 8)).toThrow('zeros in front')
    expect(() => rlpInteger(readRlp(bytesOf('0x00')), 8)).toThrow('zeros in front')
    expect(() => rlpBytes(readRlp(bytesOf('0x83010203')), 2)).toThrow('more than 2 bytes')
    expect(() => rlpBytes(readRlp(bytesOf('0xc0')), 2)).toThrow('byte string is expected')
    expect(() => readRlpList(readRlp(bytesOf('0x80')), 2)).toThrow('list is expected')
  })
})
