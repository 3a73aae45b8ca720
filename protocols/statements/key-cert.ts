/**
 * The certificate that binds an operator key to its owner. Both sign the same digest: the owner says whose machine it is, the
 * operator that it wants this owner, so nobody can adopt another's machine or its reputation. Wire: `[owner key, operator key,
 * owner, operator, notBefore, notAfter, owner signature, operator signature]`.
 */
import { bytes, type Codec, decode, encode, mapped, record } from '../kernel/codec.ts'
import { assert, MeshError } from '../kernel/errors.ts'
import type { Signer } from '../kernel/ports.ts'
import { addressOf } from './address-of.ts'
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './signed.ts'
import { structCodecs } from './struct-codec.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type KeyCert, keyCertType } from './struct-types.ts'

export interface SignedKeyCert {
  readonly value: KeyCert
  readonly ownerKey: Uint8Array
  readonly operatorKey: Uint8Array
  readonly ownerSignature: Uint8Array
  readonly operatorSignature: Uint8Array
}

export type KeyCertFault =
  | 'owner-key-is-not-owner'
  | 'operator-key-is-not-operator'
  | 'false-owner-signature'
  | 'false-operator-signature'
  | 'empty-validity'

/** For an owner whose key is at hand. A cold owner signs {@link keyCertDigest} elsewhere. @throws MeshError BUG for another signer */
export function signKeyCert(domain: SigningDomain, value: KeyCert, owner: Signer, operator: Signer): SignedKeyCert {
  assert(value.owner === owner.address && value.operator === operator.address, 'a KeyCert is signed by both it names')
  const digest = keyCertDigest(domain, value)
  return {
    value,
    ownerKey: owner.publicKey,
    operatorKey: operator.publicKey,
    ownerSignature: owner.sign(digest),
    operatorSignature: operator.sign(digest),
  }
}

export function keyCertDigest(domain: SigningDomain, value: KeyCert): Uint8Array<ArrayBuffer> {
  return domain.digest(keyCertType, value)
}

/** Undefined where both signatures are good. Whether the time is within it is asked apart: {@link keyCertCovers}. */
export function keyCertFault(domain: SigningDomain, signed: SignedKeyCert): KeyCertFault | undefined {
  const { value } = signed
  if (value.notBefore >= value.notAfter) return 'empty-validity'
  if (addressOf(domain.crypto, signed.ownerKey) !== value.owner) return 'owner-key-is-not-owner'
  if (addressOf(domain.crypto, signed.operatorKey) !== value.operator) return 'operator-key-is-not-operator'
  const digest = keyCertDigest(domain, value)
  if (!domain.crypto.verify(digest, signed.ownerKey, signed.ownerSignature)) return 'false-owner-signature'
  if (!domain.crypto.verify(digest, signed.operatorKey, signed.operatorSignature)) return 'false-operator-signature'
  return undefined
}

/** `notBefore` is the first second of its validity, `notAfter` the last. */
export function keyCertCovers(value: KeyCert, nowMs: number): boolean {
  const now = BigInt(Math.trunc(nowMs / 1000))
  return value.notBefore <= now && now <= value.notAfter
}

const publicKey = bytes(PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES)
const signature = bytes(SIGNATURE_BYTES, SIGNATURE_BYTES)
interface Wire extends KeyCert {
  readonly ownerKey: Uint8Array
  readonly operatorKey: Uint8Array
  readonly ownerSignature: Uint8Array
  readonly operatorSignature: Uint8Array
}

/** Shape only: whoever reads asks {@link keyCertFault}. */
export const keyCertCodec: Codec<SignedKeyCert> = mapped(
  record<Wire>({
    ownerKey: publicKey,
    operatorKey: publicKey,
    ...structCodecs(keyCertType),
    ownerSignature: signature,
    operatorSignature: signature,
  }),
  ({ ownerKey, operatorKey, ownerSignature, operatorSignature, ...value }) => ({
    value,
    // Copied: a certificate is kept as long as its profile, and must not hold the whole frame that it came in.
    ownerKey: ownerKey.slice(),
    operatorKey: operatorKey.slice(),
    ownerSignature: ownerSignature.slice(),
    operatorSignature: operatorSignature.slice(),
  }),
  ({ value, ...keys }) => ({ ...value, ...keys }),
)

export function encodeKeyCert(signed: SignedKeyCert): Uint8Array<ArrayBuffer> {
  return encode(keyCertCodec, signed)
}

/** @throws MalformedError; MeshError WRONG_SIGNER, MALFORMED where one of the signatures is not good */
export function openKeyCert(domain: SigningDomain, wire: Uint8Array): SignedKeyCert {
  const signed = decode(keyCertCodec, wire)
  const fault = keyCertFault(domain, signed)
  if (fault === 'owner-key-is-not-owner' || fault === 'operator-key-is-not-operator') {
    const [key, expected] =
      fault === 'owner-key-is-not-owner'
        ? [signed.ownerKey, signed.value.owner]
        : [signed.operatorKey, signed.value.operator]
    throw new MeshError('WRONG_SIGNER', { given: addressOf(domain.crypto, key) ?? 'no key of the curve', expected })
  }
  if (fault !== undefined) throw new MeshError('MALFORMED', { what: 'KeyCert', why: fault })
  return signed
}
