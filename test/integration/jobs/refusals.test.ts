import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import type { RefusalReason } from '../../../protocols/wire/job/refusals.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { openOffer } from '../../../protocols/wire/offer/offer.ts'
import { identityModel, loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { RawClient, type RunChange } from '../../support/nodes/raw-client.ts'
import { domainOf, testClient } from '../../support/nodes/test-client.ts'
import { canMount, SmallDisk } from '../../support/small-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const MIB = 1_048_576
const PRICE = 1_000n
/** All that the escrow of everybody holds. */
const ESCROW = 1_000_000_000n

let mesh: JobNetwork
let miner: RunningNode
beforeAll(async () => {
  const models = { identity: identityModel('uint8', ['n']), slow: loopedPerceptronModel(1_024, 100_000) }
  mesh = await jobNetwork(models, { miners: [{ basePrice: '0.001', jobsMax: 1, inputMemoryMax: MIB }] })
  miner = mesh.net.miners[0]!
})
afterAll(() => mesh[Symbol.asyncDispose]())

const input = bytesInput(16)
const slowInput = floats('x', [1, 1_024], new Array(1_024).fill(0.5))
const hash = (byte: string): Hash32 => `0x${byte.repeat(32)}` as Hash32

/** The answer to one first message. */
async function answerTo(change: RunChange, price = PRICE, inputs: readonly Tensor[] = [input]): Promise<JobResponse> {
  await using raw = await RawClient.start(mesh.net, miner)
  const { run } = await raw.run(mesh.id('identity'), inputs, change, price)
  return await raw.end(run)
}

/** Keeps the one place of the miner until disposed. */
async function holdingTheMiner(): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const raw = stack.use(await RawClient.start(mesh.net, miner))
  const { run } = await raw.run(mesh.id('slow'), [slowInput], {}, PRICE)
  const stop = new AbortController()
  const work = (async () => {
    for await (const _ of raw.call(run, stop.signal)) {
      // Progress until it is cancelled.
    }
  })().catch(() => undefined)
  await expect.poll(() => miner.miner!.desk.jobs).toBe(1)
  stack.defer(async () => {
    stop.abort()
    await work
    await expect.poll(() => miner.miner!.desk.jobs).toBe(0)
  })
  return stack.move()
}

describe('a miner refuses a job with', () => {
  test.each<[RefusalReason, string, RunChange, bigint?]>([
    ['MODEL_UNKNOWN', 'that it does not serve', { spec: { model: modelIdOf(new Uint8Array(32)) } }],
    ['PRICE_TOO_LOW', 'whose ceiling is below its price', { terms: { priceMax: credits(PRICE - 1n) } }],
    ['OFFER_STALE', 'that names an offer it does not know', { terms: { offerHead: hash('ab') } }],
    ['CLOCK', 'that names an old block', { terms: { blockTime: 1_767_225_600n } }],
    ['CLOCK', 'that names a block to come', { terms: { blockTime: BigInt(Math.ceil(Date.now() / 1_000)) + 120n } }],
    ['INPUT', 'whose input has another name', { spec: { inputs: [{ ...input, name: 'z' }] } }],
    ['INPUT', 'whose input has another shape', { spec: { inputs: [{ ...input, dims: [4, 4] }] } }],
    ['INPUT', 'without input', { spec: { inputs: [] } }],
    ['UNPAID', 'of a stranger that pays nothing ahead', {}, 0n],
    ['UNPAID', 'of a stranger that pays too little ahead', {}, PRICE - 1n],
    ['ESCROW', 'whose voucher is above the escrow', {}, ESCROW + 1n],
  ])('%s: one %s', async (reason, _, change, price = PRICE) => {
    expect(await answerTo(change, price)).toMatchObject({ kind: 'refused', reason })
  })

  test('OFFER_STALE and the offer that stands now', async () => {
    const answer = await answerTo({ terms: { offerHead: hash('cd') } })
    const bytes = answer.kind === 'refused' ? answer.offer : undefined
    expect(openOffer(domainOf(mesh.net), bytes!).hash).toBe(miner.miner!.board.current!.hash)
  })

  test('BUSY where all its places are taken', async () => {
    await using _ = await holdingTheMiner()
    expect(await answerTo({})).toMatchObject({ kind: 'refused', reason: 'BUSY' })
  })

  test('MEMORY where the inputs are more than it may hold', async () => {
    expect(await answerTo({}, PRICE, [bytesInput(MIB + 1)])).toMatchObject({ kind: 'refused', reason: 'MEMORY' })
  })

  test('DEADLINE where such jobs take longer here', async () => {
    miner.miner!.models.get(mesh.id('identity'))!.observe(60_000_000)
    expect(await answerTo({ spec: { deadlineMs: 1_000 } })).toMatchObject({ kind: 'refused', reason: 'DEADLINE' })
    for (let i = 0; i < 100; i++) miner.miner!.models.get(mesh.id('identity'))!.observe(100)
  })

  test('POLICY while it is paused, and takes it afterwards', async () => {
    await miner.miner!.board.pause(true)
    expect(await answerTo({})).toMatchObject({ kind: 'refused', reason: 'POLICY' })
    await miner.miner!.board.pause(false)
    expect(await answerTo({})).toMatchObject({ kind: 'finished', price: PRICE })
  })

  test('DRAINING while it stops, and what runs may end', async () => {
    const leaving = await mesh.net.add('leaving', { roles: ['miner'], models: [mesh.path('slow')], basePrice: '0.001' })
    await using raw = await RawClient.start(mesh.net, leaving)
    const first = await raw.run(mesh.id('slow'), [slowInput], {}, PRICE)
    const stop = new AbortController()
    const running = (async () => {
      for await (const _ of raw.call(first.run, stop.signal)) {
        // Progress until it is cancelled.
      }
    })().catch(() => undefined)
    await expect.poll(() => leaving.miner!.desk.jobs).toBe(1)
    const stopped = leaving[Symbol.asyncDispose]()
    const second = await raw.run(mesh.id('slow'), [slowInput], {}, PRICE)
    const answer = (): Promise<unknown> => raw.end(second.run).catch(String)
    await expect.poll(answer).toMatchObject({ kind: 'refused', reason: 'DRAINING' })
    stop.abort()
    await running
    await stopped
  })

  test.runIf(canMount)('DISK_FULL while receipts could not be kept', async () => {
    const disk = new SmallDisk(64 * MIB)
    const poor = await mesh.net.add('poor', {
      roles: ['miner'],
      models: [mesh.path('identity')],
      dataFolder: `${disk.path}/node`,
    })
    await using raw = await RawClient.start(mesh.net, poor)
    disk.fill()
    const refused = async () => await raw.end((await raw.run(mesh.id('identity'), [input], {}, PRICE)).run)
    await expect.poll(refused).toMatchObject({ kind: 'refused', reason: 'DISK_FULL' })
    disk.free()
    await poor[Symbol.asyncDispose]()
  })
})

