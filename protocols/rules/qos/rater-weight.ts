/**
 * What a rater's word weighs: the protocol fee that was burned for what it redeemed at a miner, which nobody gets back. What was paid says
 * nothing, for who pays its own miner has it again.
 */

/** One (rater, miner) in one window, as the chain tells it. Credits. */
export interface BurnedFee {
  /** Of redeemed vouchers of this rater to this miner's owner. */
  readonly there: bigint
  /** Of all redeemed vouchers of this rater. */
  readonly inAll: bigint
}

/**
 * No pair counts for more: a whale is one opinion, and a rater that wants to count for more has to find other miners to pay. 5,000 credits are
 * the fee of one in a hundred on half a unit of money.
 */
export const FEE_CREDITS_MAX = 5_000n
/** Fee at which an observation of a rater counts half as much as a sure one. */
const FEE_CREDITS_HALF = 500n

/**
 * min(fee, cap), less the share of the rater's fees that went to this one owner: who pays one miner only, as the payer of a circle does,
 * weighs nothing. Rounded down.
 * @throws RangeError where less was burned in all than there
 */
export function raterWeight({ there, inAll }: BurnedFee): bigint {
  if (there < 0n || inAll < there) throw new RangeError('a part is not more than the whole')
  if (there === 0n) return 0n
  const counted = there < FEE_CREDITS_MAX ? there : FEE_CREDITS_MAX
  return (counted * (inAll - there)) / inAll
}

/** So many observations of a rater of such a weight are worth so many hundredths of a sure one, rounded down. */
export const worthCenti = (count: number, weight: bigint): number =>
  weight <= 0n ? 0 : Number((100n * BigInt(count) * weight) / (weight + FEE_CREDITS_HALF))
