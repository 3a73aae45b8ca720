/** Signs a batch of receipts. Deterministic: the same finals under the same sequence give the same bytes, also after a restart. */
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { receiptTree } from '../../../protocols/statements/receipt-batch.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type Receipt, type ReceiptBatch, receiptBatchType } from '../../../protocols/statements/struct-types.ts'
import type { ReceiptLeaf } from '../../../protocols/wire/payment/payment-protocol.ts'

export interface SignedBatch {
  readonly batch: Uint8Array
  /** In the order of `receipts`. */
  readonly leaves: readonly ReceiptLeaf[]
}

/** @param receipts durable under `sequence` before this is called */
export function signBatch(
  domain: SigningDomain,
  signer: Signer,
  sequence: bigint,
  receipts: readonly Receipt[],
): SignedBatch {
  const tree = receiptTree(domain, receipts)
  const value: ReceiptBatch = { operator: signer.address, root: tree.root, count: tree.count, sequence }
  return {
    batch: encodeSigned(receiptBatchType, signStruct(domain, receiptBatchType, value, signer)),
    leaves: receipts.map((receipt, index) => ({ receipt, ...tree.path(index) })),
  }
}
