/** Whole records as they lie on the DHT, the key they lie under, and what a reader makes of them. */
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { encodeKeyCert, type SignedKeyCert, signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import { statementKinds } from '../../../protocols/statements/statement-kinds.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type KeyCert, type Statement, statementType } from '../../../protocols/statements/struct-types.ts'
import { type ProfileBody, profileBodyCodec } from '../../../protocols/wire/profile/profile-body.ts'
import { cast, crypto, domain, otherNetwork } from '../statement-vectors/cast.ts'
import { arrayOf, intItem, mapOf, textItem } from '../statement-vectors/cbor-parts.ts'
import { certificate, largestRig, miner, NOW_MS } from './body-vectors.ts'

/** opens: with its body. unread: true, and of a later version: kept without a body. The rest are refused. */
export type RecordOutcome = 'opens' | 'unread' | 'malformed' | 'wrong-signer' | 'oversize'

export interface RecordVector {
  readonly name: string
  readonly nowMs: number
  /** Address bytes: the key without `/aitbc-profile/`. */
  readonly key: string
  readonly bytes: string
  readonly outcome: RecordOutcome
}

const HOUR_MS = 3_600_000
const body = (change: Partial<ProfileBody> = {}): Uint8Array => encode(profileBodyCodec, { ...miner, ...change })

interface Made {
  readonly facts?: Partial<Statement>
  readonly payload?: Uint8Array
  readonly on?: SigningDomain
  readonly by?: Signer
  /** Signs in the author's place. */
  readonly forger?: Signer
}

function record({
  facts = {},
  payload = body(),
  on = domain,
  by = cast.operator.signer,
  forger,
}: Made = {}): Uint8Array {
  const value: Statement = {
    author: by.address,
    kind: statementKinds.profile,
    version: 1,
    sequence: BigInt(NOW_MS),
    issuedAtMs: BigInt(NOW_MS),
    expiresAtMs: BigInt(NOW_MS + 3 * HOUR_MS),
    payloadHash: toHex(crypto.keccak256(payload)) as Hash32,
    ...facts,
  }
  const signed = signStruct(on, statementType, value, by, payload)
  const signature = forger?.sign(on.digest(statementType, value)) ?? signed.signature
  return encodeSigned(statementType, { ...signed, signature })
}

function certified(change: Partial<KeyCert>, by: Partial<Pick<typeof cast, 'owner' | 'operator'>> = {}): SignedKeyCert {
  const { owner, operator } = { ...cast, ...by }
  const value = { ...certificate.value, owner: owner.signer.address, operator: operator.signer.address, ...change }
  return signKeyCert(domain, value, owner.signer, operator.signer)
}

export function profileRecords(): readonly RecordVector[] {
  const now = BigInt(NOW_MS)
  const seconds = BigInt(NOW_MS / 1_000)
  const key = cast.operator.signer.address
  const row = (
    name: string,
    outcome: RecordOutcome,
    bytes: Uint8Array,
    more: { nowMs?: number; key?: string } = {},
  ): RecordVector => ({
    name,
    nowMs: more.nowMs ?? NOW_MS,
    key: more.key ?? key,
    bytes: toHex(bytes),
    outcome,
  })
  const withCertificate = (one: SignedKeyCert): Uint8Array => record({ payload: body({ certificate: one }) })
  const good = record()
  const later = mapOf(textItem('watts'), intItem(450), textItem('critical'), arrayOf(textItem('watts')))
  const falsified = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)
  return [
    row('a profile', 'opens', good),
    row('with a certificate', 'opens', withCertificate(certificate)),
    row('of the largest rig', 'opens', record({ payload: encode(profileBodyCodec, largestRig) })),
    row('that lives 48 h', 'opens', record({ facts: { expiresAtMs: now + BigInt(48 * HOUR_MS) } })),
    row('expired within the tolerance of clocks', 'opens', good, { nowMs: NOW_MS + 3 * HOUR_MS + 30_000 }),
    row('30 s ahead', 'opens', good, { nowMs: NOW_MS - 30_000 }),
    row('certified from 30 s ahead', 'opens', withCertificate(certified({ notBefore: seconds + 30n }))),
    row('certified until this second', 'opens', withCertificate(certified({ notAfter: seconds }))),
    row('of version 2', 'unread', record({ facts: { version: 2 }, payload: arrayOf(intItem(1)) })),
    row('with a critical key that is not known', 'unread', record({ payload: unreadable(later) })),
    row('under the key of another', 'wrong-signer', good, { key: cast.stranger.signer.address }),
    row("of another, under this one's key", 'wrong-signer', record({ by: cast.stranger.signer })),
    row('under a key a byte short', 'wrong-signer', good, { key: key.slice(0, -2) }),
    row('under an empty key', 'wrong-signer', good, { key: '0x' }),
    row('signed by another in this one’s name', 'malformed', record({ forger: cast.stranger.signer })),
    row('a false signature', 'malformed', falsified(good)),
    row('of version 2 with a false signature', 'malformed', falsified(record({ facts: { version: 2 } }))),
    row('of another network', 'malformed', record({ on: otherNetwork })),
    row('with another body than was signed', 'malformed', withText(good, 'eu-west', 'eu-east')),
    row('expired', 'malformed', good, { nowMs: NOW_MS + 3 * HOUR_MS + 30_001 }),
    row('issued more than 30 s ahead', 'malformed', good, { nowMs: NOW_MS - 30_001 }),
    row('with a sequence more than 30 s ahead', 'malformed', record({ facts: { sequence: now + 30_001n } })),
    row(
      'that lives longer than 48 h',
      'malformed',
      record({ facts: { expiresAtMs: now + BigInt(48 * HOUR_MS) + 1n } }),
    ),
    row('that expires as it is issued', 'malformed', record({ facts: { expiresAtMs: now } })),
    row('of another kind', 'malformed', record({ facts: { kind: statementKinds.scores } })),
    row('with a body that is none', 'malformed', record({ payload: arrayOf() })),
    row(
      'with the certificate of another operator',
      'malformed',
      withCertificate(certified({}, { operator: cast.session })),
    ),
    row(
      'with a certificate that ended a second ago',
      'malformed',
      withCertificate(certified({ notAfter: seconds - 1n })),
    ),
    row(
      'with a certificate that begins in 31 s',
      'malformed',
      withCertificate(certified({ notBefore: seconds + 31n })),
    ),
    row(
      'with a certificate whose owner did not sign',
      'malformed',
      withCertificate({ ...certificate, ownerSignature: certificate.operatorSignature }),
    ),
    row(
      'with a certificate whose operator did not sign',
      'malformed',
      withCertificate({ ...certificate, operatorSignature: certificate.ownerSignature }),
    ),
    row(
      'with a certificate of another network',
      'malformed',
      withCertificate(signKeyCert(otherNetwork, certificate.value, cast.owner.signer, cast.operator.signer)),
    ),
    row('longer than 2,048 bytes', 'oversize', record({ facts: { version: 2 }, payload: textItem('x'.repeat(1_900)) })),
    row('a certificate alone', 'malformed', encodeKeyCert(certificate)),
    row('a byte short', 'malformed', good.slice(0, -1)),
    row('a byte behind', 'malformed', concat(good, Uint8Array.of(0))),
    row('nothing', 'malformed', new Uint8Array(0)),
  ]
}

/** {@link miner} with more behind it: `rows` of a map whose keys sort after all of the body's. */
function unreadable(more: Uint8Array): Uint8Array {
  const known = body()
  return concat(Uint8Array.of(known[0]! + (more[0]! & 0x1f)), known.subarray(1), more.subarray(1))
}

/** The first place where `from` stands, overwritten: two texts of one length. */
function withText(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const at = Buffer.from(bytes).indexOf(from)
  const changed = bytes.slice()
  changed.set(Buffer.from(to), at)
  return changed
}
