/** ONNX model files as messages, to be made. Where the definition comes from: README.md beside this file. */
import { toBinary } from '@bufbuild/protobuf'
import { type ModelProto, ModelProtoSchema } from './generated/onnx-ml_pb.ts'

export * from './generated/onnx-ml_pb.ts'
export {
  AttributeProto_AttributeType as attributeType,
  TensorProto_DataLocation as dataLocation,
  TensorProto_DataType as tensorDataType,
} from './generated/onnx-ml_pb.ts'

/** The file's bytes. What strangers' files hold is read by the inspector, in place (../inspector/wire-reader.ts). */
export const serialiseModel = (model: ModelProto): Uint8Array => toBinary(ModelProtoSchema, model)
