/** One tensor of a request, from its JSON or from the bytes behind it. */
import { isUtf8 } from 'node:buffer'
import { MeshError } from '../../protocols/kernel/errors.ts'
import {
  bytesNeeded,
  DIMS_MAX,
  elementCount,
  STRING_HEAD_BYTES,
  type Tensor,
  type TensorHeader,
  type TensorType,
} from '../../protocols/wire/job/tensor.ts'
import { checkStringLengths } from '../../protocols/wire/job/tensor-check.ts'
import { datatypeOf } from '../tensors/datatypes.ts'
import type { JsonValue } from '../tensors/json-reader.ts'
import { reshaped, tensorOfJson } from '../tensors/json-tensor.ts'
import { shapeText } from '../tensors/tensor-errors.ts'
import { type JsonMap, listOf, misunderstood, parametersOf, textOf } from './json-fields.ts'

/** The bytes behind the JSON: binary tensors lie there in the order of the inputs, without gaps. */
export class BinaryData {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** @throws MeshError HTTP_REQUEST */
  take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw this.#other(`at least ${end}`)
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  /** @throws MeshError HTTP_REQUEST where some are left */
  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#other(String(this.#at))
  }

  #other(expected: string): MeshError {
    return misunderstood(`its JSON tells of ${expected} bytes of binary data, and ${this.#bytes.length} are there`)
  }
}

const typeOf: ReadonlyMap<string, TensorType> = new Map(
  (Object.keys(datatypeOf) as TensorType[]).map((type) => [datatypeOf[type], type]),
)

/** @throws MeshError HTTP_REQUEST, INPUT_TYPE, INPUT_SHAPE, INPUT_SIZE */
export function readTensor(input: JsonMap, place: string, binary: BinaryData): Tensor {
  const name = textOf(input.get('name'), `the "name" of ${place}`)
  const datatype = textOf(input.get('datatype'), `the "datatype" of ${place}`)
  const type = typeOf.get(datatype)
  if (type === undefined) {
    throw new MeshError('INPUT_TYPE', { name, given: datatype, expected: [...typeOf.keys()].join(', ') })
  }
  const dims = shapeOf(input.get('shape'), place)
  const length = binaryLength(input, place)
  const data = input.get('data')
  if (length === undefined) {
    if (data === undefined) throw misunderstood(`${place} has neither "data" nor "binary_data_size"`)
    return fromJson(data, name, type, dims)
  }
  if (data !== undefined) throw misunderstood(`${place} has both "data" and "binary_data_size"`)
  return fromBinary(binary.take(length), name, type, dims)
}

function shapeOf(value: JsonValue | undefined, place: string): readonly number[] {
  return listOf(value, `the "shape" of ${place}`, DIMS_MAX).map((dim) => {
    if (isSize(dim)) return dim
    throw misunderstood(`the "shape" of ${place} holds what is no size`)
  })
}

function binaryLength(input: JsonMap, place: string): number | undefined {
  const size = parametersOf(input, place).get('binary_data_size')
  if (size === undefined || isSize(size)) return size
  throw misunderstood(`the "binary_data_size" of ${place} is no size`)
}

const isSize = (value: JsonValue): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** The protocol allows data that is flat, and data that is nested as the shape says. */
function fromJson(value: JsonValue, name: string, type: TensorType, dims: readonly number[]): Tensor {
  const tensor = tensorOfJson(value, { spec: { name, type, dims }, path: 'the request' })
  const isNestedAlike = tensor.dims.length === dims.length && tensor.dims.every((dim, i) => dim === dims[i])
  const whole = isNestedAlike || tensor.dims.length === 1 ? reshaped(tensor, dims) : undefined
  if (whole !== undefined) return whole
  throw new MeshError('INPUT_SHAPE', { name, given: shapeText(tensor.dims), expected: shapeText(dims) })
}

function fromBinary(data: Uint8Array, name: string, type: TensorType, dims: readonly number[]): Tensor {
  const header: TensorHeader = { name, type, dims, byteLength: data.length }
  if (type === 'string') {
    if (elementCount(dims) === undefined) throw tooLarge(name, dims)
    checkStringLengths(header, data)
    checkTexts(header, data)
    return { ...header, data }
  }
  const expected = bytesNeeded(type, dims)
  if (expected === undefined) throw tooLarge(name, dims)
  if (data.length !== expected) throw new MeshError('INPUT_SIZE', { name, given: data.length, expected })
  return { ...header, data }
}

const tooLarge = (name: string, dims: readonly number[]): MeshError =>
  new MeshError('INPUT_SHAPE', { name, given: shapeText(dims), expected: 'a shape whose elements can be counted' })

/** BYTES are texts in the mesh; their lengths have been looked at. */
function checkTexts({ name }: TensorHeader, data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  for (let at = 0; at < data.length; ) {
    const from = at + STRING_HEAD_BYTES
    at = from + view.getUint32(at, true)
    if (!isUtf8(data.subarray(from, at))) {
      throw new MeshError('INPUT_TYPE', { name, given: 'BYTES that are no UTF-8', expected: 'texts in UTF-8' })
    }
  }
}
