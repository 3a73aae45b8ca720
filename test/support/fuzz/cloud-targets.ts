/** What an endpoint of a cloud answers, and what an owner's mapping of models says. */
import { cloudGarbled, isMap, jsonObject } from '../../../node/client/cloud/cloud-json.ts'
import { cloudMappingText, parseCloudMapping } from '../../../node/client/cloud/cloud-model.ts'
import { readOipAnswer } from '../../../node/client/cloud/oip-answer.ts'
import { JSON_LENGTH_HEADER } from '../../../node/client/cloud/oip-request.ts'
import { readEmbeddings, readText, readUsage } from '../../../node/client/cloud/openai-answer.ts'
import { bytesNeeded, type Tensor } from '../../../protocols/wire/job/tensor.ts'
import { jsonMutations, type Mutation } from './mutate.ts'
import type { Target } from './target.ts'

const JSON_BYTES_MAX = 1_048_576

const inJson = {
  model_name: 'm',
  model_version: '1',
  outputs: [
    { name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 0.5, -3, 'NaN'] },
    { name: 'ids', datatype: 'INT64', shape: [2], data: [1, '9007199254740993'] },
    { name: 'words', datatype: 'BYTES', shape: [2], data: ['ä', ''] },
  ],
}
const sized = (binary_data_size: number): object => ({ parameters: { binary_data_size } })
const inBytes = {
  model_name: 'm',
  outputs: [
    { name: 'x', datatype: 'FP16', shape: [2], ...sized(4) },
    { name: 'words', datatype: 'BYTES', shape: [2], ...sized(10) },
    { name: 'n', datatype: 'UINT8', shape: [1], data: [255] },
  ],
}
const BYTES = [0, 0x3c, 0, 0x7e, 1, 0, 0, 0, 0x61, 1, 0, 0, 0, 0x62]

/** The length of the JSON in two bytes before it, in place of the header that says so. */
function withLength(answer: object, bytes: readonly number[]): Uint8Array {
  const json = Buffer.from(JSON.stringify(answer))
  return Buffer.concat([Uint8Array.of(json.length & 255, json.length >> 8), json, Uint8Array.from(bytes)])
}

/** Changed behind the JSON alone: lengths and texts inside the data. */
const otherBytes: Mutation = ([first], random) => {
  const bytes = Uint8Array.from(first!)
  bytes[bytes.length - 1 - random.below(BYTES.length)] = random.below(256)
  return bytes
}

/** Whoever reads the outputs relies on this. */
function checkWhole(outputs: readonly Tensor[]): void {
  for (const { type, dims, data, byteLength } of outputs) {
    const needed = type === 'string' ? byteLength : bytesNeeded(type, dims)
    if (needed !== data.length || byteLength !== data.length) throw new Error('bytes do not follow from the shape')
  }
}

const headers = (more: Record<string, string>): Headers => new Headers({ 'content-type': 'application/json', ...more })

const vectors = {
  model: 'm',
  data: [
    { index: 1, embedding: [0.5, 1e-3] },
    { index: 0, embedding: [-1, 2] },
  ],
  usage: { prompt_tokens: 5, completion_tokens: 0 },
}
const texts = { choices: [{ finish_reason: 'stop', text: 'a', message: { content: 'b' } }], usage: {} }

export const cloudTargets: readonly Target[] = [
  {
    name: 'cloud: inference answer in JSON',
    corpus: [Buffer.from(JSON.stringify(inJson))],
    mutations: jsonMutations,
    read: (bytes) =>
      checkWhole(readOipAnswer('c', { status: 200, headers: headers({}), bytes }, JSON_BYTES_MAX).outputs),
  },
  {
    name: 'cloud: inference answer with binary data',
    corpus: [withLength(inBytes, BYTES), withLength(inJson, [])],
    mutations: [otherBytes],
    read(bytes) {
      const length = String((bytes[0] ?? 0) + (bytes[1] ?? 0) * 256)
      const answer = { status: 200, headers: headers({ [JSON_LENGTH_HEADER]: length }), bytes: bytes.subarray(2) }
      checkWhole(readOipAnswer('c', answer, JSON_BYTES_MAX).outputs)
    },
  },
  {
    name: 'cloud: vectors and texts',
    corpus: [vectors, { ...vectors, ...texts }].map((answer) => Buffer.from(JSON.stringify(answer))),
    mutations: jsonMutations,
    read(bytes) {
      const body = jsonObject('c', bytes)
      const usage = body.get('usage')
      readUsage('c', isMap(usage) ? usage : undefined, { tokensIn: 100n, tokensOut: 100n })
      if (body.has('choices')) readText('c', body.get('choices'), 'chat')
      const { size, data } = readEmbeddings('c', body.get('data'), 2)
      if (data.length !== size * 8) throw new Error('vectors of other sizes')
    },
  },
  {
    name: 'cloud: mapping of a model',
    corpus: ['characters=letters@2', 'b=embeddings:text-3>vector', 'm=chat:x:free'].map((text) => Buffer.from(text)),
    mutations: [],
    read(bytes) {
      const mapping = parseCloudMapping(Buffer.from(bytes).toString('latin1'))
      if (mapping === undefined) throw cloudGarbled('c', 'it is a mapping')
      if (cloudMappingText(parseCloudMapping(cloudMappingText(mapping))!) !== cloudMappingText(mapping)) {
        throw new Error('written, it is another')
      }
    },
  },
]
