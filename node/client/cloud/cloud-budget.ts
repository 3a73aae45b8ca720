/** What the cloud may cost in a day: a port, for a budget that outlives the process lies on a disk. */
import { assert, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Credits, credits, formatCredits } from '../../../protocols/kernel/money.ts'

export interface CloudBudget {
  /** Why a job of this price is not possible today, in words; undefined where it is. */
  against(priceMax: Credits): string | undefined
  /** Set aside before the job. @throws MeshError CLOUD_BUDGET, LIMIT, DISK_FULL, DATA_FOLDER_READ_ONLY */
  reserve(priceMax: Credits): CloudReservation
}

/** Disposed unsettled it counts as spent whole: nobody knows what the job cost. */
export interface CloudReservation extends Disposable {
  /** At most what was set aside. */
  settle(price: Credits): void
}

const DAY_MS = 86_400_000

/** For a client without a disk, as in a browser: a budget for each day (UTC) of this process. */
export function memoryCloudBudget(clock: { nowMs(): number }, provider: string, budget: Credits): CloudBudget {
  let day = Number.NEGATIVE_INFINITY
  let used = 0n
  const left = (): bigint => {
    const today = Math.floor(clock.nowMs() / DAY_MS)
    // A clock that is set back begins no other day.
    if (today > day) [day, used] = [today, 0n]
    return budget - used
  }
  return {
    against: (priceMax) =>
      left() < priceMax ? `${formatCredits(left())} of its ${formatCredits(budget)} a day are left` : undefined,
    reserve(priceMax) {
      if (left() < priceMax) {
        const until = new Date((day + 1) * DAY_MS).toISOString()
        throw new MeshError('CLOUD_BUDGET', { provider, left: left(), budget, needed: priceMax, until })
      }
      used += priceMax
      let isOpen = true
      const end = (price: Credits, ofDay: number): void => {
        if (!isOpen) return
        assert(price <= priceMax, 'a job costs no more than was set aside for it')
        isOpen = false
        if (ofDay === day) used -= priceMax - price
      }
      const begun = day
      return { settle: (price) => end(price, begun), [Symbol.dispose]: () => end(credits(priceMax), begun) }
    },
  }
}
