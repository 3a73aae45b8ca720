/** What a client must not forget, as a port: on disk in Node, in memory in a tab whose session key dies with it. */
import type { Address, AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'

/** One counter of this client: (payer, session, miner, collection). */
export type ClientCounterId = string

export interface SignedVoucher {
  readonly cumulative: Credits
  /** Rolling hash before and after the agreements of this voucher. */
  readonly hashBefore: Hash32
  readonly hashAfter: Hash32
  readonly agreements: readonly AttemptId[]
  readonly bytes: Uint8Array
  /** What it stands on, where this process signed it; a journal need not keep it. */
  readonly grant?: Uint8Array | undefined
}

/** A receipt that was checked and is to be paid. */
export interface Payable {
  readonly attempt: AttemptId
  readonly price: Credits
}

export interface ClientCounterRecord {
  /** The highest voucher ever signed on this counter. */
  readonly voucher: SignedVoucher | undefined
  readonly unpaid: readonly Payable[]
}

export interface ClientJournal {
  counter(id: ClientCounterId): ClientCounterRecord
  /** Counters with receipts that no voucher names yet. */
  owing(): readonly ClientCounterId[]
  /** Durable when it resolves: only then may the voucher leave. Marks its agreements as paid. */
  recordVoucher(id: ClientCounterId, miner: Address, voucher: SignedVoucher): Promise<void>
  recordReceipts(id: ClientCounterId, miner: Address, receipts: readonly Payable[]): Promise<void>
}

export function memoryJournal(): ClientJournal {
  const counters = new Map<ClientCounterId, { voucher: SignedVoucher | undefined; unpaid: Payable[] }>()
  const of = (id: ClientCounterId) => {
    const known = counters.get(id)
    if (known !== undefined) return known
    const fresh = { voucher: undefined, unpaid: [] }
    counters.set(id, fresh)
    return fresh
  }
  return {
    counter: (id) => of(id),
    owing: () => [...counters].filter(([, { unpaid }]) => unpaid.length > 0).map(([id]) => id),
    async recordVoucher(id, _miner, voucher) {
      const counter = of(id)
      const paid = new Set(voucher.agreements)
      counter.voucher = voucher
      counter.unpaid = counter.unpaid.filter(({ attempt }) => !paid.has(attempt))
    },
    async recordReceipts(id, _miner, receipts) {
      of(id).unpaid.push(...receipts)
    },
  }
}
