/** A request of the Open Inference Protocol: JSON, with the data of its tensors in it or as bytes behind it. */
import { TENSORS_MAX, type Tensor } from '../../protocols/wire/job/tensor.ts'
import { JsonFault, type JsonValue, parseJson } from '../tensors/json-reader.ts'
import { type JobWish, jobWishOf } from './job-wish.ts'
import { fieldsOf, flagOf, listOf, misunderstood, parametersOf, textOf } from './json-fields.ts'
import { BinaryData, readTensor } from './request-tensor.ts'

export interface InferenceRequest {
  /** Of the caller's choice, and given back. */
  readonly id: string | undefined
  readonly inputs: readonly Tensor[]
  /** All outputs where absent. */
  readonly outputs: readonly RequestedOutput[] | undefined
  /** How outputs go that do not say it themselves. */
  readonly isBinary: boolean
  readonly wish: JobWish
}

export interface RequestedOutput {
  readonly name: string
  readonly isBinary: boolean
}

/**
 * @param jsonBytes how many of the first bytes are JSON; the data of binary tensors follows, which the result does not copy
 * @throws MeshError HTTP_REQUEST, INPUT_TYPE, INPUT_SHAPE, INPUT_SIZE
 * @example readInferenceRequest(Buffer.from('{"inputs": [{"name": "x", "datatype": "FP32", "shape": [2], "data": [1, 2]}]}'))
 */
export function readInferenceRequest(body: Uint8Array, jsonBytes: number = body.length): InferenceRequest {
  const request = fieldsOf(parsed(body.subarray(0, jsonBytes)), 'the body')
  const binary = new BinaryData(body.subarray(jsonBytes))
  const inputs = listOf(request.get('inputs'), '"inputs"', TENSORS_MAX).map((input, i) =>
    readTensor(fieldsOf(input, `"inputs"[${i}]`), `"inputs"[${i}]`, binary),
  )
  binary.end()
  const parameters = parametersOf(request, 'the body')
  const isBinary = flagOf(parameters, 'binary_data_output') ?? false
  const id = request.get('id')
  return {
    id: id === undefined ? undefined : textOf(id, '"id"'),
    inputs,
    outputs: outputsOf(request.get('outputs'), isBinary),
    isBinary,
    wish: jobWishOf(parameters),
  }
}

function parsed(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (error) {
    if (error instanceof JsonFault) throw misunderstood(`its JSON: ${error.message}`)
    if (error instanceof TypeError) throw misunderstood('its JSON is no UTF-8')
    throw error
  }
}

function outputsOf(value: JsonValue | undefined, isBinary: boolean): readonly RequestedOutput[] | undefined {
  if (value === undefined) return undefined
  const outputs = listOf(value, '"outputs"', TENSORS_MAX).map((item, i): RequestedOutput => {
    const place = `"outputs"[${i}]`
    const output = fieldsOf(item, place)
    const name = textOf(output.get('name'), `the "name" of ${place}`)
    const parameters = parametersOf(output, place)
    // Whoever asks for classes would take a tensor for them, and whoever looks into its own memory would find nothing new there.
    const other = ['classification', 'shared_memory_region'].find((name) => parameters.has(name))
    if (other !== undefined) throw misunderstood(`"${other}" of outputs is not offered`)
    return { name, isBinary: flagOf(parameters, 'binary_data') ?? isBinary }
  })
  const twice = outputs.find(({ name }, i) => outputs.findIndex((other) => other.name === name) !== i)
  if (twice !== undefined) throw misunderstood(`it asks for the output ${twice.name} twice`)
  // Nothing named is everything, as with no list at all.
  return outputs.length === 0 ? undefined : outputs
}
