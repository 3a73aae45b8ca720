import { describe, expect, it } from 'vitest'
import { isInTime } from '../../../../simulations/world/job-record.ts'
import { type Run, runWorld } from '../../../../simulations/world/run-world.ts'
import type { Scenario } from '../../../../simulations/world/scenario.ts'
import { smallMarket } from '../../../../simulations/world/small-market.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'

const market = (seed: string): Scenario => smallMarket({ seed, hours: 0.2, miners: 9, clients: 6, jobsPerHour: 600 })
const run = (scenario: Scenario): Promise<Run> => runWorld(scenario, crypto)
const honest = await run(market('1'))

describe('a simulated market', () => {
  it('is the same message for message for the same seed, and another one for another', async () => {
    const [again, other] = [await run(market('1')), await run(market('2'))]
    expect(again.trace).toBe(honest.trace)
    expect(again.jobs).toEqual(honest.jobs)
    expect(other.trace).not.toBe(honest.trace)
  })

  it('gets nearly every job done right and in time, where all are honest', () => {
    const { jobs, bugs } = honest
    expect(bugs).toEqual([])
    expect(jobs.length).toBeGreaterThan(90)
    expect(jobs.every(({ isRight }) => isRight)).toBe(true)
    expect(jobs.filter(isInTime).length).toBeGreaterThan(0.8 * jobs.length)
  })

  it('pays for what was answered, and burns a hundredth of it', () => {
    const { jobs, ledger } = honest
    const { clients, miners } = market('1')
    const spent = clients.reduce((sum, { name, escrow }) => sum + escrow - ledger.balanceOf(name), 0n)
    const earned = miners.reduce((sum, { name }) => sum + ledger.balanceOf(name), 0n)
    expect(earned + ledger.burned).toBe(spent)
    const paid = jobs.reduce((sum, { price }) => sum + price, 0n)
    // Audits are paid for as well: one job of twenty at the most.
    expect(spent).toBeGreaterThanOrEqual(paid)
    expect(spent * 20n).toBeLessThanOrEqual(paid * 21n)
    // A hundredth of each payment, rounded down.
    expect(ledger.burned).toBeLessThanOrEqual(spent / 100n)
    expect(ledger.burned).toBeGreaterThan(spent / 100n - BigInt(2 * jobs.length))
  })

  it('gives no work beyond what a payer has', async () => {
    const scenario = market('1')
    const clients = scenario.clients.map((client) => ({ ...client, escrow: 5_000n }))
    const { jobs, ledger } = await run({ ...scenario, clients })
    const paid = jobs.reduce((sum, { price }) => sum + price, 0n)
    expect(paid).toBeLessThanOrEqual(5_000n * BigInt(clients.length))
    expect(clients.every(({ name }) => ledger.balanceOf(name) >= 0n)).toBe(true)
    expect(jobs.some(({ price }) => price === 0n)).toBe(true)
  })

  it('is without a region while its lines are down, and with it again afterwards', async () => {
    const scenario = market('3')
    const clients = scenario.clients.map((client) => ({ ...client, region: 'eu-west' }))
    const outages = [{ region: 'us-east', fromHour: 0.05, hours: 0.05 }]
    const { jobs, bugs } = await run({ ...scenario, clients, outages })
    expect(bugs).toEqual([])
    const regionOf = new Map(scenario.miners.map(({ name, region }) => [name, region]))
    const there = (from: number, to: number): number =>
      jobs.filter(({ miner, atMs }) => regionOf.get(miner ?? '') === 'us-east' && atMs >= from && atMs < to).length
    expect(there(0.05 * 3_600_000, 0.1 * 3_600_000)).toBe(0)
    expect(jobs.every(({ miner }) => miner !== undefined)).toBe(true)
  })
})
