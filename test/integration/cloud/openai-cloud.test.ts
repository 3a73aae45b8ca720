/** An OpenAI-compatible endpoint over real HTTP: what can be mapped, what cannot, and answers that are none. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CloudOutcome } from '../../../node/client/cloud/cloud-adapter.ts'
import type { CloudModel } from '../../../node/client/cloud/cloud-model.ts'
import { OpenaiAdapter } from '../../../node/client/cloud/openai-adapter.ts'
import { ByteBudget } from '../../../node/network/calls/byte-budget.ts'
import { firstElements } from '../../../node/tensors/read-output.ts'
import { modelId } from '../../../protocols/kernel/ids.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { floats, textsOf } from '../../support/engines/tensor-of.ts'
import {
  type CloudHandler,
  type CloudServer,
  cloudServer,
  sendJson,
  sendText,
} from '../../support/nodes/cloud-server.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const vectors: CloudModel = { operation: 'embeddings', name: 'text-embedding-3-small', output: 'vector' }
const chat: CloudModel = { operation: 'chat', name: 'gpt-4o-mini', output: 'reply' }
const completion: CloudModel = { operation: 'completions', name: 'davinci-002', output: 'rest' }
const two = textsOf('text', [2], ['one', 'two words'])
const one = textsOf('text', [1], ['Hello?'])

/** Vectors of the lengths of the texts, from the last to the first. */
const honest: CloudHandler = ({ path, body }, response) => {
  const { model, input } = JSON.parse(body.toString()) as { model: string; input: readonly string[] }
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
  if (path === '/v1/embeddings') {
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, 0.5] })).reverse()
    return sendJson(response, { object: 'list', model, data, usage: { prompt_tokens: 5, total_tokens: 5 } })
  }
  const last = { index: 0, finish_reason: 'stop' }
  const choice = path === '/v1/completions' ? { ...last, text: 'Yes.' } : { ...last, message: { content: 'Yes.' } }
  sendJson(response, { model: path === '/v1/completions' ? model : `${model}-2024-07-18`, choices: [choice], usage })
}

let server: CloudServer
let adapter: OpenaiAdapter

beforeAll(async () => {
  server = await cloudServer(honest)
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  const memory = new ByteBudget(2 ** 28)
  const needs = { provider: 'test', http: fetch, memory, clock: new ManualClock(), credential: () => undefined }
  adapter = new OpenaiAdapter(needs, `${server.url}/v1`, 100)
  server.handle(honest)
  ;(server.requests as unknown[]).length = 0
})

const run = (target: CloudModel, input: Tensor): Promise<CloudOutcome> =>
  adapter.run({ model: modelId('b'), target, inputs: [input], signal: AbortSignal.timeout(5_000) })
const asked = (): object => JSON.parse(server.requests[0]!.body.toString())

describe('an OpenAI-compatible cloud', () => {
  it('gives each text its vector, in the order of the texts', async () => {
    const { outputs, usage, served, isCut } = await run(vectors, two)
    expect(outputs).toMatchObject([{ name: 'vector', type: 'float32', dims: [2, 2] }])
    expect(firstElements(outputs[0]!, 4)).toEqual([3, 0.5, 9, 0.5])
    expect({ usage, served, isCut }).toEqual({
      usage: { tokensIn: 5n, tokensOut: 0n },
      served: 'text-embedding-3-small',
      isCut: false,
    })
    expect(asked()).toEqual({ model: 'text-embedding-3-small', input: ['one', 'two words'], encoding_format: 'float' })
    expect(server.requests[0]!.headers.authorization).toBeUndefined()
  })

  it('answers a text by a text, as a chat or as its continuation', async () => {
    const reply = await run(chat, one)
    expect(reply.outputs).toMatchObject([{ name: 'reply', type: 'string', dims: [1] }])
    expect(firstElements(reply.outputs[0]!, 1)).toEqual(['Yes.'])
    expect(reply).toMatchObject({ served: 'gpt-4o-mini-2024-07-18', usage: { tokensIn: 5n, tokensOut: 2n } })
    const messages = [{ role: 'user', content: 'Hello?' }]
    expect(asked()).toEqual({ model: 'gpt-4o-mini', max_tokens: 100, n: 1, stream: false, messages })
    expect(firstElements((await run(completion, one)).outputs[0]!, 1)).toEqual(['Yes.'])
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v1/completions'])
  })

  it('says that an answer ends where the limit of its tokens was', async () => {
    const choices = [{ finish_reason: 'length', text: 'and so' }]
    server.handle((_, response) => sendJson(response, { model: 'davinci-002', choices }))
    expect(await run(completion, one)).toMatchObject({ isCut: true, usage: undefined })
  })

  it('tells what can be mapped by the mapping alone', async () => {
    expect(await adapter.describe(vectors)).toEqual({
      inputs: [{ name: 'text', type: 'string', dims: ['texts'] }],
      outputs: [{ name: 'vector', type: 'float32', dims: ['texts', 'size'] }],
    })
    expect((await adapter.describe(chat)).outputs).toEqual([{ name: 'reply', type: 'string', dims: [1] }])
  })

  it('is asked for no more than it may cost: a token is a byte at least', () => {
    expect(adapter.usageMax(vectors, [two])).toEqual({ tokensIn: 12n + 2n * 64n, tokensOut: 0n })
    expect(adapter.usageMax(chat, [one])).toEqual({ tokensIn: 6n + 64n, tokensOut: 100n })
  })
})

