/** A node's profile: the signed statement about itself that it puts on the DHT, under a key that only it can write. */
import { fromHex, toHex } from '../../kernel/bytes.ts'
import { decode } from '../../kernel/codec.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { Address, PeerId } from '../../kernel/ids.ts'
import { FUTURE_MS_MAX } from '../../kernel/limits.ts'
import type { Signer } from '../../kernel/ports.ts'
import type { RecordSpace } from '../../kernel/record-space.ts'
import { issueStatement, judgeStatement, STATEMENT_LIFETIME_MS_MAX } from '../../statements/envelope.ts'
import { keyCertCovers, keyCertFault, type SignedKeyCert } from '../../statements/key-cert.ts'
import { peerIdOfPublicKey } from '../../statements/peer-id.ts'
import { type Signed, signedCodec } from '../../statements/signed.ts'
import { type StatementRow, statementKinds } from '../../statements/statement-kinds.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type Statement, statementType } from '../../statements/struct-types.ts'
import { PROFILE_BYTES_MAX, type ProfileBody, profileBodyCodec } from './profile-body.ts'

/** What a node signs, unless it says otherwise: a node that vanished is listed for at most this, and six puts in a row may fail. */
export const PROFILE_TTL_MS = 3 * 3_600_000

export interface Profile {
  readonly author: Address
  /** The author's peer id: the same key. */
  readonly peer: PeerId
  readonly sequence: bigint
  /** Unix ms: its own end, or its certificate's where that comes first. */
  readonly expiresAtMs: number
  /** Absent where a later version wrote it: kept and handed on like any other, so that an upgrade does not empty the DHT. */
  readonly body?: ProfileBody
  /** As published; handed on untouched. */
  readonly bytes: Uint8Array
}

export const profileRow: StatementRow<ProfileBody> = {
  kind: statementKinds.profile,
  versions: { 1: profileBodyCodec },
  lifetimeMsMax: STATEMENT_LIFETIME_MS_MAX,
}

export interface ProfileFacts {
  /** Never used before by this key, for anything. */
  readonly sequence: bigint
  readonly nowMs: number
  /** At most 48 h. */
  readonly lifetimeMs?: number
}

/**
 * What a node puts.
 * @throws RangeError where the body breaks its bounds; MeshError CERTIFICATE_INVALID where its certificate would be refused
 * @example
 * const profile = signProfile(domain, signer, body, { sequence: await nextSequence(nowMs), nowMs })
 * await network.putRecord(profileSpace(domain), profile, profile.bytes)
 */
export function signProfile(
  domain: SigningDomain,
  signer: Signer,
  body: ProfileBody,
  { sequence, nowMs, lifetimeMs = PROFILE_TTL_MS }: ProfileFacts,
): Profile {
  const fault = certificateFault(domain, body.certificate, signer.address, nowMs)
  if (fault !== undefined) throw new MeshError('CERTIFICATE_INVALID', { why: fault })
  const { signed, bytes } = issueStatement(domain, profileRow, body, { sequence, nowMs, lifetimeMs }, signer)
  return profileOf(signed, body, bytes)
}

/**
 * Checks all that bytes and time can show. The author is compared before its signature is, and the two signatures of the
 * certificate come last: only who signed the profile can make a reader check them.
 * @param author whose profile it must be; anybody's where absent
 * @throws MalformedError; MeshError OVERSIZE, WRONG_SIGNER, MALFORMED
 */
export function openProfile(domain: SigningDomain, bytes: Uint8Array, nowMs: number, author?: Address): Profile {
  if (bytes.length > PROFILE_BYTES_MAX) throw new MeshError('OVERSIZE', { given: bytes.length, max: PROFILE_BYTES_MAX })
  // Not slice(): what comes from Node.js is a Buffer, whose slice would hold the whole message that it came in.
  const own = new Uint8Array(bytes)
  const signed = decode(signedCodec(statementType), own)
  const statement = signed.value
  if (statement.kind !== statementKinds.profile) throw malformed('another kind of statement')
  if (author !== undefined && statement.author !== author)
    throw new MeshError('WRONG_SIGNER', { given: statement.author, expected: author })
  const { verdict, value, reason = verdict } = judgeStatement(own, { domain, nowMs, rows: [profileRow] })
  if (verdict !== 'accept' && verdict !== 'forward') throw malformed(reason)
  const fault = certificateFault(domain, value?.payload.certificate, statement.author, nowMs)
  if (fault !== undefined) throw malformed(fault)
  return profileOf(signed, value?.payload, own)
}

/** Where a node's profile lies; of a peer that is known by its name alone, `addressOfPeerId` gives the address. */
export const profileKey = (author: Address): Uint8Array<ArrayBuffer> => fromHex(author)!

/** Profiles on the DHT: `/aitbc-profile/` and the 20 bytes of the author's address. */
export function profileSpace(domain: SigningDomain): RecordSpace<Profile> {
  return {
    name: 'profile',
    bytesMax: PROFILE_BYTES_MAX,
    keyOf: ({ author }) => profileKey(author),
    open: (key, bytes, nowMs) => openProfile(domain, bytes, nowMs, toHex(key) as Address),
    newer: (a, b) => a.sequence > b.sequence,
    expiresAtMs: ({ expiresAtMs }) => expiresAtMs,
  }
}

function profileOf(signed: Signed<Statement>, body: ProfileBody | undefined, bytes: Uint8Array): Profile {
  const { author, sequence, expiresAtMs } = signed.value
  const certified = body?.certificate?.value.notAfter
  // The last second of a certificate is still covered by it.
  const certifiedUntilMs = certified === undefined ? Number.POSITIVE_INFINITY : (Number(certified) + 1) * 1_000
  return {
    author,
    peer: peerIdOfPublicKey(signed.publicKey),
    sequence,
    expiresAtMs: Math.min(Number(expiresAtMs), certifiedUntilMs),
    ...(body === undefined ? {} : { body }),
    bytes,
  }
}

/** Why a certificate binds this author to nobody, now. One that begins this very moment is not held against a fast clock. */
function certificateFault(
  domain: SigningDomain,
  certificate: SignedKeyCert | undefined,
  author: Address,
  nowMs: number,
): string | undefined {
  if (certificate === undefined) return undefined
  const { value } = certificate
  if (value.operator !== author) return 'certificate of another operator'
  if (!keyCertCovers(value, nowMs) && !keyCertCovers(value, nowMs + FUTURE_MS_MAX)) return 'certificate out of its time'
  return keyCertFault(domain, certificate)
}

const malformed = (why: string): MeshError => new MeshError('MALFORMED', { what: 'profile', why })
