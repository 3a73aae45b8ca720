import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DayBudgets } from '../../../node/gateway/day-budgets.ts'
import { changeBudget, makeNamedKey, revokeKey } from '../../../node/gateway/named-keys.ts'
import { SpentFile } from '../../../node/gateway/spent-file.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { startNode } from '../../../node/roles/start-node.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { folderFiles } from '../../../node/storage/data-folder.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'
import { InferenceClient } from '../../support/nodes/inference-client.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** What one job costs: the default of basePrice. */
const PRICE = 1_000n

let mesh: GatewayNetwork
beforeAll(async () => {
  mesh = await gatewayNetwork({ bytes: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const INFER = '/v2/models/bytes/infer'
const request = (price_max?: string) => ({
  inputs: [{ name: 'x', datatype: 'UINT8', shape: [2], data: [1, 2] }],
  ...(price_max === undefined ? {} : { parameters: { price_max } }),
})
const spentBy = (name: string) => mesh.net.client.gateway!.budgets().find((key) => key.name === name)
const folder = (): string => mesh.net.client.settings.dataFolder
const holderOf = (name: string, budget: bigint) => {
  const { key } = makeNamedKey(folder(), name, credits(budget), systemRandom)
  return new InferenceClient(mesh.url, key)
}
/** A gateway looks at its keys once a second. */
const known = async (program: InferenceClient): Promise<void> => {
  await expect.poll(async () => (await program.get('/v2/models/bytes')).status).toBe(200)
}

describe('the budget of a key', () => {
  test('is used up by what jobs cost, to the last of it, and its end is a typed answer with a way out', async () => {
    const program = holderOf('three-jobs', 3n * PRICE)
    await known(program)
    for (let i = 0; i < 3; i++) expect(await program.infer(INFER, request())).toMatchObject({ status: 200 })
    expect(spentBy('three-jobs')).toMatchObject({ budget: 3n * PRICE, spent: 3n * PRICE, reserved: 0n })
    const { status, headers, body } = await program.infer(INFER, request())
    expect({ status, code: headers.get('x-mesh-error') }).toEqual({ status: 402, code: 'KEY_BUDGET' })
    expect(body.error).toContain('the key three-jobs has 0 of its 0.003 a day left')
    expect(body.error).toContain('aitbc config api-key three-jobs --budget-per-day')
    const until = Date.parse(headers.get('retry-after')!)
    expect(until % 86_400_000).toBe(0)
    expect(until).toBeGreaterThan(Date.now())
    // Another key is another budget; and its owner may raise it while the node runs.
    expect(await mesh.program.infer(INFER, request())).toMatchObject({ status: 200 })
    changeBudget(folder(), 'three-jobs', credits(4n * PRICE))
    await expect.poll(async () => (await program.infer(INFER, request())).status).toBe(200)
  })

  test('does not let a crowd pass together', async () => {
    const program = holderOf('crowd', 5n * PRICE)
    await known(program)
    const crowd = Array.from({ length: 30 }, () => program.infer(INFER, request('0.001')))
    const statuses = (await Promise.all(crowd)).map(({ status }) => status)
    const answered = statuses.filter((status) => status === 200).length
    expect(answered).toBeGreaterThan(0)
    expect(answered).toBeLessThanOrEqual(5)
    expect(new Set(statuses)).toEqual(new Set([200, 429, 402].filter((status) => statuses.includes(status))))
    expect(spentBy('crowd')).toMatchObject({ spent: BigInt(answered) * PRICE, reserved: 0n })
  })

  test('that is below every price is told from a ceiling that its caller named', async () => {
    const program = holderOf('poor', PRICE / 2n)
    await known(program)
    const poor = await program.infer(INFER, request())
    expect({ status: poor.status, code: poor.headers.get('x-mesh-error') }).toEqual({ status: 402, code: 'KEY_BUDGET' })
    const low = await program.infer(INFER, request('0.0001'))
    expect({ status: low.status, code: low.headers.get('x-mesh-error') }).toEqual({
      status: 402,
      code: 'PRICE_CEILING',
    })
    expect(spentBy('poor')).toMatchObject({ spent: 0n, reserved: 0n })
  })

  test('is in the metrics, under the name of the key alone', async () => {
    const text = await (await mesh.program.get('/metrics')).text()
    expect(text).toMatch(/^aitbc_gateway_budget_credits\{key="main"\} 1000000$/m)
    expect(text).toMatch(/^aitbc_gateway_spent_credits\{key="main"\} [1-9]\d*$/m)
    expect(text).not.toContain('aitbc_gateway_spent_credits{key="aitbc_')
  })

  test('ends with its key, within a second', async () => {
    const program = holderOf('leaked', PRICE)
    await known(program)
    revokeKey(folder(), 'leaked')
    await expect.poll(async () => (await program.infer(INFER, request())).status).toBe(401)
  })

  test('holds where no key is asked for, and over restarts', async () => {
    const { settings, network } = mesh.net.client
    const own = { ...settings, dataFolder: temporaryFolder(), gatewayBudget: credits(2n * PRICE) }
    const statuses: number[] = []
    for (let run = 0; run < 2; run++) {
      await using node = await startNode({ settings: own, network, gatewayWithoutKey: true })
      const anybody = new InferenceClient(node.gateway!.url)
      for (let i = 0; i < 2; i++) statuses.push((await anybody.infer(INFER, request('0.001'))).status)
    }
    expect(statuses).toEqual([200, 200, 402, 402])
  })
})

test('no kill -9 opens a budget again', { timeout: 60_000 }, async () => {
  const path = join(temporaryFolder(), folderFiles.spent)
  const budget = credits(1_000_000_000n)
  let charged = 0n
  const kept: bigint[] = []
  for (let run = 0; run < 8; run++) {
    await using spender = new ScriptProcess<number>('./spending-process.ts', [path, String(budget), '20000', '7000'])
    const enough = 20 * (run + 1)
    await spender.until((prices) => prices.length >= enough)
    await spender.kill()
    charged += spender.messages.reduce((sum, price) => sum + BigInt(price), 0n)
    const after = new DayBudgets({ clock: systemClock, file: new SpentFile(path) })
    kept.push(after.of({ name: 'main', budget }).spent)
    expect(after.of({ name: 'main', budget }).spent).toBeGreaterThanOrEqual(charged)
    expect(kept.at(-1)).toBeLessThanOrEqual(budget)
  }
  // Killed again and again it only gets less.
  expect(kept).toEqual(kept.toSorted((a, b) => Number(a - b)))
})
