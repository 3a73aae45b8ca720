/** ONNX model files as messages: parse, edit, write back. Where the definition comes from: README.md beside this file. */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type ModelProto, ModelProtoSchema } from './generated/onnx-ml_pb.ts'

export * from './generated/onnx-ml_pb.ts'
export {
  AttributeProto_AttributeType as attributeType,
  TensorProto_DataLocation as dataLocation,
  TensorProto_DataType as tensorDataType,
} from './generated/onnx-ml_pb.ts'

/**
 * Messages within messages, as protobuf's C++ reader bounds them by default. A subgraph takes three (graph, node, attribute),
 * so about 30 control-flow constructs may nest.
 */
const MESSAGE_DEPTH_MAX = 100

/**
 * A whole model file, without its external data. Tensors' `rawData` are views of `bytes`, which must not change afterwards.
 * Checks the encoding only: what the graph asks for is to be inspected before a session is made of it.
 * @throws MeshError MODEL_REFUSED where the bytes are no ONNX model
 */
export function parseModel(bytes: Uint8Array): ModelProto {
  const model = decode(bytes)
  // Short random bytes can pass as a message of unknown fields; a model without graph is of no use to anybody.
  if (model.graph === undefined) throw new MeshError('MODEL_REFUSED', { rule: 'onnx-format', why: 'it has no graph' })
  return model
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: true, recursionLimit: MESSAGE_DEPTH_MAX })
  } catch (cause) {
    throw new MeshError('MODEL_REFUSED', { rule: 'onnx-format', why: 'it is no protobuf message of ONNX' }, cause)
  }
}

/** The file's bytes; fields that this version does not know are written as they were read. */
export function serialiseModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model, { writeUnknownFields: true })
}
