import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settleClient } from '../../../bootstrap/localnet/settle-nodes.ts'
import { leaseCommand } from '../../../node/cli/market/lease-command.ts'
import { nodeMethods } from '../../../node/control/methods/node-methods.ts'
import { serveControl } from '../../../node/control/serve-control.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { folderFiles } from '../../../node/storage/data-folder.ts'
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { signStruct } from '../../../protocols/statements/signed.ts'
import { leaseType } from '../../../protocols/statements/struct-types.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { domainOf } from '../../support/nodes/test-client.ts'
import { programOf, runWords } from '../../support/run-words.ts'

const SETTLED = { timeout: 30_000, interval: 50 }
/** So that a billing step of the local network, 0.05, lasts ten seconds. */
const PRICE_PER_HOUR = credits(18_000_000)

let mesh: JobNetwork
let other: RunningNode
beforeAll(async () => {
  const models = { identity: identityModel('uint8', ['n']), elsewhere: identityModel('uint8', ['m']) }
  const common = { basePrice: '0.001', roles: ['miner', 'router'] }
  const miners = [
    { ...common, models: ['identity'], leasePrice: '18' },
    { ...common, models: ['elsewhere'], leasePrice: '18' },
  ]
  mesh = await jobNetwork(models, { settles: true, miners })
  const { net } = mesh
  const dataFolder = join(net.folder, 'other')
  await settleClient({ settlement: net.settlement!, network: net.network, dataFolder }, credits(50_000_000))
  other = await net.add('other', { roles: ['client'], listen: [] })
  await net.client.client!.search()
  await other.client!.search()
}, 120_000)
afterAll(() => mesh[Symbol.asyncDispose]())

const miner = (): RunningNode => mesh.net.miners[0]!
const lessee = () => mesh.net.client.client!
const job = () => ({ model: mesh.id('identity'), inputs: [bytesInput(8)] })

