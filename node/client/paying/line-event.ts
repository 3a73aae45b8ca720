/** What happens on a payment line, for stories, events and the client's books. */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'
import type { SignedVoucher } from './client-journal.ts'

export type LineEvent =
  | {
      readonly kind: 'receipt'
      readonly attempt: AttemptId
      readonly receipt: Receipt
      readonly batch: Hash32
      /** What is owed for it, where that is less than its price: the answer was late before witnesses. */
      readonly owed?: Credits
    }
  | { readonly kind: 'signed'; readonly voucher: SignedVoucher; readonly raisedBy: Credits }
  | { readonly kind: 'voucher'; readonly cumulative: Credits; readonly verdict: string }
  /** Paid without a receipt: the miner says that it finished work of ours whose answer we lost. */
  | { readonly kind: 'conceded'; readonly amount: Credits }
  | { readonly kind: 'dispute'; readonly attempt: AttemptId | undefined; readonly error: MeshError }
