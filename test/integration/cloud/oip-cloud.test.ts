/** A cloud of the Open Inference Protocol over real HTTP: an honest one, and every way in which one can be none. */
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CallNeeds } from '../../../node/client/cloud/call-cloud.ts'
import type { CloudOutcome } from '../../../node/client/cloud/cloud-adapter.ts'
import { OipAdapter } from '../../../node/client/cloud/oip-adapter.ts'
import { ByteBudget } from '../../../node/network/calls/byte-budget.ts'
import { firstElements } from '../../../node/tensors/read-output.ts'
import { modelId } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { tensorOf } from '../../support/engines/tensor-of.ts'
import { type CloudServer, cloudServer, sendJson, sendText, twice } from '../../support/nodes/cloud-server.ts'
import { hasher } from '../../support/nodes/mesh-nodes.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const SECRET = 'sk-do-not-show-this-to-anybody'
const model = modelIdOf(hasher.sha256(new Uint8Array([1])))
const otherModel = modelIdOf(hasher.sha256(new Uint8Array([2])))
const target = { operation: 'infer', name: 'twice' } as const
const input = tensorOf('x', 'float32', [3], new Float32Array([1, 2.5, -3]))

let server: CloudServer
let clock: ManualClock
let adapter: OipAdapter

beforeAll(async () => {
  server = await cloudServer(twice)
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  clock = new ManualClock()
  adapter = adapterOf()
  server.handle(twice)
  ;(server.requests as unknown[]).length = 0
})

function adapterOf(more: Partial<CallNeeds> = {}): OipAdapter {
  const memory = new ByteBudget(2 ** 28)
  const needs = { provider: 'test', http: fetch, memory, clock, credential: () => SECRET, ...more }
  return new OipAdapter(needs, server.url)
}

interface RunOptions {
  readonly inputs?: readonly Tensor[]
  readonly signal?: AbortSignal
  readonly version?: string
}

const run = ({ inputs = [input], signal, version }: RunOptions = {}): Promise<CloudOutcome> =>
  adapter.run({
    model,
    target: version === undefined ? target : { ...target, version },
    inputs,
    signal: signal ?? AbortSignal.timeout(30_000),
  })

/** Metadata as before, and this for the inference. */
const answer = (infer: (response: ServerResponse) => void): void =>
  server.handle((request, response) => (request.path === '/v2' ? twice(request, response) : infer(response)))
const output = { name: 'y', datatype: 'FP32', shape: [1], data: [1] }
const asked = (): readonly string[] => server.requests.map(({ method, path }) => `${method} ${path}`)
const nextTurn = (): Promise<void> => new Promise((done) => setImmediate(done))

/** Moves the clock on until all that was waited for has come. */
async function through<T>(running: Promise<T>): Promise<T> {
  let isOver = false
  running.catch(() => undefined).finally(() => (isOver = true))
  while (!isOver) {
    await nextTurn()
    if (clock.pending > 0) clock.advance(100)
  }
  return running
}

