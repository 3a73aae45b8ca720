import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../node/client/running/infer-options.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import type { WireEvent } from '../../../simulations/wire/traffic.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { type VirtualClient, virtualClient } from '../../support/virtual/virtual-client.ts'
import { identityModel, signerOf } from '../../support/virtual/virtual-market.ts'
import { type VirtualMiner, virtualMiner } from '../../support/virtual/virtual-miner.ts'

/** A home line over a busy radio: one packet in fifty is lost. */
const LINK = { latencyMs: 30, jitterMs: 10, bytesPerSecond: 2_500_000, lossRate: 0.02 }
const PRICE = 100n
/** Of the third miner. */
const DEAREST = PRICE + 2n
const PRICE_MAX = credits(1_000)

interface Market {
  readonly world: VirtualWorld
  readonly miners: readonly VirtualMiner[]
  readonly clients: readonly VirtualClient[]
  /** One line per message on the wire. */
  readonly trace: string[]
}

async function open(seed: string, miners: number, clients: number): Promise<Market> {
  const trace: string[] = []
  const onWire = ({ kind, what, from, to, bytes }: WireEvent): void => {
    trace.push(`${world.clock.monotonicMs().toFixed(3)} ${kind} ${what} ${from} ${to} ${bytes}`)
  }
  const world: VirtualWorld = new VirtualWorld({ seed, hasher: crypto, link: LINK, onWire })
  const all = Array.from({ length: miners }, (_, i) =>
    virtualMiner({ world, signer: signerOf(seed, `miner ${i}`), price: PRICE + BigInt(i), serviceMs: 40 + 20 * i }),
  )
  const [first, ...rest] = all as [VirtualMiner, ...VirtualMiner[]]
  await world.clock.until(first.join([]))
  for (const miner of rest) await world.clock.until(miner.join([first.node]))
  // The offers of those that were alone are told again.
  await world.clock.advance(10_000)
  const light = Array.from({ length: clients }, (_, i) =>
    virtualClient(world, signerOf(seed, `client ${i}`), PRICE_MAX),
  )
  for (const { node } of light)
    for (const miner of all)
      await world.clock.until(node.network.connect(miner.node.network.self, miner.node.network.addresses()))
  return { world, miners: all, clients: light, trace }
}

async function close({ world, clients, miners }: Market, but?: VirtualMiner): Promise<void> {
  for (const client of clients) await world.clock.until(client.stop())
  for (const miner of miners) if (miner !== but) await world.clock.until(miner.stop())
}

/** Jobs at random times within `ms`; each resolves with the answer or the failure. */
function askOver(market: Market, count: number, ms: number, seed: string): Promise<Answer>[] {
  const random = new SeededRandom(`${seed}/jobs`)
  return Array.from({ length: count }, (_, i) => {
    const { client } = market.clients[i % market.clients.length]!
    const answered = Promise.withResolvers<Answer>()
    answered.promise.catch(() => undefined)
    market.world.clock.after(random.fraction() * ms, () => {
      client
        .infer({ model: identityModel, inputs: [floats('x', [2], [i, -i])] })
        .then(answered.resolve, answered.reject)
    })
    return answered.promise
  })
}

/** What both sides hold of one counter, as each would after a restart. */
function books(miner: VirtualMiner, { journal, payer, events }: VirtualClient) {
  const there = [...miner.journal.counters].find(([id]) => id.startsWith(`${payer}/`))?.[1]
  const here = journal.counter(`${payer}/${payer}/${miner.address}`)
  const tried = new Set<AttemptId>()
  const answered = new Set<AttemptId>()
  for (const told of events) {
    if (told.kind !== 'job') continue
    if (told.event.kind === 'trying') tried.add(told.event.attempt)
    if (told.event.kind === 'finished') answered.add(told.event.attempt)
  }
  const finals = miner.journal.batches.flatMap(({ receipts }) =>
    receipts.filter(({ agreement }) => tried.has(agreement)),
  )
  const astray = finals.filter(({ agreement }) => !answered.has(agreement))
  return {
    miner: { cumulative: there?.cumulative ?? 0n, hash: there?.agreementsHash },
    client: { cumulative: here.voucher?.cumulative ?? 0n, hash: here.voucher?.hashAfter },
    unpaid: here.unpaid,
    /** All that the miner ever counted, less what it let go of. */
    owed: (there?.due ?? 0n) - (there?.forgiven ?? 0n),
    /** Of that, work whose answer never reached the client. */
    astray: astray.reduce((sum, { price }) => sum + price, 0n),
  }
}

describe('a market on the virtual network', () => {
  it('answers a job, and both sides settle what it costs', async () => {
    const market = await open('one', 1, 1)
    const { world, clients, miners } = market
    const [client, miner] = [clients[0]!, miners[0]!]
    const answer = await world.clock.until(
      client.client.infer({ model: identityModel, inputs: [floats('x', [2], [1, 2])] }),
    )
    expect(answer.outputs).toEqual([floats('y', [2], [1, 2])])
    expect(answer.price).toBe(PRICE)
    expect((await world.clock.until(answer.receipt)).price).toBe(PRICE)
    expect(await world.clock.until(client.client.settle())).toBe(true)
    const { miner: there, client: here, ...sums } = books(miner, client)
    expect(there).toEqual(here)
    expect(there.cumulative).toBe(PRICE)
    expect(sums).toEqual({ unpaid: [], owed: PRICE, astray: 0n })
    await close(market)
  })
})

const JOBS = 200

