/** Payers that pay their own miners in a circle, and tell everybody how good they are. */
import { credits } from '../../../protocols/kernel/money.ts'
import type { ClientConduct } from '../client-conduct.ts'
import { jobsOf } from '../measuring/shares.ts'
import { smallMarket } from '../small-market.ts'
import type { Adversary } from './adversary.ts'

const PAYERS = 3
const MINERS = 3
/** Part of all jobs that go round in the circle. */
const SELF_SHARE = 0.5
const PERFECT = { centi: 10_000, count: 512 }
/** Dearer than what they are worth: what they win is what their name is worth. */
const DEARER = { n: 6n, d: 5n }

export const clique: Adversary = {
  name: 'clique that recycles its budget',
  does: 'three payers pay three miners of their own in turn, get it back, and publish perfect scores of them; the miners ask a fifth more',
  stage(size) {
    const honest = smallMarket(size)
    const own = new Set(honest.miners.slice(0, MINERS).map(({ name }) => name))
    const miners = honest.miners.map((miner) =>
      own.has(miner.name) ? { ...miner, base: credits((miner.base * DEARER.n) / DEARER.d) } : miner,
    )
    const conduct: ClientConduct = {
      only: [...own],
      tells: (row) =>
        own.has(row.name) ? { ...row, latency: PERFECT, accuracy: PERFECT, uptime: PERFECT, cost: PERFECT } : undefined,
    }
    const [pattern] = honest.clients
    const payers = Array.from({ length: PAYERS }, (_, i) => ({
      ...pattern!,
      name: `payer ${i}`,
      region: honest.regions[i % honest.regions.length]!.name,
      jobsPerHour: (SELF_SHARE * size.jobsPerHour) / PAYERS,
      auditShare: 0,
      conduct,
    }))
    const control = { ...honest, name: 'dear', miners }
    const paying = new Set(payers.map(({ name }) => name))
    return {
      control,
      attack: {
        ...control,
        clients: [...control.clients, ...payers],
        suspects: { raters: [...paying], miners: [...own] },
      },
      figures: (attack) => {
        const won = jobsOf(attack, paying).reduce((sum, { lift }) => sum + lift, 0)
        const burned = [...paying].reduce((sum, name) => sum + Number(attack.ledger.burnedBy(name)), 0)
        return [
          {
            what: 'worth of the jobs that its word wins, of what it burned',
            count: 100 * won,
            of: burned,
            below: 100,
            unit: '%',
          },
        ]
      },
    }
  },
}
