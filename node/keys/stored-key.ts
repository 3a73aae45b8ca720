/** A key from the keystore: it signs, and gives its secret only to who asks for it by name. */
import { inspect } from 'node:util'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Crypto, Signer } from '../../protocols/kernel/ports.ts'
import type { KeyKind } from './key-file.ts'
import { Secp256k1Signer } from './secp256k1-signer.ts'

export class StoredKey implements Disposable {
  readonly kind: KeyKind
  /** ISO 8601. */
  readonly createdAt: string
  readonly #signer: Secp256k1Signer
  readonly #secret: Uint8Array<ArrayBuffer>

  private constructor(kind: KeyKind, createdAt: string, secret: Uint8Array<ArrayBuffer>, signer: Secp256k1Signer) {
    this.kind = kind
    this.createdAt = createdAt
    this.#secret = secret
    this.#signer = signer
  }

  /** Copies `secret`. @throws RangeError where it is no key of the curve; the message does not hold it */
  static of(
    kind: KeyKind,
    createdAt: string,
    secret: Uint8Array,
    crypto: Pick<Crypto, 'keccak256' | 'uncompress'>,
  ): StoredKey {
    return new StoredKey(kind, createdAt, new Uint8Array(secret), new Secp256k1Signer(secret, crypto))
  }

  get address(): Address {
    return this.#signer.address
  }

  get signer(): Signer {
    return this.#signer
  }

  /** A copy, for what needs the key itself (libp2p); whoever asks wipes it. */
  secret(): Uint8Array<ArrayBuffer> {
    return this.#secret.slice()
  }

  [Symbol.dispose](): void {
    this.#secret.fill(0)
    this.#signer[Symbol.dispose]()
  }

  toJSON(): { kind: KeyKind; address: Address } {
    return { kind: this.kind, address: this.address }
  }

  [inspect.custom](): string {
    return `StoredKey(${this.kind} ${this.address})`
  }
}
