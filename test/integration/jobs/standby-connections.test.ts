import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { type TestClient, testClient } from '../../support/nodes/test-client.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork(
    { identity: identityModel('uint8', ['n']) },
    { miners: [{ basePrice: '0.001' }, { basePrice: '0.002' }] },
  )
})
afterAll(() => mesh[Symbol.asyncDispose]())

const job = ({ client }: TestClient) => client.infer({ model: mesh.id('identity'), inputs: [bytesInput(8)] })

/** Opened with that peer from here on, by whomever. */
function openings({ mesh: { libp2p } }: TestClient, peer: PeerId) {
  let count = 0
  libp2p.addEventListener('connection:open', ({ detail }) => {
    if (detail.remotePeer.toString() === peer) count++
  })
  return () => count
}

test('a connection is let go of that nothing uses, and one that is in use stays', async () => {
  const [first, second] = mesh.net.miners as [RunningNode, RunningNode]
  await using user = await testClient(mesh.net)
  await job(user)
  user.mesh.disconnect(second.peer)
  await expect.poll(() => user.mesh.connectedPeers()).not.toContain(second.peer)
  await user.mesh.connect(second.peer)
  for (const { peer } of [first, second]) user.mesh.release(peer)
  await expect.poll(() => user.mesh.connectedPeers()).not.toContain(second.peer)
  expect(user.mesh.connectedPeers()).toContain(first.peer)
})

test('a second attempt dials nobody where jobs of the model keep coming, and dials where nothing was kept ready', async () => {
  const [first, second] = mesh.net.miners as [RunningNode, RunningNode]
  await using prepared = await testClient(mesh.net, { standbyMiners: 2 })
  await using unprepared = await testClient(mesh.net)
  for (const user of [prepared, unprepared]) {
    expect((await job(user)).miner).toBe(first.operator)
    // It was a directory that was asked; among many miners hardly any of those that serve a model are.
    user.mesh.disconnect(second.peer)
    await expect.poll(() => user.mesh.connectedPeers()).not.toContain(second.peer)
    expect((await job(user)).miner).toBe(first.operator)
  }
  await expect.poll(() => prepared.mesh.connectedPeers()).toContain(second.peer)
  expect(unprepared.mesh.connectedPeers()).not.toContain(second.peer)

  const dials = [openings(prepared, second.peer), openings(unprepared, second.peer)]
  await first.miner!.board.pause(true)
  for (const user of [prepared, unprepared])
    expect(await job(user)).toMatchObject({ miner: second.operator, attempts: 2 })
  expect(dials.map((count) => count())).toEqual([0, 1])
})
