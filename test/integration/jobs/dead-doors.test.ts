/** Nobody needs the bootstrap peers to live: who was in the network before, or knows one address of it, finds it without them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StatusJson } from '../../../node/cli/node/status-command.ts'
import { nodeMethods } from '../../../node/control/methods/node-methods.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

const SOON = { interval: 50 }

let mesh: JobNetwork
let miners: RunningNode[]
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { miners: [{}, {}, {}, {}] })
  miners = [...mesh.net.miners]
})
afterAll(() => mesh[Symbol.asyncDispose]())

test('nodes that came by one bootstrap peer meet each other before it goes', async () => {
  for (const { mesh: network } of miners) {
    await expect
      .poll(() => miners.filter(({ peer }) => network.connectedPeers().includes(peer)).length, SOON)
      .toBe(miners.length - 1)
  }
  await mesh.net.door[Symbol.asyncDispose]()
})

const job = () => ({ model: mesh.id('identity'), inputs: [bytesInput(8)] })
const known = (name: string) => JSON.parse(readFileSync(join(mesh.net.folder, name, 'known-peers.json'), 'utf8'))
const serving = { roles: ['miner', 'router'], engineThreads: 1 }

test('a miner hears from the others how many of them see it', async () => {
  const seen: number[] = []
  for (const miner of miners) {
    const others = miners.filter((other) => other !== miner)
    const holders = (): number =>
      others.filter(({ router }) => [...router!.directory.live()].some(({ offer }) => offer.peer === miner.peer)).length
    const context = { signal: new AbortController().signal, emit: async () => undefined }
    const { seenBy } = (await nodeMethods(miner, () => undefined).status({ ask: true }, context)) as StatusJson
    expect(seenBy).toMatchObject({ seen: holders(), asked: others.length })
    seen.push(holders())
  }
  // Who came first has said its offer to those who came after; who was alone then says it again.
  expect(Math.max(...seen)).toBeGreaterThan(0)
})

test('half of the nodes restart without a bootstrap peer and are in the network again', async () => {
  for (const i of [0, 1]) {
    const name = `miner-${i + 1}`
    await miners[i]![Symbol.asyncDispose]()
    // The door is in the network file, and need not be remembered.
    expect(known(name).peers.map(({ peer }: { readonly peer: string }) => peer)).not.toContain(mesh.net.door.peer)
    miners[i] = await mesh.net.add(name, { ...serving, models: [mesh.path('identity')] })
    expect(miners[i]!.mesh.connectedPeers().length).toBeGreaterThan(0)
  }
  const [first, second] = miners as [RunningNode, RunningNode]
  await expect.poll(() => first.mesh.connectedPeers(), SOON).toContain(second.peer)
})

test('a new light peer that knows one address finds a miner and gets an answer', async () => {
  const entry = miners[3]!.addresses()[0]!
  await using late = await mesh.net.add('late', { roles: ['client'], listen: [], entryPeers: [entry] })
  const answer = await late.client!.infer(job())
  expect(answer.outputs[0]!.data).toEqual(bytesInput(8).data)
  // Those that restarted are heard of as soon as their offers have come around.
  await expect.poll(async () => (await late.client!.models())[0]!.miners.length, SOON).toBe(miners.length)
})

test('a light peer that was there before finds it by the peers that it met', async () => {
  await using back = await mesh.net.add('late', { roles: ['client'], listen: [] })
  expect(back.settings.entryPeers).toEqual([])
  expect((await back.client!.infer(job())).outputs).toHaveLength(1)
})

test('a damaged file of known peers is told of and stops nobody', async () => {
  await miners[1]![Symbol.asyncDispose]()
  writeFileSync(join(mesh.net.folder, 'miner-2', 'known-peers.json'), '{"version":1,"peers":[')
  const entryPeers = [miners[2]!.addresses()[0]!]
  miners[1] = await mesh.net.add('miner-2', { ...serving, models: [mesh.path('identity')], entryPeers })
  expect(miners[1].state().troubles).toMatchObject([{ code: 'DATA_FOLDER_DAMAGED' }])
  expect(miners[1].mesh.connectedPeers().length).toBeGreaterThan(0)
})
