/** Up to which total the vouchers of one counter are certain to be paid. */
import { type Credits, credits } from '../../kernel/money.ts'
import type { Assurance } from '../../kernel/ports.ts'
import type { SessionGrant } from '../../statements/struct-types.ts'

/**
 * @param grant that the vouchers stand on; `undefined` where the payer signs itself
 * @param others credits that other counters of this payer at this miner hold in vouchers not redeemed yet: all draw from the
 * same channel
 */
export function counterCeiling(
  { assured, claimed, spent, payer }: Assurance,
  grant: Pick<SessionGrant, 'maxTotal' | 'maxPerMiner'> | undefined,
  others: Credits,
): Credits {
  if (payer !== 'good') return claimed
  const byEscrow = claimed + (assured > others ? assured - others : 0n)
  if (grant === undefined) return credits(byEscrow)
  const byTotal = claimed + (grant.maxTotal > spent ? grant.maxTotal - spent : 0n)
  return credits(least(byEscrow, byTotal, grant.maxPerMiner))
}

/** Math.min knows no bigint. */
function least(...amounts: readonly [bigint, ...bigint[]]): bigint {
  let [lowest] = amounts
  for (const amount of amounts) if (amount < lowest) lowest = amount
  return lowest
}