describe('a cloud of the Open Inference Protocol', () => {
  it('gets tensors as JSON, and its answer is theirs', async () => {
    const { outputs, served } = await run()
    expect(outputs.map(({ name, type, dims }) => ({ name, type, dims }))).toEqual([
      { name: 'y', type: 'float32', dims: [3] },
    ])
    expect(firstElements(outputs[0]!, 3)).toEqual([2, 5, -6])
    expect(served).toBe('twice@1')
    expect(asked()).toEqual(['GET /v2', 'POST /v2/models/twice/infer'])
    expect(server.requests[1]!.headers.authorization).toBe(`Bearer ${SECRET}`)
    await run()
    expect(asked().slice(2)).toEqual(['POST /v2/models/twice/infer'])
  })

  it('gets bytes where it reads binary tensors, and may answer by bytes', async () => {
    server.handle((request, response) => {
      if (request.path === '/v2') return sendJson(response, { extensions: ['binary_tensor_data'] })
      const json = Number(request.headers['inference-header-content-length'])
      const { inputs } = JSON.parse(request.body.subarray(0, json).toString())
      const size = inputs[0].parameters.binary_data_size as number
      const data = request.body.subarray(json, json + size)
      const outputs = [{ name: 'y', datatype: 'FP32', shape: [3], parameters: { binary_data_size: size } }]
      const head = Buffer.from(JSON.stringify({ model_name: 'twice', outputs }))
      response
        .writeHead(200, {
          'content-type': 'application/octet-stream',
          'inference-header-content-length': String(head.length),
        })
        .end(Buffer.concat([head, data]))
    })
    const { outputs } = await run()
    expect(Buffer.from(outputs[0]!.data)).toEqual(Buffer.from(input.data))
    expect(server.requests[1]!.headers['content-type']).toBe('application/octet-stream')
  })

  it('gets whole numbers, texts and NaN as they are', async () => {
    const inputs = [
      tensorOf('big', 'int64', [2], new BigInt64Array([9_007_199_254_740_993n, -1n])),
      tensorOf('odd', 'float32', [3], new Float32Array([Number.NaN, Number.NEGATIVE_INFINITY, 0.1])),
    ]
    answer((response) => {
      const { body } = server.requests.at(-1)!
      const text = body.toString()
      expect(text).toContain('[9007199254740993,-1]')
      expect(text).toContain('["NaN","-Infinity",0.1]')
      const outputs = (JSON.parse(text) as { inputs: { datatype: string }[] }).inputs
      // As it was written: a double would round it.
      sendText(response, `{"model_name":"twice","outputs":${text.slice('{"inputs":'.length, -1)}}`)
      expect(outputs.length).toBe(2)
    })
    const { outputs } = await run({ inputs })
    expect(outputs.map(({ data }) => Buffer.from(data))).toEqual(inputs.map(({ data }) => Buffer.from(data)))
  })

  it('tells what its model takes and gives', async () => {
    const shape = { datatype: 'FP32', shape: [-1, 4] }
    server.handle((_, response) =>
      sendJson(response, { name: 'twice', inputs: [{ name: 'x', ...shape }], outputs: [{ name: 'y', ...shape }] }),
    )
    const signal = AbortSignal.timeout(30_000)
    expect(await adapter.describe(target, signal)).toEqual({
      inputs: [{ name: 'x', type: 'float32', dims: ['d0', 4] }],
      outputs: [{ name: 'y', type: 'float32', dims: ['d0', 4] }],
    })
  })
})

