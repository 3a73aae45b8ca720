/** The trained parameters as an ONNX file. */
import { create } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  AttributeProtoSchema,
  attributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  serialiseModel,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  tensorDataType,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../../onnx-format/index.ts'
import { characterClasses } from './character-classes.ts'
import { INPUT_SIDE, layerShapes, splitParameters } from './network.ts'

/** Operator set 13 of 2020 has every operator in its present form; the older, the more runtimes take it. */
const OPSET = 13n
/** The file format that belongs to that operator set. */
const IR_VERSION = 7n

export const inputDims = ['batch', 1, INPUT_SIDE, INPUT_SIDE] as const
export const outputDims = ['batch', characterClasses.length] as const

/** Rows of the batch do not meet: no operator here looks past its own row. */
export function exportModel(parameters: Float64Array): Uint8Array {
  const graph = create(GraphProtoSchema, {
    name: 'characters',
    node: nodes(),
    initializer: initialisers(parameters),
    input: [valueInfo('image', inputDims)],
    output: [valueInfo('probabilities', outputDims)],
  })
  return serialiseModel(
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: OPSET })],
      producerName: 'aitbc-mesh',
      docString: 'Recognises one printed letter or digit.',
      graph,
    }),
  )
}

function nodes(): NodeProto[] {
  const window = [ints('kernel_shape', 3, 3)]
  const padded = [...window, ints('pads', 1, 1, 1, 1)]
  const halved = [ints('kernel_shape', 2, 2), ints('strides', 2, 2)]
  return [
    node('Conv', ['image', 'conv1.weights', 'conv1.bias'], 'conv1', padded),
    node('Relu', ['conv1'], 'relu1'),
    node('MaxPool', ['relu1'], 'pool1', halved),
    node('Conv', ['pool1', 'conv2.weights', 'conv2.bias'], 'conv2', padded),
    node('Relu', ['conv2'], 'relu2'),
    node('MaxPool', ['relu2'], 'pool2', halved),
    node('Conv', ['pool2', 'conv3.weights', 'conv3.bias'], 'conv3', window),
    node('Relu', ['conv3'], 'relu3'),
    node('Flatten', ['relu3'], 'features', [int('axis', 1)]),
    node('Gemm', ['features', 'linear.weights', 'linear.bias'], 'scores', [int('transB', 1)]),
    node('Softmax', ['scores'], 'probabilities', [int('axis', 1)]),
  ]
}

function node(opType: string, input: string[], output: string, attribute: AttributeProto[] = []): NodeProto {
  return create(NodeProtoSchema, { opType, name: output, input, output: [output], attribute })
}

const ints = (name: string, ...values: number[]): AttributeProto =>
  create(AttributeProtoSchema, { name, type: attributeType.INTS, ints: values.map(BigInt) })

const int = (name: string, value: number): AttributeProto =>
  create(AttributeProtoSchema, { name, type: attributeType.INT, i: BigInt(value) })

function initialisers(parameters: Float64Array): TensorProto[] {
  const layers = splitParameters(parameters)
  return layerShapes.flatMap(({ name, weights, bias }) => [
    floatTensor(`${name}.weights`, weights, layers[name].weights),
    floatTensor(`${name}.bias`, [bias], layers[name].bias),
  ])
}

function floatTensor(name: string, dims: readonly number[], values: Float64Array): TensorProto {
  const rawData = new Uint8Array(values.length * 4)
  const view = new DataView(rawData.buffer)
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true)
  })
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: tensorDataType.FLOAT, rawData })
}

function valueInfo(name: string, dims: readonly (number | string)[]): ValueInfoProto {
  const dim = dims.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof size === 'number' ? { case: 'dimValue', value: BigInt(size) } : { case: 'dimParam', value: size },
    }),
  )
  const shape = create(TensorShapeProtoSchema, { dim })
  const tensor = create(TypeProto_TensorSchema, { elemType: tensorDataType.FLOAT, shape })
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  })
}
