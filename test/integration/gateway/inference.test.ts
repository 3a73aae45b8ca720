import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NodeEvent } from '../../../node/events/node-event.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import {
  gatherModel,
  identityModel,
  loopedPerceptronModel,
  sumAndDifferenceModel,
} from '../../support/engines/onnx-models.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'

let mesh: GatewayNetwork
beforeAll(async () => {
  const models = {
    sums: sumAndDifferenceModel(),
    slow: loopedPerceptronModel(1_024, 100_000),
    texts: identityModel('string', ['n']),
    halves: identityModel('float16', ['n']),
    wholes: identityModel('int64', ['n']),
    bytes: identityModel('uint8', ['n']),
    floats: identityModel('float32', ['n']),
    rows: gatherModel(),
  }
  const [sums, slow, ...others] = Object.keys(models)
  mesh = await gatewayNetwork(models, { miners: [{ models: [sums, slow] }, { models: others }] })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const SUMS = '/v2/models/sums/infer'
const a = { name: 'a', datatype: 'FP32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }
const b = { name: 'b', datatype: 'FP32', shape: [3], data: [0.5, 0, -1] }

describe('a program that asks for an inference', () => {
  test('in JSON gets all outputs in JSON, its id, and what the job was and cost', async () => {
    const { status, headers, body } = await mesh.program.infer(SUMS, { id: 'mine', inputs: [a, b] })
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        model_name: 'sums',
        model_version: mesh.id('sums'),
        id: 'mine',
        outputs: [
          { name: 'sum', datatype: 'FP32', shape: [2, 3], data: [1.5, 2, 2, 4.5, 5, 5] },
          { name: 'difference', datatype: 'FP32', shape: [2, 3], data: [0.5, 2, 4, 3.5, 5, 7] },
        ],
      },
    })
    expect(headers.get('content-type')).toBe('application/json')
    expect(Number(headers.get('content-length'))).toBeGreaterThan(100)
    expect(headers.get('x-mesh-miner')).toBe(mesh.net.miners[0]!.operator)
    expect(headers.get('x-mesh-cost')).toBe('0.001')
    expect([headers.get('x-mesh-venue'), headers.get('x-mesh-fall-back')]).toEqual(['edge', 'none'])
    const story = mesh.net.client.client!.stories.find(headers.get('x-mesh-job')!)
    expect(story).toMatchObject({ state: 'answered', modelName: 'sums' })
  })

  test('in bytes gets outputs in bytes where it asks for them, and only the outputs that it asks for', async () => {
    const inputs = [
      { ...a, data: undefined, parameters: { binary_data_size: 24 } },
      { ...b, data: undefined, parameters: { binary_data_size: 12 } },
    ]
    const binary = [floatBytes(...a.data), floatBytes(...b.data)]
    const all = await mesh.program.infer(SUMS, { inputs, parameters: { binary_data_output: true } }, { binary })
    expect(all.headers.get('content-type')).toBe('application/octet-stream')
    expect(all.body.outputs).toEqual([
      { name: 'sum', datatype: 'FP32', shape: [2, 3], parameters: { binary_data_size: 24 } },
      { name: 'difference', datatype: 'FP32', shape: [2, 3], parameters: { binary_data_size: 24 } },
    ])
    expect(all.binary.get('sum')).toEqual(floatBytes(1.5, 2, 2, 4.5, 5, 5))
    expect(all.binary.get('difference')).toEqual(floatBytes(0.5, 2, 4, 3.5, 5, 7))

    const outputs = [{ name: 'difference', parameters: { binary_data: true } }, { name: 'sum' }]
    const mixed = await mesh.program.infer(SUMS, { inputs, outputs }, { binary })
    expect(mixed.body.outputs).toEqual([
      { name: 'difference', datatype: 'FP32', shape: [2, 3], parameters: { binary_data_size: 24 } },
      { name: 'sum', datatype: 'FP32', shape: [2, 3], data: [1.5, 2, 2, 4.5, 5, 5] },
    ])
    const one = await mesh.program.infer(SUMS, { inputs: [a, b], outputs: [{ name: 'sum' }] })
    expect(one.body.outputs!.map(({ name }) => name)).toEqual(['sum'])
  })

  test.each([
    ['texts', 'BYTES', ['ä', '', 'two words']],
    ['halves', 'FP16', [0.5, -2, 65_504]],
    ['wholes', 'INT64', [-1, 0, Number.MAX_SAFE_INTEGER]],
    ['bytes', 'UINT8', [0, 255]],
  ])('of %s, which are %s, gets back what it sent', async (model, datatype, data) => {
    const x = { name: 'x', datatype, shape: [data.length], data }
    const { status, body } = await mesh.program.infer(`/v2/models/${model}/infer`, { inputs: [x] })
    expect({ status, body }).toMatchObject({ status: 200, body: { outputs: [{ ...x, name: 'y' }] } })
  })

  test('names the model by its id, or by its version, which is that id', async () => {
    const id = mesh.id('sums')
    for (const path of [`/v2/models/${id}`, `/v2/models/sums/versions/${id}`, `/v2/models/${id}/versions/${id}`]) {
      const { status, body } = await mesh.program.infer(`${path}/infer`, { inputs: [a, b] })
      expect({ status, model: body.model_name }).toEqual({ status: 200, model: 'sums' })
    }
    for (const path of ['/v2/models/sums/versions/1', `/v2/models/texts/versions/${id}`]) {
      const { status, body } = await mesh.program.infer(`${path}/infer`, { inputs: [a, b] })
      expect({ status, error: body.error }).toEqual({
        status: 404,
        error: expect.stringContaining('nobody here knows'),
      })
    }
  })

  test('gets megabytes in either form', async () => {
    const count = 300_000
    const data = Float32Array.from({ length: count }, (_, i) => i / 7)
    const x = { name: 'x', datatype: 'FP32', shape: [count] }
    const binary = [Buffer.from(data.buffer)]
    const sent = { inputs: [{ ...x, parameters: { binary_data_size: count * 4 } }] }
    const inBytes = await mesh.program.infer(
      '/v2/models/floats/infer',
      { ...sent, parameters: { binary_data_output: true } },
      { binary },
    )
    expect(inBytes.binary.get('y')!.equals(binary[0]!)).toBe(true)
    const inJson = await mesh.program.infer('/v2/models/floats/infer', sent, { binary })
    expect(Float32Array.from(inJson.body.outputs![0]!.data as number[])).toEqual(data)
  })

  test.each<[string, string, object, number, string, RegExp]>([
    ['a model that nobody serves', '/v2/models/nosuch/infer', { inputs: [a, b] }, 404, 'MODEL_UNKNOWN', /nosuch/],
    ['an input that it has not', SUMS, { inputs: [a, { ...b, name: 'c' }] }, 400, 'INPUT_NAME', /no input c.*a, b/],
    ['too few inputs', SUMS, { inputs: [a] }, 400, 'INPUT_MISSING', /input b is missing/],
    ['another datatype', SUMS, { inputs: [a, { ...b, datatype: 'FP64' }] }, 400, 'INPUT_TYPE', /float64.*float32/],
    ['another shape', SUMS, { inputs: [a, { ...b, shape: [3, 1] }] }, 400, 'INPUT_SHAPE', /\[3, 1\].*\[3\]/],
    [
      'an output that it has not',
      SUMS,
      { inputs: [a, b], outputs: [{ name: 'z' }] },
      400,
      'HTTP_REQUEST',
      /no output z/,
    ],
    [
      'a price below all',
      SUMS,
      { inputs: [a, b], parameters: { price_max: '0.0001' } },
      402,
      'PRICE_CEILING',
      /0\.001/,
    ],
    [
      'values that it cannot take',
      '/v2/models/rows/infer',
      { inputs: [{ name: 'index', datatype: 'INT64', shape: [1], data: [99] }] },
      422,
      'ENGINE_FAILED',
      /refused the input/,
    ],
  ])('of %s is told why, in words and by code', async (_, path, request, status, code, why) => {
    const answer = await mesh.program.infer(path, request)
    expect({ status: answer.status, code: answer.headers.get('x-mesh-error') }).toEqual({ status, code })
    expect(answer.body.error).toMatch(why)
    expect(Object.keys(answer.body)).toEqual(['error'])
  })

  test('within a time that is too short is told so', async () => {
    const { status, headers } = await mesh.program.infer('/v2/models/slow/infer', {
      inputs: [slowInput],
      parameters: { deadline_ms: 300 },
    })
    expect({ status, code: headers.get('x-mesh-error') }).toEqual({ status: 504, code: 'TIMEOUT' })
  })

  test('and hangs up cancels its job, here and at the miner', async () => {
    const { client, miners } = mesh.net
    const accepted = eventOf(miners[0]!, 'job:accepted')
    const failed = eventOf(client, 'request:failed')
    const aborted = eventOf(miners[0]!, 'job:aborted')
    const hangUp = new AbortController()
    const asking = mesh.program.infer('/v2/models/slow/infer', { inputs: [slowInput] }, { signal: hangUp.signal })
    asking.catch(() => undefined)
    await accepted
    hangUp.abort()
    expect(await failed).toMatchObject({ error: { code: 'CANCELLED' } })
    expect(await aborted).toMatchObject({ cause: 'cancelled' })
    await expect(asking).rejects.toThrow()
  })
})

