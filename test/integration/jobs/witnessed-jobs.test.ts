/** Over real connections: witnesses time a job, its miner is paid the class that it met, and both sides' books say the same. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NodeEvent } from '../../../node/events/node-event.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { identityModel, loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

const SOON = { interval: 50 }
const BASE = credits(1_000)

let mesh: JobNetwork
const heard: NodeEvent[] = []
beforeAll(async () => {
  mesh = await jobNetwork(
    { identity: identityModel('uint8', ['n']), slow: loopedPerceptronModel(256, 100_000) },
    {
      // What this miner grants nobody could keep to: the slow model takes some tenths of a second at least, more than a busy machine is late with a stamp.
      miners: [
        { models: ['slow'], sla: 'on', slaClassesMs: '1,2,3' },
        { models: ['identity'], sla: 'on' },
        { models: ['identity'] },
      ],
    },
  )
  for (const { bus } of [...mesh.net.miners, mesh.net.client]) bus.listen(({ event }) => heard.push(event))
})
afterAll(() => mesh[Symbol.asyncDispose]())

test('a miner that is late by the word of two witnesses is paid the class that it met', async () => {
  // It draws its witnesses among those whose offers it has heard.
  for (const { router } of mesh.net.miners) await expect.poll(() => [...router!.directory.live()].length, SOON).toBe(3)
  const { client } = mesh.net.client
  const job = { model: mesh.id('slow'), inputs: [floats('x', [1, 256], new Array(256).fill(0.5))] }
  const answer = await client!.infer({ ...job, latencyMsMax: 3_000, serviceLevel: 'witnessed' })
  const { verdict, witnesses } = (await answer.service)!
  expect(verdict).toMatchObject({ kind: 'late', met: 'economy', paid: 700n })
  expect(witnesses).toBe(2)
  expect((await answer.receipt).price).toBe(BASE)
  expect(await client!.settle(10_000)).toBe(true)
  const { attempts } = client!.stories.find(answer.job)!
  expect(attempts[0]!.service).toMatchObject({ verdict: 'late', met: 'economy', paid: '700', witnesses: 2 })
  await expect.poll(() => heard.filter(({ kind }) => kind === 'service:judged'), SOON).toHaveLength(2)
  const judged = heard.filter((event) => event.kind === 'service:judged')
  for (const side of ['client', 'miner'])
    expect(judged.find((event) => event.side === side)).toMatchObject({ verdict: 'late', paid: 700n, letOff: 300n })
  expect(mesh.net.client.state().spent.due).toBe(700n)
})

test('a miner that keeps to its class is paid in full', async () => {
  const { client } = mesh.net.client
  const answer = await client!.infer({ model: mesh.id('identity'), inputs: [bytesInput(8)], serviceLevel: 'witnessed' })
  expect(answer.miner).toBe(mesh.net.miners[1]!.operator)
  expect(await answer.service).toMatchObject({ verdict: { kind: 'on-time', paid: BASE }, witnesses: 2 })
})
