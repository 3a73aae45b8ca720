/** Evidence as the court takes it. */
import { encodeCall } from '../../../contracts/binding/contract-codec.ts'
import type { Hex } from '../../../contracts/binding/values.ts'
import {
  evidenceSlasher,
  type SignedOfferHead,
  type ProvenReceipt as TakenReceipt,
} from '../../../contracts/generated/evidence-slasher.ts'
import { leaseSlasher, type SignedLease } from '../../../contracts/generated/lease-slasher.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Contradiction } from '../../../protocols/statements/contradiction.ts'
import type { ProvenReceipt } from '../../../protocols/statements/receipt-batch.ts'
import type { Signed } from '../../../protocols/statements/signed.ts'
import type { Agreement, Lease, OfferHead } from '../../../protocols/statements/struct-types.ts'
import type { ContractSet } from '../contracts/contract-set.ts'
import { signature } from '../money/action-calls.ts'

export interface CourtCall {
  /** The court that judges this kind. */
  readonly to: Address
  readonly data: Hex
}

/**
 * @param agreement that both receipts name, where the reporter knows it: its payer is the victim, and made whole
 * @returns undefined where no court of this set judges it: leases, in one of before there was a court for them
 */
export function courtCall(
  contracts: Pick<ContractSet, 'evidenceSlasher' | 'leaseSlasher'>,
  contradiction: Contradiction,
  agreement?: Agreement,
): CourtCall | undefined {
  const { evidenceSlasher: court, leaseSlasher: leaseCourt } = contracts
  switch (contradiction.kind) {
    case 'receipts': {
      const pair = [proven(contradiction.a), proven(contradiction.b)] as const
      if (agreement === undefined) return { to: court, data: encodeCall(evidenceSlasher, 'showReceipts', pair) }
      const opened = { ...agreement, attempt: BigInt(agreement.attempt) }
      return { to: court, data: encodeCall(evidenceSlasher, 'showReceiptsOf', [...pair, opened]) }
    }
    case 'offer-heads': {
      const pair = [head(contradiction.a), head(contradiction.b)] as const
      return { to: court, data: encodeCall(evidenceSlasher, 'showOfferHeads', pair) }
    }
    case 'leases': {
      const pair = [lease(contradiction.a), lease(contradiction.b)] as const
      return leaseCourt === undefined
        ? undefined
        : { to: leaseCourt, data: encodeCall(leaseSlasher, 'showLeases', pair) }
    }
  }
}

function proven({ receipt, index, path, batch }: ProvenReceipt): TakenReceipt {
  return {
    receipt: { ...receipt, status: BigInt(receipt.status) },
    index: BigInt(index),
    path,
    batch: { ...batch.value, count: BigInt(batch.value.count) },
    signature: signature(batch.signature),
  }
}

const head = ({ value, signature: bytes }: Signed<OfferHead>): SignedOfferHead => ({
  head: value,
  signature: signature(bytes),
})

const lease = ({ value, signature: bytes }: Signed<Lease>): SignedLease => ({
  lease: value,
  signature: signature(bytes),
})
