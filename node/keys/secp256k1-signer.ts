/** A secp256k1 key in this process: it signs digests and shows nothing but its public half. */
import { inspect } from 'node:util'
import { isPrivate, pointFromScalar, signRecoverable } from 'tiny-secp256k1'
import { assert } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Crypto, Random, Signer } from '../../protocols/kernel/ports.ts'
import { addressOf } from '../../protocols/statements/address-of.ts'
import { joinErc2098 } from '../../protocols/statements/erc2098.ts'

export class Secp256k1Signer implements Signer, Disposable {
  readonly address: Address
  readonly publicKey: Uint8Array
  readonly #secret: Uint8Array
  #disposed = false

  /**
   * Copies `secret`; the caller may wipe its own.
   * @throws RangeError where `secret` is no 32-byte scalar of the curve; the message does not hold it
   */
  constructor(secret: Uint8Array, crypto: Pick<Crypto, 'keccak256' | 'uncompress'>) {
    if (!isPrivate(secret))
      throw new RangeError('a secret key is 32 bytes, above zero and below the order of the curve')
    this.#secret = new Uint8Array(secret)
    const publicKey = pointFromScalar(this.#secret, true)
    const address = publicKey === null ? undefined : addressOf(crypto, publicKey)
    assert(publicKey !== null && address !== undefined, 'every scalar in range has a public key')
    this.publicKey = publicKey
    this.address = address
  }

  /** Deterministic (RFC 6979): one digest has one signature, so signing twice reveals nothing. */
  sign(digest: Uint8Array): Uint8Array<ArrayBuffer> {
    assert(!this.#disposed, 'a disposed key signs nothing')
    const { signature, recoveryId } = signRecoverable(digest, this.#secret)
    // 2 and 3 mean an r that wrapped around the order: 64 bytes cannot say so, and it happens once in 2^127 signatures.
    assert(recoveryId < 2, 'an ERC-2098 signature has one parity bit')
    return joinErc2098(signature, recoveryId)
  }

  /** Wipes the secret. */
  [Symbol.dispose](): void {
    this.#disposed = true
    this.#secret.fill(0)
  }

  toJSON(): { address: Address } {
    return { address: this.address }
  }

  [inspect.custom](): string {
    return `Secp256k1Signer(${this.address})`
  }
}

/** A new secret, 32 bytes. Draws again in the one case in 2^128 where the draw is out of range. */
export function createSecret(random: Random): Uint8Array<ArrayBuffer> {
  for (;;) {
    const secret = random.bytes(32)
    if (isPrivate(secret)) return secret
  }
}
