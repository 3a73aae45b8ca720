/** The cloud's budget of a day on the disk, as the keys of the gateway have theirs: no crash opens it again. */
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Credits, credits, formatCredits } from '../../../protocols/kernel/money.ts'
import type { CloudBudget } from '../../client/cloud/cloud-budget.ts'
import type { DayBudgets, KeyBudget } from '../../gateway/day-budgets.ts'

/** It alone spends from this file. */
const NAME = 'cloud'

export interface DiskCloudBudget extends CloudBudget {
  /** What was spent today, and what running jobs may cost. */
  today(): Omit<KeyBudget, 'name'>
}

/** @param budgets over a file of their own */
export function diskCloudBudget(budgets: DayBudgets, provider: string, budget: Credits): DiskCloudBudget {
  const holder = { name: NAME, budget }
  const left = (): bigint => {
    const { spent, reserved } = budgets.of(holder)
    const free = budget - spent - reserved
    return free > 0n ? free : 0n
  }
  return {
    today() {
      const { name: _, ...today } = budgets.of(holder)
      return today
    },
    against: (priceMax) =>
      left() < priceMax ? `${formatCredits(left())} of its ${formatCredits(budget)} a day are left` : undefined,
    reserve(priceMax) {
      try {
        return budgets.reserve(holder, { ceiling: credits(priceMax), isNamed: true })
      } catch (error) {
        if (isMeshError(error, 'LIMIT')) {
          throw new MeshError('LIMIT', { what: 'jobs of the cloud within its budget for a day', max: budget }, error)
        }
        if (!isMeshError(error, 'KEY_BUDGET')) throw error
        const until = String(error.facts.until)
        throw new MeshError('CLOUD_BUDGET', { provider, left: left(), budget, needed: priceMax, until }, error)
      }
    },
  }
}
