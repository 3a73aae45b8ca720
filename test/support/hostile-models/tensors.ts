/** Types, shapes and constants. */
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import {
  AttributeProtoSchema,
  attributeType,
  type SparseTensorProto,
  SparseTensorProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TypeProtoSchema,
  tensorDataType,
  ValueInfoProtoSchema,
} from '../../../node/models/onnx-format/index.ts'
import { constant, type Dims, fileOf, int64s, node, value } from '../engines/onnx-models.ts'
import { after, type Hostile, hostile, io, relu, withConstants } from './hostile.ts'

type Side = 'input' | 'output'
const names = { input: 'x', output: 'y' } as const

const ofType = (side: Side, type: MessageInitShape<typeof TypeProtoSchema>): Uint8Array => {
  const typed = create(ValueInfoProtoSchema, { name: names[side], type: create(TypeProtoSchema, type) })
  return fileOf({ ...io, [side]: [typed], node: [relu] })
}
const element = { value: { case: 'tensorType' as const, value: { elemType: 1, shape: { dim: [] } } } }

const shaped = (side: Side, type: Parameters<typeof value>[1], dims: Dims): Uint8Array =>
  fileOf({ ...io, [side]: [value(names[side], type, dims)], node: [relu] })

const holding = (parts: MessageInitShape<typeof TensorProtoSchema>): Uint8Array =>
  withConstants([create(TensorProtoSchema, { name: 'c', ...parts })])

/** Four bytes that claim to be more. */
const claiming = (...dims: readonly bigint[]): Uint8Array =>
  holding({ dataType: tensorDataType.FLOAT, dims: [...dims], rawData: new Uint8Array(4) })

const sparse = (...dims: readonly bigint[]): SparseTensorProto =>
  create(SparseTensorProtoSchema, {
    values: constant('c', 'float32', [1], Float32Array.of(1)),
    indices: int64s('', 0),
    dims: [...dims],
  })
const withSparse = (...dims: readonly bigint[]): Uint8Array =>
  fileOf({ ...io, sparseInitializer: [sparse(...dims)], node: [relu] })
const sparseAttribute = (...dims: readonly bigint[]): Uint8Array => {
  const { SPARSE_TENSOR: type } = attributeType
  const spread = create(AttributeProtoSchema, { name: 'sparse_value', type, sparseTensor: sparse(...dims) })
  return after(node('Constant', [], ['a'], [spread]))
}

const INT64 = tensorDataType.INT64
const many: readonly TensorProto[] = [constant('c', 'float32', [8], new Float32Array(8))]
const { BFLOAT16, FLOAT8E5M2 } = tensorDataType

