import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DayBudgets } from '../../../../node/gateway/day-budgets.ts'
import { SpentFile } from '../../../../node/gateway/spent-file.ts'
import { diskCloudBudget } from '../../../../node/roles/client/cloud-spent.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const BUDGET = credits(16_000)
const EVENING_MS = Date.UTC(2027, 0, 15, 23, 30)

/** The budget over one file, as each life of the node opens it. */
function lives() {
  const path = join(temporaryFolder(), 'cloud-spent.json')
  const clock = new ManualClock(EVENING_MS)
  return {
    clock,
    open: () => {
      const budgets = new DayBudgets({ clock, file: new SpentFile(path) })
      return { budgets, cloud: diskCloudBudget(budgets, 'c', BUDGET) }
    },
  }
}

describe('the budget of the cloud on the disk', () => {
  it('counts what jobs cost, and says what is left', () => {
    const { cloud } = lives().open()
    cloud.reserve(credits(10_000)).settle(credits(9_500))
    expect(cloud.today()).toMatchObject({ spent: 9_500n, reserved: 0n, budget: BUDGET })
    expect(cloud.against(credits(6_500))).toBeUndefined()
    expect(cloud.against(credits(6_501))).toBe('0.0065 of its 0.016 a day are left')
    expect(() => cloud.reserve(credits(6_501))).toThrow(
      expect.objectContaining({
        code: 'CLOUD_BUDGET',
        facts: { provider: 'c', left: 6_500n, budget: BUDGET, needed: 6_501n, until: '2027-01-16T00:00:00.000Z' },
      }),
    )
  })

  it('tells apart what only running jobs stand in the way of', () => {
    const { cloud } = lives().open()
    const running = cloud.reserve(credits(10_000))
    expect(() => cloud.reserve(credits(10_000))).toThrow(expect.objectContaining({ code: 'LIMIT' }))
    running.settle(credits(0))
    cloud.reserve(credits(10_000))
  })

  it('is not opened again by a crash: what may have been spent counts', () => {
    const { open } = lives()
    const killed = open().cloud
    killed.reserve(credits(5_000)).settle(credits(5_000))
    killed.reserve(credits(8_000))
    // Nothing is closed: the process was killed.
    const { spent } = open().cloud.today()
    expect(spent).toBeGreaterThanOrEqual(13_000n)
    expect(open().cloud.against(credits(4_000))).toBeDefined()
  })

  it('is exact after a clean end, and whole on the next day', () => {
    const { open, clock } = lives()
    const { budgets, cloud } = open()
    cloud.reserve(credits(100)).settle(credits(70))
    budgets[Symbol.dispose]()
    expect(open().cloud.today().spent).toBe(70n)
    clock.advance(3_600_000)
    expect(open().cloud.today().spent).toBe(0n)
  })
})
