import { describe, expect, test } from 'vitest'
import { type LesseeJournal, memoryLesseeJournal } from '../../../../node/client/leasing/lessee-journal.ts'
import { type MinerWatch, noWatch } from '../../../../node/client/miner-watch.ts'
import { type ClientJournal, memoryJournal } from '../../../../node/client/paying/client-journal.ts'
import { purse } from '../../../../node/client/paying/purse.ts'
import { ZERO_ADDRESS } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { priceOfSteps } from '../../../../protocols/rules/leasing/lease-price.ts'
import type { Signed } from '../../../../protocols/statements/signed.ts'
import type { Lease } from '../../../../protocols/statements/struct-types.ts'
import { VirtualWorld } from '../../../../simulations/wire/virtual-world.ts'
import { floats } from '../../../support/engines/tensor-of.ts'
import { MemoryLeaseJournal } from '../../../support/memory-lease-journal.ts'
import { MemoryMinerJournal } from '../../../support/memory-miner-journal.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import { type VirtualClient, virtualClientWith } from '../../../support/virtual/virtual-client.ts'
import { identityModel, marketDomain, signerOf } from '../../../support/virtual/virtual-market.ts'
import { virtualMiner } from '../../../support/virtual/virtual-miner.ts'

const LINK = { latencyMs: 20, jitterMs: 0, bytesPerSecond: 2_500_000, lossRate: 0 }
const PRICE = 100n
/** A billing step of four jobs lasts ten seconds. */
const PRICE_PER_HOUR = 144_000n
const STEP = 400n
const job = { model: identityModel, inputs: [floats('x', [2], [1, 2])] }

/** Where one life of a client ends: at this moment of all in which it writes or says something. */
class Fate {
  moments = 0
  onDeath: () => void = () => undefined
  isDead = false
  readonly #last: number

  constructor(last = Number.POSITIVE_INFINITY) {
    this.#last = last
  }

