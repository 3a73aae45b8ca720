/** Whether a voucher is worth what it says, to the miner that holds the counter. */
import { type Address, type AttemptId, type Hash32, ZERO_HASH } from '../../kernel/ids.ts'
import type { Credits } from '../../kernel/money.ts'
import { agreementsHash } from '../../statements/agreements-hash.ts'
import { grantHash } from '../../statements/grant.ts'
import { type Signed, signatureFault } from '../../statements/signed.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type SessionGrant, type Voucher, voucherType } from '../../statements/struct-types.ts'
import type { VoucherVerdict } from '../../wire/payment/payment-protocol.ts'

/** One counter at the miner: who may raise it and where it stands. */
export interface VoucherCounter {
  readonly payer: Address
  readonly session: Address
  readonly miner: Address
  readonly escrow: Address
  readonly collection: Hash32
  /** Checked before; `undefined` where the payer signs for itself. */
  readonly grant: Signed<SessionGrant> | undefined
  readonly cumulative: Credits
  readonly agreementsHash: Hash32
}

/** @param ceiling see counter-ceiling.ts */
export function judgeVoucher(
  domain: SigningDomain,
  counter: VoucherCounter,
  signed: Signed<Voucher>,
  agreements: readonly AttemptId[],
  ceiling: Credits,
  nowSeconds: bigint,
): VoucherVerdict {
  const { value } = signed
  const grant = counter.grant
  const sameCounter =
    value.payer === counter.payer &&
    value.session === counter.session &&
    value.miner === counter.miner &&
    value.escrow === counter.escrow &&
    value.collection === counter.collection &&
    value.grant === (grant === undefined ? ZERO_HASH : grantHash(domain, grant.value))
  if (!sameCounter) return 'wrong-channel'
  if (value.cumulative <= counter.cumulative) return 'not-higher'
  if (grant !== undefined && grant.value.notAfter <= nowSeconds) return 'expired'
  if (value.cumulative > ceiling) return 'unassured'
  if (value.agreementsHash !== agreementsHash(domain.crypto, agreements, counter.agreementsHash)) return 'wrong-hash'
  return signatureFault(domain, voucherType, signed) === undefined ? 'accepted' : 'wrong-signer'
}
