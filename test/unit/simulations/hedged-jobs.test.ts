import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { purse } from '../../../node/client/paying/purse.ts'
import type { Answer } from '../../../node/client/running/infer-options.ts'
import { type Address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { virtualClientWith } from '../../support/virtual/virtual-client.ts'
import { identityModel, marketDomain, signerOf } from '../../support/virtual/virtual-market.ts'
import { type VirtualMiner, virtualMiner } from '../../support/virtual/virtual-miner.ts'
import '../../support/property-seed.ts'

const LINK = { latencyMs: 4, jitterMs: 1, bytesPerSecond: 2_500_000, lossRate: 0 }
/** Of the realtime class, at three times the base. */
const LATENCY_MS_MAX = 90
const [CHEAP, DEAR] = [100n, 104n]
const realtime = (base: bigint): bigint => 3n * base

async function market(seed: string, servicesMs: readonly [number, number], priceMax = 1_000n) {
  const world = new VirtualWorld({ seed, hasher: crypto, link: LINK })
  const miners = servicesMs.map((serviceMs, i) =>
    virtualMiner({ world, signer: signerOf(seed, `miner ${i}`), price: [CHEAP, DEAR][i]!, serviceMs }),
  ) as [VirtualMiner, VirtualMiner]
  await world.clock.until(miners[0].join([]))
  await world.clock.until(miners[1].join([miners[0].node]))
  await world.clock.advance(10_000)
  const keys = purse(marketDomain, ZERO_ADDRESS, signerOf(seed, 'client'))
  // The cheaper one first, as long as nothing else is known.
  const user = virtualClientWith(world, keys, credits(priceMax), undefined, { draw: () => 0 })
  for (const { node } of miners) {
    await world.clock.until(user.node.network.connect(node.network.self, node.network.addresses()))
  }
  const ask = (hedge: boolean, i = 0): Promise<Answer> =>
    user.client.infer({
      model: identityModel,
      inputs: [floats('x', [2], [i, -i])],
      latencyMsMax: LATENCY_MS_MAX,
      hedge,
      deadlineMs: 5_000,
    })
  /** Of the attempts of one job, by miner: what each was paid, or undefined where it has not ended. */
  const paid = (job: string) => {
    const sums = new Map<Address, bigint | undefined>()
    for (const told of user.events) {
      if (told.kind !== 'job' || told.job !== job) continue
      const { event } = told
      if (event.kind === 'trying') sums.set(event.miner, undefined)
      if (event.kind === 'finished') sums.set(event.miner, event.finished.price)
      if (event.kind === 'outrun') sums.set(event.miner, event.paid)
      if (event.kind === 'refused' || event.kind === 'failed') sums.set(event.miner, 0n)
    }
    return sums
  }
  const close = async (): Promise<void> => {
    await world.clock.until(user.stop())
    for (const miner of miners) await world.clock.until(miner.stop())
  }
  return { world, miners, user, ask, paid, close }
}

const dueAt = ({ journal }: VirtualMiner): bigint =>
  [...journal.counters.values()].reduce((sum, { due, forgiven }) => sum + due - forgiven, 0n)

describe('a hedged job', () => {
  it('is answered by the second miner where the first is late, and the first is stopped for nothing', async () => {
    const { world, miners, user, ask, paid, close } = await market('late', [2_000, 10])
    const startedMs = world.clock.monotonicMs()
    const answer = await world.clock.until(ask(true))
    expect(answer.miner).toBe(miners[1].address)
    expect(answer.attempts).toBe(2)
    expect(world.clock.monotonicMs() - startedMs).toBeLessThan(200)
    await world.clock.advance(1_000)
    expect(miners[0].desk.jobs).toBe(0)
    expect(paid(answer.job)).toEqual(
      new Map([
        [miners[0].address, 0n],
        [miners[1].address, realtime(DEAR)],
      ]),
    )
    expect(await world.clock.until(user.client.settle())).toBe(true)
    expect(miners.map(dueAt)).toEqual([0n, realtime(DEAR)])
    const { attempts } = user.client.stories.find(answer.job)!
    expect(attempts.map(({ state }) => state)).toEqual(['aborted', 'paid'])
    expect(attempts[0]!.steps.at(-1)!.what).toContain('stopped, for nothing')
    await close()
  })

  it('teaches the client that the one that was late is slow', async () => {
    const { world, miners, user, ask, close } = await market('slow', [2_000, 10])
    await world.clock.until(ask(true))
    const notes = user.client.book.live().find(({ offer }) => offer.miner === miners[0].address)!
    expect(notes.serviceMs).toBeGreaterThan(40)
    await close()
  })

  it('is one attempt where the first is in time, or where nobody asked for a hedge', async () => {
    const quick = await market('quick', [10, 10])
    expect((await quick.world.clock.until(quick.ask(true))).attempts).toBe(1)
    await quick.close()
    const patient = await market('patient', [400, 10])
    const answer = await patient.world.clock.until(patient.ask(false))
    expect([answer.attempts, answer.miner]).toEqual([1, patient.miners[0].address])
    await patient.close()
  })

  it('asks no second one whose price would break the ceiling together with the first', async () => {
    const both = realtime(CHEAP) + realtime(DEAR)
    const below = await market('ceiling', [400, 10], both - 1n)
    expect((await below.world.clock.until(below.ask(true))).attempts).toBe(1)
    await below.close()
    const enough = await market('ceiling', [400, 10], both)
    expect((await enough.world.clock.until(enough.ask(true))).attempts).toBe(2)
    await enough.close()
  })

  it('goes on with the second one where the first then fails, and asks nobody twice', async () => {
    const { world, miners, ask, user, close } = await market('dies', [2_000, 300])
    const answering = ask(true)
    await world.clock.advance(120)
    world.crash(miners[0].node.network.self)
    const answer = await world.clock.until(answering)
    expect([answer.miner, answer.attempts]).toEqual([miners[1].address, 2])
    await world.clock.until(user.stop())
    await world.clock.until(miners[1].stop())
    void close
  })

  it('leaves nothing open on either side, pays each at most its one answer, and never more than the ceiling', async () => {
    // The second is asked after 45 ms: these two end at nearly the same time, and either may be first.
    const services = fc.record({ one: fc.integer({ min: 47, max: 75 }), apart: fc.integer({ min: -12, max: 12 }) })
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.integer(), services, fc.integer({ min: 1, max: 4 }), async (seed, { one, apart }, jobs) => {
        const other = Math.max(2, one - 45 + apart)
        const { world, miners, user, ask, paid, close } = await market(`property ${seed}`, [one, other])
        const answers: Answer[] = []
        for (let i = 0; i < jobs; i++) {
          // The first job learns that both are too slow for the budget; a later one is told so.
          const answer = await world.clock.until(ask(true, i).catch(() => undefined))
          if (answer !== undefined) answers.push(answer)
        }
        await world.clock.advance(6_000)
        await world.clock.until(user.client.settle())
        const sums = new Map(miners.map(({ address }) => [address, 0n]))
        for (const { job, price } of answers) {
          const each = paid(job)
          if (each.size > 1) seen.add([...each.values()].includes(0n) ? 'stopped' : 'answered too')
          expect([...each.values()]).not.toContain(undefined)
          const total = [...each.values()].reduce<bigint>((sum, cost) => sum + cost!, 0n)
          expect(total).toBeGreaterThanOrEqual(price)
          expect(total).toBeLessThanOrEqual(1_000n)
          for (const [miner, cost] of each) {
            expect([0n, realtime(CHEAP), realtime(DEAR)]).toContain(cost)
            sums.set(miner, sums.get(miner)! + cost!)
          }
        }
        for (const miner of miners) {
          expect(miner.desk.jobs).toBe(0)
          // To the credit: what the miner counts is what the client knows that it pays, nothing is astray.
          expect(dueAt(miner)).toBe(sums.get(miner.address))
        }
        await close()
      }),
      { numRuns: 40 },
    )
    expect(seen).toEqual(new Set(['stopped', 'answered too']))
  })
})
