/** The leases of a client, as a port: on disk in Node, in memory in a tab whose session key dies with it. */
import type { Address, AttemptId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { LeaseEnd } from '../../../protocols/rules/leasing/lease-end.ts'
import type { ProposedLease } from '../../../protocols/wire/lease/lease-terms.ts'

/**
 * - `asked`: it may be paid and signed by now; its miner knows.
 * - `booked`: the miner signed it.
 * - `leaving`: it is given back as soon as its miner hears of it, and paid no further.
 * - `ended`: nothing is left to do.
 */
export type BookingState = 'asked' | 'booked' | 'leaving' | 'ended'

export interface BookingEnd {
  /** `unbooked`: its miner never signed it; what was paid for it stands on the counter. */
  readonly how: LeaseEnd | 'unbooked'
  /** Unix seconds. */
  readonly at: bigint
  /** Of that which was paid. */
  readonly owed: Credits
}

/** One lease as its lessee keeps it. */
export interface Booking {
  /** Id of the lease: the agreement that its signature names. */
  readonly id: AttemptId
  readonly miner: Address
  /** The miner's offer when it was booked, as signed: a leased miner offers itself to nobody, so by this it is found again. */
  readonly offer: Uint8Array
  readonly proposed: ProposedLease
  /** The lease as its miner signed it, to be held against any other of its time; absent until it is known. */
  readonly signed?: Uint8Array
  /** Paid, and taken by the miner as far as is known. */
  readonly steps: number
  readonly state: BookingState
  readonly end: BookingEnd | undefined
}

export interface LesseeJournal {
  /** In the order in which they were first kept. @throws MeshError DATA_FOLDER_DAMAGED */
  bookings(): readonly Booking[]
  /** Durable when it resolves; in place of what was kept under its id. @throws MeshError DISK_FULL, SIGNING_STOPPED */
  keep(booking: Booking): Promise<void>
  /** @throws MeshError DISK_FULL, SIGNING_STOPPED */
  forget(id: AttemptId): Promise<void>
}

export function memoryLesseeJournal(): LesseeJournal {
  const kept = new Map<AttemptId, Booking>()
  return {
    bookings: () => [...kept.values()],
    async keep(booking) {
      kept.set(booking.id, booking)
    },
    async forget(id) {
      kept.delete(id)
    },
  }
}
