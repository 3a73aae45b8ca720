import { generateKeyPair, privateKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { toHex } from '../../protocols/kernel/bytes.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import { addressOf } from '../../protocols/statements/address-of.ts'
import { addressOfPeerId, peerIdOfPublicKey, publicKeyOfPeerId } from '../../protocols/statements/peer-id.ts'
import { crypto } from '../support/statement-vectors/cast.ts'
import { bytesOf, vectors } from '../support/statement-vectors/read.ts'

test('a secp256k1 key has the name that libp2p gives it', async () => {
  for (let i = 0; i < 50; i++) {
    const key = await generateKeyPair('secp256k1')
    const theirs = peerIdFromPrivateKey(key).toString() as PeerId
    expect(peerIdOfPublicKey(key.publicKey.raw)).toBe(theirs)
    expect(publicKeyOfPeerId(theirs)).toEqual(new Uint8Array(key.publicKey.raw))
    expect(addressOfPeerId(crypto, theirs)).toBe(addressOf(crypto, key.publicKey.raw))
  }
})

test('the keys of the vectors have their names in libp2p', () => {
  for (const { secret, publicKey, peerId } of vectors.keys) {
    const key = privateKeyFromRaw(bytesOf(secret))
    expect(peerIdFromPrivateKey(key).toString()).toBe(peerId)
    const parsed = peerIdFromString(peerId)
    expect(parsed.type).toBe('secp256k1')
    expect(parsed.publicKey && toHex(parsed.publicKey.raw)).toBe(publicKey)
  }
})

test('an Ed25519 name holds no key that the chain knows', async () => {
  const name = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString() as PeerId
  expect(publicKeyOfPeerId(name)).toBeUndefined()
})
