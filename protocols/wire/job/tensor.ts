/** Tensors as they travel: a header beside raw bytes, in the layout of the Open Inference Protocol's binary form. */
import { array, type Codec, oneOf, record, text, uint } from '../../kernel/codec.ts'

/** Names as ONNX uses them. */
export const tensorTypes = [
  'float32',
  'float64',
  'float16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
  'string',
  'int4',
  'uint4',
] as const
export type TensorType = (typeof tensorTypes)[number]

/** Bits of one element; 0 = variable (string: each element is a little-endian uint32 length and that many bytes of UTF-8). */
export const elementBits: Record<TensorType, number> = {
  float32: 32,
  float64: 64,
  float16: 16,
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
  bool: 8,
  string: 0,
  int4: 4,
  uint4: 4,
}

/** Bytes before each element of a string tensor: its length. */
export const STRING_HEAD_BYTES = 4

export interface TensorHeader {
  readonly name: string
  readonly type: TensorType
  /** Empty for a scalar; a 0 makes an empty tensor. */
  readonly dims: readonly number[]
  readonly byteLength: number
}

export interface Tensor extends TensorHeader {
  /** Little-endian elements in row-major order; 4-bit elements packed two to a byte, the first in the low half. */
  readonly data: Uint8Array
}

/** What a model says of one of its inputs or outputs. A dimension is a number, or a name where it is chosen per call. */
export interface TensorSpec {
  readonly name: string
  readonly type: TensorType
  readonly dims: readonly (number | string)[]
}

/** ONNX itself has no bound; no model seen in practice has more dimensions than 8. */
export const DIMS_MAX = 16
export const TENSORS_MAX = 64
export const NAME_BYTES_MAX = 256
/** Keeps every size computation far inside the safe integers. */
export const DIM_MAX = 2 ** 31 - 1
/** Of a dimension that is chosen per call: a word; exporters write whole expressions there (dimension-name.ts). */
export const DIM_NAME_BYTES_MAX = 64
const TENSOR_BYTES_MAX = 2 ** 40

/** Longest encoding of one header: array, name, type, 16 dimensions and the length, each with its head. */
export const TENSOR_HEADER_BYTES_MAX = 360

export const tensorHeaderCodec: Codec<TensorHeader> = record<TensorHeader>({
  name: text(NAME_BYTES_MAX),
  type: oneOf(...tensorTypes),
  dims: array(uint(DIM_MAX), DIMS_MAX),
  byteLength: uint(TENSOR_BYTES_MAX),
})

export const tensorHeadersCodec: Codec<readonly TensorHeader[]> = array(tensorHeaderCodec, TENSORS_MAX)

/** Elements of a shape; `undefined` where the product leaves the safe integers. A scalar has one. */
export function elementCount(dims: readonly number[]): number | undefined {
  let count = 1
  for (const dim of dims) {
    count *= dim
    if (!Number.isSafeInteger(count)) return undefined
  }
  return count
}

/** Bytes that type and shape need; `undefined` for strings (any length fits) and for absurd shapes. */
export function bytesNeeded(type: TensorType, dims: readonly number[]): number | undefined {
  const count = elementCount(dims)
  const bits = elementBits[type]
  return count === undefined || bits === 0 ? undefined : Math.ceil((count * bits) / 8)
}

/** A dimension as chosen per call (a name, possibly empty) or fixed (a number). */
const dimCodec: Codec<number | string> = {
  bytesMax: NAME_BYTES_MAX,
  write: (writer, dim) => (typeof dim === 'number' ? fixedDim.write(writer, dim) : namedDim.write(writer, dim)),
  read: (reader) => (reader.peekMajor() === 0 ? fixedDim.read(reader) : namedDim.read(reader)),
}
const fixedDim = uint(DIM_MAX)
const namedDim = text(DIM_NAME_BYTES_MAX)

export const tensorSpecCodec: Codec<TensorSpec> = record<TensorSpec>({
  name: text(NAME_BYTES_MAX),
  type: oneOf(...tensorTypes),
  dims: array(dimCodec, DIMS_MAX),
})