describe('a cloud that is none', () => {
  const expectGarbled = async (rule: RegExp): Promise<void> => {
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_GARBLED', facts: { rule: expect.stringMatching(rule) } })
  }

  it.each<[string, object, RegExp]>([
    ['no outputs', { model_name: 'twice' }, /1 to 64 outputs/],
    ['an empty list', { model_name: 'twice', outputs: [] }, /1 to 64 outputs/],
    ['fewer values than its shape', { outputs: [{ ...output, shape: [2] }] }, /type and shape/],
    ['texts for floats', { outputs: [{ ...output, data: ['much'] }] }, /type and shape/],
    ['a shape that overflows', { outputs: [{ ...output, shape: [2 ** 30, 2 ** 30] }] }, /can be counted/],
    ['a negative shape', { outputs: [{ ...output, shape: [-1] }] }, /list of sizes/],
    ['an unknown datatype', { outputs: [{ ...output, datatype: 'FP7' }] }, /datatype/],
    ['one name twice', { outputs: [output, output] }, /names of their own/],
    [
      'bytes that are not there',
      { outputs: [{ ...output, data: undefined, parameters: { binary_data_size: 4 } }] },
      /all there/,
    ],
    ['neither data nor bytes', { outputs: [{ ...output, data: undefined }] }, /either data or bytes/],
    ['a list for an output', { outputs: [[]] }, /is an object/],
  ])('is refused with %s', async (_, body, rule) => {
    answer((response) => sendJson(response, body))
    await expectGarbled(rule)
  })

  it.each<[string, string, RegExp]>([
    [
      'NaN as a word',
      '{"model_name":"twice","outputs":[{"name":"y","datatype":"FP32","shape":[1],"data":[NaN]}]}',
      /its JSON is whole/,
    ],
    ['half of its JSON', '{"model_name":"twice","outputs":[', /its JSON is whole/],
    ['a list', '[]', /one object/],
    ['depth without end', '['.repeat(100_000), /its JSON is whole/],
    ['one key twice', '{"model_name":"twice","model_name":"twice","outputs":[]}', /its JSON is whole/],
  ])('is refused with %s', async (_, text, rule) => {
    answer((response) => sendText(response, text))
    await expectGarbled(rule)
  })

  it('is refused where its type is another, its bytes are no UTF-8, or its length is a lie', async () => {
    answer((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'))
    await expectGarbled(/application\/json/)
    answer((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0xff])))
    await expectGarbled(/UTF-8/)
    const headers = { 'content-type': 'application/octet-stream' }
    const withLength = (length: number, body: string): void =>
      answer((response) =>
        response.writeHead(200, { ...headers, 'inference-header-content-length': String(length) }).end(body),
      )
    withLength(99, '{}')
    await expectGarbled(/length within it/)
    const json = JSON.stringify({ model_name: 'twice', outputs: [output] })
    withLength(json.length, `${json}more`)
    await expectGarbled(/nothing follows its last output/)
  })

  it('is refused where it answers with another model, another version, or another file', async () => {
    const lie = async (body: object, expected: string, given: string, version?: string): Promise<void> => {
      answer((response) => sendJson(response, { outputs: [output], ...body }))
      await expect(run(version === undefined ? {} : { version })).rejects.toMatchObject({
        code: 'CLOUD_OTHER_MODEL',
        facts: { expected, given },
      })
    }
    await lie({ model_name: 'thrice' }, 'twice', 'thrice')
    await lie({}, 'twice', 'no name')
    await lie({ model_name: 'twice', model_version: '2' }, 'twice@1', 'twice@2', '1')
    await lie({ model_name: 'twice' }, 'twice@1', 'twice', '1')
    await lie({ model_name: 'twice', model_version: otherModel }, 'twice', `twice@${otherModel}`)
    answer((response) => sendJson(response, { outputs: [output], model_name: 'twice', model_version: model }))
    expect((await run()).served).toBe(`twice@${model}`)
  })

  it('is read no further than an answer may be long, also where it is packed', async () => {
    let sent = 0
    answer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = (): void => {
        sent += 65_536
        if (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    await expectGarbled(/at most 16777216 bytes/)
    expect(sent).toBeLessThan(40_000_000)
    const packed = gzipSync(Buffer.alloc(20_000_000, 0x20))
    answer((response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed),
    )
    await expectGarbled(/at most 16777216 bytes/)
    answer((response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '99999999' }).end(),
    )
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_GARBLED' })
  })

  it('takes no more memory than all answers together may', async () => {
    adapter = adapterOf({ memory: new ByteBudget(1_000) })
    answer((response) => sendText(response, ' '.repeat(2_000)))
    await expect(run()).rejects.toMatchObject({ code: 'LIMIT' })
  })

  it('is given up at the deadline where it never answers, or never ends', async () => {
    const late = (): AbortSignal => AbortSignal.timeout(50)
    answer(() => undefined)
    await expect(run({ signal: late() })).rejects.toMatchObject({ code: 'CANCELLED' })
    answer((response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{'))
    await expect(run({ signal: late() })).rejects.toMatchObject({ code: 'CANCELLED' })
    server.handle(() => undefined)
    adapter = adapterOf()
    await expect(run({ signal: late() })).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('fails where it breaks off, before or in its answer', async () => {
    answer((response) => response.destroy())
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_FAILED' })
    answer((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"model_name":')
      setImmediate(() => response.destroy())
    })
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_FAILED' })
    expect(asked().filter((line) => line.startsWith('POST')).length).toBe(2)
  })

  it('cannot be reached where nobody listens', async () => {
    await using gone = await cloudServer(twice)
    const { url } = gone
    await gone[Symbol.asyncDispose]()
    adapter = new OipAdapter(
      { provider: 'test', http: fetch, memory: new ByteBudget(1e6), clock, credential: () => SECRET },
      url,
    )
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_UNREACHABLE', facts: { why: 'ECONNREFUSED' } })
  })

  it('is not followed elsewhere', async () => {
    await using elsewhere = await cloudServer(twice)
    for (const status of [301, 302, 307, 308]) {
      answer((response) => response.writeHead(status, { location: `${elsewhere.url}/v2/models/twice/infer` }).end())
      await expect(run()).rejects.toMatchObject({ code: 'CLOUD_REFUSED' })
    }
    expect(elsewhere.requests).toEqual([])
  })

  it.each([
    [400, 'CLOUD_REFUSED'],
    [404, 'CLOUD_REFUSED'],
    [401, 'CLOUD_CREDENTIAL'],
    [403, 'CLOUD_CREDENTIAL'],
    [500, 'CLOUD_FAILED'],
    [502, 'CLOUD_FAILED'],
    [204, 'CLOUD_FAILED'],
  ])('that answers with the status %i is not asked twice', async (status, code) => {
    answer((response) => response.writeHead(status).end())
    await expect(run()).rejects.toMatchObject({ code })
    expect(asked().length).toBe(2)
  })

  it('shows nothing of its words, of the inputs or of the credential in any error', async () => {
    answer((response) => response.writeHead(400).end(`bad key ${SECRET}, and input 2.5`))
    const error = await run().then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    )
    const shown = `${error!.message} ${error!.stack} ${JSON.stringify(error)}`
    expect(shown).not.toContain(SECRET)
    expect(shown).not.toContain('2.5')
    adapter = adapterOf({ credential: () => `${SECRET}\nx: y` })
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_CREDENTIAL' })
    await expect(run()).rejects.not.toThrow(SECRET)
  })
})

describe('a cloud that takes nothing now', () => {
  const busy = (status: number, after?: string): void =>
    answer((response) => response.writeHead(status, after === undefined ? {} : { 'retry-after': after }).end())
  const posts = (): number => asked().filter((line) => line.startsWith('POST')).length

  it('is asked again after the time that it names, three times in all', async () => {
    busy(429, '2')
    await expect(through(run())).rejects.toMatchObject({ code: 'CLOUD_BUSY' })
    expect(posts()).toBe(3)
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(4_000)
  })

  it('is asked again by the date that it names, and half a second later where it names none', async () => {
    busy(503, new Date(clock.nowMs() + 3_000).toUTCString())
    await expect(through(run())).rejects.toMatchObject({ code: 'CLOUD_BUSY' })
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(3_000)
    const before = clock.monotonicMs()
    busy(503, 'tomorrow, perhaps')
    await expect(through(run())).rejects.toMatchObject({ code: 'CLOUD_BUSY' })
    expect(clock.monotonicMs() - before).toBe(1_500)
  })

  it('answers in the end', async () => {
    let refused = 0
    server.handle((request, response) => {
      if (request.path === '/v2' || refused++ > 0) return twice(request, response)
      response.writeHead(429, { 'retry-after': '1' }).end()
    })
    expect((await through(run())).served).toBe('twice@1')
    expect(posts()).toBe(2)
  })

  it('is given up at once where it wants to be left alone for long', async () => {
    busy(429, '3600')
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_BUSY' })
    expect(posts()).toBe(1)
  })

  it('is given up where the job is cancelled while it waits', async () => {
    busy(429, '5')
    const job = new AbortController()
    const running = run({ signal: job.signal })
    while (clock.pending === 0) await nextTurn()
    job.abort()
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(clock.pending).toBe(0)
    expect(posts()).toBe(1)
  })
})

describe('before anything is sent', () => {
  it('inputs that the protocol has no name for are refused, and a mapping of texts is', () => {
    const nibbles = tensorOf('x', 'int4', [2], new Uint8Array([1]))
    expect(() => adapter.usageMax(target, [nibbles])).toThrow(/no name for the type int4/)
    const chat = { operation: 'chat', name: 'm', output: 'o' } as const
    expect(() => adapter.usageMax(chat, [input])).toThrow(/OpenAI-compatible/)
    expect(adapter.usageMax(target, [input])).toEqual({ tokensIn: 0n, tokensOut: 0n })
    expect(server.requests).toEqual([])
  })

  it('inputs that are too large for JSON go only where binary tensors are read', async () => {
    const large = tensorOf('x', 'uint8', [5_000_000], new Uint8Array(5_000_000))
    await expect(run({ inputs: [large] })).rejects.toMatchObject({ code: 'CLOUD_UNMAPPED' })
    expect(asked()).toEqual(['GET /v2'])
    expect(modelId(model)).toBe(model)
  })
})
