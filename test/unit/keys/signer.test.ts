import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createSecret, Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import { BrowserSigner, createBrowserSecret } from '../../../node/network/browser-signer.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { crypto, digestOf } from '../../support/statement-vectors/cast.ts'

const secret = digestOf('a secret')
const digest = digestOf('a digest')

describe.each([
  ['a node', Secp256k1Signer, createSecret],
  ['a browser', BrowserSigner, createBrowserSecret],
] as const)('the signer of %s', (_, SignerClass, create) => {
  test('makes signatures that verify under its public key and address', () => {
    const signer = new SignerClass(secret, crypto)
    expect(crypto.verify(digest, signer.publicKey, signer.sign(digest))).toBe(true)
    expect(signer.publicKey.length).toBe(33)
  })
  test('signs one digest with one signature', () => {
    const signer = new SignerClass(secret, crypto)
    expect(signer.sign(digest)).toEqual(signer.sign(digest))
  })
  test('never shows its secret: not in JSON, not in a log, not by its properties, not in an error', () => {
    const signer = new SignerClass(secret, crypto)
    const shown = [
      JSON.stringify(signer),
      JSON.stringify({ deep: [signer] }),
      inspect(signer, { depth: 10, showHidden: true }),
      String(signer),
      JSON.stringify(Object.getOwnPropertyNames(signer).map((name) => inspect(Reflect.get(signer, name)))),
      inspect(structuredClone({ ...signer })),
    ]
    const secretText = toHex(secret).slice(2)
    const secretBytes = [...secret].slice(0, 6).join(', ')
    for (const text of shown) {
      expect(text).not.toContain(secretText)
      expect(text).not.toContain(secretBytes)
    }
    expect(Object.keys(signer).sort()).toEqual(['address', 'publicKey'])
    expect(() => new SignerClass(new Uint8Array(32), crypto)).toThrow(/^a secret key is 32 bytes/)
  })
  test('keeps its own copy of the secret', () => {
    const given = secret.slice()
    const signer = new SignerClass(given, crypto)
    given.fill(0)
    expect(crypto.verify(digest, signer.publicKey, signer.sign(digest))).toBe(true)
  })
  test('signs nothing any more once it is disposed', () => {
    const signer = new SignerClass(secret, crypto)
    signer[Symbol.dispose]()
    expect(() => signer.sign(digest)).toThrow(expect.objectContaining({ code: 'BUG' }))
  })
  test('takes no secret outside the curve', () => {
    const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
    const outside = [
      new Uint8Array(0),
      new Uint8Array(31).fill(1),
      new Uint8Array(33).fill(1),
      Buffer.from(order, 'hex'),
    ]
    for (const wrong of outside) expect(() => new SignerClass(new Uint8Array(wrong), crypto)).toThrow(RangeError)
  })
  test('draws again while a draw is outside the curve', () => {
    const draws = [new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(32).fill(9)]
    let drawn = 0
    const made = create({ bytes: () => draws[drawn++]! })
    expect([drawn, made[0]]).toEqual([3, 9])
  })
})

test('one secret is one identity in both, with the same signatures', () => {
  const [node, browser] = [new Secp256k1Signer(secret, crypto), new BrowserSigner(secret, crypto)]
  expect([browser.address, browser.publicKey]).toEqual([node.address, new Uint8Array(node.publicKey)])
  for (let i = 0; i < 20; i++) expect(browser.sign(digestOf(`${i}`))).toEqual(node.sign(digestOf(`${i}`)))
})
