import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settleClient } from '../../../bootstrap/localnet/settle-nodes.ts'
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
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/job-network.ts'
import { identityModel } from '../../support/onnx-models.ts'
import { domainOf } from '../../support/test-client.ts'

const SETTLED = { timeout: 30_000, interval: 50 }
const PRICE_PER_HOUR = credits(1_000_000)

let mesh: JobNetwork
let other: RunningNode
beforeAll(async () => {
  const models = { identity: identityModel('uint8', ['n']), elsewhere: identityModel('uint8', ['m']) }
  const common = { basePrice: '0.001', roles: ['miner', 'router'] }
  const miners = [
    { ...common, models: ['identity'], leasePrice: '1' },
    { ...common, models: ['elsewhere'] },
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
    expect(quote).toMatchObject({ price: 166_667n, card: { pricePerHour: PRICE_PER_HOUR, stepSeconds: 180n } })
    const lease = await lessee().leases.book({ miner: address, seconds: 600n })
    expect(lease).toMatchObject({ state: 'running', steps: 4, stepsPaid: 1, price: 166_667n })
    expect(miner().miner!.leases!.leases()).toMatchObject([{ id: lease.id, steps: 1 }])
    await expect.poll(() => miner().miner!.board.current?.body.paused, SETTLED).toBe(1)

    const answer = await lessee().infer(job())
    expect(answer).toMatchObject({ miner: address, price: 0n })
    expect((await answer.receipt).price).toBe(0n)

    await expect(other.client!.infer({ ...job(), deadlineMs: 5_000 })).rejects.toMatchObject({ code: 'NO_MINER' })
    await expect(other.client!.leases.book({ miner: address, seconds: 60n })).rejects.toMatchObject({
      code: 'LEASE_TAKEN',
      facts: { free: new Date(Number(lease.endsAt) * 1_000).toISOString() },
    })

    const longer = await lessee().leases.extend(lease.id, 120n)
    expect(longer).toMatchObject({ startsAt: lease.endsAt, endsAt: lease.endsAt + 120n, state: 'ahead' })
    expect(await lessee().leases.cancel(longer.id)).toMatchObject({ state: 'ended' })
    expect(await lessee().leases.cancel(lease.id)).toMatchObject({ state: 'ended' })
    await expect.poll(() => miner().miner!.board.current?.body.paused, SETTLED).toBeUndefined()
    await other.client!.search()
    expect(await other.client!.infer(job())).toMatchObject({ miner: address, price: 1_000n })
    // Both sides count the same: two first steps, and no job.
    expect(await lessee().settle()).toBe(true)
    expect(mesh.net.client.state().spent).toMatchObject({ disputed: 0 })
  }, 60_000)

  test('is not leased above the price that the client names, nor by who has no escrow', async () => {
    const wish = { miner: miner().operator!, seconds: 600n, pricePerHourMax: credits(999_999) }
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
