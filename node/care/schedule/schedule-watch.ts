/** Holds work back outside of the owner's hours. It looks at the clock of the wall again and again, which may be set, and put forward. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import {
  DAY_MINUTES,
  isScheduled,
  nextChange,
  type WeeklyWindow,
  weekMinuteText,
} from '../../../protocols/rules/care/weekly-schedule.ts'

const LOOK_MS = 5_000

export interface ScheduleWatchNeeds {
  readonly clock: Clock
  readonly windows: readonly WeeklyWindow[]
  readonly tell: (verdict: CareVerdict | undefined) => void
}

export class ScheduleWatch implements Disposable {
  readonly #needs: ScheduleWatchNeeds
  #windows: readonly WeeklyWindow[]
  #timer: Timer | undefined

  constructor(needs: ScheduleWatchNeeds) {
    this.#needs = needs
    this.#windows = needs.windows
    this.#look()
  }

  get windows(): readonly WeeklyWindow[] {
    return this.#windows
  }

  /** Whether now is one of its hours, and the minute of the week at which that changes; undefined where it never does. */
  readonly now = (): { readonly isOpen: boolean; readonly changesAtMinute: number | undefined } => {
    const minute = minuteOfWeek(this.#needs.clock.nowMs())
    return { isOpen: isScheduled(this.#windows, minute), changesAtMinute: nextChange(this.#windows, minute) }
  }

  /** From now on, without a restart. */
  change(windows: readonly WeeklyWindow[]): void {
    this.#windows = windows
    this.#look()
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }

  #look(): void {
    const { clock, tell } = this.#needs
    this.#timer?.cancel()
    const { isOpen, changesAtMinute } = this.now()
    tell(isOpen ? undefined : heldUntil(changesAtMinute))
    this.#timer = clock.after(LOOK_MS, () => this.#look())
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
