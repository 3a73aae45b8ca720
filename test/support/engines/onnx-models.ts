/** ONNX models made where they are used: a small builder, and the models that engine tests and benches share. */
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  AttributeProtoSchema,
  attributeType,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  serialiseModel,
  type TensorProto,
  type TensorProto_DataType,
  TensorProtoSchema,
  tensorDataType,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../../node/models/onnx-format/index.ts'
import type { TensorType } from '../../../protocols/wire/job/tensor.ts'

/** Number of an element type in ONNX. */
export const onnxType: Readonly<Record<TensorType, TensorProto_DataType>> = {
  float32: tensorDataType.FLOAT,
  float64: tensorDataType.DOUBLE,
  float16: tensorDataType.FLOAT16,
  int8: tensorDataType.INT8,
  int16: tensorDataType.INT16,
  int32: tensorDataType.INT32,
  int64: tensorDataType.INT64,
  uint8: tensorDataType.UINT8,
  uint16: tensorDataType.UINT16,
  uint32: tensorDataType.UINT32,
  uint64: tensorDataType.UINT64,
  bool: tensorDataType.BOOL,
  string: tensorDataType.STRING,
  int4: tensorDataType.INT4,
  uint4: tensorDataType.UINT4,
}

export type Dims = readonly (number | string)[]

/** A typed input, output or intermediate value; `type` may be any number that the format knows. */
export function value(name: string, type: TensorType | TensorProto_DataType, dims: Dims): ValueInfoProto {
  const elemType = typeof type === 'string' ? onnxType[type] : type
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType,
          shape: {
            dim: dims.map((dim) => ({
              value:
                typeof dim === 'number'
                  ? { case: 'dimValue' as const, value: BigInt(dim) }
                  : { case: 'dimParam' as const, value: dim },
            })),
          },
        },
      },
    },
  })
}

/** A constant with raw little-endian data. */
export function constant(
  name: string,
  type: TensorType,
  dims: readonly number[],
  data: ArrayBufferView = new Uint8Array(),
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: onnxType[type],
    dims: dims.map(BigInt),
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  })
}

export const int64s = (name: string, ...values: readonly number[]): TensorProto =>
  constant(name, 'int64', [values.length], BigInt64Array.from(values, BigInt))

export const int64 = (name: string, of: number | bigint): TensorProto =>
  constant(name, 'int64', [], BigInt64Array.of(BigInt(of)))

export const attribute = {
  int: (name: string, i: number): AttributeProto =>
    create(AttributeProtoSchema, { name, type: attributeType.INT, i: BigInt(i) }),
  ints: (name: string, ints: readonly number[]): AttributeProto =>
    create(AttributeProtoSchema, { name, type: attributeType.INTS, ints: ints.map(BigInt) }),
  float: (name: string, f: number): AttributeProto =>
    create(AttributeProtoSchema, { name, type: attributeType.FLOAT, f }),
  text: (name: string, s: string): AttributeProto =>
    create(AttributeProtoSchema, { name, type: attributeType.STRING, s: new TextEncoder().encode(s) }),
  tensor: (name: string, t: TensorProto): AttributeProto =>
    create(AttributeProtoSchema, { name, type: attributeType.TENSOR, t }),
  graph: (name: string, g: GraphProto): AttributeProto =>
    create(AttributeProtoSchema, { name, type: attributeType.GRAPH, g }),
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: readonly AttributeProto[] = [],
  domain = '',
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    input: [...input],
    output: [...output],
    attribute: [...attributes],
    ...(domain === '' ? {} : { domain }),
  })
}

export function graph(parts: MessageInitShape<typeof GraphProtoSchema>): GraphProto {
  return create(GraphProtoSchema, { name: 'graph', ...parts })
}

/** The newest operator set that onnxruntime 1.30 implements without warnings is above this one; every test's operators are older. */
const OPSET = 21
const IR_VERSION = 10

/** A model around a graph; `extra` overrides what stands beside it. */
export function model(
  parts: MessageInitShape<typeof GraphProtoSchema>,
  extra: Omit<MessageInitShape<typeof ModelProtoSchema>, '$typeName' | '$unknown'> = {},
): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: 'aitbc-mesh-test',
    opsetImport: [opset('', OPSET), opset('com.microsoft', 1), opset('ai.onnx.ml', 4)],
    graph: graph(parts),
    ...extra,
  })
}

export const opset = (domain: string, version: number) =>
  create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) })

export const localFunction = (parts: MessageInitShape<typeof FunctionProtoSchema>) => create(FunctionProtoSchema, parts)

export const fileOf = (...parts: Parameters<typeof model>): Uint8Array => serialiseModel(model(...parts))

/** Output `y` equals input `x`. */
export const identityModel = (type: TensorType, dims: Dims): Uint8Array =>
  fileOf({ input: [value('x', type, dims)], output: [value('y', type, dims)], node: [node('Identity', ['x'], ['y'])] })

/** `sum` = a + b and `difference` = a - b: several inputs and outputs, broadcast over a named dimension. */
export const sumAndDifferenceModel = (): Uint8Array =>
  fileOf({
    input: [value('a', 'float32', ['n', 3]), value('b', 'float32', [3])],
    output: [value('sum', 'float32', ['n', 3]), value('difference', 'float32', ['n', 3])],
    node: [node('Add', ['a', 'b'], ['sum']), node('Sub', ['a', 'b'], ['difference'])],
  })