describe('a card that a client leases', () => {
  test('serves it alone, for nothing a job, and everybody again when it is given back', async () => {
    const address = miner().operator!
    const quote = await lessee().leases.quote({ miner: address, seconds: 600n })
    expect(quote).toMatchObject({ price: 3_000_000n, card: { pricePerHour: PRICE_PER_HOUR, stepSeconds: 10n } })
    const lease = await lessee().leases.book({ miner: address, seconds: 600n })
    expect(lease).toMatchObject({ state: 'running', steps: 60, stepsPaid: 1, price: 3_000_000n })
    expect(miner().miner!.leases!.leases()).toMatchObject([{ id: lease.id, steps: 1 }])
    await expect.poll(() => miner().miner!.board.current?.body.paused, SETTLED).toBe(1)
    expect(miner().miner!.profile.paused).toBe(true)
    expect(miner().state()).toMatchObject({ leasedUntilMs: Number(lease.endsAt) * 1_000 })

    const answer = await lessee().infer(job())
    expect(answer).toMatchObject({ miner: address, price: 0n })
    expect((await answer.receipt).price).toBe(0n)

    await expect(other.client!.infer({ ...job(), deadlineMs: 5_000 })).rejects.toMatchObject({ code: 'NO_MINER' })
    await expect(other.client!.leases.book({ miner: address, seconds: 60n })).rejects.toMatchObject({
      code: 'LEASE_TAKEN',
      facts: { free: new Date(Number(lease.endsAt) * 1_000).toISOString() },
    })

    // While its owner needs the card the lease stands still, and goes on behind that.
    await miner().miner!.pause.stop()
    const rests = () => miner().miner!.leases!.leases()[0]!.rests
    await expect.poll(() => rests().since, SETTLED).toBeDefined()
    await expect(lessee().infer({ ...job(), deadlineMs: 5_000 })).rejects.toMatchObject({ code: 'NO_MINER' })
    // Into the next second, so that there is something that is not charged.
    const restedSince = rests().since!
    await expect.poll(() => Date.now() / 1_000, SETTLED).toBeGreaterThan(Number(restedSince) + 1.5)
    await miner().miner!.pause.resume()
    await expect.poll(rests, SETTLED).toEqual({ seconds: expect.any(BigInt), since: undefined })
    expect(miner().miner!.board.current?.body.paused).toBe(1)
    expect(await lessee().infer(job())).toMatchObject({ miner: address, price: 0n })

    const longer = await lessee().leases.extend(lease.id, 120n)
    expect(longer).toMatchObject({ startsAt: lease.endsAt, endsAt: lease.endsAt + 120n, state: 'ahead' })
    expect(await lessee().leases.cancel(longer.id)).toMatchObject({ state: 'ended' })
    expect(await lessee().leases.cancel(lease.id)).toMatchObject({ state: 'ended' })
    await expect.poll(() => miner().miner!.board.current?.body.paused, SETTLED).toBeUndefined()
    expect(miner().miner!.profile.paused).toBe(false)
    expect(miner().state().leasedUntilMs).toBeUndefined()
    await other.client!.search()
    expect(await other.client!.infer(job())).toMatchObject({ miner: address, price: 1_000n })
    // Both sides count the same: two first steps, and no job.
    expect(await lessee().settle()).toBe(true)
    expect(mesh.net.client.state().spent).toMatchObject({ disputed: 0 })
  }, 60_000)

  test('is paid step by step over a restart of its lessee, and free when it is not paid any more', async () => {
    const dataFolder = join(mesh.net.folder, 'short')
    await settleClient({ settlement: mesh.net.settlement!, network: mesh.net.network, dataFolder }, credits(50_000_000))
    const start = () => mesh.net.add('short', { roles: ['client'], listen: [] })
    const first = await start()
    await first.client!.search()
    const second = mesh.net.miners[1]!
    const { id, endsAt } = await first.client!.leases.book({ miner: second.operator!, seconds: 60n })
    const paid = () => second.miner!.leases!.leases().find((lease) => lease.id === id)
    await expect.poll(() => paid()?.steps, SETTLED).toBe(2)
    await first[Symbol.asyncDispose]()
    const next = await start()
    expect(next.client!.leases.list()).toMatchObject([{ id, state: 'running' }])
    const answer = await next.client!.infer({ model: mesh.id('elsewhere'), inputs: [bytesInput(8)] })
    expect(answer).toMatchObject({ miner: second.operator, price: 0n })
    await expect.poll(() => paid()?.steps, SETTLED).toBe(3)
    // The receipt comes behind the answer.
    await expect.poll(() => next.state().spent, SETTLED).toMatchObject({ due: 50_000n, disputed: 0 })
    await next[Symbol.asyncDispose]()
    await expect.poll(() => paid()?.ended?.how, SETTLED).toBe('unpaid')
    expect(paid()!.ended!.at).toBeLessThan(endsAt)
    const { payer, session } = other.client!.purse
    expect(second.miner!.leases!.serves(payer, session)).toEqual({ kind: 'everybody' })
    // Who comes back too late is told how it ended, and owes what it has paid.
    const last = await start()
    const end = { how: 'unpaid', owed: 150_000n }
    await expect.poll(() => last.client!.leases.list(), SETTLED).toMatchObject([{ state: 'ended', stepsPaid: 3, end }])
    await last[Symbol.asyncDispose]()
  }, 90_000)

  test('is booked, listed, extended and given back from the command line, at the price that was shown', async () => {
    const second = mesh.net.miners[1]!.operator!
    const { dataFolder } = mesh.net.client.settings
    await using control = await serveControl(
      dataFolder,
      nodeMethods(mesh.net.client, () => undefined),
    )
    void control
    const words = (line: string) => [...line.split(' '), '--data', dataFolder, '--network', mesh.net.networkPath]
    const aitbc = (line: string) => runWords(programOf(leaseCommand), words(line))
    const dear = await aitbc(`lease book ${second} --for 1h --in 30min --price-max 17 --yes --json`)
    expect(dear).toMatchObject({ code: 1, out: '' })
    const unasked = await aitbc(`lease book ${second} --for 1h --in 30min`)
    expect(unasked).toMatchObject({ code: 2, out: '', err: expect.stringContaining('18 an hour') })
    expect(await aitbc(`lease book ${second} --in 30min --yes`)).toMatchObject({ code: 2 })
    const booked = await aitbc(`lease book ${second} --for 1h --in 30min --yes --json`)
    expect(booked.code, booked.err).toBe(0)
    const { id } = JSON.parse(booked.out)
    expect(JSON.parse(booked.out)).toMatchObject({ miner: second, state: 'ahead', stepsPaid: 1, price: '18000000' })
    const again = await aitbc(`lease book ${second} --for 1h --in 30min --yes`)
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('leased already') })
    const longer = await aitbc(`lease extend ${id.slice(0, 10)} --for 60s --yes --json`)
    expect(JSON.parse(longer.out).startsAt).toBe(JSON.parse(booked.out).endsAt)
    expect((await aitbc('lease list')).out).toContain(id.slice(0, 8))
    expect((await aitbc(`lease cancel ${id} --yes --json`)).code).toBe(0)
    const { leased } = JSON.parse((await aitbc('lease list --json')).out)
    expect(leased.find((lease: { id: string }) => lease.id === id)).toMatchObject({ state: 'ended' })
    expect((await aitbc('lease cancel 0x12345678 --yes')).code).toBe(1)
  }, 60_000)

  test('is not leased above the price that the client names', async () => {
    const wish = { miner: miner().operator!, seconds: 600n, pricePerHourMax: credits(17_999_999) }
    await expect(lessee().leases.book(wish)).rejects.toMatchObject({ code: 'PRICE_CEILING' })
  })
})

