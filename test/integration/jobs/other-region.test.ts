/** A model that nobody in the client's region serves: its miners are found by what they can do, and no longer when they pause. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCapable } from '../../../node/client/find-capable.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { servesModel } from '../../../protocols/wire/profile/capability-key.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/job-network.ts'
import { hasher } from '../../support/mesh-nodes.ts'
import { identityModel } from '../../support/onnx-models.ts'
import { testClient } from '../../support/test-client.ts'

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

test('a miner that pauses is announced no more, is asked in vain at once, and comes back', async () => {
  await using user = await testClient(mesh.net)
  const [, far] = mesh.net.miners
  await user.client.search(mesh.id('there'))
  await far!.miner!.pause.stop()
  await expect(user.client.infer({ model: mesh.id('there'), inputs: [bytesInput(8)] })).rejects.toMatchObject({
    code: 'NO_MINER',
  })
  expect(far!.state().pause).toEqual({})
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
