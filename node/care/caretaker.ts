/**
 * Brings together all that holds work back, and sees to it: several holds stand at once, of the whole miner and of single cards; the
 * strictest word of each counts for each seat. The offer is withdrawn when no seat admits, and comes back when one does.
 */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import {
  type CareHold,
  gravestFirst,
  reaches,
  type SeatVerdicts,
  seatVerdicts,
} from '../../protocols/rules/care/seat-verdicts.ts'
import { PROCESSOR_KEY } from '../gpu/processor/processor.ts'

/** What can hold one card. */
export type CardHolder = 'heat' | 'card' | 'card use' | 'owner' | 'program' | 'schedule' | 'power'
/** Who may hold: one verdict each, so that what stands here has a bound. Those of one card have its key behind the bar. */
export type Holder =
  | 'owner'
  | 'program'
  | 'presence'
  | 'card use'
  | 'schedule'
  | 'battery'
  | 'network'
  | `${CardHolder}/${string}`

/** A hold as it stands. */
export interface StandingHold extends CareHold {
  readonly holder: Holder
  /** Unix ms. */
  readonly sinceMs: number
  /** Nobody, where no models run on its card. */
  readonly reach: 'miner' | 'card' | 'nobody'
}

export interface CaretakerNeeds {
  readonly clock: Pick<Clock, 'nowMs'>
  /** Keys of the cards that models run on; none while that is not known. */
  readonly seats: () => readonly string[]
  /** Withdraws offer, profile and keys, or brings them back. */
  readonly withdraw: (isWithdrawn: boolean) => Promise<void>
  /** Ends what runs, as ended by care: on one seat, or without `card` everywhere. */
  readonly endRunning: (why: string, card?: string) => void
  readonly onChange: (verdict: CareVerdict) => void
  /** A withdrawal that nobody waits for could not be told: the offer's own board tries again. */
  readonly onFailure: (error: MeshError) => void
}

export class Caretaker {
  readonly #needs: CaretakerNeeds
  readonly #holds = new Map<Holder, Omit<StandingHold, 'reach'>>()
  #now: SeatVerdicts = seatVerdicts([], [])

  constructor(needs: CaretakerNeeds) {
    this.#needs = needs
  }

  /** What admission goes by, from the moment of each change: that of the miner as a whole. */
  get verdict(): CareVerdict {
    return this.#now.miner
  }

