import { create, fromBinary, isFieldSet } from '@bufbuild/protobuf'
import { expect, it } from 'vitest'
import {
  AttributeProtoSchema,
  attributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  serialiseModel,
} from '../../../node/models/onnx-format/index.ts'

it('the ONNX format tells an attribute that is 0 from one without a value', () => {
  const attribute = create(AttributeProtoSchema, { name: 'axis', type: attributeType.INT, i: 0n })
  const node = create(NodeProtoSchema, { opType: 'Softmax', attribute: [attribute] })
  const model = create(ModelProtoSchema, { graph: create(GraphProtoSchema, { node: [node] }) })
  const [read] = fromBinary(ModelProtoSchema, serialiseModel(model)).graph!.node[0]!.attribute
  expect(isFieldSet(read!, AttributeProtoSchema.field.i)).toBe(true)
  expect(isFieldSet(read!, AttributeProtoSchema.field.f)).toBe(false)
})
