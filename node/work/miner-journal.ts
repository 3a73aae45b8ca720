/** What a miner must not forget, as a port: the signing journal on disk implements it, tests hold it in memory. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32 } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Receipt } from '../../protocols/statements/struct-types.ts'
import type { CounterRecord } from './paying/miner-counter.ts'

/** An attempt's end, about to be signed. */
export interface Final {
  readonly receipt: Receipt
  /** The counter that owes its price. */
  readonly counter: string
}

/** The receipts that were signed together, in the order of their leaves. */
export interface FinalBatch {
  readonly sequence: bigint
  readonly receipts: readonly Receipt[]
}

/** A batch that was asked for by what is in it. */
export interface FoundBatch extends FinalBatch {
  /** Those of the attempts asked for that are in it, and where a counter was named, of that counter. */
  readonly asked: readonly AttemptId[]
}

export interface RecordedVoucher {
  readonly counter: string
  readonly cumulative: Credits
  readonly agreementsHash: Hash32
  /** As received: what the miner redeems. */
  readonly bytes: Uint8Array
  /** The grant that the voucher stands on, as received. */
  readonly grant: Uint8Array | undefined
  /** When it came, Unix milliseconds. */
  readonly atMs: number
}

export interface MinerJournal {
  /** True where the last run did not end cleanly: attempts it does not know were lost with it. */
  readonly unclean: boolean
  /** False where only the reserve for receipts is left: no new work until there is space, which may come by itself. */
  readonly hasSpace: boolean
  /** Why nothing is written or signed any more, which only a new start mends; a disk without space is no such thing. */
  readonly stopped: MeshError | undefined
  knows(attempt: AttemptId): boolean
  counter(id: string): CounterRecord | undefined
  /** A number never handed out before, also across crashes. */
  nextSequence(kind: 'offer' | 'profile' | 'batch' | 'started', nowMs: number): Promise<bigint>
  /**
   * Durable when it resolves; before the batch is signed. All finals or none; an attempt that has a final is refused.
   * @throws MeshError DISK_FULL, SIGNING_STOPPED
   */
  recordFinals(sequence: bigint, finals: readonly Final[]): Promise<void>
  /**
   * The whole batches that hold finals of these attempts: signing one again gives the same bytes, so no signature is stored.
   * Attempts without a final are absent, and where a counter is named those of others.
   */
  batchesOf(attempts: readonly AttemptId[], counter?: string): readonly FoundBatch[]
  /** Durable when it resolves. `total` is all that was ever let go of on the counter. */
  recordForgiven(counter: string, total: Credits): Promise<void>
  /** Durable when it resolves. Monotone: a lower one is refused by the caller before. */
  recordVoucher(voucher: RecordedVoucher): Promise<void>
  /** Credits in vouchers of this payer that were not redeemed yet, on all of its counters but `except`. */
  unredeemedOf(payer: Address, except?: string): Credits
}
