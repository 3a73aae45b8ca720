/** Agreements are never signed by themselves: voucher and receipt name their hash, and that hash is the attempt's id. */
import { toHex } from '../kernel/bytes.ts'
import type { Codec } from '../kernel/codec.ts'
import type { AttemptId } from '../kernel/ids.ts'
import { structCodec } from './struct-codec.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type Agreement, agreementType } from './struct-types.ts'

/**
 * Largest difference between the named block's time and that of the newest block that the miner knows. Courts compare block times,
 * so an agreement that hangs on an old block would move every deadline.
 */
export const AGREEMENT_TIME_SKEW_S_MAX = 60n

export const agreementCodec: Codec<Agreement> = structCodec(agreementType)

/** @throws RangeError where a field does not fit its type */
export function attemptId(domain: SigningDomain, agreement: Agreement): AttemptId {
  return toHex(domain.structHash(agreementType, agreement)) as AttemptId
}

/** Asked by the miner before it takes work under it. @param headTime of the newest block that it knows, in seconds */
export function agreementIsRecent({ blockTime }: Pick<Agreement, 'blockTime'>, headTime: bigint): boolean {
  const difference = blockTime - headTime
  return difference <= AGREEMENT_TIME_SKEW_S_MAX && -difference <= AGREEMENT_TIME_SKEW_S_MAX
}
