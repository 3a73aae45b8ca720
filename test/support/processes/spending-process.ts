/**
 * Spends under a key until it is killed or nothing is left: a line says what each job really cost, before the budget hears of it.
 * Arguments: the file of what was spent, the budget, the ceiling and the price of each job.
 */
import { writeSync } from 'node:fs'
import { DayBudgets } from '../../../node/gateway/day-budgets.ts'
import { SpentFile } from '../../../node/gateway/spent-file.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { credits } from '../../../protocols/kernel/money.ts'

const [path, budget, ceiling, price] = process.argv.slice(2)
const budgets = new DayBudgets({ clock: systemClock, file: new SpentFile(path!) })
const holder = { name: 'main', budget: credits(BigInt(budget!)) }
for (;;) {
  const job = budgets.reserve(holder, { ceiling: credits(BigInt(ceiling!)), isNamed: true })
  writeSync(1, `${price}\n`)
  job.settle(credits(BigInt(price!)))
}