describe('what an OpenAI-compatible cloud cannot take is refused before anything is sent:', () => {
  it.each<[string, CloudModel, readonly Tensor[], RegExp]>([
    ['numbers', vectors, [floats('x', [1], [1])], /one input, of type string/],
    ['two inputs', vectors, [one, two], /one input, of type string/],
    ['no input', vectors, [], /one input, of type string/],
    ['no text', vectors, [textsOf('text', [0], [])], /takes 1 to 2048 texts, not 0/],
    ['too many texts', vectors, [textsOf('text', [2_049], Array(2_049).fill('a'))], /not 2049/],
    ['two texts for a chat', chat, [two], /chat\/completions takes one text, not 2/],
    ['two texts to continue', completion, [two], /completions takes one text, not 2/],
    ['bytes that are no text', chat, [{ ...one, data: new Uint8Array([1, 0, 0, 0, 0xff]) }], /no texts in UTF-8/],
    ['a mapping of tensors', { operation: 'infer', name: 'm' }, [one], /map it as embeddings:, chat: or completions:/],
  ])('%s', (_, target, inputs, why) => {
    expect(() => adapter.usageMax(target, inputs)).toThrow(why)
    expect(server.requests).toEqual([])
  })
})

describe('an OpenAI-compatible cloud that is none is refused', () => {
  const model = 'text-embedding-3-small'
  const vector = (index: unknown, embedding: unknown) => ({ index, embedding })

  it.each<[string, object, RegExp]>([
    ['without vectors', { model }, /each text has one vector/],
    ['with too few', { model, data: [vector(0, [1])] }, /each text has one vector/],
    ['with one text twice', { model, data: [vector(0, [1]), vector(0, [1])] }, /each text has one vector/],
    ['with an index outside', { model, data: [vector(0, [1]), vector(2, [1])] }, /index of its text/],
    ['with an index that is none', { model, data: [vector('0', [1]), vector(1, [1])] }, /index of its text/],
    ['with sizes that differ', { model, data: [vector(0, [1]), vector(1, [1, 2])] }, /all vectors have one size/],
    ['with empty vectors', { model, data: [vector(0, []), vector(1, [])] }, /1 to 65536 elements/],
    ['with texts in them', { model, data: [vector(0, ['1']), vector(1, [1])] }, /numbers that float32 can hold/],
    ['with null in them', { model, data: [vector(0, [null]), vector(1, [1])] }, /numbers that float32 can hold/],
    ['with numbers too large', { model, data: [vector(0, [1e300]), vector(1, [1])] }, /numbers that float32 can hold/],
    [
      'with more tokens than bytes',
      { model, data: [vector(0, [1]), vector(1, [1])], usage: { prompt_tokens: 10_000 } },
      /a count that these texts can have/,
    ],
    [
      'with a count that is none',
      { model, data: [vector(0, [1]), vector(1, [1])], usage: { prompt_tokens: -1 } },
      /a count that these texts can have/,
    ],
  ])('%s', async (_, body, rule) => {
    server.handle((_request, response) => sendJson(response, body))
    await expect(run(vectors, two)).rejects.toMatchObject({
      code: 'CLOUD_GARBLED',
      facts: { rule: expect.stringMatching(rule) },
    })
  })

  it.each<[string, unknown, RegExp]>([
    ['without a choice', [], /the one choice/],
    ['with two choices', [{ text: 'a' }, { text: 'b' }], /the one choice/],
    ['with a choice that was withheld', [{ finish_reason: 'content_filter', text: '' }], /limit of its tokens/],
    ['with a choice without text', [{ finish_reason: 'stop', text: null }], /has a text/],
  ])('%s', async (_, choices, rule) => {
    server.handle((_request, response) => sendJson(response, { model: 'davinci-002', choices }))
    await expect(run(completion, one)).rejects.toMatchObject({
      code: 'CLOUD_GARBLED',
      facts: { rule: expect.stringMatching(rule) },
    })
  })

  it('with NaN in a vector', async () => {
    server.handle((_, response) => sendText(response, `{"model":"${model}","data":[{"index":0,"embedding":[NaN]}]}`))
    await expect(run(vectors, two)).rejects.toMatchObject({ code: 'CLOUD_GARBLED' })
  })

  const replied = (served: unknown): void => {
    const choices = [{ finish_reason: 'stop', message: { content: 'Yes.' } }]
    server.handle((_, response) => sendJson(response, { model: served, choices }))
  }

  it.each(['gpt-3.5-turbo', 'gpt-4o-mini-tts', 'gpt-4o', 'gpt-4o-mini-', '', undefined, 7])(
    'by a chat of another model: %s',
    async (served) => {
      replied(served)
      await expect(run(chat, one)).rejects.toMatchObject({ code: 'CLOUD_OTHER_MODEL' })
    },
  )

  it.each(['gpt-4o-mini', 'gpt-4o-mini-2024-07-18', 'gpt-4o-mini-20240718', 'gpt-4o-mini-0718'])(
    'but not by the dated model behind the name: %s',
    async (served) => {
      replied(served)
      expect((await run(chat, one)).served).toBe(served)
    },
  )
})
