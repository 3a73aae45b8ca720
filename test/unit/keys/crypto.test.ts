import { createHash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { createBrowserCrypto } from '../../../node/network/browser-crypto.ts'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { splitErc2098 } from '../../../protocols/statements/erc2098.ts'
import { cast } from '../../support/statement-vectors/cast.ts'
import { hex } from '../../support/statement-vectors/cbor-parts.ts'
import '../../support/property-seed.ts'

const crypto = await createCrypto()
const browser = await createBrowserCrypto()

describe.each([
  ['Node', crypto],
  ['browsers', browser],
])('crypto for %s', (_, port) => {
  test('knows the published values of Keccak-256 and SHA-256', () => {
    const empty = new Uint8Array(0)
    expect(toHex(port.keccak256(empty))).toBe('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
    expect(toHex(port.sha256(empty))).toBe('0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
  test('hashes as two other implementations do, around every block border', () => {
    for (const length of [0, 1, 55, 56, 63, 64, 135, 136, 137, 272, 16_383, 16_384, 16_385, 100_000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i % 253)
      expect(port.keccak256(bytes)).toEqual(new Uint8Array(keccak_256(bytes)))
      expect(port.sha256(bytes)).toEqual(new Uint8Array(createHash('sha256').update(bytes).digest()))
    }
  })
  test('hashes two parts as the whole, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), fc.nat(700), (bytes, at) => {
        expect(port.keccak256(bytes.subarray(0, at), bytes.subarray(at))).toEqual(port.keccak256(bytes))
      }),
      { numRuns: 100 },
    )
  })
  test('gives digests that nothing overwrites', () => {
    const first = port.keccak256(Uint8Array.of(1))
    const copy = first.slice()
    port.keccak256(Uint8Array.of(2))
    expect(first).toEqual(copy)
  })

  test('verifies a signature under its key, and nothing near it', () => {
    const { signer } = cast.operator
    const digest = port.keccak256(Uint8Array.of(1))
    const signature = signer.sign(digest)
    expect(port.verify(digest, signer.publicKey, signature)).toBe(true)
    for (let bit = 0; bit < 512; bit += 5) {
      const changed = signature.with(bit >>> 3, signature[bit >>> 3]! ^ (1 << (bit & 7)))
      expect(port.verify(digest, signer.publicKey, changed)).toBe(false)
    }
    expect(port.verify(port.keccak256(Uint8Array.of(2)), signer.publicKey, signature)).toBe(false)
    expect(port.verify(digest, cast.owner.signer.publicKey, signature)).toBe(false)
  })
  test('says false, and does not throw, for what has the wrong length or is no point', () => {
    const { signer } = cast.operator
    const digest = port.keccak256(Uint8Array.of(1))
    const signature = signer.sign(digest)
    const empty = new Uint8Array(0)
    expect(port.verify(empty, signer.publicKey, signature)).toBe(false)
    expect(port.verify(new Uint8Array(33), signer.publicKey, signature)).toBe(false)
    expect(port.verify(digest, empty, signature)).toBe(false)
    expect(port.verify(digest, new Uint8Array(33), signature)).toBe(false)
    expect(port.verify(digest, port.uncompress(signer.publicKey)!, signature)).toBe(false)
    expect(port.verify(digest, signer.publicKey, empty)).toBe(false)
    expect(port.verify(digest, signer.publicKey, new Uint8Array(65))).toBe(false)
    expect(port.verify(digest, signer.publicKey, new Uint8Array(64))).toBe(false)
    expect(port.verify(digest, signer.publicKey, new Uint8Array(64).fill(0xff))).toBe(false)
  })
  test('uncompresses a key, and nothing that is none', () => {
    const full = port.uncompress(cast.operator.signer.publicKey)!
    expect([full.length, full[0]]).toEqual([65, 4])
    expect(full.slice(1, 33)).toEqual(cast.operator.signer.publicKey.slice(1))
    for (const wrong of [new Uint8Array(0), new Uint8Array(33), full, new Uint8Array(33).fill(0xff).fill(2, 0, 1)])
      expect(port.uncompress(wrong)).toBeUndefined()
  })
})

test('Node and browsers agree on every signature and key of 100 digests', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
      (digest, random) => {
        const { publicKey } = cast.payer.signer
        const made = cast.payer.signer.sign(digest)
        expect([crypto, browser].map((port) => port.verify(digest, publicKey, made))).toEqual([true, true])
        expect(crypto.verify(digest, publicKey, random)).toBe(browser.verify(digest, publicKey, random))
        const key = Uint8Array.of(2, ...random.subarray(0, 32))
        expect(crypto.uncompress(key)).toEqual(browser.uncompress(key))
      },
    ),
    { numRuns: 100 },
  )
})

describe('the 64-byte form of a signature', () => {
  const half = '7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0'
  test('takes the largest low s and refuses the next', () => {
    const largest = concat(new Uint8Array(32).fill(1), hex(half))
    expect(splitErc2098(largest)?.yParity).toBe(0)
    expect(splitErc2098(largest.with(63, 0xa1))).toBeUndefined()
  })
  test('gives back parity and s apart', () => {
    const largest = concat(new Uint8Array(32).fill(1), hex(half))
    const marked = largest.with(32, largest[32]! | 0x80)
    expect(splitErc2098(marked)).toEqual({ rs: largest, yParity: 1 })
  })
  test('has 64 bytes', () => {
    for (const length of [0, 63, 65]) expect(splitErc2098(new Uint8Array(length))).toBeUndefined()
  })
})