export const hostileTensors: readonly Hostile[] = [
  hostile('element-type', 'takes bfloat16', () => shaped('input', BFLOAT16, [2]), /input x .*bfloat16/),
  hostile('element-type', 'gives float8', () => shaped('output', FLOAT8E5M2, [2]), /output y .*float8e5m2/),
  hostile('element-type', 'takes 4-bit integers', () => shaped('input', 'int4', [2]), /input x .*int4/),
  hostile('element-type', 'gives 4-bit integers', () => shaped('output', 'uint4', [2]), /output y .*uint4/),
  hostile(
    'element-type',
    'takes a sequence',
    () => ofType('input', { value: { case: 'sequenceType', value: { elemType: element } } }),
    /input x is a sequence/,
  ),
  hostile(
    'element-type',
    'gives an optional value',
    () => ofType('output', { value: { case: 'optionalType', value: { elemType: element } } }),
    /output y is a optional value/,
  ),
  hostile(
    'element-type',
    'gives a map',
    () => ofType('output', { value: { case: 'mapType', value: { keyType: INT64, valueType: element } } }),
    /output y is a map/,
  ),
  hostile(
    'element-type',
    'takes a sparse tensor',
    () => ofType('input', { value: { case: 'sparseTensorType', value: { elemType: 1 } } }),
    /input x is a sparse tensor/,
  ),
  hostile('element-type', 'takes a value without a type', () => ofType('input', {}), /input x is a value without/),
  hostile(
    'element-type',
    'has a constant of an unknown type',
    () => holding({ dataType: 99, rawData: new Uint8Array(4) }),
    /unknown type 99/,
  ),
  hostile(
    'tensor-count',
    'takes more inputs than a message carries',
    () =>
      fileOf({
        ...io,
        input: Array.from({ length: 65 }, (_, i) => value(`x${i === 0 ? '' : i}`, 'float32', [2])),
        node: [relu],
      }),
    /65 inputs/,
  ),
  hostile('tensor-count', 'gives nothing', () => fileOf({ input: io.input, node: [relu] }), /no output/),

  hostile(
    'shape',
    'takes an input of any rank',
    () => ofType('input', { value: { case: 'tensorType', value: { elemType: 1 } } }),
    /input x does not say/,
  ),
  hostile(
    'shape',
    'takes more dimensions than a message carries',
    () => shaped('input', 'float32', Array(17).fill(1)),
    /17 dimensions/,
  ),
  hostile('shape', 'takes a dimension below zero', () => shaped('input', 'float32', [-5]), /dimension of -5/),
  hostile('shape', 'takes an absurd dimension', () => shaped('input', 'uint8', ['n', 2 ** 40]), /of 1099511627776/),
  hostile('shape', 'takes more than a job', () => shaped('input', 'float32', [65_536, 65_536]), /larger than/),
  hostile(
    'shape',
    'has a constant of a hundred thousand dimensions',
    () => holding({ dataType: tensorDataType.FLOAT, dims: Array<bigint>(100_000).fill(1n) }),
    /more than 64 dimensions/,
  ),
  hostile('shape', 'has a constant with a dimension below zero', () => claiming(-1n), /dimension of -1/),

  hostile(
    'initialiser-size',
    'claims a hundred gigabytes and holds four bytes',
    () => claiming(25_000_000_000n),
    /claims 25000000000 elements of float32 and holds 4 bytes/,
  ),
  hostile('initialiser-size', 'claims beyond counting', () => claiming(2n ** 40n, 2n ** 40n), /claims/),
  hostile('initialiser-size', 'claims what wraps round to 0', () => claiming(2n ** 32n, 2n ** 32n), /claims/),
  hostile(
    'initialiser-size',
    'holds less than it claims, number by number',
    () => holding({ dataType: INT64, dims: [5n], int64Data: [1n, 2n] }),
    /claims 5 elements of int64 and holds 2/,
  ),
  hostile(
    'initialiser-size',
    'holds texts as if they were raw',
    () => holding({ dataType: tensorDataType.STRING, dims: [1n], rawData: Uint8Array.of(1) }),
    /string/,
  ),
  hostile(
    'initialiser-size',
    'holds one number both ways',
    () => holding({ dataType: INT64, dims: [1n], rawData: new Uint8Array(8), int64Data: [1n] }),
    /twice/,
  ),
  hostile(
    'initialiser-size',
    'holds numbers in the field of another type',
    () => holding({ dataType: INT64, dims: [1n], floatData: [1] }),
    /as others/,
  ),
  hostile(
    'initialiser-size',
    'comes in segments',
    () => holding({ dataType: INT64, dims: [1n], segment: { begin: 0n, end: 9n } }),
    /segments/,
  ),
  hostile(
    'initialiser-size',
    'unfolds a sparse constant to a hundred gigabytes',
    () => withSparse(100_000n, 250_000n),
    /sparse constant c is 100000000000 bytes/,
  ),
  hostile(
    'initialiser-size',
    'unfolds a sparse attribute to a hundred gigabytes',
    () => sparseAttribute(100_000n, 250_000n),
    /sparse constant c is 100000000000 bytes/,
  ),
  hostile('initialiser-size', 'holds more than its sparse shape', () => withSparse(0n), /more than its shape/),
  hostile('weights-size', 'has more weights than memory', () => withConstants(many), /32 bytes, at most 16/, {
    weightsBytesMax: 16,
  }),
]
