import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PriceReport, pricesFor } from '../../node/control/methods/price-method.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../support/nodes/job-network.ts'

let mesh: JobNetwork
let moving: RunningNode
let standing: RunningNode
beforeAll(async () => {
  const roles = ['miner', 'router']
  const miners = [
    { roles, basePrice: '0.001', priceStrategy: 'demand', basePriceMax: '0.002' },
    { roles, basePrice: '0.0015' },
  ]
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { miners })
  ;[moving, standing] = mesh.net.miners as [RunningNode, RunningNode]
})
afterAll(() => mesh[Symbol.asyncDispose]())

const { signal } = new AbortController()
const job = () => ({ model: mesh.id('identity'), inputs: [bytesInput(8)] })
const none = { basePriceMin: 'none', basePriceMax: 'none' }
const change = (wish: object): Promise<PriceReport> => pricesFor(moving, { change: { ...none, ...wish } }, signal)

test('a client sees what each miner asks for a model, and what they say it is made of', async () => {
  const { market, prices } = await pricesFor(mesh.net.client, { model: 'identity' }, signal)
  expect(prices).toEqual([])
  expect(market).toMatchObject({
    modelName: 'identity',
    miners: [
      {
        miner: moving.operator,
        base: 1_000n,
        classes: { realtime: 3_000n, economy: 700n },
        terms: { strategy: 'demand' },
      },
      { miner: standing.operator, base: 1_500n, terms: { strategy: 'fixed', reference: 1_000n } },
    ],
  })
})

test('a miner sees why it asks what it asks, and how many ask less', async () => {
  await expect.poll(async () => (await pricesFor(standing, {}, signal)).prices[0]!.others, { timeout: 5_000 }).toBe(1)
  const [price] = (await pricesFor(standing, {}, signal)).prices
  expect(price).toMatchObject({
    name: 'identity',
    strategy: 'fixed',
    asked: 1_500n,
    told: { base: 1_500n },
    steps: [{ base: 1_500n, why: 'named by its owner' }],
    cheaper: 1,
  })
  await expect(pricesFor(standing, { model: 'nothing' }, signal)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })
})

test('a job is charged what its offer said, though its miner asks more meanwhile, and the next one what is said then', async () => {
  const client = mesh.net.client.client!
  const before = await client.infer(job())
  expect([before.miner, before.price]).toEqual([moving.operator, 1_000n])
  const changed = await change({ basePrice: '0.0012', priceStrategy: 'auto' })
  expect(changed.prices).toMatchObject([{ strategy: 'fixed', asked: 1_200n, told: { base: 1_000n } }])
  const meanwhile = await client.infer(job())
  expect([meanwhile.miner, meanwhile.price]).toEqual([moving.operator, 1_000n])
  expect((await meanwhile.receipt).price).toBe(1_000n)
  // A withdrawal and what follows it are told at once.
  await moving.miner!.board.pause(true)
  await moving.miner!.board.pause(false)
  const told = async () => {
    await client.search(job().model)
    return client.book.offerOf(moving.operator!)?.body.models[0]?.base
  }
  await expect.poll(told, { timeout: 10_000 }).toBe(1_200n)
  const after = await client.infer({ ...job(), priceMax: credits(1_499) })
  expect([after.miner, after.price]).toEqual([moving.operator, 1_200n])
})

test('a wish that gives no price is refused, and changes nothing', async () => {
  const crossed = { basePrice: 'none', priceStrategy: 'market', basePriceMin: '2', basePriceMax: '1' }
  await expect(change(crossed)).rejects.toMatchObject({ code: 'PRICE_INPUT' })
  await expect(change({ basePrice: 'much', priceStrategy: 'auto' })).rejects.toMatchObject({ code: 'USAGE' })
  await expect(
    pricesFor(mesh.net.client, { change: { ...none, basePrice: '1', priceStrategy: 'auto' } }, signal),
  ).rejects.toMatchObject({
    code: 'ROLE_MISSING',
  })
  expect((await pricesFor(moving, {}, signal)).prices[0]).toMatchObject({ asked: 1_200n, strategy: 'fixed' })
})
