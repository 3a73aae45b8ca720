import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryJournal } from '../../../node/client/paying/client-journal.ts'
import { counterIdOf } from '../../../node/client/paying/counter-books.ts'
import { type Purse, purse } from '../../../node/client/paying/purse.ts'
import { escrowAddress } from '../../../node/config/network-file.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { counterId } from '../../../node/work/paying/counter-table.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { identityModel, loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { domainOf, newSigner, testClient } from '../../support/nodes/test-client.ts'
import { openJournal } from '../../support/open-journal.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PRICE = 1_000n
const SOON = { interval: 20 }

let mesh: JobNetwork
let miner: RunningNode
beforeAll(async () => {
  const models = {
    identity: identityModel('uint8', ['n']),
    slow: loopedPerceptronModel(256, 50_000),
    rare: identityModel('uint8', ['m']),
  }
  mesh = await jobNetwork(models, { miners: [{ models: ['identity', 'slow'], basePrice: '0.001' }] })
  miner = mesh.net.miners[0]!
})
afterAll(() => mesh[Symbol.asyncDispose]())

const job = () => ({ model: mesh.id('identity'), inputs: [bytesInput(8)] })
const slowJob = () => ({ model: mesh.id('slow'), inputs: [floats('x', [1, 256], new Array(256).fill(0.5))] })

function booksAt({ journal }: RunningNode, { payer, session }: { readonly payer: Address; readonly session: Address }) {
  const record = journal.miner.counter(counterId(payer, session))
  return record === undefined ? undefined : { due: record.due, cumulative: record.cumulative }
}

test('a client that is started again goes on with its keys and counters', async () => {
  const start = () => mesh.net.add('restarted-client', { roles: ['client'], listen: [] })
  const first = await start()
  for (let i = 0; i < 2; i++) await (await first.client!.infer(job())).receipt
  const keys = first.client!.purse
  await first[Symbol.asyncDispose]()
  expect(booksAt(miner, keys)).toEqual({ due: 2n * PRICE, cumulative: 2n * PRICE })
  const second = await start()
  expect(second.client!.purse).toMatchObject({ payer: keys.payer, session: keys.session })
  expect(second.client!.stories.all()).toMatchObject([{ state: 'answered' }, { state: 'answered' }])
  await (await second.client!.infer(job())).receipt
  expect(await second.client!.settle()).toBe(true)
  expect(booksAt(miner, keys)).toEqual({ due: 3n * PRICE, cumulative: 3n * PRICE })
  await second[Symbol.asyncDispose]()
})

/** Owes the miner the last of five jobs, and has no more than what is on its disk. */
async function killedBeforeItPaid(): Promise<{ readonly path: string; readonly keys: Purse }> {
  const path = join(temporaryFolder(), 'client')
  const keys = purse(domainOf(mesh.net), escrowAddress(mesh.net.network), newSigner())
  const opened = await openJournal(path)
  const user = await testClient(mesh.net, { purse: keys, journal: opened.journal.client })
  // Four paid ones lend enough that the fifth is not paid at once.
  for (let i = 0; i < 4; i++) await (await user.client.infer(job())).receipt
  expect(await user.client.settle()).toBe(true)
  await (await user.client.infer(job())).receipt
  // Killed: nothing is said.
  user.mesh.disconnect(miner.peer)
  await opened[Symbol.asyncDispose]()
  await user.mesh[Symbol.asyncDispose]()
  expect(booksAt(miner, keys)).toEqual({ due: 5n * PRICE, cumulative: 4n * PRICE })
  return { path, keys }
}

test('a client that was killed before it paid pays when it is back, without a new job', async () => {
  const { path, keys } = await killedBeforeItPaid()
  const again = await openJournal(path)
  await using back = await testClient(mesh.net, { purse: keys, journal: again.journal.client })
  await back.client.search(mesh.id('identity'))
  await expect.poll(() => booksAt(miner, keys), SOON).toEqual({ due: 5n * PRICE, cumulative: 5n * PRICE })
})

test('a client that settles looks for those whom it owed something before it was killed', async () => {
  const { path, keys } = await killedBeforeItPaid()
  const again = await openJournal(path)
  await using back = await testClient(mesh.net, { purse: keys, journal: again.journal.client })
  expect(again.journal.client.owing()).toEqual([counterIdOf(keys, miner.operator!)])
  expect(await back.client.settle()).toBe(true)
  expect(booksAt(miner, keys)).toEqual({ due: 5n * PRICE, cumulative: 5n * PRICE })
  expect(again.journal.client.owing()).toEqual([])
})

test('a client has not settled where a miner that it owes something is not to be found', async () => {
  const keys = purse(domainOf(mesh.net), escrowAddress(mesh.net.network), newSigner())
  const journal = memoryJournal()
  const { address: gone } = newSigner()
  const owed = [{ attempt: `0x${'ab'.repeat(32)}` as AttemptId, price: credits(PRICE) }]
  await journal.recordReceipts(counterIdOf(keys, gone), gone, owed)
  await using back = await testClient(mesh.net, { purse: keys, journal })
  expect(await back.client.settle(300)).toBe(false)
  await expect(back.client.settle(10_000, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('a miner that is started again has its books and receipts, and goes on with its clients', async () => {
  const start = (port: number) =>
    mesh.net.add('restarted-miner', { roles: ['miner', 'router'], models: [mesh.path('rare')], engineThreads: 1, port })
  const first = await start(0)
  const port = Number(first.addresses()[0]!.split('/')[4])
  const { directory } = miner.router!
  const offered = (node: RunningNode) => () =>
    [...directory.live()].some(({ offer }) => offer.hash === node.miner!.board.current!.hash)
  await expect.poll(offered(first), SOON).toBe(true)
  await using user = await testClient(mesh.net)
  const rareJob = { model: mesh.id('rare'), inputs: [bytesInput(8)] }
  const before = await user.client.infer(rareJob)
  const receipt = await before.receipt
  await (await user.client.infer(rareJob)).receipt
  expect(await user.client.settle()).toBe(true)
  const books = { due: 2n * PRICE, cumulative: 2n * PRICE }
  expect(booksAt(first, user.purse)).toEqual(books)
  await first[Symbol.asyncDispose]()

  const second = await start(port)
  expect(second.operator).toBe(first.operator)
  expect(booksAt(second, user.purse)).toEqual(books)
  const kept = second.journal.miner.batchesOf([before.attempt]).flatMap(({ receipts }) => receipts)
  expect(kept).toContainEqual(receipt)
  await expect.poll(offered(second), SOON).toBe(true)
  await user.client.search(rareJob.model)
  // The miner has forgotten that this peer speaks for the session key, and the client thinks that it knows.
  const after = await user.client.infer(rareJob)
  await after.receipt
  expect(await user.client.settle()).toBe(true)
  expect(booksAt(second, user.purse)).toEqual({ due: 3n * PRICE, cumulative: 3n * PRICE })
  await second[Symbol.asyncDispose]()
})

test('jobs that run at a miner that is gone end at another one', async () => {
  const doomed = await mesh.net.add('doomed', {
    roles: ['miner'],
    models: [mesh.path('slow')],
    basePrice: '0.0001',
    engineThreads: 1,
  })
  await using user = await testClient(mesh.net)
  const known = async () => {
    await user.client.search(mesh.id('slow'))
    return user.client.book.live(mesh.id('slow')).some(({ offer }) => offer.miner === doomed.operator)
  }
  await expect.poll(known, SOON).toBe(true)
  const jobs = Array.from({ length: 3 }, () => user.client.infer(slowJob()))
  await expect.poll(() => doomed.miner!.desk.jobs, SOON).toBeGreaterThan(0)
  // The cable is pulled: no goodbye, no drain.
  await doomed.mesh[Symbol.asyncDispose]()
  const answers = await Promise.all(jobs)
  expect(answers.map((answer) => answer.miner)).toEqual(new Array(3).fill(miner.operator))
  await Promise.all(answers.map(({ receipt }) => receipt))
  expect(booksAt(miner, user.purse)!.due).toBe(3n * PRICE)
  doomed.miner!.desk.cancelAll(new MeshError('CANCELLED'))
  await doomed[Symbol.asyncDispose]()
})
