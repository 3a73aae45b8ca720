import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeMethods } from '../../../node/control/methods/node-methods.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type Contradiction, contradictionFault } from '../../../protocols/statements/contradiction.ts'
import { receiptStatus } from '../../../protocols/statements/struct-types.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { HostileMiner } from '../../support/nodes/hostile-miner.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

const SOON = { interval: 20 }

let mesh: JobNetwork
/** Two miners that keep directories, and a light peer. */
let nodes: readonly RunningNode[]
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { miners: [{}, {}] })
  nodes = [...mesh.net.miners, mesh.net.client]
})
afterAll(() => mesh[Symbol.asyncDispose]())

const job = () => ({ model: mesh.id('identity'), inputs: [bytesInput(8)] })
const user = () => mesh.net.client.client!

const isOffered =
  (operator: Address, ...by: readonly RunningNode[]) =>
  (): boolean =>
    by.every(({ router, client }) => {
      const known = [...(router?.directory.live() ?? []), ...(client?.book.live() ?? [])]
      return known.some(({ offer }) => offer.miner === operator)
    })
const evidenceOf = (operator: Address, { evidence }: RunningNode) =>
  evidence.watch.kept().filter((kept) => kept.operator === operator)

/** Known to every node as a miner that can be asked. */
async function liar(): Promise<HostileMiner> {
  const started = await HostileMiner.start(mesh.net, { model: mesh.model('identity') })
  await user().search()
  await expect.poll(isOffered(started.address, ...nodes), SOON).toBe(true)
  return started
}

/** @param finder where only one of them can have heard both sides */
async function isGoneEverywhere(operator: Address, kind: Contradiction['kind'], finder?: RunningNode): Promise<void> {
  for (const node of nodes) {
    await expect.poll(() => evidenceOf(operator, node), SOON).toMatchObject([{ kind }])
    expect(isOffered(operator, node)()).toBe(false)
    const [found] = evidenceOf(operator, node)
    if (finder !== undefined) expect(found!.source).toBe(node === finder ? 'own' : 'told')
    const { contradiction } = node.evidence.watch.evidence(found!.nullifier)!
    expect(contradictionFault(await domain(), contradiction)).toBeUndefined()
  }
}
const domain = async () => (await import('../../support/nodes/test-client.ts')).domainOf(mesh.net)

describe('a miner that contradicts itself is found, and gone from every directory:', () => {
  test('it gossips two offers of one sequence', async () => {
    await using miner = await liar()
    await miner.gossip(miner.signAgain({ jobs: 7 }))
    await isGoneEverywhere(miner.address, 'offer-heads')
    await expect(user().infer(job())).resolves.toMatchObject({ miner: expect.not.stringContaining(miner.address) })
    // What it offers from now on is taken by nobody.
    await miner.gossip(miner.sign())
    await user().search()
    expect(nodes.map((node) => isOffered(miner.address, node)())).toEqual([false, false, false])
  })

  test('it shows its client another offer than everybody else', async () => {
    await using miner = await liar()
    const other = miner.signAgain({ jobs: 7 })
    miner.job = async function* () {
      yield miner.refused('BUSY', other.bytes)
    }
    const answer = await user().infer(job())
    expect(answer.miner).not.toBe(miner.address)
    await isGoneEverywhere(miner.address, 'offer-heads', mesh.net.client)
  })

  test('its journal forgot an attempt, and it signs another end of it', async () => {
    await using miner = await liar()
    const answer = await user().infer(job())
    expect(answer.miner).toBe(miner.address)
    const receipt = await answer.receipt
    await expect.poll(() => miner.followers, SOON).toBe(1)
    // The same once more, as an honest miner tells it whose line broke, says nothing against it.
    miner.tell(miner.batchOf([receipt]))
    miner.tell(miner.batchOf([{ ...receipt, computedUs: receipt.computedUs + 1n }]))
    miner.tell(miner.batchOf([{ ...receipt, status: receiptStatus.abortedRestart, price: credits(0) }]))
    await isGoneEverywhere(miner.address, 'receipts', mesh.net.client)
    const { contradiction, agreement } = mesh.net.client.evidence.watch.evidence(
      evidenceOf(miner.address, mesh.net.client)[0]!.nullifier,
    )!
    const sides = [contradiction.a, contradiction.b].map((side) => ('receipt' in side ? side.receipt : undefined))
    expect(sides).toContainEqual(receipt)
    // Its payer can open what was agreed on, and nobody else.
    expect(agreement).toMatchObject({ payer: user().purse.payer, operator: miner.address })
    const [elsewhere] = evidenceOf(miner.address, nodes[0]!)
    expect(nodes[0]!.evidence.watch.evidence(elsewhere!.nullifier)!.agreement).toBeUndefined()
  })
})

test('honest miners are named by nobody, whatever came before', () => {
  for (const node of nodes) for (const { operator } of mesh.net.miners) expect(evidenceOf(operator!, node)).toEqual([])
})

test('a node that is started again keeps the operator out', async () => {
  await using miner = await liar()
  const start = (name: string) => mesh.net.add(name, { roles: ['router'], models: [] })
  const first = await start('witness')
  await miner.publish()
  await expect.poll(isOffered(miner.address, first), SOON).toBe(true)
  await miner.gossip(miner.signAgain({ jobs: 7 }))
  await expect.poll(() => evidenceOf(miner.address, first), SOON).toHaveLength(1)
  await first[Symbol.asyncDispose]()
  const again = await start('witness')
  expect(evidenceOf(miner.address, again)).toHaveLength(1)
  expect(again.evidence.watch.isBarred(miner.address)).toBe(true)
  const context = { signal: AbortSignal.timeout(10_000), emit: async () => undefined }
  const told = await nodeMethods(again, () => undefined).evidence({ id: miner.address }, context)
  expect(told).toMatchObject({
    evidence: [{ operator: miner.address, kind: 'offer-heads', bytes: expect.any(String) }],
  })
  await again[Symbol.asyncDispose]()
})
