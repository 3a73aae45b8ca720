/** Evidence as the court takes it. */
import { encodeCall } from '../../../contracts/binding/contract-codec.ts'
import type { Hex } from '../../../contracts/binding/values.ts'
import { type EvidenceSlasherTypes, evidenceSlasher } from '../../../contracts/generated/evidence-slasher.ts'
import type { Contradiction } from '../../../protocols/statements/contradiction.ts'
import type { ProvenReceipt } from '../../../protocols/statements/receipt-batch.ts'
import type { Signed } from '../../../protocols/statements/signed.ts'
import type { OfferHead } from '../../../protocols/statements/struct-types.ts'
import { signature } from '../money/action-calls.ts'

type Functions = EvidenceSlasherTypes['functions']

/** @returns undefined for leases, which no court tries yet */
export function courtCall(contradiction: Contradiction): Hex | undefined {
  switch (contradiction.kind) {
    case 'receipts':
      return encodeCall(evidenceSlasher, 'showReceipts', [proven(contradiction.a), proven(contradiction.b)])
    case 'offer-heads':
      return encodeCall(evidenceSlasher, 'showOfferHeads', [head(contradiction.a), head(contradiction.b)])
    case 'leases':
      return undefined
  }
}

function proven({ receipt, index, path, batch }: ProvenReceipt): Functions['showReceipts']['inputs'][0] {
  return {
    receipt: { ...receipt, status: BigInt(receipt.status) },
    index: BigInt(index),
    path,
    batch: { ...batch.value, count: BigInt(batch.value.count) },
    signature: signature(batch.signature),
  }
}

const head = ({ value, signature: bytes }: Signed<OfferHead>): Functions['showOfferHeads']['inputs'][0] => ({
  head: value,
  signature: signature(bytes),
})
