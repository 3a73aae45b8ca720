/** What programs send to the gateway: requests of the Open Inference Protocol, and the headers and paths around them. */
import { admitCaller, admitContent, admitKey } from '../../../node/gateway/admit-request.ts'
import { answerPieces } from '../../../node/gateway/inference-answer.ts'
import { type InferenceRequest, readInferenceRequest } from '../../../node/gateway/inference-request.ts'
import { routeOf } from '../../../node/gateway/route.ts'
import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import { bytesNeeded, elementCount } from '../../../protocols/wire/job/tensor.ts'
import { noNamedKeys } from '../nodes/gateway-keys.ts'
import { jsonMutations, type Mutation } from './mutate.ts'
import type { Target } from './target.ts'

const keys = noNamedKeys('aitbc_x')

const inJson = {
  id: 'a',
  inputs: [
    { name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 0.5, -3, 'NaN'] },
    { name: 'ids', datatype: 'INT64', shape: [2], data: [1, '9007199254740993'] },
    { name: 'words', datatype: 'BYTES', shape: [2], data: ['ä', ''] },
    { name: 'mask', datatype: 'BOOL', shape: [1, 2], data: [[true, false]] },
  ],
  outputs: [{ name: 'y', parameters: { binary_data: true } }],
  parameters: { price_max: 0.01, latency_ms_max: 100, deadline_ms: 5_000, binary_data_output: false },
}

const sized = (binary_data_size: number): object => ({ parameters: { binary_data_size } })
const inBytes = {
  inputs: [
    { name: 'x', datatype: 'FP16', shape: [2], ...sized(4) },
    { name: 'words', datatype: 'BYTES', shape: [2], ...sized(10) },
    { name: 'n', datatype: 'UINT8', shape: [1], data: [255] },
    { name: 'none', datatype: 'INT4', shape: [0, 3], ...sized(0) },
  ],
}
const BYTES = [0, 0x3c, 0, 0x7e, 1, 0, 0, 0, 0x61, 1, 0, 0, 0, 0x62]

/** The length of the JSON in two bytes before it, in place of the header that says so. */
function withLength(request: object, bytes: readonly number[]): Uint8Array {
  const json = Buffer.from(JSON.stringify(request))
  return Buffer.concat([Uint8Array.of(json.length & 255, json.length >> 8), json, Uint8Array.from(bytes)])
}

/** Changed behind the JSON alone: lengths and texts inside the data. */
const otherBytes: Mutation = ([first], random) => {
  const bytes = Uint8Array.from(first!)
  bytes[bytes.length - 1 - random.below(BYTES.length)] = random.below(256)
  return bytes
}

/** Whoever runs the job relies on this. */
function checkWhole({ inputs }: InferenceRequest): void {
  for (const { type, dims, data, byteLength } of inputs) {
    const needed = type === 'string' ? byteLength : bytesNeeded(type, dims)
    if (needed !== data.length || byteLength !== data.length) throw new Error('bytes do not follow from the shape')
  }
}

/** What was read is written so that it is read as the same. */
function checkWritten({ inputs }: InferenceRequest): void {
  const outputs = inputs.map((tensor) => ({ tensor, count: elementCount(tensor.dims)!, isBinary: false }))
  const text = [...answerPieces({ model: 'm', version: 'v', id: undefined }, outputs)].join('')
  const again = readInferenceRequest(Buffer.from(text.replace('"outputs":[', '"inputs":[')))
  for (const [i, { data, dims }] of again.inputs.entries()) {
    const before = inputs[i]!
    if (!equalBytes(data, before.data) || dims.join() !== before.dims.join()) throw new Error('written, it is another')
  }
}

export const gatewayTargets: readonly Target[] = [
  {
    name: 'inference request in JSON',
    corpus: [Buffer.from(JSON.stringify(inJson)), Buffer.from('{"inputs": []}')],
    mutations: jsonMutations,
    read(bytes) {
      const request = readInferenceRequest(bytes)
      checkWhole(request)
      checkWritten(request)
    },
  },
  {
    name: 'inference request with binary data',
    corpus: [withLength(inBytes, BYTES), withLength(inJson, [])],
    mutations: [otherBytes],
    read(bytes) {
      const length = (bytes[0] ?? 0) + (bytes[1] ?? 0) * 256
      checkWhole(readInferenceRequest(bytes.subarray(2), Math.min(length, Math.max(0, bytes.length - 2))))
    },
  },
  {
    name: 'gateway headers',
    corpus: [
      '/v2/models/m/versions/1/infer\n127.0.0.1:8011\nBearer aitbc_x\napplication/json',
      '/health\n[::1]\n\n',
    ].map((text) => Buffer.from(text)),
    mutations: [],
    read(bytes) {
      const [url = '', host, authorization, type] = Buffer.from(bytes).toString('latin1').split('\n')
      const headers = { host, authorization, 'content-type': type } as Record<string, string>
      const route = routeOf(url.startsWith('/v2/models') ? 'POST' : 'GET', url)
      admitCaller(headers)
      if (route.kind !== 'infer') return
      admitContent(headers)
      admitKey(headers, keys)
    },
  },
]
