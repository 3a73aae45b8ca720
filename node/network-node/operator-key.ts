/**
 * An operator's key as libp2p takes one, whose signatures libsecp256k1 makes. Each handshake has one of either side: 1 ms by the
 * library's own JavaScript, 0.1 ms here. What others signed, and the points in their names, the library checks by classes of its own, into
 * which nothing can be handed.
 */
import { hash } from 'node:crypto'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { AbortOptions, Secp256k1PrivateKey, Secp256k1PublicKey } from '@libp2p/interface'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sign } from 'tiny-secp256k1'
import type { Uint8ArrayList } from 'uint8arraylist'

export class OperatorKey implements Secp256k1PrivateKey {
  readonly type = 'secp256k1'
  readonly #key: Secp256k1PrivateKey

  /** @param secret 32 bytes. @throws Error of the library where it is no scalar of the curve */
  constructor(secret: Uint8Array) {
    this.#key = privateKeyFromRaw(secret) as Secp256k1PrivateKey
  }

  get raw(): Uint8Array {
    return this.#key.raw
  }

  get publicKey(): Secp256k1PublicKey {
    return this.#key.publicKey
  }

  equals(other: unknown): boolean {
    return this.#key.equals(other)
  }

  /** The same bytes as the library's: RFC 6979, with the lower s, in DER. */
  sign(data: Uint8Array | Uint8ArrayList, options?: AbortOptions): Uint8Array {
    options?.signal?.throwIfAborted()
    const signature = sign(hash('sha256', data.subarray(), 'buffer'), this.raw)
    return secp256k1.Signature.fromBytes(signature, 'compact').toBytes('der')
  }
}