/** A bad minute: a miner dies at its work, and then another one is cut off from everybody for a while. */
async function badMinute(seed: string) {
  const market = await open(seed, 3, 2)
  const { world, miners, clients } = market
  const answers = askOver(market, JOBS, 60_000, seed)
  const startedAtMs = world.clock.monotonicMs()
  await world.clock.advance(15_000)
  const dying = await atWork(world, miners)
  const lost = dying.desk.jobs
  world.crash(dying.node.network.self)
  await world.clock.advance(10_000)
  const alive = miners.filter((miner) => miner !== dying)
  const cutOff = await atWork(world, alive)
  world.partition([cutOff.node.network.self])
  await world.clock.advance(20_000)
  world.heal()
  const outcomes = await world.clock.until(Promise.allSettled(answers))
  const tookMs = world.clock.monotonicMs() - startedAtMs
  // Lines that broke are open again within seconds, and receipts that were lost are asked for.
  await world.clock.advance(20_000)
  for (const miner of alive)
    for (const { client } of clients)
      expect(await world.clock.until(client.settle(20_000, undefined, miner.address))).toBe(true)
  return { market, dying, alive, lost, outcomes, tookMs }
}

async function atWork(world: VirtualWorld, miners: readonly VirtualMiner[]): Promise<VirtualMiner> {
  await world.clock.untilTrue(() => miners.some(({ desk }) => desk.jobs > 0), 60_000)
  return miners.find(({ desk }) => desk.jobs > 0)!
}

/** The miner holds the voucher that the client signed last, and what it counts above is what the client never saw. */
function expectAgreement(miner: VirtualMiner, client: VirtualClient): void {
  const { miner: there, client: here, unpaid, owed, astray } = books(miner, client)
  expect(there).toEqual(here)
  expect(unpaid).toEqual([])
  // A stranger pays its first job ahead; where the line broke before that ran, it stays paid for the next one.
  expect(there.cumulative - owed).toBeLessThanOrEqual(owed === 0n ? DEAREST : 0n)
  // Both ask each other about it when the credit runs out.
  expect(owed - there.cumulative).toBeLessThanOrEqual(astray)
}

describe('a market in a bad minute', () => {
  it('answers every job, and the books of both sides agree', async () => {
    const { market, dying, alive, lost, outcomes, tookMs } = await badMinute('bad minute')
    expect(lost).toBeGreaterThan(0)
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))
    expect(reasons).toEqual([])
    const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    for (const [i, { outputs }] of answers.entries()) expect(outputs).toEqual([floats('y', [2], [i, -i])])
    const again = answers.filter(({ attempts }) => attempts > 1).length
    expect(again).toBeGreaterThanOrEqual(lost)
    console.log(
      `${JOBS} jobs in ${Math.round(tookMs / 1_000)} virtual seconds, ${again} of them at more than one miner`,
    )
    for (const miner of alive) {
      expect(miner.failures).toEqual([])
      for (const client of market.clients) expectAgreement(miner, client)
    }
    await close(market, dying)
  })

  it('ends with a miner that comes back to its journal, and settles with it too', async () => {
    const { market, dying, alive } = await badMinute('comes back')
    const { world, clients } = market
    dying.journal.unclean = true
    const signer = signerOf('comes back', `miner ${market.miners.indexOf(dying)}`)
    const back = virtualMiner({ world, signer, price: PRICE, serviceMs: 40, journal: dying.journal })
    await world.clock.until(back.join(alive.map(({ node }) => node)))
    await world.clock.advance(20_000)
    for (const client of clients) {
      expect(await world.clock.until(client.client.settle(60_000))).toBe(true)
      expectAgreement(back, client)
    }
    await close({ ...market, miners: [...alive, back] })
  })

  it('is the same minute for the same seed, and another one for another', async () => {
    const [one, again, other] = [await badMinute('twin'), await badMinute('twin'), await badMinute('stranger')]
    expect(one.market.trace.length).toBeGreaterThan(JOBS)
    expect(again.market.trace.join('\n') === one.market.trace.join('\n')).toBe(true)
    expect(other.market.trace.join('\n') === one.market.trace.join('\n')).toBe(false)
    for (const { market, dying } of [one, again, other]) await close(market, dying)
  })
})

/** Within a minute, again and again: a connection is reset, a path is cut for some seconds, or a miner loses everybody. */
async function badLines({ world, miners, clients }: Market, random: SeededRandom): Promise<void> {
  for (let trouble = 0; trouble < 40; trouble++) {
    await world.clock.advance(random.fraction() * 3_000)
    const [miner, client] = [miners, clients].map((all) => all[random.below(all.length)]!.node.network.self)
    const kind = random.below(4)
    if (kind < 2) world.sever(miner!, client!)
    else if (kind === 2) world.cut(miner!, client!)
    else world.partition([miner!])
    if (kind >= 2) world.clock.after(random.fraction() * 6_000, () => world.heal())
  }
  world.heal()
}

describe('a market whose lines break again and again', () => {
  it('answers every job, disputes nothing, and settles to the last credit that is owed', async () => {
    const market = await open('bad lines', 3, 2)
    const { world, miners, clients } = market
    const answers = askOver(market, JOBS, 60_000, 'bad lines')
    await badLines(market, new SeededRandom('bad lines'))
    const answered = await world.clock.until(Promise.all(answers))
    for (const [i, { outputs }] of answered.entries()) expect(outputs).toEqual([floats('y', [2], [i, -i])])
    await world.clock.advance(40_000)
    for (const client of clients) {
      expect(await world.clock.until(client.client.settle(60_000))).toBe(true)
      expect(client.events.filter((told) => told.kind === 'line' && told.event.kind === 'dispute')).toEqual([])
      for (const miner of miners) expectAgreement(miner, client)
    }
    expect(miners.flatMap(({ failures }) => failures)).toEqual([])
    await close(market)
  })
})
