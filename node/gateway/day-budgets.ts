/**
 * What each key may still spend today. A job's price ceiling is set aside before it starts and becomes what it cost when it
 * ends; nothing waits in between, so that many requests at once cannot pass together.
 *
 * What may have been spent is on disk before a job starts, as a mark that goes up in steps: after a crash the whole mark counts
 * as spent, and no crash opens a budget again. A day is UTC, and the latest that this node has ever seen: a clock that is set
 * back does not begin another one.
 */
import { assert, MeshError } from '../../protocols/kernel/errors.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { dayBeginsMs, dayOf, type SpentDay } from './spent-file.ts'

/** A crash costs a key this part of its day at most, beside what its running jobs might have; a day takes as many writes. */
const STEPS_A_DAY = 16n

/** Who spends, and how much a day. */
export interface KeyHolder {
  readonly name: string
  readonly budget: Credits
}

export interface KeyBudget extends KeyHolder {
  /** Of jobs that ended today. */
  readonly spent: Credits
  /** Ceilings of jobs that run. */
  readonly reserved: Credits
  /** When the next day begins, by this node's clock. */
  readonly dayEndsAtMs: number
}

export interface CeilingWish {
  /** The most that the job may cost. */
  readonly ceiling: Credits
  /** The caller named it: then it is that or nothing. */
  readonly isNamed: boolean
}

/** Disposed unsettled it counts as spent whole: nobody knows what the job cost. */
export interface Reservation extends Disposable {
  /** What the job may cost: less than was wished for where only that is left. */
  readonly ceiling: Credits
  /** The job ended; at most the ceiling. */
  settle(price: Credits): void
  /** Why a job at this price was not possible, where the ceiling was lowered. */
  tooLow(price: Credits): MeshError | undefined
}

export interface DayBudgetsNeeds {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly file: { read(): SpentDay | undefined; write(day: SpentDay): void }
}

interface Account {
  spent: bigint
  reserved: bigint
  /** On disk: at least what is spent and reserved. */
  mark: bigint
}

export class DayBudgets implements Disposable {
  readonly #needs: DayBudgetsNeeds
  #day: number
  #accounts: Map<string, Account>

  /** @throws MeshError DATA_FOLDER_DAMAGED */
  constructor(needs: DayBudgetsNeeds) {
    this.#needs = needs
    const { day, marks } = needs.file.read() ?? { day: 0, marks: new Map() }
    this.#day = day
    // Marks of a run that ended well are exact; those of one that was killed count whole.
    this.#accounts = new Map([...marks].map(([name, mark]) => [name, { spent: mark, reserved: 0n, mark }]))
  }

  /** @throws MeshError KEY_BUDGET; LIMIT where only jobs that run stand in the way; DISK_FULL, DATA_FOLDER_READ_ONLY */
  reserve(holder: KeyHolder, { ceiling: wanted, isNamed }: CeilingWish): Reservation {
    const account = this.#account(holder.name)
    const left = holder.budget - account.spent - account.reserved
    if (left < wanted && (isNamed || left <= 0n)) throw this.#short(holder, account, wanted, isNamed ? wanted : 1n)
    const ceiling = credits(left < wanted ? left : wanted)
    this.#mark(holder, account, ceiling)
    account.reserved += ceiling
    return this.#reservation(holder, account, ceiling, wanted)
  }

  of(holder: KeyHolder): KeyBudget {
    const { spent, reserved } = this.#account(holder.name)
    return { ...holder, spent: credits(spent), reserved: credits(reserved), dayEndsAtMs: this.#endsAtMs() }
  }

  /** The marks become what was spent; jobs that still run count whole. */
  [Symbol.dispose](): void {
    const accounts = [...this.#accounts]
    if (accounts.every(([, { spent, reserved, mark }]) => spent + reserved === mark)) return
    const marks = new Map(accounts.map(([name, { spent, reserved }]) => [name, credits(spent + reserved)]))
    this.#needs.file.write({ day: this.#day, marks })
  }

  #reservation(holder: KeyHolder, account: Account, ceiling: Credits, wanted: Credits): Reservation {
    let isOpen = true
    const end = (price: Credits): void => {
      if (!isOpen) return
      assert(price <= ceiling, 'a job costs no more than was set aside for it')
      isOpen = false
      account.reserved -= ceiling
      account.spent += price
    }
    return {
      ceiling,
      settle: end,
      tooLow: (price) => {
        if (ceiling >= wanted || price <= ceiling) return undefined
        return this.#short(holder, { ...account, reserved: account.reserved - (isOpen ? ceiling : 0n) }, price)
      },
      [Symbol.dispose]: () => end(ceiling),
    }
  }

  #account(name: string): Account {
    const today = dayOf(this.#needs.clock.nowMs())
    if (today > this.#day) {
      this.#day = today
      // Jobs that run over midnight end in the accounts of the day in which they began.
      this.#accounts = new Map()
    }
    const known = this.#accounts.get(name)
    if (known !== undefined) return known
    const account = { spent: 0n, reserved: 0n, mark: 0n }
    this.#accounts.set(name, account)
    return account
  }

  /** On disk when it returns; where it throws nothing has changed. */
  #mark({ name, budget }: KeyHolder, account: Account, more: Credits): void {
    const needed = account.spent + account.reserved + more
    if (needed <= account.mark) return
    const step = account.mark + budget / STEPS_A_DAY
    const mark = step > budget ? budget : step
    const marks = new Map([...this.#accounts].map(([each, { mark }]) => [each, credits(mark)]))
    marks.set(name, credits(mark > needed ? mark : needed))
    this.#needs.file.write({ day: this.#day, marks })
    account.mark = marks.get(name)!
  }

  /** @param suffices what would do once the jobs that run cost nothing: where no ceiling was named, whatever is left */
  #short(
    { name, budget }: KeyHolder,
    { spent, reserved }: Account,
    needed: Credits,
    suffices: bigint = needed,
  ): MeshError {
    if (reserved > 0n && spent + suffices <= budget) {
      return new MeshError('LIMIT', { what: `jobs of the key ${name} within its budget for a day`, max: budget })
    }
    const left = spent + reserved > budget ? 0n : budget - spent - reserved
    const until = new Date(this.#endsAtMs()).toISOString()
    return new MeshError('KEY_BUDGET', { key: name, left, budget, needed, until, remedy: remedyOf(name) })
  }

  #endsAtMs(): number {
    return dayBeginsMs(this.#day + 1)
  }
}

/** The key that every gateway has, and who asks one that wants none: their budget is a setting. */
export const MAIN_KEY = 'main'
export const NO_KEY = 'no-key'

const remedyOf = (name: string): string =>
  name === MAIN_KEY || name === NO_KEY
    ? 'aitbc config set gatewayBudget, then a new start of the node'
    : `aitbc config api-key ${name} --budget-per-day`
