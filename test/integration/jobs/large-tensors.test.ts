import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { identityModel, repeatModel } from '../../support/engines/onnx-models.ts'
import { int64Of, tensorOf } from '../../support/engines/tensor-of.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { type TestClient, testClient } from '../../support/nodes/test-client.ts'

const MB = 1_000_000

let mesh: JobNetwork
let miner: RunningNode
beforeAll(async () => {
  const models = { identity: identityModel('uint8', ['n']), repeat: repeatModel() }
  mesh = await jobNetwork(models, { miners: [{ inputMemoryMax: '64 MiB', engineMemoryMax: '1 GiB' }] })
  miner = mesh.net.miners[0]!
})
afterAll(() => mesh[Symbol.asyncDispose]())

/** Every byte says where it is. */
function content(bytes: number): Uint8Array {
  const filled = new Uint8Array(bytes)
  for (let i = 0; i < bytes; i++) filled[i] = i ^ (i >> 8) ^ (i >> 16)
  return filled
}
const inputOf = (bytes: Uint8Array): Tensor => tensorOf('x', 'uint8', [bytes.length], bytes)
const repeated = (byte: number, count: number): readonly Tensor[] => [
  tensorOf('x', 'uint8', [1], Uint8Array.of(byte)),
  int64Of('count', [1], count),
]

interface Cut {
  /** Cuts the connection when so much has gone over it in that direction. */
  readonly way: 'bytesIn' | 'bytesOut'
  readonly afterBytes: number
}

async function infer(user: TestClient, model: string, inputs: readonly Tensor[], cut?: Cut) {
  const events: string[] = []
  const traffic = (): number => {
    const figures = user.mesh.figures(miner.peer)
    return figures === undefined || cut === undefined ? 0 : figures[cut.way]
  }
  const before = traffic()
  const job = user.client.infer({ model: mesh.id(model), inputs, onEvent: ({ kind }) => void events.push(kind) })
  job.catch(() => undefined)
  if (cut !== undefined) {
    await expect.poll(() => traffic() - before, { interval: 1 }).toBeGreaterThan(cut.afterBytes)
    user.mesh.disconnect(miner.peer)
  }
  const answer = await job
  await answer.receipt
  expect(answer.attempts).toBe(1)
  return { answer, resumed: events.filter((kind) => kind === 'resumed').length }
}

describe('a job', () => {
  test('of 20 MB travels in frames, there and back, and is receipted for what arrived', async () => {
    await using user = await testClient(mesh.net)
    const bytes = content(20 * MB)
    const { answer, resumed } = await infer(user, 'identity', [inputOf(bytes)])
    expect(Buffer.compare(answer.outputs[0]!.data, bytes)).toBe(0)
    expect(resumed).toBe(0)
    expect(await user.client.settle()).toBe(true)
  })

  test('whose answer of 60 MB takes longer than its receipt is paid all the same', async () => {
    await using user = await testClient(mesh.net)
    const { answer } = await infer(user, 'repeat', repeated(7, 60 * MB))
    const [y] = answer.outputs
    expect(y!.byteLength).toBe(60 * MB)
    expect(Buffer.alloc(60 * MB, 7).equals(y!.data)).toBe(true)
    expect(await user.client.settle()).toBe(true)
    expect(user.client.stories.find(answer.job)!.attempts).toMatchObject([{ state: 'paid' }])
  })

  test('goes on where its connection was lost in the middle of the input', async () => {
    await using user = await testClient(mesh.net)
    const bytes = content(20 * MB)
    const cut: Cut = { way: 'bytesOut', afterBytes: 5 * MB }
    const { answer, resumed } = await infer(user, 'identity', [inputOf(bytes)], cut)
    expect(resumed).toBeGreaterThan(0)
    expect(Buffer.compare(answer.outputs[0]!.data, bytes)).toBe(0)
  })

  test('goes on where its connection was lost in the middle of the output', async () => {
    await using user = await testClient(mesh.net)
    const cut: Cut = { way: 'bytesIn', afterBytes: 15 * MB }
    const { answer, resumed } = await infer(user, 'repeat', repeated(9, 60 * MB), cut)
    expect(resumed).toBeGreaterThan(0)
    expect(answer.outputs[0]!.byteLength).toBe(60 * MB)
    expect(Buffer.alloc(60 * MB, 9).equals(answer.outputs[0]!.data)).toBe(true)
  })

  test('without a byte has an answer without a byte', async () => {
    await using user = await testClient(mesh.net)
    const { answer } = await infer(user, 'identity', [inputOf(new Uint8Array(0))])
    expect(answer.outputs).toMatchObject([{ name: 'y', dims: [0], byteLength: 0 }])
  })
})
