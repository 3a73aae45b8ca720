/** Holds work back outside of the owner's hours. It looks at the clock of the wall again and again, which may be set, and put forward. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import { type CardWindow, type HoursByCard, hoursByCard } from '../../../protocols/rules/care/card-hours.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import {
  DAY_MINUTES,
  isScheduled,
  nextChange,
  type WeeklyWindow,
  weekMinuteText,
} from '../../../protocols/rules/care/weekly-schedule.ts'

const LOOK_MS = 5_000

export type ScheduleHolder = 'schedule' | `schedule/${string}`

export interface ScheduleWatchNeeds {
  readonly clock: Clock
  readonly windows: readonly CardWindow[]
  /** Keys of the cards that models run on; none while that is not known. */
  readonly seats: () => readonly string[]
  /** The card that the owner's word means. */
  readonly keyOf: (word: string) => string | undefined
  readonly tell: (holder: ScheduleHolder, verdict: CareVerdict | undefined) => void
}

/** How hours stand now. */
export interface HoursNow {
  readonly isOpen: boolean
  /** Minute of the week at which that changes; undefined where it never does. */
  readonly changesAtMinute: number | undefined
}

export class ScheduleWatch implements Disposable {
  readonly #needs: ScheduleWatchNeeds
  #windows: readonly CardWindow[]
  #told: ReadonlySet<ScheduleHolder> = new Set()
  #timer: Timer | undefined

  constructor(needs: ScheduleWatchNeeds) {
    this.#needs = needs
    this.#windows = needs.windows
    this.#look()
  }

  get windows(): readonly CardWindow[] {
    return this.#windows
  }

  /** Of the cards that have no hours of their own. */
  readonly now = (): HoursNow => this.#stand(this.#hours().miner)

  /** Of those that have, by key. */
  readonly cardsNow = (): ReadonlyMap<string, HoursNow> =>
    new Map([...this.#hours().cards].map(([key, windows]) => [key, this.#stand(windows)]))

  /** From now on, without a restart. */
  change(windows: readonly CardWindow[]): void {
    this.#windows = windows
    this.#look()
  }

  /** It is known now which cards there are, or that models run on others. */
  lookNow(): void {
    this.#look()
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }

  #look(): void {
    const { clock, tell } = this.#needs
    this.#timer?.cancel()
    const held = new Map(
      [...this.#holders()].flatMap(([holder, windows]) => {
        const { isOpen, changesAtMinute } = this.#stand(windows)
        return isOpen ? [] : [[holder, heldUntil(changesAtMinute)] as const]
      }),
    )
    const over = [...this.#told].filter((holder) => !held.has(holder))
    this.#told = new Set(held.keys())
    // What holds comes before what does not hold any more: nothing slips in between.
    for (const [holder, verdict] of held) tell(holder, verdict)
    for (const holder of over) tell(holder, undefined)
    this.#timer = clock.after(LOOK_MS, () => this.#look())
  }

  /** Where a card has hours of its own, each is held by itself, for those of the miner are not for all then. */
  #holders(): ReadonlyMap<ScheduleHolder, readonly WeeklyWindow[]> {
    const { miner, cards } = this.#hours()
    if (cards.size === 0) return new Map([['schedule', miner]])
    const seats = this.#needs.seats()
    const byCard = [...new Set([...seats, ...cards.keys()])].map(
      (key) => [`schedule/${key}`, cards.get(key) ?? miner] as const,
    )
    return new Map<ScheduleHolder, readonly WeeklyWindow[]>(
      seats.length === 0 ? [['schedule', miner], ...byCard] : byCard,
    )
  }

  #hours(): HoursByCard {
    return hoursByCard(this.#windows, this.#needs.keyOf)
  }

  #stand(windows: readonly WeeklyWindow[]): HoursNow {
    const minute = minuteOfWeek(this.#needs.clock.nowMs())
    return { isOpen: isScheduled(windows, minute), changesAtMinute: nextChange(windows, minute) }
  }
}

/** By the wall clock and the time zone of this machine. @param nowMs Unix ms */
export function minuteOfWeek(nowMs: number): number {
  const now = new Date(nowMs)
  return ((now.getDay() + 6) % 7) * DAY_MINUTES + now.getHours() * 60 + now.getMinutes()
}

const heldUntil = (minute: number | undefined): CareVerdict => ({
  admits: false,
  loadShare: 1,
  stopsRunning: false,
  reasons: [
    {
      cause: 'schedule',
      text: minute === undefined ? 'outside of its hours' : `outside of its hours until ${weekMinuteText(minute)}`,
    },
  ],
})
