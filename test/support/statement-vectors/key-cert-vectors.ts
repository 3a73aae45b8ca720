/** Certificates that bind nothing. */
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import {
  encodeKeyCert,
  type KeyCertFault,
  keyCertDigest,
  type SignedKeyCert,
  signKeyCert,
} from '../../../protocols/statements/key-cert.ts'
import type { KeyCert } from '../../../protocols/statements/struct-types.ts'
import { cast, domain, otherNetwork } from './cast.ts'

export interface InvalidKeyCert {
  readonly name: string
  readonly bytes: string
  readonly error: KeyCertFault | 'malformed'
}

const value: KeyCert = {
  owner: cast.owner.signer.address,
  operator: cast.operator.signer.address,
  notBefore: 1_790_000_000n,
  notAfter: 1_800_000_000n,
}
const good = signKeyCert(domain, value, cast.owner.signer, cast.operator.signer)
const { ownerSignature, operatorSignature, ownerKey, operatorKey } = good
const flipped = (signature: Uint8Array): Uint8Array => signature.with(32, signature[32]! ^ 0x80)
const signedBoth = (changed: KeyCert, owner: Signer = cast.owner.signer): SignedKeyCert => ({
  ...good,
  value: changed,
  ownerSignature: owner.sign(keyCertDigest(domain, changed)),
  operatorSignature: cast.operator.signer.sign(keyCertDigest(domain, changed)),
})

export function invalidKeyCerts(): readonly InvalidKeyCert[] {
  const wire = encodeKeyCert(good)
  const of = (name: string, error: KeyCertFault, signed: SignedKeyCert): InvalidKeyCert => ({
    name,
    bytes: toHex(encodeKeyCert(signed)),
    error,
  })
  const raw = (name: string, bytes: Uint8Array): InvalidKeyCert => ({ name, bytes: toHex(bytes), error: 'malformed' })
  const stranger = cast.stranger.signer
  return [
    of('owner key of a stranger', 'owner-key-is-not-owner', { ...good, ownerKey: stranger.publicKey }),
    of('operator key of a stranger', 'operator-key-is-not-operator', { ...good, operatorKey: stranger.publicKey }),
    of('keys swapped', 'owner-key-is-not-owner', { ...good, ownerKey: operatorKey, operatorKey: ownerKey }),
    of('signatures swapped', 'false-owner-signature', {
      ...good,
      ownerSignature: operatorSignature,
      operatorSignature: ownerSignature,
    }),
    of('signed twice by the operator', 'false-owner-signature', signedBoth(value, cast.operator.signer)),
    of('an operator that did not agree', 'false-operator-signature', {
      ...good,
      operatorSignature: stranger.sign(keyCertDigest(domain, value)),
    }),
    of('owner signature with the other parity', 'false-owner-signature', {
      ...good,
      ownerSignature: flipped(ownerSignature),
    }),
    of('operator signature with the other parity', 'false-operator-signature', {
      ...good,
      operatorSignature: flipped(operatorSignature),
    }),
    of(
      'of another network',
      'false-owner-signature',
      signKeyCert(otherNetwork, value, cast.owner.signer, cast.operator.signer),
    ),
    of('notAfter changed', 'false-owner-signature', { ...good, value: { ...value, notAfter: value.notAfter + 1n } }),
    of('ends when it starts', 'empty-validity', signedBoth({ ...value, notAfter: value.notBefore })),
    of('ends before it starts', 'empty-validity', signedBoth({ ...value, notAfter: value.notBefore - 1n })),
    raw('empty', new Uint8Array(0)),
    raw('a byte short', wire.slice(0, -1)),
    raw('a byte behind', concat(wire, Uint8Array.of(0))),
    raw('an item less', wire.with(0, 0x87)),
    raw('an item more', concat(wire.with(0, 0x89), Uint8Array.of(0))),
    raw('owner key of 34 bytes', concat(wire.slice(0, 1).with(0, 0x88), Uint8Array.of(0x58, 34, 0), wire.slice(3))),
  ]
}
