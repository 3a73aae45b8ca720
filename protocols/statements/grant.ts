/** Hashes of a grant. Whether a voucher stays within its grant is a rule of settlement, not of signatures. */
import { hexInto, toHex } from '../kernel/bytes.ts'
import { type Hash32, ZERO_HASH } from '../kernel/ids.ts'
import type { Hasher } from '../kernel/ports.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type SessionGrant, sessionGrantType } from './struct-types.ts'

/** Collections that one grant may list: the list travels with the grant and is hashed again on chain. */
export const GRANT_COLLECTIONS_MAX = 64

/**
 * keccak256 of the collection ids in ascending order, 32 bytes each, joined; zero for none, which means any.
 * @throws RangeError for a duplicate, a malformed id or more than 64: one set has one hash
 */
export function collectionsHash(crypto: Pick<Hasher, 'keccak256'>, collections: readonly Hash32[]): Hash32 {
  if (collections.length === 0) return ZERO_HASH
  if (collections.length > GRANT_COLLECTIONS_MAX)
    throw new RangeError(`a grant lists at most ${GRANT_COLLECTIONS_MAX} collections`)
  const joined = new Uint8Array(32 * collections.length)
  const sorted = [...collections].sort()
  for (const [i, id] of sorted.entries()) {
    if (id === sorted[i - 1]) throw new RangeError('a grant lists a collection once')
    if (id.length !== 66 || !hexInto(id, joined, 32 * i)) throw new RangeError('a collection id has 32 bytes')
  }
  return toHex(crypto.keccak256(joined)) as Hash32
}

export function grantHash(domain: SigningDomain, grant: SessionGrant): Hash32 {
  return toHex(domain.structHash(sessionGrantType, grant)) as Hash32
}
