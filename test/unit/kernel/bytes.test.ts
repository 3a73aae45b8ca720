import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes, concat, equalBytes, fromHex, hexInto, toHex } from '../../../protocols/kernel/bytes.ts'
import '../../support/property-seed.ts'

const any = fc.uint8Array({ maxLength: 40 })

describe('hexadecimal text', () => {
  test('is read back to the same bytes, upper case too', () => {
    fc.assert(
      fc.property(any, (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(new Uint8Array(bytes))
        expect(fromHex(`0x${toHex(bytes).slice(2).toUpperCase()}`)).toEqual(new Uint8Array(bytes))
      }),
    )
    expect(fromHex('0x')).toEqual(new Uint8Array(0))
  })
  test('of another form is no bytes', () => {
    for (const wrong of ['', '0', 'x0', '00', '0x0', '0xg0', '0x0g', '0X00', ' 0x00', '0x00 ', '0x٠٠'])
      expect(fromHex(wrong), wrong).toBeUndefined()
  })
  test('is written in place, and never beyond its target', () => {
    const target = new Uint8Array(4).fill(9)
    expect(hexInto('0x0102', target, 1)).toBe(true)
    expect(target).toEqual(Uint8Array.of(9, 1, 2, 9))
    expect(hexInto('0x0102', target, 3)).toBe(false)
    expect(target).toEqual(Uint8Array.of(9, 1, 2, 9))
  })
})

test('bytes are ordered as their unsigned values, the shorter first', () => {
  fc.assert(
    fc.property(any, any, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(Buffer.compare(a, b)))
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
      expect(concat(a, b)).toEqual(new Uint8Array(Buffer.concat([a, b])))
    }),
  )
})
