/** A secp256k1 key of a tab: the session key that signs vouchers under a grant. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { assert } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Crypto, Random, Signer } from '../../protocols/kernel/ports.ts'
import { addressOf } from '../../protocols/statements/address-of.ts'
import { joinErc2098 } from '../../protocols/statements/erc2098.ts'

export class BrowserSigner implements Signer, Disposable {
  readonly address: Address
  readonly publicKey: Uint8Array
  readonly #secret: Uint8Array
  #disposed = false

  /**
   * Copies `secret`; the caller may wipe its own.
   * @throws RangeError where `secret` is no 32-byte scalar of the curve; the message does not hold it
   */
  constructor(secret: Uint8Array, crypto: Pick<Crypto, 'keccak256' | 'uncompress'>) {
    if (!secp256k1.utils.isValidSecretKey(secret))
      throw new RangeError('a secret key is 32 bytes, above zero and below the order of the curve')
    this.#secret = new Uint8Array(secret)
    this.publicKey = secp256k1.getPublicKey(this.#secret, true)
    const address = addressOf(crypto, this.publicKey)
    assert(address !== undefined, 'every scalar in range has a public key')
    this.address = address
  }

  /** Deterministic (RFC 6979), the same bytes as the signer of a node would give. */
  sign(digest: Uint8Array): Uint8Array<ArrayBuffer> {
    assert(!this.#disposed, 'a disposed key signs nothing')
    const signature = secp256k1.sign(digest, this.#secret, { prehash: false, lowS: true, format: 'recovered' })
    const recovery = signature[0]!
    assert(recovery < 2, 'an ERC-2098 signature has one parity bit')
    return joinErc2098(signature.subarray(1), recovery)
  }

  /** Wipes the secret. */
  [Symbol.dispose](): void {
    this.#disposed = true
    this.#secret.fill(0)
  }

  toJSON(): { address: Address } {
    return { address: this.address }
  }
}

/** A new secret, 32 bytes. Draws again in the one case in 2^128 where the draw is out of range. */
export function createBrowserSecret(random: Random): Uint8Array<ArrayBuffer> {
  for (;;) {
    const secret = random.bytes(32)
    if (secp256k1.utils.isValidSecretKey(secret)) return secret
  }
}
