/** Keys and budgets for a gateway of a test, without a data folder. */
import { DayBudgets } from '../../../node/gateway/day-budgets.ts'
import { KeyRing } from '../../../node/gateway/key-ring.ts'
import type { SpentDay } from '../../../node/gateway/spent-file.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'

/** What a disk would hold, across as many runs as a test has. */
export class MemorySpentFile {
  day: SpentDay | undefined
  writes = 0
  failure: Error | undefined

  read(): SpentDay | undefined {
    return this.day
  }

  write(day: SpentDay): void {
    if (this.failure !== undefined) throw this.failure
    this.writes++
    this.day = { day: day.day, marks: new Map(day.marks) }
  }
}

export const noNamedKeys = (mainKey?: string, clock: Clock = systemClock, budget = credits(1_000_000)): KeyRing =>
  new KeyRing({ dataFolder: '/nowhere', clock, mainKey, budget, onFault: () => undefined })

/** What a gateway wants to know of money where nobody has to show a key. */
export const withoutKeys = () => ({
  keys: noNamedKeys(),
  budgets: new DayBudgets({ clock: systemClock, file: new MemorySpentFile() }),
  priceMax: credits(10_000) as Credits,
})
