/** An answer of the Open Inference Protocol v2, from an endpoint that may send anything. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import {
  bytesNeeded,
  DIMS_MAX,
  elementCount,
  TENSORS_MAX,
  type Tensor,
  type TensorType,
} from '../../../protocols/wire/job/tensor.ts'
import { datatypeOf } from '../../tensors/datatypes.ts'
import type { JsonValue } from '../../tensors/json-reader.ts'
import { reshaped, tensorOfJson } from '../../tensors/json-tensor.ts'
import { decodeTexts } from '../../tensors/text-elements.ts'
import { cloudGarbled, isList, isMap, type JsonMap, jsonObject, mediaTypeOf, requireJson } from './cloud-json.ts'
import type { Exchanged } from './http-exchange.ts'
import { JSON_LENGTH_HEADER } from './oip-request.ts'

export interface OipAnswer {
  readonly name: JsonValue | undefined
  readonly version: JsonValue | undefined
  readonly outputs: readonly Tensor[]
}

const typeOf: ReadonlyMap<string, TensorType> = new Map(
  (Object.keys(datatypeOf) as TensorType[]).map((type) => [datatypeOf[type], type]),
)

/** The mesh's own limit, so that such a name goes wherever names of outputs go. */
const NAME_CHARS_MAX = 256

/**
 * @param jsonBytesMax longest JSON of it
 * @throws MeshError CLOUD_GARBLED
 */
export function readOipAnswer(provider: string, answer: Exchanged, jsonBytesMax: number): OipAnswer {
  return new OipReader(provider).read(answer, jsonBytesMax)
}

/** @throws MeshError CLOUD_GARBLED */
export function tensorTypeOf(provider: string, value: JsonValue | undefined): TensorType {
  const type = typeof value === 'string' ? typeOf.get(value) : undefined
  if (type === undefined) throw cloudGarbled(provider, 'a tensor has a datatype of the protocol')
  return type
}

class OipReader {
  readonly #provider: string

  constructor(provider: string) {
    this.#provider = provider
  }

  read(answer: Exchanged, jsonBytesMax: number): OipAnswer {
    const { bytes } = answer
    const jsonLength = this.#jsonLength(answer)
    if (jsonLength > jsonBytesMax) throw this.#garbled(`its JSON has at most ${jsonBytesMax} bytes`)
    const body = jsonObject(this.#provider, bytes.subarray(0, jsonLength))
    const listed = body.get('outputs')
    if (!isList(listed) || listed.length === 0 || listed.length > TENSORS_MAX) {
      throw this.#garbled(`it has 1 to ${TENSORS_MAX} outputs`)
    }
    let at = jsonLength
    const take = (length: number): Uint8Array => {
      const part = bytes.subarray(at, at + length)
      at += length
      if (at > bytes.length) throw this.#garbled('its bytes are all there')
      return part
    }
    const outputs = listed.map((output) => this.#output(output, take))
    if (at !== bytes.length) throw this.#garbled('nothing follows its last output')
    if (new Set(outputs.map(({ name }) => name)).size !== outputs.length)
      throw this.#garbled('outputs have names of their own')
    return { name: body.get('model_name'), version: body.get('model_version'), outputs }
  }

  /** Without the header all of it is JSON. */
  #jsonLength(answer: Exchanged): number {
    const given = answer.headers.get(JSON_LENGTH_HEADER)
    if (given === null) {
      requireJson(this.#provider, answer)
      return answer.bytes.length
    }
    if (!['application/octet-stream', 'application/json'].includes(mediaTypeOf(answer))) {
      throw this.#garbled('binary tensors have the type application/octet-stream')
    }
    if (!/^\d{1,10}$/.test(given) || Number(given) > answer.bytes.length) {
      throw this.#garbled(`${JSON_LENGTH_HEADER} is a length within it`)
    }
    return Number(given)
  }

  #output(value: JsonValue, take: (length: number) => Uint8Array): Tensor {
    if (!isMap(value)) throw this.#garbled('an output is an object')
    const name = value.get('name')
    if (typeof name !== 'string' || name === '' || name.length > NAME_CHARS_MAX)
      throw this.#garbled('an output has a name')
    const type = tensorTypeOf(this.#provider, value.get('datatype'))
    const dims = this.#dims(value.get('shape'))
    const size = this.#binarySize(value)
    const data = value.get('data')
    if ((size === undefined) === (data === undefined)) throw this.#garbled('an output has either data or bytes')
    return size === undefined ? this.#fromJson(data!, name, type, dims) : this.#fromBytes(take(size), name, type, dims)
  }

  #dims(value: JsonValue | undefined): readonly number[] {
    if (!isList(value) || value.length > DIMS_MAX || !value.every(isSize))
      throw this.#garbled('a shape is a list of sizes')
    if (elementCount(value) === undefined) throw this.#garbled('the elements of a shape can be counted')
    return value
  }

  #binarySize(output: JsonMap): number | undefined {
    const parameters = output.get('parameters')
    if (parameters === undefined) return undefined
    const size = isMap(parameters) ? parameters.get('binary_data_size') : null
    if (size === undefined || isSize(size)) return size
    throw this.#garbled('binary_data_size is a size')
  }

  #fromJson(value: JsonValue, name: string, type: TensorType, dims: readonly number[]): Tensor {
    const rule = 'the data of an output is what its type and shape say'
    try {
      const tensor = tensorOfJson(value, { spec: { name, type, dims }, path: 'the answer' })
      const isNestedAlike = tensor.dims.length === dims.length && tensor.dims.every((dim, i) => dim === dims[i])
      const whole = isNestedAlike || tensor.dims.length === 1 ? reshaped(tensor, dims) : undefined
      if (whole !== undefined) return whole
    } catch (error) {
      // Its text repeats values of the answer, which are nobody's business.
      if (!(error instanceof MeshError) || error.fault === 'bug') throw error
    }
    throw this.#garbled(rule)
  }

  #fromBytes(data: Uint8Array, name: string, type: TensorType, dims: readonly number[]): Tensor {
    const count = elementCount(dims)!
    const isWhole =
      type === 'string' ? textBytes(decodeTexts(data, count)) === data.length : bytesNeeded(type, dims) === data.length
    if (!isWhole) throw this.#garbled('the bytes of an output are what its type and shape say')
    return { name, type, dims, byteLength: data.length, data }
  }

  #garbled(rule: string): MeshError {
    return cloudGarbled(this.#provider, rule)
  }
}

const isSize = (value: JsonValue): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** As many bytes as these texts take in a tensor; none where they are no texts. */
function textBytes(texts: readonly string[] | undefined): number | undefined {
  const encoder = new TextEncoder()
  return texts?.reduce((sum, text) => sum + 4 + encoder.encode(text).length, 0)
}