/** Weights that look like trained ones: small, of both signs, the same in every run. */
export function weights(count: number, seed = 1): Float32Array<ArrayBuffer> {
  const data = new Float32Array(count)
  let state = seed >>> 0
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    data[i] = (state / 2 ** 32 - 0.5) * 0.1
  }
  return data
}

/** A perceptron over `[batch, width]`: `layers` times MatMul and Relu. Width 784 and one layer take about 0.1 ms. */
export function perceptronModel(width: number, layers: number): Uint8Array {
  const nodes: NodeProto[] = []
  const initializer: TensorProto[] = []
  for (let layer = 0; layer < layers; layer++) {
    initializer.push(constant(`w${layer}`, 'float32', [width, width], weights(width * width, layer + 1)))
    nodes.push(
      node('MatMul', [layer === 0 ? 'x' : `h${layer}`, `w${layer}`], [`m${layer}`]),
      node('Relu', [`m${layer}`], [layer === layers - 1 ? 'y' : `h${layer + 1}`]),
    )
  }
  return fileOf({
    input: [value('x', 'float32', ['batch', width])],
    output: [value('y', 'float32', ['batch', width])],
    node: nodes,
    initializer,
  })
}

/** A small input and output around as much work as is asked for: `rounds` times the layer of a perceptron, in a Loop. */
export function loopedPerceptronModel(width: number, rounds: number): Uint8Array {
  const body = graph({
    input: [value('i', 'int64', []), value('keep', 'bool', []), value('state', 'float32', [1, width])],
    output: [value('kept', 'bool', []), value('next', 'float32', [1, width])],
    node: [
      node('Identity', ['keep'], ['kept']),
      node('MatMul', ['state', 'w'], ['product']),
      node('Tanh', ['product'], ['next']),
    ],
  })
  return fileOf({
    input: [value('x', 'float32', [1, width])],
    output: [value('y', 'float32', [1, width])],
    initializer: [
      constant('w', 'float32', [width, width], weights(width * width)),
      constant('yes', 'bool', [], Uint8Array.of(1)),
      int64('rounds', rounds),
    ],
    node: [node('Loop', ['rounds', 'yes', 'x'], ['y'], [attribute.graph('body', body)])],
  })
}

/**
 * Runs as long as the caller says: `rounds` (int64 scalar) times a matrix product inside a Loop. One round of width 512 takes
 * some milliseconds.
 */
export function slowModel(width = 512): Uint8Array {
  const body = graph({
    input: [value('i', 'int64', []), value('keep', 'bool', []), value('state', 'float32', [width, width])],
    output: [value('kept', 'bool', []), value('next', 'float32', [width, width])],
    node: [
      node('Identity', ['keep'], ['kept']),
      node('MatMul', ['state', 'w'], ['product']),
      node('Tanh', ['product'], ['next']),
    ],
  })
  return fileOf({
    input: [value('rounds', 'int64', [])],
    output: [value('y', 'float32', [width, width])],
    initializer: [
      constant('w', 'float32', [width, width], weights(width * width)),
      constant('yes', 'bool', [], Uint8Array.of(1)),
    ],
    node: [node('Loop', ['rounds', 'yes', 'w'], ['y'], [attribute.graph('body', body)])],
  })
}

/** `y` = `count` copies of the byte `x`: an output as large as the caller asks for. */
export const repeatModel = (): Uint8Array =>
  fileOf({
    input: [value('x', 'uint8', [1]), value('count', 'int64', [1])],
    output: [value('y', 'uint8', ['count'])],
    node: [node('Expand', ['x', 'count'], ['y'])],
  })

/** `y` = the first byte of `x`: an input as large as the caller sends, an output of nothing. */
export const firstByteModel = (): Uint8Array =>
  fileOf({
    input: [value('x', 'uint8', ['n'])],
    output: [value('y', 'uint8', [1])],
    initializer: [int64s('first', 0)],
    node: [node('Gather', ['x', 'first'], ['y'])],
  })

/** Holds `count` floats that it never shows: memory as much as the caller asks for, a small output. */
export const memoryModel = (): Uint8Array =>
  fileOf({
    input: [value('count', 'int64', [1])],
    output: [value('y', 'float32', [])],
    initializer: [int64s('axes', 0)],
    node: [
      node(
        'ConstantOfShape',
        ['count'],
        ['zeros'],
        [attribute.tensor('value', constant('one', 'float32', [1], Float32Array.of(1)))],
      ),
      node('Exp', ['zeros'], ['exps']),
      node('ReduceSum', ['exps', 'axes'], ['y'], [attribute.int('keepdims', 0)]),
    ],
  })

/** Fails inside the runtime when the index is outside the eight rows. */
export const gatherModel = (): Uint8Array =>
  fileOf({
    input: [value('index', 'int64', ['n'])],
    output: [value('y', 'float32', ['n'])],
    initializer: [constant('rows', 'float32', [8], weights(8))],
    node: [node('Gather', ['rows', 'index'], ['y'])],
  })