  /** What the engine on this card goes by. @param card its key */
  verdictOf(card: string): CareVerdict {
    const { miner, seats } = this.#now
    if (seats.size === 0) return miner
    return seats.get(card) ?? gravestFirst(this.#reaching().filter((hold) => reaches(hold, card)))
  }

  /** In the order in which they came, those that hold nobody included. */
  holds(): readonly StandingHold[] {
    const seats = this.#needs.seats()
    return [...this.#holds.values()].map((hold) => ({ ...hold, reach: reachOf(hold, seats) }))
  }

  /** Keys of the cards that models run on; none while that is not known. */
  get seats(): readonly string[] {
    return this.#needs.seats()
  }

  /**
   * The holder's word from now on; undefined takes it back. Work is refused from this call on.
   * @returns when the offer is withdrawn or back, where this changed it
   * @throws MeshError where that cannot be signed or sent now: it is tried again
   */
  async hold(holder: Holder, verdict: CareVerdict | undefined): Promise<void> {
    if (verdict === undefined || isUnhindered(verdict)) this.#holds.delete(holder)
    else {
      const { sinceMs = this.#needs.clock.nowMs() } = this.#holds.get(holder) ?? {}
      this.#holds.set(holder, { holder, sinceMs, ...ofCard(cardOf(holder), verdict) })
    }
    await this.#judge()
  }

  /** The same from who cannot wait: a watch. */
  tell(holder: Holder, verdict: CareVerdict | undefined): void {
    this.hold(holder, verdict).catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
  }

  /** Models run on other cards than before, or it is known now on which. */
  seatsChanged(): void {
    this.#judge().catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
  }

  async #judge(): Promise<void> {
    const { seats, onChange, withdraw } = this.#needs
    const before = this.#now
    const after = seatVerdicts(this.#reaching(), seats())
    const isNews = !isSame(before, after)
    // What was told stands until there is news: a share that creeps is told at last.
    if (isNews || !hasSameSeats(before, after)) this.#now = after
    if (!isNews) return
    onChange(after.miner)
    const { admits } = after.miner
    const isWithdrawn = before.miner.admits !== admits ? withdraw(!admits) : undefined
    this.#endRunning(before, after)
    await isWithdrawn
  }

  #endRunning(before: SeatVerdicts, { miner, seats }: SeatVerdicts): void {
    const { endRunning } = this.#needs
    if (miner.stopsRunning) {
      endRunning(whyOf(miner))
      return
    }
    for (const [card, verdict] of seats) {
      if (verdict.stopsRunning && before.seats.get(card)?.stopsRunning !== true) endRunning(whyOf(verdict), card)
    }
  }

  #reaching(): readonly CareHold[] {
    return this.holds().map((hold) => (hold.reach === 'miner' ? { verdict: hold.verdict } : hold))
  }
}

/** Whoever plays on a card wants the processor too: where models run on that alone, the use of any card holds it. */
function reachOf({ holder, card }: Omit<StandingHold, 'reach'>, seats: readonly string[]): StandingHold['reach'] {
  if (card === undefined || seats.length === 0) return 'miner'
  if (seats.includes(card)) return 'card'
  const isProcessor = seats.length === 1 && seats[0] === PROCESSOR_KEY
  return isProcessor && holder.startsWith('card use/') ? 'miner' : 'nobody'
}

/** Keys of cards have bars too: the first one counts. */
function cardOf(holder: Holder): string | undefined {
  const bar = holder.indexOf('/')
  return bar < 0 ? undefined : holder.slice(bar + 1)
}

function ofCard(card: string | undefined, verdict: CareVerdict): CareHold {
  if (card === undefined) return { verdict }
  return { card, verdict: { ...verdict, reasons: verdict.reasons.map((reason) => ({ ...reason, card })) } }
}

const whyOf = ({ reasons }: CareVerdict): string => reasons[0]?.text ?? 'this miner rests'

const isUnhindered = ({ admits, loadShare, stopsRunning }: CareVerdict): boolean =>
  admits && loadShare >= 1 && !stopsRunning

/** A share that moves by less changes the work of no card, and an event a second is no news. */
const SHARE_TOLD = 0.05

const isSame = (before: SeatVerdicts, after: SeatVerdicts): boolean =>
  isSameWord(before.miner, after.miner) &&
  [...after.seats].every(([card, verdict]) => isSameWord(before.seats.get(card) ?? before.miner, verdict))

const hasSameSeats = (one: SeatVerdicts, other: SeatVerdicts): boolean =>
  one.seats.size === other.seats.size && [...one.seats.keys()].every((card) => other.seats.has(card))

function isSameWord(one: CareVerdict, other: CareVerdict): boolean {
  return (
    one.admits === other.admits &&
    one.stopsRunning === other.stopsRunning &&
    Math.abs(one.loadShare - other.loadShare) < SHARE_TOLD &&
    one.loadShare >= 1 === other.loadShare >= 1 &&
    one.reasons.length === other.reasons.length &&
    one.reasons.every(({ cause }, i) => cause === other.reasons[i]!.cause) &&
    // Two warm cards change places from second to second.
    one.reasons.every((reason) =>
      other.reasons.some(({ cause, card }) => cause === reason.cause && card === reason.card),
    )
  )
}

/** The owner's word: what runs goes on. @param untilMs Unix ms of the return, where it is set */
export function byOwner(untilMs?: number): CareVerdict {
  const until = untilMs === undefined ? '' : ` until ${new Date(untilMs).toISOString()}`
  const reasons = [{ cause: 'owner' as const, text: `paused by its owner${until}` }]
  return { admits: false, loadShare: 1, stopsRunning: false, reasons }
}
