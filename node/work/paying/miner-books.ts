/** A miner's books: what its clients owe it, the receipts that it signs for them, and the desk where they ask for both. */
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { ChainView, Clock, Signer } from '../../../protocols/kernel/ports.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import type { PaymentDesk } from '../../../protocols/wire/payment/payment-handler.ts'
import type { JobDesk } from '../job-desk.ts'
import type { MinerJournal } from '../miner-journal.ts'
import type { OfferBoard } from '../offer-board.ts'
import { CounterTable, type CounterTableNeeds } from './counter-table.ts'
import { paymentDesk } from './payment-desk.ts'
import { ReceiptBatcher } from './receipt-batcher.ts'

export interface MinerBooksNeeds extends Pick<CounterTableNeeds, 'onVoucher'> {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  readonly chain: ChainView
  readonly journal: MinerJournal
  readonly escrow: Address
  /** So many receipts were signed together, and told to who follows their counter. */
  readonly onSigned: (count: number) => void
  readonly onFailure: (error: Error) => void
}

export interface MinerBooks {
  readonly counters: CounterTable
  readonly batcher: ReceiptBatcher
  /** On the terms of the offer that stands; what still runs, or has no receipt yet, is waited for. */
  payments(board: Pick<OfferBoard, 'terms'>, desk: Pick<JobDesk, 'isPending'>): PaymentDesk
}

export function minerBooks(needs: MinerBooksNeeds): MinerBooks {
  const { domain, signer, clock, journal, onSigned, onFailure } = needs
  const counters = new CounterTable({ ...needs, miner: signer.address })
  const batcher = new ReceiptBatcher({
    domain,
    signer,
    clock,
    journal,
    onSigned: (counter, receipts) => {
      for (const follow of counters.get(counter)?.followers ?? []) follow(receipts)
      onSigned(receipts.leaves.length)
    },
    onFailure,
  })
  return {
    counters,
    batcher,
    payments: (board, desk) =>
      paymentDesk({
        domain,
        signer,
        counters,
        journal,
        terms: () => board.terms,
        isPending: (attempt) => desk.isPending(attempt) || batcher.holds(attempt),
      }),
  }
}
