/** A contradiction as the call that shows it to the court. Pure. */
import { encodeCall } from '../../../contracts/binding/contract-codec.ts'
import type { Hex } from '../../../contracts/binding/values.ts'
import { type EvidenceSlasherTypes, evidenceSlasher } from '../../../contracts/generated/evidence-slasher.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Contradiction } from '../../../protocols/statements/contradiction.ts'
import type { ProvenReceipt } from '../../../protocols/statements/receipt-batch.ts'
import type { Signed } from '../../../protocols/statements/signed.ts'
import type { Agreement, OfferHead } from '../../../protocols/statements/struct-types.ts'

type Calls = EvidenceSlasherTypes['functions']
type ShownReceipt = Calls['showReceipts']['inputs'][0]
type ShownHead = Calls['showOfferHeads']['inputs'][0]

/**
 * Data of a transaction to the EvidenceSlasher of the network; `undefined` for leases, which no court of this version judges. Its
 * sender is the reporter.
 * @param contradiction proven: the court checks it again, and reverts for a false one
 * @param agreement that both receipts name, where this node made it: its payer is the victim then
 */
export function evidenceCall(contradiction: Contradiction, agreement?: Agreement): Hex | undefined {
  switch (contradiction.kind) {
    case 'receipts': {
      const both = [receiptShown(contradiction.a), receiptShown(contradiction.b)] as const
      if (agreement === undefined) return encodeCall(evidenceSlasher, 'showReceipts', both)
      const opened = { ...agreement, attempt: BigInt(agreement.attempt) }
      return encodeCall(evidenceSlasher, 'showReceiptsOf', [...both, opened])
    }
    case 'offer-heads':
      return encodeCall(evidenceSlasher, 'showOfferHeads', [headShown(contradiction.a), headShown(contradiction.b)])
    case 'leases':
      return undefined
  }
}

const receiptShown = ({ receipt, index, path, batch }: ProvenReceipt): ShownReceipt => ({
  receipt: { ...receipt, status: BigInt(receipt.status) },
  index: BigInt(index),
  path,
  batch: { ...batch.value, count: BigInt(batch.value.count) },
  signature: signatureShown(batch),
})

const headShown = (signed: Signed<OfferHead>): ShownHead => ({
  head: signed.value,
  signature: signatureShown(signed),
})

/** r, and s with the parity in its top bit: the form in which it travels is the one that the contract recovers from. */
const signatureShown = ({ signature }: Signed<unknown>): ShownHead['signature'] => ({
  r: toHex(signature.subarray(0, 32)),
  vs: toHex(signature.subarray(32)),
})
