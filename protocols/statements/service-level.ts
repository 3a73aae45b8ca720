/**
 * Hashes by which a court can judge how a job was served, from signed digests alone: what was granted, what was agreed, when the
 * work could begin and when it was done. README.md says how they hang together.
 */
import { concat, fromHex, toHex } from '../kernel/bytes.ts'
import { type Address, type AttemptId, type Hash32, ZERO_HASH } from '../kernel/ids.ts'
import type { Hasher, Signer } from '../kernel/ports.ts'
import { type Signed, signStruct } from './signed.ts'
import type { SigningDomain } from './struct-hash.ts'
import {
  type Receipt,
  receiptType,
  type ServicePolicy,
  servicePolicyType,
  type Terms,
  type TimeStamp,
  termsType,
  timeStampType,
} from './struct-types.ts'

type Keccak = Pick<Hasher, 'keccak256'>

/** Of a ServicePolicy's `latencyClass`; 0 is none, so that an empty struct promises nothing. */
export const latencyClassCode = { realtime: 1, fast: 2, standard: 3, economy: 4 } as const

export const BEACON_SECRET_BYTES = 32

/** What a head's `termsHash` is; zero for a miner that grants none. */
export const termsHash = (domain: SigningDomain, terms: Terms | undefined): Hash32 =>
  terms === undefined ? ZERO_HASH : (toHex(domain.structHash(termsType, terms)) as Hash32)

/** What an agreement's `policy` is. */
export const policyHash = (domain: SigningDomain, policy: ServicePolicy): Hash32 =>
  toHex(domain.structHash(servicePolicyType, policy)) as Hash32

/** What a head's `beacon` is. */
export const beaconOf = (crypto: Keccak, secret: Uint8Array): Hash32 => toHex(crypto.keccak256(secret)) as Hash32

/**
 * Draws the witnesses, and is the digest of the start: nobody knows it before both the agreement stands and the secret is told.
 * @throws RangeError for what is no attempt
 */
export function serviceSeed(crypto: Keccak, attempt: AttemptId, secret: Uint8Array): Hash32 {
  return toHex(crypto.keccak256(concat(bytesOf(attempt, 32), secret))) as Hash32
}

/** The digest of the end. */
export const receiptDigest = (domain: SigningDomain, receipt: Receipt): Hash32 =>
  toHex(domain.structHash(receiptType, receipt)) as Hash32

/** An owner's number in the draw of one seed. @throws RangeError for what is no seed or owner */
export function ticketOf(crypto: Keccak, seed: Hash32, owner: Address): bigint {
  return BigInt(toHex(crypto.keccak256(concat(bytesOf(seed, 32), bytesOf(owner, 20)))))
}

export const signTimeStamp = (domain: SigningDomain, signer: Signer, digest: Hash32, atMs: number): Signed<TimeStamp> =>
  signStruct(domain, timeStampType, { witness: signer.address, digest, atMs: BigInt(Math.trunc(atMs)) }, signer)

function bytesOf(hex: string, length: number): Uint8Array {
  const bytes = fromHex(hex)
  if (bytes?.length !== length) throw new RangeError(`${length} bytes as text`)
  return bytes
}
