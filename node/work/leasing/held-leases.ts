/**
 * The leases of this miner whose time is not over: what the clock and the card's rests make of them, and whom the card serves. The journal
 * knows of every end and every rest before anybody acts on it.
 */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import { type LeaseEnd, nextChangeAt, owedAfter, standingOf } from '../../../protocols/rules/leasing/lease-end.ts'
import { priceOfSteps } from '../../../protocols/rules/leasing/lease-price.ts'
import { type Rests, restBegun, restEndsLeaseAt, restedSeconds } from '../../../protocols/rules/leasing/lease-rest.ts'
import type { KeptLease, LeaseJournal } from './lease-journal.ts'
import type { StepBilling } from './step-billing.ts'

export interface HeldLeasesNeeds {
  readonly clock: Clock
  readonly leases: LeaseJournal
  readonly billing: Pick<StepBilling, 'letOff'>
  readonly onEvent: (event: HeldLeaseEvent) => void
  readonly onFailure: (error: MeshError) => void
}

export type HeldLeaseEvent =
  | { readonly kind: 'ended'; readonly lease: KeptLease; readonly how: LeaseEnd; readonly owed: Credits }
  /** The card serves this lessee alone from now on, or everybody. */
  | { readonly kind: 'serving'; readonly lease: KeptLease | undefined }

/** The wall clock may jump, so it is looked at this often whatever it said before. */
const LOOK_MS_MAX = 60_000

export class HeldLeases implements AsyncDisposable {
  readonly #needs: HeldLeasesNeeds
  /** All whose time is not over, by id: what is signed of the card's time from now on. */
  readonly #held = new Map<AttemptId, KeptLease>()
  #serving: AttemptId | undefined
  #timer: Timer | undefined
  /** One after another: each looks at what those before have written. */
  #turn: Promise<unknown> = Promise.resolve()
  #isClosed = false
  #isResting = false

  constructor(needs: HeldLeasesNeeds) {
    this.#needs = needs
  }

  /** Unix seconds. */
  get now(): bigint {
    return BigInt(Math.floor(this.#needs.clock.nowMs() / 1_000))
  }

  get size(): number {
    return this.#held.size
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  all(): readonly KeptLease[] {
    return [...this.#held.values()]
  }

  get(id: AttemptId): KeptLease | undefined {
    return this.#held.get(id)
  }

  /** Also one whose time is over. @throws MeshError DATA_FOLDER_DAMAGED */
  known(id: AttemptId): KeptLease | undefined {
    return this.#held.get(id) ?? this.#needs.leases.lease(id)
  }

  /** The one that the card serves at this moment. */
  running(): KeptLease | undefined {
    const { now } = this
    return this.all().find(
      ({ ended, proposed, steps }) => ended === undefined && standingOf(proposed, steps, now) === 'running',
    )
  }

  /** It is in the journal as it is. */
  put(...leases: readonly KeptLease[]): void {
    for (const lease of leases) this.#held.set(lease.id, lease)
    this.#look()
  }

  /** The card takes no work for now, or does again. */
  rest(isResting: boolean): void {
    this.#isResting = isResting
    this.#look()
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Only in turn: ends it where its time, its lessee or too long a rest has ended it; it may not have been noticed yet. */
  async upToDate(lease: KeptLease): Promise<KeptLease> {
    const due = this.#due(lease)
    return due === undefined || due === 'rest' || due === 'wake' ? lease : this.end(lease, due)
  }

  /** Only in turn. Durable when it resolves, with what its lessee is let off. */
  async end(lease: KeptLease, how: LeaseEnd): Promise<KeptLease> {
    const { leases, billing, onEvent } = this.#needs
    const { proposed, steps, id, rests } = lease
    const at = how === 'expired' ? proposed.endsAt : this.now
    const rested = restedSeconds(proposed, steps, rests, at)
    const owed = owedAfter(proposed, steps, how, at, rested)
    const end = { at, how }
    await billing.letOff(proposed, priceOfSteps(proposed, steps) - owed, (letOff) =>
      leases.recordEnd(id, end, rested, letOff),
    )
    const ended: KeptLease = { ...lease, ended: end, rests: { seconds: rested, since: undefined } }
    // One whose time was over before this start is held no more.
    if (proposed.endsAt > this.now || this.#held.has(id)) this.#held.set(id, ended)
    onEvent({ kind: 'ended', lease: ended, how, owed })
    this.#look()
    return ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    await this.#turn
    this.#timer?.cancel()
  }

  /** What the clock, or the card's rest, has made of a lease that the journal does not know yet. */
  #due({ proposed, steps, ended, rests }: KeptLease): LeaseEnd | 'rest' | 'wake' | undefined {
    if (ended !== undefined) return undefined
    const now = this.now
    const standing = standingOf(proposed, steps, now)
    if (standing === 'ahead') return undefined
    if (standing !== 'running') return standing
    const tooLongAt = restEndsLeaseAt(rests)
    if (tooLongAt !== undefined && now >= tooLongAt) return 'miner'
    if (this.#isResting === (rests.since !== undefined)) return undefined
    return this.#isResting ? 'rest' : 'wake'
  }

  async #follow(id: AttemptId): Promise<void> {
    const lease = this.#held.get(id)
    const due = lease === undefined ? undefined : this.#due(lease)
    if (lease === undefined || due === undefined) return
    if (due === 'rest') await this.#restIs(lease, restBegun(lease.proposed, lease.rests, this.now))
    else if (due === 'wake') {
      const { proposed, steps } = lease
      // The second that has begun was rested.
      await this.#restIs(lease, {
        seconds: restedSeconds(proposed, steps, lease.rests, this.now + 1n),
        since: undefined,
      })
    } else await this.end(lease, due)
  }

  async #restIs(lease: KeptLease, rests: Rests): Promise<void> {
    await this.#needs.leases.recordRests(lease.id, rests)
    this.#held.set(lease.id, { ...lease, rests })
    this.#look()
  }

  /** Drops what is over, has the journal follow what has changed, and says whom the card serves where that is another now. */
  #look(): void {
    const { clock, onEvent, onFailure } = this.#needs
    this.#timer?.cancel()
    const now = this.now
    let next: bigint | undefined
    for (const lease of this.#held.values()) {
      const { id, proposed, steps, ended, rests } = lease
      if (ended !== undefined && now >= proposed.endsAt) this.#held.delete(id)
      else if (this.#due(lease) !== undefined) {
        if (!this.#isClosed)
          this.inTurn(() => this.#follow(id)).catch((error: unknown) => onFailure(asMeshError(error)))
      } else {
        const at = ended === undefined ? nextChangeAt(proposed, steps, now) : proposed.endsAt
        for (const each of [at, restEndsLeaseAt(rests)]) {
          if (each !== undefined && (next === undefined || each < next)) next = each
        }
      }
    }
    const running = this.running()
    if (running?.id !== this.#serving) {
      this.#serving = running?.id
      onEvent({ kind: 'serving', lease: running })
    }
    if (this.#held.size === 0 || this.#isClosed) return
    const waitMs = next === undefined ? LOOK_MS_MAX : Math.max(1, Number(next) * 1_000 - clock.nowMs())
    this.#timer = clock.after(Math.min(waitMs, LOOK_MS_MAX), () => this.#look())
  }
}
