import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakJournal } from '../../../bootstrap/demo/break-journal.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { contradictionFault } from '../../../protocols/statements/contradiction.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { domainOf } from '../../support/nodes/test-client.ts'

const SOON = { interval: 20 }

let mesh: JobNetwork
beforeAll(async () => {
  const prices = ['0.001', '0.0012', '0.005']
  const miners = prices.map((basePrice) => ({ basePrice, roles: ['miner', 'router'] }))
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { miners })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const job = () => ({ model: mesh.id('identity'), inputs: [bytesInput(8)] })
const others = (than: RunningNode) => [...mesh.net.miners, mesh.net.client].filter((node) => node !== than)

/** In everybody's hands, and out of everybody's directory. */
async function isGone(miner: RunningNode, kind: string): Promise<void> {
  const { operator } = miner
  for (const node of others(miner)) {
    const { watch } = node.evidence
    const kept = () => watch.kept().filter((each) => each.operator === operator)
    await expect.poll(() => kept().length, SOON).toBeGreaterThan(0)
    for (const each of kept()) expect(each.kind).toBe(kind)
    const { contradiction } = watch.evidence(kept()[0]!.nullifier)!
    expect(contradictionFault(domainOf(mesh.net), contradiction)).toBeUndefined()
    const known = [...(node.router?.directory.live() ?? []), ...(node.client?.book.live() ?? [])]
    expect(known.filter(({ offer }) => offer.miner === operator)).toEqual([])
  }
}

/** One good job, by the cheapest of those that are left. */
async function ranAt(miner: RunningNode) {
  const { client } = mesh.net.client
  await client!.search()
  const answer = await client!.infer(job())
  expect(answer.miner).toBe(miner.operator)
  return { answer, receipt: await answer.receipt }
}

describe('a real miner whose journal breaks convicts itself:', () => {
  test('it signs a second end of an attempt when its client asks again', async () => {
    const [miner] = mesh.net.miners as [RunningNode]
    await ranAt(miner)
    const { watch } = mesh.net.client.evidence
    // Asked again while the journal is whole, it says the same.
    miner.mesh.disconnect(mesh.net.client.peer)
    await ranAt(miner)
    await mesh.net.client.client!.settle()
    expect(watch.kept()).toEqual([])
    breakJournal(miner).forgetEnds()
    miner.mesh.disconnect(mesh.net.client.peer)
    await isGone(miner, 'receipts')
    const [found] = watch.kept()
    expect(found!.source).toBe('own')
  })

  test('it publishes a second offer under the number of the last', async () => {
    const miner = mesh.net.miners[1]!
    await ranAt(miner)
    breakJournal(miner).forgetSequences()
    await miner.miner!.pause.stop()
    await isGone(miner, 'offer-heads')
  })

  test('and the others go on', async () => {
    const honest = mesh.net.miners[2]!
    await ranAt(honest)
    for (const node of [...mesh.net.miners, mesh.net.client])
      expect(node.evidence.watch.isBarred(honest.operator!)).toBe(false)
  })
})
