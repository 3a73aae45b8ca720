/** The leases of a miner in memory, with the rules of those on disk: no two of one card share a second, and the first end stands. */
import type { KeptLease, LeaseJournal, LetOff } from '../../node/work/leasing/lease-journal.ts'
import type { AttemptId } from '../../protocols/kernel/ids.ts'
import { overlap } from '../../protocols/rules/leasing/lease-period.ts'
import { NO_RESTS, type Rests } from '../../protocols/rules/leasing/lease-rest.ts'
import type { ProposedLease } from '../../protocols/wire/lease/lease-terms.ts'

export class MemoryLeaseJournal implements LeaseJournal {
  readonly #leases = new Map<AttemptId, KeptLease>()
  readonly #onLetOff: (letOff: LetOff) => Promise<void>

  constructor(onLetOff: (letOff: LetOff) => Promise<void> = async () => undefined) {
    this.#onLetOff = onLetOff
  }

  all(): readonly KeptLease[] {
    return [...this.#leases.values()]
  }

  leasesAfter(seconds: bigint): readonly KeptLease[] {
    return this.all().filter(({ proposed }) => proposed.endsAt > seconds)
  }

  lease(id: AttemptId): KeptLease | undefined {
    return this.#leases.get(id)
  }

  async recordLease(id: AttemptId, proposed: ProposedLease, steps: number): Promise<'recorded' | 'taken'> {
    const isTaken = this.all().some(
      (other) => other.proposed.card === proposed.card && overlap(other.proposed, proposed),
    )
    if (isTaken) return 'taken'
    this.#leases.set(id, { id, proposed, steps, ended: undefined, rests: NO_RESTS })
    return 'recorded'
  }

  async recordSteps(id: AttemptId, steps: number): Promise<void> {
    const lease = this.#leases.get(id)!
    if (steps > lease.steps && lease.ended === undefined) this.#leases.set(id, { ...lease, steps })
  }

  async recordRests(id: AttemptId, rests: Rests): Promise<void> {
    const lease = this.#leases.get(id)!
    if (lease.ended === undefined) this.#leases.set(id, { ...lease, rests })
  }

  async recordEnd(
    id: AttemptId,
    ended: NonNullable<KeptLease['ended']>,
    seconds: bigint,
    letOff?: LetOff,
  ): Promise<void> {
    const lease = this.#leases.get(id)!
    if (lease.ended !== undefined) return
    this.#leases.set(id, { ...lease, ended, rests: { seconds, since: undefined } })
    if (letOff !== undefined) await this.#onLetOff(letOff)
  }
}