  /** False once it is dead. */
  lives(): boolean {
    if (!this.isDead && this.moments++ >= this.#last) this.kill()
    return !this.isDead
  }

  kill(): void {
    this.isDead = true
    this.onDeath()
  }

  /** What a dead process awaits never comes. */
  async write(act: () => Promise<void>): Promise<void> {
    if (this.lives()) await act()
    if (!this.lives()) await new Promise(() => undefined)
  }
}

const mortal = (fate: Fate, journal: ClientJournal, lessee: LesseeJournal) => ({
  journal: {
    counter: (id) => journal.counter(id),
    owing: () => journal.owing(),
    recordVoucher: (...all) => fate.write(() => journal.recordVoucher(...all)),
    recordReceipts: (...all) => fate.write(() => journal.recordReceipts(...all)),
  } satisfies ClientJournal,
  lessee: {
    bookings: () => lessee.bookings(),
    keep: (booking) => fate.write(() => lessee.keep(booking)),
    forget: (id) => fate.write(() => lessee.forget(id)),
  } satisfies LesseeJournal,
})

async function scene(seed: string) {
  let sent: (from: string) => void = () => undefined
  const world: VirtualWorld = new VirtualWorld({ seed, hasher: crypto, link: LINK, onWire: ({ from }) => sent(from) })
  const books = new MemoryMinerJournal()
  const journal = new MemoryLeaseJournal(({ counter, forgiven }) => books.recordForgiven(counter, forgiven))
  const leasing = { pricePerHour: PRICE_PER_HOUR, journal }
  const miner = virtualMiner({
    world,
    signer: signerOf(seed, 'miner'),
    price: PRICE,
    serviceMs: 40,
    journal: books,
    leasing,
  })
  await world.clock.until(miner.join([]))
  const own = purse(marketDomain, ZERO_ADDRESS, signerOf(seed, 'client'))
  const disk = { journal: memoryJournal(), lessee: memoryLesseeJournal() }
  const heard: Signed<Lease>[] = []
  const watch: MinerWatch = { ...noWatch, heardLease: (lease) => heard.push(lease) }
  const live = async (fate = new Fate()) => {
    const kept = { ...mortal(fate, disk.journal, disk.lessee), watch }
    const user = virtualClientWith(world, own, credits(1_000), undefined, kept)
    const { self } = user.node.network
    fate.onDeath = () => world.crash(self)
    sent = (from) => {
      if (from === self) fate.lives()
    }
    const { network } = miner.node
    await world.clock.until(user.node.network.connect(network.self, network.addresses()))
    return user
  }
  const sums = () => {
    const there = [...books.counters].find(([id]) => id.startsWith(`${own.payer}/`))?.[1]
    return { due: (there?.due ?? 0n) - (there?.forgiven ?? 0n), paid: there?.cumulative ?? 0n }
  }
  return { world, miner, live, books: sums, leased: () => journal.all(), disk, heard }
}

type Scene = Awaited<ReturnType<typeof scene>>

/** A lease of a minute, one on from it, and that one given back, as far as it comes. */
async function act({ world, miner }: Scene, { client }: Awaited<ReturnType<Scene['live']>>): Promise<void> {
  await client.search()
  const { id } = await client.leases.book({ miner: miner.address, seconds: 60n })
  await client.infer(job)
  const passed = Promise.withResolvers<void>()
  world.clock.after(12_000, passed.resolve)
  await passed.promise
  const longer = await client.leases.extend(id, 60n)
  await client.leases.cancel(longer.id)
}

describe('a client that leases a card', () => {
  test('pays each step once, and is done with the lease when its time is over', async () => {
    const at = await scene('leases/whole')
    const user = await at.live()
    await at.world.clock.until(act(at, user))
    await at.world.clock.advance(70_000)
    expect(user.client.leases.list()).toMatchObject([
      { state: 'ended', steps: 6, stepsPaid: 6, end: { how: 'expired', owed: 6n * STEP } },
      { state: 'ended', steps: 6, stepsPaid: 1, end: { how: 'lessee', owed: STEP } },
    ])
    expect(at.books()).toEqual({ due: 7n * STEP, paid: 7n * STEP })
    await at.world.clock.until(user.stop())
    await at.world.clock.until(at.miner.stop())
  })

  test.each([
    ['less than a minute', { seconds: 59n }, 'less than a minute is asked'],
    ['more than a week', { seconds: 7n * 86_400n + 1n }, 'more than a week is asked'],
  ] as const)('is told what lengths there are where it asks for %s, before anything is paid', async (_, wish, why) => {
    const at = await scene('leases/lengths')
    const { client, stop } = await at.live()
    await at.world.clock.until(client.search())
    const booking = client.leases.book({ miner: at.miner.address, ...wish })
    const outcome = expect(booking).rejects.toMatchObject({ code: 'LEASE_REFUSED', facts: { why } })
    await at.world.clock.until(outcome)
    expect(at.books()).toEqual({ due: 0n, paid: 0n })
    await at.world.clock.until(stop())
    await at.world.clock.until(at.miner.stop())
  })

  test('owes nothing for the time in which the card rested, and pays the next lease with it', async () => {
    const at = await scene('leases/rest')
    const { clock } = at.world
    const user = await at.live()
    await clock.until(user.client.search())
    const lease = async () => {
      await clock.until(user.client.leases.book({ miner: at.miner.address, seconds: 60n }))
      await clock.advance(12_500)
    }
    await lease()
    at.miner.leases!.rest(true)
    await clock.advance(10_000)
    at.miner.leases!.rest(false)
    await clock.advance(45_000)
    const rested = at.leased()[0]!.rests.seconds
    expect([10n, 11n]).toContain(rested)
    const owed = 6n * STEP - (rested * STEP) / 10n
    expect(user.client.leases.list()).toMatchObject([{ state: 'ended', stepsPaid: 6, end: { how: 'expired', owed } }])
    expect(at.books()).toEqual({ due: owed, paid: 6n * STEP })
    await lease()
    await clock.advance(60_000)
    expect(at.books()).toEqual({ due: owed + 6n * STEP, paid: owed + 6n * STEP })
    expect(disputesOf(user)).toEqual([])
    await clock.until(user.stop())
    await clock.until(at.miner.stop())
  })

  test('holds what its miner signed in an earlier life against what it signs now', async () => {
    const at = await scene('leases/twice')
    const { clock } = at.world
    const fate = new Fate()
    const first = await at.live(fate)
    await clock.until(first.client.search())
    first.client.leases.book({ miner: at.miner.address, seconds: 60n }).catch(() => undefined)
    while (at.leased().length === 0) await clock.advance(1)
    // Signed, and the answer is not here yet.
    fate.kill()
    const heard = () => at.heard.splice(0).map(({ value }) => value.agreement)
    heard()
    const { id } = at.leased()[0]!
    const next = await at.live()
    await clock.advance(1_000)
    expect(heard()).toEqual([id])
    await clock.until(next.stop())
    const last = await at.live()
    expect(heard()).toEqual([id])
    await clock.until(last.stop())
    await clock.until(at.miner.stop())
  })

  test('asks again in the same words where the answer to its booking is lost', async () => {
    const at = await scene('leases/lost')
    const { clock } = at.world
    const user = await at.live()
    await clock.until(user.client.search())
    const booked = user.client.leases.book({ miner: at.miner.address, seconds: 60n })
    booked.catch(() => undefined)
    while (at.leased().length === 0) await clock.advance(1)
    at.world.sever(user.node.network.self, at.miner.node.network.self)
    await expect(clock.until(booked)).rejects.toMatchObject({ fault: 'network' })
    expect(user.client.leases.list()).toMatchObject([{ state: 'asked', stepsPaid: 0 }])
    await clock.advance(4_000)
    expect(user.client.leases.list()).toMatchObject([{ id: at.leased()[0]!.id, state: 'running', stepsPaid: 1 }])
    await clock.advance(70_000)
    expect(at.books()).toEqual({ due: 6n * STEP, paid: 6n * STEP })
    expect(disputesOf(user)).toEqual([])
    await clock.until(user.stop())
    await clock.until(at.miner.stop())
  })

  test('gives back what it does not know to be booked, and owes its first step once', async () => {
    const at = await scene('leases/unsure')
    const { clock } = at.world
    const user = await at.live()
    await clock.until(user.client.search())
    const booked = user.client.leases.book({ miner: at.miner.address, seconds: 60n })
    booked.catch(() => undefined)
    while (at.leased().length === 0) await clock.advance(1)
    at.world.sever(user.node.network.self, at.miner.node.network.self)
    await expect(clock.until(booked)).rejects.toMatchObject({ fault: 'network' })
    const { id } = user.client.leases.list()[0]!
    const given = { state: 'ended', stepsPaid: 1, end: { how: 'lessee', owed: STEP } }
    expect(await clock.until(user.client.leases.cancel(id))).toMatchObject(given)
    await clock.advance(61_000)
    await clock.until(user.client.leases.book({ miner: at.miner.address, seconds: 60n }))
    await clock.advance(70_000)
    expect(at.books()).toEqual({ due: 7n * STEP, paid: 7n * STEP })
    expect(disputesOf(user)).toEqual([])
    await clock.until(user.stop())
    await clock.until(at.miner.stop())
  })

  test('pays a lease no further that it gives back while its miner is away, which hears of it later', async () => {
    const at = await scene('leases/away')
    const { clock } = at.world
    const user = await at.live()
    const [self, miner] = [user.node.network.self, at.miner.node.network.self]
    await clock.until(user.client.search())
    const startsAt = BigInt(Math.floor(clock.nowMs() / 1_000)) + 60n
    const { id } = await clock.until(user.client.leases.book({ miner: at.miner.address, seconds: 60n, startsAt }))
    at.world.cut(self, miner)
    await expect(clock.until(user.client.leases.cancel(id))).rejects.toMatchObject({ fault: 'network' })
    expect(user.client.leases.list()).toMatchObject([{ state: 'leaving' }])
    at.world.mend(self, miner)
    await clock.advance(10_000)
    expect(user.client.leases.list()).toMatchObject([
      { state: 'ended', stepsPaid: 1, end: { how: 'lessee', owed: STEP } },
    ])
    expect(at.leased()).toMatchObject([{ steps: 1, ended: { how: 'lessee' } }])
    await clock.until(user.stop())
    await clock.until(at.miner.stop())
  })

  test('has its jobs run there for nothing from the first moment of its next life, though its miner offers itself to nobody', async () => {
    const at = await scene('leases/jobs')
    const { clock } = at.world
    const fate = new Fate()
    const first = await at.live(fate)
    await clock.until(first.client.search())
    await clock.until(first.client.leases.book({ miner: at.miner.address, seconds: 60n }))
    await clock.advance(1_000)
    expect(at.miner.board.current?.body.paused).toBe(1)
    fate.kill()
    const user = await at.live()
    const answer = await clock.until(user.client.infer(job))
    expect(answer).toMatchObject({ miner: at.miner.address, price: 0n, attempts: 1 })
    expect((await clock.until(answer.receipt)).price).toBe(0n)
    await clock.until(user.stop())
    await clock.until(at.miner.stop())
  })

  test('neither pays twice nor loses a lease, wherever in booking, paying, extending and giving back it dies', async () => {
    const whole = new Fate()
    const first = await scene('leases/death')
    await first.world.clock.until(act(first, await first.live(whole)))
    expect(whole.moments).toBeGreaterThan(40)
    for (let moment = 0; moment < whole.moments; moment++) await dies(moment)
  })

  test('knows a lease also where its booking comes to the miner after its own next life', async () => {
    const at = await scene('leases/slow')
    const { clock } = at.world
    const fate = new Fate()
    const dying = await at.live(fate)
    act(at, dying).catch(() => undefined)
    while (at.miner.journal.vouchers.length === 0) await clock.advance(1)
    at.world.setLink(dying.node.network.self, at.miner.node.network.self, { ...LINK, latencyMs: 5_000 })
    await clock.advance(100)
    expect(at.disk.lessee.bookings()).toMatchObject([{ state: 'asked' }])
    fate.kill()
    const user = await at.live()
    await clock.advance(4_000)
    expect(at.leased()).toEqual([])
    expect(user.client.leases.list()).toMatchObject([{ state: 'asked' }])
    await clock.advance(6_000)
    expect(user.client.leases.list()).toMatchObject([{ id: at.leased()[0]!.id, state: 'running', stepsPaid: 2 }])
    await clock.until(user.stop())
    await clock.until(at.miner.stop())
  })
})

const disputesOf = ({ events }: VirtualClient) =>
  events.filter((told) => told.kind === 'line' && told.event.kind === 'dispute')

/** Killed at this moment, and back a second later. */
async function dies(moment: number): Promise<void> {
  const at = await scene('leases/death')
  const { clock } = at.world
  const fate = new Fate(moment)
  act(at, await at.live(fate)).catch(() => undefined)
  while (!fate.isDead) await clock.advance(100)
  const death = `moment ${moment}: ${at.disk.lessee.bookings().map(({ state, steps }) => `${state} ${steps}`)}`
  await clock.advance(1_000)
  const user = await at.live()
  await clock.advance(30_000)
  const running = at.leased().filter(({ ended }) => ended === undefined)
  const listed = user.client.leases.list().map(({ id }) => id)
  for (const { id } of running) expect(listed, death).toContain(id)
  await clock.advance(150_000)
  const { due, paid } = at.books()
  const leases = user.client.leases.list()
  expect(due, death).toBe(at.leased().reduce((sum, { proposed, steps }) => sum + priceOfSteps(proposed, steps), 0n))
  // What was paid for one that its miner never signed stands on the counter, and no more.
  const isUnbooked = leases.some(({ end }) => end?.how === 'unbooked')
  expect(isUnbooked ? [0n, STEP] : [0n], death).toContain(paid - due)
  for (const { id, steps, ended } of at.leased()) {
    const how = ended?.how ?? 'expired'
    expect(
      leases.find((lease) => lease.id === id),
      death,
    ).toMatchObject({ state: 'ended', stepsPaid: steps, end: { how } })
    // A second is no time in which a lessee fails to pay.
    expect(how, death).not.toBe('unpaid')
  }
  expect(disputesOf(user), death).toEqual([])
  await clock.until(user.stop())
  await clock.until(at.miner.stop())
}