test('two leases of one time are found, told to others, shown to the court, and cost stake and name', async () => {
  const { net } = mesh
  const address = miner().operator!
  const startsAt = BigInt(Math.floor(Date.now() / 1_000)) + 3_600n
  const lease = await lessee().leases.book({ miner: address, seconds: 600n, startsAt })
  const domain = await domainOf(net)
  const crypto = await createCrypto()
  using keys = new Keystore(join(miner().settings.dataFolder, folderFiles.keys), {
    ...{ crypto, random: systemRandom, clock: systemClock },
  })
  using key = keys.loadOrCreate('operator')
  const { proposed } = miner()
    .miner!.leases!.leases()
    .find(({ id }) => id === lease.id)!
  // What its journal would never let it sign.
  const second = signStruct(
    domain,
    leaseType,
    {
      ...{ operator: address, card: proposed.card as Hash32, startsAt: startsAt + 599n, endsAt: startsAt + 700n },
      agreement: `0x${'ab'.repeat(32)}` as AttemptId,
    },
    key.signer,
  )
  net.client.evidence.watch.heardLease(second)
  const kept = () => net.client.evidence.watch.kept()
  await expect.poll(kept, SETTLED).toMatchObject([{ operator: address, kind: 'leases', source: 'own' }])
  await expect
    .poll(() => net.miners[1]!.evidence.watch.kept(), SETTLED)
    .toMatchObject([{ operator: address, kind: 'leases', source: 'told' }])
  const { nullifier } = kept()[0]!
  await expect.poll(() => net.client.evidence.standing(nullifier), SETTLED).toContain('punished')
  // Its owner is tombstoned: nobody shows it any more.
  await expect.poll(() => net.client.client!.book.live().some(({ offer }) => offer.miner === address)).toBe(false)
  await expect(lessee().infer({ ...job(), deadlineMs: 5_000 })).rejects.toMatchObject({ code: 'NO_MINER' })
}, 90_000)
