/** The pieces of an ONNX file that this program writes: the shipped models, and the graphs that measure a card. */
import { create } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  AttributeProtoSchema,
  attributeType,
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  serialiseModel,
  type TensorProto,
  type TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  tensorDataType,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './index.ts'

/** Operator set 13 of 2020 has every operator in its present form; the older, the more runtimes take it. */
const OPSET = 13n
/** The file format that belongs to that operator set. */
const IR_VERSION = 7n

export function modelFile(graph: GraphProto, docString: string): Uint8Array {
  return serialiseModel(
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: OPSET })],
      producerName: 'aitbc-mesh',
      docString,
      graph,
    }),
  )
}

/** Named as its only output. */
export function node(opType: string, input: string[], output: string, attribute: AttributeProto[] = []): NodeProto {
  return create(NodeProtoSchema, { opType, name: output, input, output: [output], attribute })
}

export const ints = (name: string, ...values: number[]): AttributeProto =>
  create(AttributeProtoSchema, { name, type: attributeType.INTS, ints: values.map(BigInt) })

export const int = (name: string, value: number): AttributeProto =>
  create(AttributeProtoSchema, { name, type: attributeType.INT, i: BigInt(value) })

export function floatTensor(name: string, dims: readonly number[], values: Float64Array): TensorProto {
  const rawData = new Uint8Array(values.length * 4)
  const view = new DataView(rawData.buffer)
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true)
  })
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: tensorDataType.FLOAT, rawData })
}

/** float32 where no type is named; a dimension that is chosen per run has a name. */
export function valueInfo(
  name: string,
  dims: readonly (number | string)[],
  elemType: TensorProto_DataType = tensorDataType.FLOAT,
): ValueInfoProto {
  const dim = dims.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof size === 'number' ? { case: 'dimValue', value: BigInt(size) } : { case: 'dimParam', value: size },
    }),
  )
  const shape = create(TensorShapeProtoSchema, { dim })
  const tensor = create(TypeProto_TensorSchema, { elemType, shape })
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  })
}
