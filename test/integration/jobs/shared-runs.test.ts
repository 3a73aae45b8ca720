import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import {
  attribute,
  constant,
  fileOf,
  gatherModel,
  node,
  perceptronModel,
  value,
  weights,
} from '../../support/engines/onnx-models.ts'
import { floats, tensorOf } from '../../support/engines/tensor-of.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { testClient } from '../../support/nodes/test-client.ts'

/** Quantised with fixed scales, from float to float: each step of it is arithmetic of whole numbers. */
function staticInt8(width: number): Uint8Array {
  const bytes = weights(width * width, 7)
  return fileOf({
    input: [value('x', 'float32', ['n', width])],
    output: [value('y', 'float32', ['n', width])],
    initializer: [
      constant('s', 'float32', [], Float32Array.of(0.05)),
      constant('z', 'uint8', [], Uint8Array.of(128)),
      constant(
        'w',
        'uint8',
        [width, width],
        Uint8Array.from(bytes, (each) => 128 + each * 2_000),
      ),
    ],
    node: [
      node('QuantizeLinear', ['x', 's', 'z'], ['q']),
      node('QLinearMatMul', ['q', 's', 'z', 'w', 's', 'z', 's', 'z'], ['p']),
      node('DequantizeLinear', ['p', 's', 'z'], ['y']),
    ],
  })
}

/** The scale is that of the whole batch: company would change the answer. */
const dynamicInt8 = (): Uint8Array =>
  fileOf({
    input: [value('x', 'float32', ['n', 64])],
    output: [value('y', 'float32', ['n', 64])],
    initializer: [],
    node: [
      node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']),
      node('DequantizeLinear', ['q', 's', 'z'], ['y'], [attribute.int('axis', 1)]),
    ],
  })

let mesh: JobNetwork
let miner: RunningNode
beforeAll(async () => {
  const models = {
    floats: perceptronModel(512, 6),
    whole: staticInt8(256),
    dynamic: dynamicInt8(),
    table: gatherModel(),
  }
  mesh = await jobNetwork(models, { miners: [{ jobsMax: 256 }] })
  miner = mesh.net.miners[0]!
})
afterAll(() => mesh[Symbol.asyncDispose]())

const wave = (width: number, phase: number): Tensor =>
  floats(
    'x',
    [1, width],
    Array.from({ length: width }, (_, i) => Math.sin(i * 0.37 + phase)),
  )

/** Counts what the engine is asked for, beside the trials at the start. */
function counted(name: string): { rows: number[] } {
  const { session } = miner.miner!.models.get(mesh.id(name))!.seats[0]!
  const seen: { rows: number[] } = { rows: [] }
  const run = session.run.bind(session)
  session.run = (inputs, options) => {
    seen.rows.push(inputs[0]!.dims[0]!)
    return run(inputs, options)
  }
  return seen
}

/** `inputs` from two clients at once, and each alone before; with every receipt. */
async function both(name: string, inputs: readonly Tensor[]) {
  await using one = await testClient(mesh.net)
  await using other = await testClient(mesh.net)
  const model = mesh.id(name)
  // By then each has its counter, and what follows comes at once.
  const alone = []
  for (const each of inputs) alone.push(await one.client.infer({ model, inputs: [each] }))
  await other.client.infer({ model, inputs: [inputs[0]!] })
  const seen = counted(name)
  const together = await Promise.all(
    inputs.map((each, i) => (i % 2 === 0 ? one : other).client.infer({ model, inputs: [each] })),
  )
  const receipts = await Promise.all(together.map(({ receipt }) => receipt))
  return { alone, together, receipts, seen }
}

const rms = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, each) => sum + each ** 2, 0) / values.length)
const asFloats = (tensor: Tensor): Float32Array => new Float32Array(tensor.data.slice().buffer)

describe('jobs of two clients that wait for one model', () => {
  test('share runs, and are answered as if they were alone, each with its own receipt', async () => {
    const inputs = Array.from({ length: 48 }, (_, i) => wave(512, i))
    const { alone, together, receipts, seen } = await both('floats', inputs)
    expect(Math.max(...seen.rows)).toBeGreaterThan(4)
    expect(seen.rows.reduce((sum, rows) => sum + rows, 0)).toBe(inputs.length)
    for (const [i, answer] of together.entries()) {
      const [want, got] = [asFloats(alone[i]!.outputs[0]!), asFloats(answer.outputs[0]!)]
      expect(got.length).toBe(want.length)
      expect(rms(want.map((each, place) => each - got[place]!)) / rms(want)).toBeLessThanOrEqual(1e-4)
      expect(receipts[i]).toMatchObject({ usage: 1n, price: answer.price, agreement: answer.attempt })
      expect(Number(receipts[i]!.computedUs) / 1_000).toBeCloseTo(answer.computedMs)
    }
    // Each client is told in how large a company it was.
    expect(together.some(({ notes }) => (notes?.together ?? 1) > 4)).toBe(true)
    expect(alone.every(({ notes }) => notes === undefined)).toBe(true)
    expect(new Set(together.map(({ attempt }) => attempt)).size).toBe(inputs.length)
  })

  test('share runs of whole numbers, and their answers are the same to the bit', async () => {
    const inputs = Array.from({ length: 40 }, (_, i) => wave(256, i * 3))
    const { alone, together, seen } = await both('whole', inputs)
    expect(Math.max(...seen.rows)).toBeGreaterThan(1)
    for (const [i, answer] of together.entries()) expect(answer.outputs[0]!.data).toEqual(alone[i]!.outputs[0]!.data)
  })

  test('share none where the scale of one would be the scale of all', async () => {
    const inputs = Array.from({ length: 24 }, (_, i) => wave(64, i))
    const { alone, together, seen } = await both('dynamic', inputs)
    expect(new Set(seen.rows)).toEqual(new Set([1]))
    for (const [i, answer] of together.entries()) expect(answer.outputs[0]!.data).toEqual(alone[i]!.outputs[0]!.data)
  })

  test('do not suffer from one that always sends what the model cannot take', async () => {
    await using good = await testClient(mesh.net)
    await using bad = await testClient(mesh.net)
    const model = mesh.id('table')
    const index = (of: number) => tensorOf('index', 'int64', [1], BigInt64Array.of(BigInt(of)))
    const right = await good.client.infer({ model, inputs: [index(3)] })
    const wrong = () => bad.client.infer({ model, inputs: [index(99)] }).catch((error: Error) => error.message)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? wrong() : good.client.infer({ model, inputs: [index(3)] }))),
    )
    for (const [i, answer] of answers.entries()) {
      if (i % 4 === 0) expect(answer).toContain('refused the input')
      else expect(answer).toMatchObject({ attempts: 1, outputs: [{ data: right.outputs[0]!.data }] })
    }
  })
})
