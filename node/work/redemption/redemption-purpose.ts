/** What a redemption is for: its claims. The same claims are sent once more only where the first transaction is over. */

import { decodeCall } from '../../../contracts/binding/contract-codec.ts'
import { type EscrowTypes, escrow } from '../../../contracts/generated/escrow.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { TransactionDesk } from '../../chain/transactions/transaction-desk.ts'
import { isOpen, type TransactionRecord } from '../../chain/transactions/transaction-record.ts'
import { counterOfClaim } from './claim-of.ts'

const KIND = 'redeem'
/** Times that the very same claims are sent: a payer that pays a little more each time could make it many. */
export const TIMES_MAX = 16

/** @param hash of the call; undefined while a transaction with these claims is under way, or where they were sent too often */
export function purposeOf(hash: string, desk: Pick<TransactionDesk, 'find'>): string | undefined {
  for (let time = 1; time <= TIMES_MAX; time++) {
    const purpose = `${KIND}/${hash}/${time}`
    const known = desk.find(purpose)
    if (known === undefined) return purpose
    if (isOpen(known)) return undefined
  }
  return undefined
}

/** Counters that an open transaction redeems at this escrow. */
export function inFlight(open: readonly TransactionRecord[], escrowAt: Address): ReadonlySet<string> {
  return new Set(
    open
      .filter(({ purpose, to }) => purpose.startsWith(`${KIND}/`) && to === escrowAt)
      .flatMap(({ data }) => {
        const [, claims] = decodeCall(
          escrow,
          'redeemWithGrants',
          data,
        ) as EscrowTypes['functions']['redeemWithGrants']['inputs']
        return claims.map(counterOfClaim)
      }),
  )
}
