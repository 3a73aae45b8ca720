/**
 * The noise handshake's and transport's cryptography by OpenSSL. The handshake's is the library's own; of its pure JavaScript one
 * agreement costs nine times as much, and each side makes three. For messages the library gives OpenSSL the key as bytes each time,
 * which in Node 24 costs 12 us to make a key object of it: three times the encryption of a small message, and a third of that of
 * 64 KiB. Here a key object is made once per key.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { ICryptoInterface } from '@chainsafe/libp2p-noise'
import { defaultCrypto } from '@chainsafe/libp2p-noise/crypto'

const CIPHER = 'chacha20-poly1305'
const TAG = { authTagLength: 16 }
const TAG_BYTES = 16

/** A cipher state keeps one array as its key for as long as it lives. */
const keys = new WeakMap<Uint8Array, KeyObject>()

function keyOf(bytes: Uint8Array): KeyObject {
  const known = keys.get(bytes)
  if (known !== undefined) return known
  const key = createSecretKey(bytes)
  keys.set(bytes, key)
  return key
}

export const noiseCrypto: ICryptoInterface = {
  ...defaultCrypto,

  hashSHA256: (data) => hash('sha256', data.subarray(), 'buffer'),

  chaCha20Poly1305Encrypt(plaintext, nonce, ad, k) {
    const cipher = createCipheriv(CIPHER, keyOf(k), nonce, TAG)
    if (ad.length > 0) cipher.setAAD(ad, { plaintextLength: plaintext.byteLength })
    const text = cipher.update(plaintext.subarray())
    cipher.final()
    const whole = Buffer.allocUnsafe(text.length + TAG_BYTES)
    whole.set(text)
    whole.set(cipher.getAuthTag(), text.length)
    return whole
  },

  chaCha20Poly1305Decrypt(ciphertext, nonce, ad, k) {
    const whole = ciphertext.subarray()
    const length = whole.length - TAG_BYTES
    const decipher = createDecipheriv(CIPHER, keyOf(k), nonce, TAG)
    if (ad.length > 0) decipher.setAAD(ad, { plaintextLength: length })
    decipher.setAuthTag(whole.subarray(length))
    const plaintext = decipher.update(whole.subarray(0, length))
    // Throws where the tag does not fit: nothing of the plaintext has left this function.
    decipher.final()
    return plaintext
  },
}