const slowInput = { name: 'x', datatype: 'FP32', shape: [1, 1_024], data: Array(1_024).fill(0.5) }

const floatBytes = (...values: readonly number[]): Buffer => Buffer.from(Float32Array.from(values).buffer)

function eventOf<K extends NodeEvent['kind']>({ bus }: RunningNode, kind: K): Promise<NodeEvent> {
  const { promise, resolve } = Promise.withResolvers<NodeEvent>()
  const listening = bus.listen(({ event }) => {
    if (event.kind !== kind) return
    listening[Symbol.dispose]()
    resolve(event)
  })
  return promise
}

describe('what a gateway says of a model', () => {
  test('is what it takes and gives, with -1 for what each request chooses', async () => {
    const response = await mesh.program.get('/v2/models/sums')
    expect(await response.json()).toEqual({
      name: 'sums',
      versions: [mesh.id('sums')],
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'a', datatype: 'FP32', shape: [-1, 3] },
        { name: 'b', datatype: 'FP32', shape: [3] },
      ],
      outputs: [
        { name: 'sum', datatype: 'FP32', shape: [-1, 3] },
        { name: 'difference', datatype: 'FP32', shape: [-1, 3] },
      ],
    })
    const same = await mesh.program.get(`/v2/models/sums/versions/${mesh.id('sums')}`)
    expect(await same.json()).toMatchObject({ name: 'sums' })
    expect((await mesh.program.get('/v2/models/nosuch')).status).toBe(404)
  })

  test('is whether a miner offers it now', async () => {
    const ready = await mesh.program.get('/v2/models/texts/ready')
    expect({ status: ready.status, body: await ready.json() }).toEqual({
      status: 200,
      body: { name: 'texts', ready: true },
    })
    expect((await mesh.program.get('/v2/models/nosuch/ready')).status).toBe(404)
  })
})
