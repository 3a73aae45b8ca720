import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { wireOf } from '../../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { identityModel, loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { RawClient } from '../../support/nodes/raw-client.ts'
import { testClient } from '../../support/nodes/test-client.ts'

let mesh: JobNetwork
beforeAll(async () => {
  // Some seconds of work: long enough to be in the middle of it.
  mesh = await jobNetwork(
    { slow: loopedPerceptronModel(512, 30_000), identity: identityModel('uint8', ['n']) },
    { miners: [{}, {}] },
  )
})
afterAll(() => mesh[Symbol.asyncDispose]())

const input = floats('x', [1, 512], new Array(512).fill(0.5))
const hot = () => new MeshError('CARD_HOT', { why: '96 C at the core' })
const running = (): RunningNode | undefined => mesh.net.miners.find(({ miner }) => miner!.desk.jobs > 0)

test('work that a hot card ends is signed as ended by heat, costs nothing, and the miner takes the next job', async () => {
  const miner = mesh.net.miners[0]!
  await using raw = await RawClient.start(mesh.net, miner)
  const { run } = await raw.run(mesh.id('slow'), [input], {}, 1_000n)
  const answer = raw.end(run)
  await expect.poll(() => miner.miner!.desk.jobs).toBe(1)
  miner.miner!.desk.endAll(hot())
  expect(await answer).toMatchObject({ kind: 'aborted', cause: 'thermal', error: wireOf('CARD_HOT') })
  expect(miner.state().jobs).toMatchObject({ running: 0, aborted: { thermal: 1 } })
  const next = await raw.run(mesh.id('identity'), [bytesInput(16)], {}, 1_000n)
  expect(await raw.end(next.run)).toMatchObject({ kind: 'finished' })
})

test('a client whose miner gets too hot goes on elsewhere, and holds it against nobody', async () => {
  await using user = await testClient(mesh.net)
  const job = user.client.infer({ model: mesh.id('slow'), inputs: [input] })
  await expect.poll(running).toBeDefined()
  const miner = running()!
  miner.miner!.desk.endAll(hot())
  const answer = await job
  expect(answer).toMatchObject({ attempts: 2 })
  expect(answer.miner).not.toBe(miner.operator)
  await answer.receipt
  const { attempts } = user.client.stories.find(answer.job)!
  expect(attempts[0]).toMatchObject({ state: 'aborted', error: { code: 'ATTEMPT_ABORTED' } })
  const notes = user.client.book.live().find(({ offer }) => offer.miner === miner.operator)!
  expect(notes.failures).toBe(1)
  user.clock.shift(60_000)
  const later = user.client.book.live().find(({ offer }) => offer.miner === miner.operator)!
  expect(later.failures).toBe(0)
})
