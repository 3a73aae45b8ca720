/**
 * The rolling hash of a counter: keccak256(previous || agreement) over all agreements paid on it, in order, from zero. Both
 * sides compute it, so a voucher says which work it pays for in 32 bytes.
 */
import { hexInto, toHex } from '../kernel/bytes.ts'
import { type AttemptId, type Hash32, ZERO_HASH } from '../kernel/ids.ts'
import type { Hasher } from '../kernel/ports.ts'

export const AGREEMENTS_HASH_START: Hash32 = ZERO_HASH

/** @throws RangeError where one of the two is no 32-byte `0x` text */
export function nextAgreementsHash(crypto: Pick<Hasher, 'keccak256'>, previous: Hash32, agreement: AttemptId): Hash32 {
  const both = new Uint8Array(64)
  if (previous.length !== 66 || agreement.length !== 66 || !hexInto(previous, both, 0) || !hexInto(agreement, both, 32))
    throw new RangeError('a hash is 0x and 64 hexadecimal digits')
  return toHex(crypto.keccak256(both)) as Hash32
}

/** From `start` over `agreements` in order. */
export function agreementsHash(
  crypto: Pick<Hasher, 'keccak256'>,
  agreements: readonly AttemptId[],
  start: Hash32 = AGREEMENTS_HASH_START,
): Hash32 {
  return agreements.reduce((previous, agreement) => nextAgreementsHash(crypto, previous, agreement), start)
}
