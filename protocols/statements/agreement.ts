/** Agreements are never signed by themselves: voucher and receipt name their hash, and that hash is the attempt's id. */
import { toHex } from '../kernel/bytes.ts'
import type { Codec } from '../kernel/codec.ts'
import type { AttemptId } from '../kernel/ids.ts'
import { structCodec } from './struct-codec.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type Agreement, agreementType } from './struct-types.ts'

/**
 * Largest difference between the named block's time and a side's own clock. Courts compare block times, so an agreement that
 * hangs on an old block would move every deadline.
 */
export const AGREEMENT_TIME_SKEW_S_MAX = 60n

export const agreementCodec: Codec<Agreement> = structCodec(agreementType)

/** @throws RangeError where a field does not fit its type */
export function attemptId(domain: SigningDomain, agreement: Agreement): AttemptId {
  return toHex(domain.structHash(agreementType, agreement)) as AttemptId
}

/** Asked by both sides before they rely on it. `nowMs` is wall-clock time. */
export function agreementIsRecent(agreement: Agreement, nowMs: number): boolean {
  const difference = agreement.blockTime - BigInt(Math.trunc(nowMs / 1000))
  return difference <= AGREEMENT_TIME_SKEW_S_MAX && -difference <= AGREEMENT_TIME_SKEW_S_MAX
}
