/** What two sides agree on for one lease, and the ids that follow from it. */
import { concat, hexInto, toHex } from '../../kernel/bytes.ts'
import { addressCodec, type Codec, creditsCodec, encode, hash32Codec, record, u64 } from '../../kernel/codec.ts'
import { assert } from '../../kernel/errors.ts'
import { type Address, type AttemptId, type Hash32, ZERO_HASH } from '../../kernel/ids.ts'
import type { Credits } from '../../kernel/money.ts'
import type { Hasher } from '../../kernel/ports.ts'
import { type LeaseTerms, stepPrice, wholePrice } from '../../rules/leasing/lease-price.ts'
import { attemptId } from '../../statements/agreement.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import type { Agreement, Lease } from '../../statements/struct-types.ts'

/** As the lessee proposes it; the miner takes it as it is or not at all. Times are Unix seconds. */
export interface ProposedLease extends LeaseTerms {
  readonly payer: Address
  /** Signs the vouchers, and its jobs alone are served. */
  readonly session: Address
  readonly card: Hash32
  /** Of the lessee's choice, so that a period that was cancelled can be named anew: the same terms are the same lease. */
  readonly nonce: bigint
  /** A recent block, as agreements of jobs name it. */
  readonly blockNumber: bigint
  readonly blockTime: bigint
}

export const proposedLeaseCodec: Codec<ProposedLease> = record<ProposedLease>({
  payer: addressCodec,
  session: addressCodec,
  card: hash32Codec,
  startsAt: u64,
  endsAt: u64,
  pricePerHour: creditsCodec,
  stepSeconds: u64,
  nonce: u64,
  blockNumber: u64,
  blockTime: u64,
})

/** A card's name in leases: keccak256 of its operator and its stable id, so that no two operators lease the same one. */
export function cardHash(hasher: Pick<Hasher, 'keccak256'>, operator: Address, stableId: string): Hash32 {
  const address = new Uint8Array(20)
  assert(hexInto(operator, address, 0), 'an operator is an address')
  return toHex(hasher.keccak256(concat(address, new TextEncoder().encode(stableId)))) as Hash32
}

/** The agreement of the whole lease: what its signature names. */
export const leaseId = (domain: SigningDomain, operator: Address, lease: ProposedLease): AttemptId =>
  attemptId(domain, agreementOf(domain, operator, lease, 0, wholePrice(lease)))

/** The agreement of one step: what its voucher covers and its receipt is about. @param step the first is 0 */
export const stepId = (domain: SigningDomain, operator: Address, lease: ProposedLease, step: number): AttemptId =>
  attemptId(domain, stepAgreement(domain, operator, lease, step))

export const stepAgreement = (
  domain: SigningDomain,
  operator: Address,
  lease: ProposedLease,
  step: number,
): Agreement => agreementOf(domain, operator, lease, step + 1, stepPrice(lease, step))

/** What the miner signs. */
export const leaseOf = (domain: SigningDomain, operator: Address, lease: ProposedLease): Lease => ({
  operator,
  card: lease.card,
  startsAt: lease.startsAt,
  endsAt: lease.endsAt,
  agreement: leaseId(domain, operator, lease),
})

function agreementOf(
  domain: SigningDomain,
  operator: Address,
  lease: ProposedLease,
  attempt: number,
  priceMax: Credits,
): Agreement {
  const { payer, nonce, blockNumber, blockTime } = lease
  return {
    ...{ payer, operator, priceMax, nonce, attempt, blockNumber, blockTime },
    // No offer, input or choice of verification: a lease is of time.
    ...{ offerHead: ZERO_HASH, inputRoot: ZERO_HASH, policy: ZERO_HASH },
    spec: toHex(domain.crypto.keccak256(encode(proposedLeaseCodec, lease))) as Hash32,
  }
}
