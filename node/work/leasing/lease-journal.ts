/** Leases that this miner signed, as a port: the signing journal on disk implements it. */
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { LeaseEnd } from '../../../protocols/rules/leasing/lease-end.ts'
import type { Rests } from '../../../protocols/rules/leasing/lease-rest.ts'
import type { ProposedLease } from '../../../protocols/wire/lease/lease-terms.ts'

export interface KeptLease {
  /** Id of the lease: the agreement that its signature names. */
  readonly id: AttemptId
  readonly proposed: ProposedLease
  /** Paid so far. */
  readonly steps: number
  /** Before its time; Unix seconds. What is left of its time is leased to nobody all the same. */
  readonly ended: { readonly at: bigint; readonly how: LeaseEnd } | undefined
  readonly rests: Rests
}

/** What its lessee is let off as it ends. */
export interface LetOff {
  readonly counter: string
  /** Of the counter, ever. */
  readonly forgiven: Credits
}

export interface LeaseJournal {
  /**
   * Those that end after this second, ended before their time or not; and those that rested and are not ended yet, which their lessees are
   * to be let off for.
   * @throws MeshError DATA_FOLDER_DAMAGED
   */
  leasesAfter(seconds: bigint): readonly KeptLease[]
  /** One that was ever signed, for as long as courts hear of it. @throws MeshError DATA_FOLDER_DAMAGED */
  lease(id: AttemptId): KeptLease | undefined
  /**
   * Durable when it resolves, and before the lease is signed.
   * @returns `taken` where a lease of the card that was ever recorded shares a second with it: then nothing is
   * @throws MeshError DATA_FOLDER_RESTORED, DISK_FULL, SIGNING_STOPPED
   */
  recordLease(id: AttemptId, proposed: ProposedLease, steps: number): Promise<'recorded' | 'taken'>
  /** Durable when it resolves. Steps only rise. */
  recordSteps(id: AttemptId, steps: number): Promise<void>
  /** Durable when it resolves, on a lease that goes on. */
  recordRests(id: AttemptId, rests: Rests): Promise<void>
  /** Durable when it resolves, with what its lessee is let off: both or neither. The first end stands. */
  recordEnd(id: AttemptId, end: NonNullable<KeptLease['ended']>, restedSeconds: bigint, letOff?: LetOff): Promise<void>
}
