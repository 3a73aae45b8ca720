/**
 * What Triton's documents say of its HTTP clients (binary tensor data, compression, versions, metadata,
 * parameters), sent as those send it: byte by byte, for no client library can be installed here.
 */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'

let mesh: GatewayNetwork
beforeAll(async () => {
  mesh = await gatewayNetwork({ floats: identityModel('float32', ['n']), texts: identityModel('string', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Exactly these headers beside Host and the length; the key as its owner would configure it. */
function post(path: string, body: Buffer, headers: Readonly<Record<string, string | number>>): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const all = { authorization: `Bearer ${mesh.key}`, 'content-length': body.length, ...headers }
  const asking = httpRequest(`${mesh.url}${path}`, { method: 'POST', headers: all }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () =>
      resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
    )
  })
  asking.on('error', reject).end(body)
  return promise
}
const get = async (path: string) => {
  const response = await mesh.program.get(path)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const values = Buffer.from(new Float32Array([1.5, -2, 0.25]).buffer)
/** As the Python client packs it by default: inputs and outputs in bytes. */
const json = Buffer.from(
  JSON.stringify({
    inputs: [{ name: 'x', shape: [3], datatype: 'FP32', parameters: { binary_data_size: values.length } }],
    parameters: { binary_data_output: true },
  }),
)
const whole = Buffer.concat([json, values])
const lengthHeader = { 'inference-header-content-length': json.length }
const INFER = '/v2/models/floats/infer'
const floatsOf = ({ headers, body }: Answered): Buffer =>
  body.subarray(Number(headers['inference-header-content-length']))
const errorOf = ({ status, body }: Answered) => ({ status, error: String(JSON.parse(body.toString()).error) })

describe('a client that keeps to the conventions of Triton', () => {
  test('sends bytes with their length and without a content type, and reads bytes by the same header', async () => {
    const answer = await post(INFER, whole, lengthHeader)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/octet-stream')
    const head = JSON.parse(
      answer.body.subarray(0, Number(answer.headers['inference-header-content-length'])).toString(),
    )
    expect(head).toEqual({
      model_name: 'floats',
      model_version: mesh.id('floats'),
      outputs: [{ name: 'y', datatype: 'FP32', shape: [3], parameters: { binary_data_size: 12 } }],
    })
    expect(floatsOf(answer)).toEqual(values)
  })

  test('names outputs with the form of each', async () => {
    const one = (binary_data: boolean) => {
      const head = {
        ...JSON.parse(json.toString()),
        parameters: {},
        outputs: [{ name: 'y', parameters: { binary_data } }],
      }
      const text = Buffer.from(JSON.stringify(head))
      return post(INFER, Buffer.concat([text, values]), { 'inference-header-content-length': text.length })
    }
    expect(floatsOf(await one(true))).toEqual(values)
    const plain = await one(false)
    expect(JSON.parse(plain.body.toString()).outputs[0]).toMatchObject({ data: [1.5, -2, 0.25] })
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('packs its body by %s, where the length of its JSON is that before', async (encoding, pack) => {
    const answer = await post(INFER, pack(whole), { ...lengthHeader, 'content-encoding': encoding })
    expect(answer.status).toBe(200)
    expect(floatsOf(answer)).toEqual(values)
  })

  test('that packs more than a body may hold, or half of what it says, is refused', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const bomb = await post(INFER, gzipSync(Buffer.alloc(64 * 1_048_576, ' ')), headers)
    expect(errorOf(bomb)).toMatchObject({ status: 413, error: expect.stringContaining('bytes') })
    const half = await post(INFER, gzipSync(whole).subarray(0, -12), { ...lengthHeader, 'content-encoding': 'gzip' })
    expect(errorOf(half)).toMatchObject({ status: 400, error: expect.stringContaining('not packed as it says') })
    expect((await post(INFER, whole, lengthHeader)).status).toBe(200)
  })

  test('sends texts as bytes with the length of each before it', async () => {
    const bytes = Buffer.concat([Buffer.from([3, 0, 0, 0]), Buffer.from('hé'), Buffer.from([0, 0, 0, 0])])
    const head = Buffer.from(
      JSON.stringify({
        inputs: [{ name: 'x', shape: [2], datatype: 'BYTES', parameters: { binary_data_size: bytes.length } }],
        parameters: { binary_data_output: true },
      }),
    )
    const asked = { 'inference-header-content-length': head.length }
    expect(floatsOf(await post('/v2/models/texts/infer', Buffer.concat([head, bytes]), asked))).toEqual(bytes)
  })

  test('sends parameters of its own, of which those that change nothing are passed over', async () => {
    const own = { ...JSON.parse(json.toString()), id: 'r-1' }
    own.parameters = { ...own.parameters, priority: 1, timeout: 1_000_000, sequence_id: 7, sequence_start: true }
    const text = Buffer.from(JSON.stringify(own))
    const answer = await post(INFER, Buffer.concat([text, values]), { 'inference-header-content-length': text.length })
    expect(answer.status).toBe(200)
    expect(answer.body.toString('latin1')).toContain('"id":"r-1"')
  })

  test.each<[string, object, string]>([
    ['classes instead of a tensor', { outputs: [{ name: 'y', parameters: { classification: 2 } }] }, 'classification'],
    [
      'shared memory',
      { inputs: [{ name: 'x', shape: [3], datatype: 'FP32', parameters: { shared_memory_region: 'r' } }] },
      'neither "data" nor "binary_data_size"',
    ],
    [
      'an output in shared memory',
      { outputs: [{ name: 'y', parameters: { shared_memory_region: 'r', shared_memory_byte_size: 4 } }] },
      'shared_memory_region',
    ],
  ])('that asks for %s is told that there is none', async (_, change, why) => {
    const own = { inputs: [{ name: 'x', shape: [1], datatype: 'FP32', data: [1] }], ...change }
    const answer = await post(INFER, Buffer.from(JSON.stringify(own)), { 'content-type': 'application/json' })
    expect(errorOf(answer)).toMatchObject({ status: 400, error: expect.stringContaining(why) })
  })

  test('asks first whether the server lives, is ready, what it is, and of the model the same', async () => {
    expect(await get('/v2/health/live')).toMatchObject({ status: 200 })
    expect(await get('/v2/health/ready')).toMatchObject({ status: 200 })
    expect(await get('/v2')).toMatchObject({ body: { name: 'aitbc-mesh', extensions: ['binary_tensor_data'] } })
    expect(await get('/v2/models/floats/ready')).toMatchObject({ status: 200 })
    const version = mesh.id('floats')
    const metadata = { name: 'floats', versions: [version], inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }] }
    expect(await get('/v2/models/floats')).toMatchObject({ status: 200, body: metadata })
    expect(await get(`/v2/models/floats/versions/${version}/ready`)).toMatchObject({ status: 200 })
  })

  test('names a version as the metadata lists it; a number that it guessed is none', async () => {
    const known = `/v2/models/floats/versions/${mesh.id('floats')}/infer`
    expect((await post(known, whole, lengthHeader)).status).toBe(200)
    expect((await post('/v2/models/floats/versions/1/infer', whole, lengthHeader)).status).toBe(404)
  })

  test.each(['/v2/models/floats/config', '/v2/models/floats/stats', '/v2/models/stats'])(
    'gets 404 with an error for the extension %s, which is not listed',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 404, body: { error: expect.any(String) } })
    },
  )

  test('gets 404 for the repository, which is nobody’s to load from', async () => {
    for (const path of ['index', 'models/floats/load', 'models/floats/unload']) {
      const answer = await post(`/v2/repository/${path}`, Buffer.from('{}'), { 'content-type': 'application/json' })
      expect({ path, status: answer.status }).toEqual({ path, status: 404 })
    }
  })
})
