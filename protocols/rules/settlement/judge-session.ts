/** Whether a session key may open a counter for a payer, before any voucher: it is the payer, or holds its grant. */
import { type Address, ZERO_HASH } from '../../kernel/ids.ts'
import { type Signed, signatureFault } from '../../statements/signed.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type SessionGrant, sessionGrantType } from '../../statements/struct-types.ts'

export type SessionVerdict =
  | 'good'
  | 'grant-missing'
  | 'other-keys'
  | 'to-itself'
  | 'expired'
  | 'collection'
  | 'false-signature'

export function judgeSession(
  domain: SigningDomain,
  payer: Address,
  session: Address,
  escrow: Address,
  grant: Signed<SessionGrant> | undefined,
  nowSeconds: bigint,
): SessionVerdict {
  if (grant === undefined) return payer === session ? 'good' : 'grant-missing'
  const { value } = grant
  if (value.payer !== payer || value.session !== session || value.escrow !== escrow) return 'other-keys'
  // The escrow registers none, so nothing under it could ever be redeemed.
  if (payer === session) return 'to-itself'
  if (value.notAfter <= nowSeconds) return 'expired'
  // A job that names no listed model is paid from a grant for any collection.
  if (value.collectionsHash !== ZERO_HASH) return 'collection'
  return signatureFault(domain, sessionGrantType, grant) === undefined ? 'good' : 'false-signature'
}