describe('a miner whose journal fails while it runs', () => {
  test('refuses jobs as one that needs a new start, not as one without space, and tells its owner why', async () => {
    const folder = temporaryFolder()
    const broken = await mesh.net.add('broken', {
      roles: ['miner'],
      models: [mesh.path('identity')],
      dataFolder: folder,
    })
    await using raw = await RawClient.start(mesh.net, broken)
    const answer = async () => await raw.end((await raw.run(mesh.id('identity'), [input], {}, PRICE)).run)
    expect(broken.state().signing).toBeUndefined()
    const other = new DatabaseSync(join(folder, 'journal.sqlite'), { timeout: 5_000 })
    other.exec('DROP TABLE batch')
    other.close()
    // The voucher of this one is written, and its end is not: from there on the journal stands.
    await answer().catch(() => undefined)
    await expect.poll(() => broken.state().signing).toMatchObject({ message: expect.stringContaining('no such table') })
    const refused = { kind: 'refused', reason: 'DRAINING', detail: expect.stringContaining('started again') }
    expect(await answer()).toMatchObject(refused)
    expect(broken.state()).toMatchObject({ space: 'ok', jobs: { refused: { DRAINING: 1 } } })
    await broken[Symbol.asyncDispose]()
  })
})

describe('a client that is refused', () => {
  test('hears every reason where nobody is left', async () => {
    await using _ = await holdingTheMiner()
    await using user = await testClient(mesh.net)
    const job = user.client.infer({ model: mesh.id('identity'), inputs: [input] })
    await expect(job).rejects.toMatchObject({ code: 'NO_MINER', facts: { reasons: '1 full' } })
    expect(user.client.stories.all()).toMatchObject([
      { state: 'failed', error: { code: 'NO_MINER' }, attempts: [{ state: 'refused' }] },
    ])
  })

  test('for its clock hears so', async () => {
    await using user = await testClient(mesh.net, { blockApart: 3_600n })
    const job = user.client.infer({ model: mesh.id('identity'), inputs: [input] })
    await expect(job).rejects.toMatchObject({ code: 'NO_MINER', facts: { reasons: '1 with another time' } })
  })

  test('under an offer that was renewed meanwhile runs under the new one', async () => {
    await using user = await testClient(mesh.net)
    await user.client.search(mesh.id('identity'))
    // Newer ones push the offer that the client knows out of the miner's memory.
    const known = user.client.book.offerOf(miner.operator!)!.hash
    const { board } = miner.miner!
    while (board.priceUnder(known, mesh.id('identity')) !== undefined) {
      await board.pause(true)
      await board.pause(false)
    }
    const answer = await user.client.infer({ model: mesh.id('identity'), inputs: [input] })
    expect(user.client.stories.find(answer.job)!.attempts.map(({ state }) => state)).toEqual(['refused', 'finished'])
    await answer.receipt
  })
})
