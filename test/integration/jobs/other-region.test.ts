/** A model that nobody in the client's region serves: its miners are found by what they can do, and no longer when they pause. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCapable } from '../../../node/client/finding/find-capable.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { signingDomain } from '../../../protocols/statements/struct-hash.ts'
import { servesModel } from '../../../protocols/wire/profile/capability-key.ts'
import { profileKey, profileSpace } from '../../../protocols/wire/profile/profile.ts'
import type { ProfileBody } from '../../../protocols/wire/profile/profile-body.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { hasher } from '../../support/nodes/mesh-nodes.ts'
import { testClient } from '../../support/nodes/test-client.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork(
    { here: identityModel('uint8', ['n']), there: identityModel('uint8', ['m']) },
    { miners: [{ models: ['here'] }, { models: ['there'], region: 'far-east' }] },
  )
})
afterAll(() => mesh[Symbol.asyncDispose]())

test('a client gets its answer from another region where its own has nobody for the model', async () => {
  await using user = await testClient(mesh.net)
  const [, far] = mesh.net.miners
  const answer = await user.client.infer({ model: mesh.id('there'), inputs: [bytesInput(8)] })
  expect(answer.miner).toBe(far!.operator)
  expect((await answer.receipt).price).toBe(1_000n)
})

/** As the DHT has it. */
async function profileOf({ operator, network }: RunningNode, reader: RunningNode): Promise<ProfileBody | undefined> {
  const domain = signingDomain({ networkId: network.networkId, chainId: BigInt(network.chainId) }, crypto)
  const found = await reader.mesh.getRecord(profileSpace(domain), profileKey(operator!))
  return found?.body
}

test('a miner that pauses is announced no more, is asked in vain at once, and comes back', async () => {
  await using user = await testClient(mesh.net)
  const [near, far] = mesh.net.miners
  await user.client.search(mesh.id('there'))
  // Asked of the neighbour itself, for routers hear their own region only.
  await expect
    .poll(() => far!.miner!.line.latencies(), { timeout: 30_000 })
    .toEqual([{ region: near!.settings.region, latencyMs: expect.any(Number), voters: 1 }])
  await far!.miner!.pause.stop()
  await expect(user.client.infer({ model: mesh.id('there'), inputs: [bytesInput(8)] })).rejects.toMatchObject({
    code: 'NO_MINER',
  })
  expect(far!.state().pause).toEqual({})
  // What is put anyway says how far the other region is.
  const latencies = far!.miner!.line.latencies().map(({ region, latencyMs }) => ({ region, latencyMs }))
  await expect.poll(() => profileOf(far!, near!)).toMatchObject({ paused: 1, latencies })
  await far!.miner!.pause.resume()
  await user.client.search(mesh.id('there'))
  expect((await user.client.infer({ model: mesh.id('there'), inputs: [bytesInput(8)] })).miner).toBe(far!.operator)
})

test('whoever looks finds it under the model that it serves, and nobody under one that nobody serves', async () => {
  await using user = await testClient(mesh.net)
  const find = (id: ReturnType<JobNetwork['id']>) =>
    findCapable({ network: user.mesh, hasher, clock: systemClock, random: systemRandom }, servesModel(id))
  const [near, far] = mesh.net.miners
  expect(await find(mesh.id('there'))).toEqual([far!.peer])
  expect(await find(mesh.id('here'))).toEqual([near!.peer])
})
