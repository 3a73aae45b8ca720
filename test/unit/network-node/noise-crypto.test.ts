import { pureJsCrypto } from '@chainsafe/libp2p-noise/crypto'
import { describe, expect, it } from 'vitest'
import { noiseCrypto } from '../../../node/network-node/noise-crypto.ts'

const hex = (data: { subarray(): Uint8Array }): string => Buffer.from(data.subarray()).toString('hex')
const NONCE = new Uint8Array(12).fill(3)

// A browser has the library's own in pure JavaScript at the other end of the line.
describe('the cryptography of noise', () => {
  it('agrees with a peer that has another one', () => {
    for (let i = 0; i < 20; i++) {
      const [own, other] = [noiseCrypto.generateX25519KeyPair(), pureJsCrypto.generateX25519KeyPair()]
      const shared = hex(noiseCrypto.generateX25519SharedKey(own.privateKey, other.publicKey))
      expect(hex(pureJsCrypto.generateX25519SharedKey(other.privateKey, own.publicKey))).toBe(shared)
      expect(shared).toHaveLength(64)
    }
  })

  it('has the same public key of a seed', () => {
    const seed = new Uint8Array(32).fill(5)
    const [own, other] = [noiseCrypto, pureJsCrypto].map((crypto) => crypto.generateX25519KeyPairFromSeed(seed))
    expect(hex(own!.publicKey)).toBe(hex(other!.publicKey))
  })

  it('agrees on nothing with a key of small order, which would make the secret known to everybody', () => {
    const { privateKey } = noiseCrypto.generateX25519KeyPair()
    expect(() => noiseCrypto.generateX25519SharedKey(privateKey, new Uint8Array(32))).toThrow()
  })

  it('derives, hashes and opens what the other has sealed, of any length', () => {
    const [key, ad] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(9)]
    expect(noiseCrypto.getHKDF(key, ad).map(hex)).toEqual(pureJsCrypto.getHKDF(key, ad).map(hex))
    for (const length of [0, 1, 16, 1_199, 1_200, 65_519]) {
      const text = new Uint8Array(length).fill(length)
      expect(hex(noiseCrypto.hashSHA256(text))).toBe(hex(pureJsCrypto.hashSHA256(text)))
      const [own, other] = [noiseCrypto, pureJsCrypto].map((each) => each.chaCha20Poly1305Encrypt(text, NONCE, ad, key))
      expect(hex(own!)).toBe(hex(other!))
      expect(hex(noiseCrypto.chaCha20Poly1305Decrypt(other!, NONCE, ad, key))).toBe(hex(text))
    }
  })

  it('refuses what was changed on the way', () => {
    const [key, ad] = [new Uint8Array(32).fill(7), new Uint8Array(0)]
    const sealed = Uint8Array.from(noiseCrypto.chaCha20Poly1305Encrypt(new Uint8Array(100), NONCE, ad, key).subarray())
    sealed[50]! ^= 1
    expect(() => noiseCrypto.chaCha20Poly1305Decrypt(sealed, NONCE, ad, key)).toThrow()
  })
})
