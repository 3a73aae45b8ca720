import { create, isFieldSet } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import {
  AttributeProtoSchema,
  attributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  parseModel,
  serialiseModel,
  TensorProtoSchema,
  tensorDataType,
} from '../../../node/models/onnx-format/index.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'

/** Above every field number that ONNX 1.20 uses. */
const FUTURE_FIELD = 999

const futureText = (text: string) =>
  new BinaryWriter().tag(FUTURE_FIELD, WireType.LengthDelimited).string(text).finish()

/** A model as a later release might write it: one unknown field in the model, one deep inside. */
function modelOfTheFuture(): Uint8Array {
  const node = new BinaryWriter()
    .tag(4, WireType.LengthDelimited)
    .string('Relu')
    .raw(futureText('in the node'))
    .finish()
  const graph = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(node).finish()
  const version = new BinaryWriter().tag(1, WireType.Varint).int64(99n)
  return version.tag(7, WireType.LengthDelimited).bytes(graph).raw(futureText('in the model')).finish()
}

const refused = (bytes: Uint8Array) => {
  try {
    parseModel(bytes)
  } catch (error) {
    return isMeshError(error, 'MODEL_REFUSED')
  }
  return false
}

describe('the ONNX format', () => {
  it('writes fields of a later release back byte for byte', () => {
    const bytes = modelOfTheFuture()
    expect(serialiseModel(parseModel(bytes))).toEqual(bytes)
  })

  it('keeps fields of a later release when the message around them is edited', () => {
    const model = parseModel(modelOfTheFuture())
    model.graph!.node[0]!.opType = 'Sigmoid'
    const bytes = Buffer.from(serialiseModel(model))
    expect(bytes.includes('Sigmoid')).toBe(true)
    expect(bytes.includes(Buffer.from(futureText('in the node')))).toBe(true)
    expect(bytes.includes(Buffer.from(futureText('in the model')))).toBe(true)
  })

  it('keeps an enum value of a later release', () => {
    const attribute = new BinaryWriter().tag(20, WireType.Varint).int32(77).finish()
    const node = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(attribute).finish()
    const graph = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(node).finish()
    const bytes = new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph).finish()
    expect(serialiseModel(parseModel(bytes))).toEqual(bytes)
  })

  it('tells an attribute that is 0 from one without a value', () => {
    const attribute = create(AttributeProtoSchema, { name: 'axis', type: attributeType.INT, i: 0n })
    const node = create(NodeProtoSchema, { opType: 'Softmax', attribute: [attribute] })
    const model = create(ModelProtoSchema, { graph: create(GraphProtoSchema, { node: [node] }) })
    const [read] = parseModel(serialiseModel(model)).graph!.node[0]!.attribute
    expect(isFieldSet(read!, AttributeProtoSchema.field.i)).toBe(true)
    expect(isFieldSet(read!, AttributeProtoSchema.field.f)).toBe(false)
  })

  it('reads raw tensor data without copying it', () => {
    const tensor = create(TensorProtoSchema, {
      name: 'w',
      dims: [4n],
      dataType: tensorDataType.UINT8,
      rawData: Uint8Array.of(1, 2, 3, 4),
    })
    const model = create(ModelProtoSchema, { graph: create(GraphProtoSchema, { initializer: [tensor] }) })
    const bytes = serialiseModel(model)
    const read = parseModel(bytes).graph!.initializer[0]!
    expect([...read.rawData]).toEqual([1, 2, 3, 4])
    expect(read.rawData.buffer).toBe(bytes.buffer)
  })

  it('refuses bytes that are no model, and a model without graph', () => {
    expect(refused(new TextEncoder().encode('<html>not found</html>'))).toBe(true)
    expect(refused(new Uint8Array())).toBe(true)
    expect(refused(modelOfTheFuture().subarray(0, 12))).toBe(true)
  })

  it('refuses subgraphs nested deeper than any reader follows', () => {
    let graph = create(GraphProtoSchema, { name: 'innermost' })
    for (let depth = 0; depth < 40; depth++) {
      const attribute = create(AttributeProtoSchema, { name: 'body', type: attributeType.GRAPH, g: graph })
      graph = create(GraphProtoSchema, { node: [create(NodeProtoSchema, { opType: 'Loop', attribute: [attribute] })] })
    }
    expect(refused(serialiseModel(create(ModelProtoSchema, { graph })))).toBe(true)
  })
})
