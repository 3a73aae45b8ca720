/** A job that takes some seconds of real work anywhere: for stories in which something happens while a job runs. */
import { create } from '@bufbuild/protobuf'
import { floatTensor, modelFile, node, valueInfo } from '../../node/models/onnx-format/graph-pieces.ts'
import {
  AttributeProtoSchema,
  attributeType,
  GraphProtoSchema,
  TensorProtoSchema,
  tensorDataType,
} from '../../node/models/onnx-format/index.ts'
import { floatInput } from '../../node/models/shipped/float-input.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'

/** 4 MB of weights, which each round reads: some 100 µs. */
const WIDTH = 1_024
/** Below the bound of the inspection, 100,000. */
const ROUNDS = 80_000

/** `ROUNDS` times a product of a vector with one matrix, squashed. */
export function longModel(): Uint8Array {
  const state = [1, WIDTH]
  const { BOOL, INT64 } = tensorDataType
  const body = create(GraphProtoSchema, {
    name: 'round',
    input: [valueInfo('i', [], INT64), valueInfo('keep', [], BOOL), valueInfo('state', state)],
    output: [valueInfo('kept', [], BOOL), valueInfo('next', state)],
    node: [
      node('Identity', ['keep'], 'kept'),
      node('MatMul', ['state', 'weights'], 'product'),
      node('Tanh', ['product'], 'next'),
    ],
  })
  // A rotation by one place, times a little more than one: what comes out stays within bounds and is not zero.
  const weights = new Float64Array(WIDTH * WIDTH)
  for (let row = 0; row < WIDTH; row++) weights[row * WIDTH + ((row + 1) % WIDTH)] = 1.05
  const loop = create(AttributeProtoSchema, { name: 'body', type: attributeType.GRAPH, g: body })
  return modelFile(
    create(GraphProtoSchema, {
      name: 'long',
      input: [valueInfo('x', state)],
      output: [valueInfo('y', state)],
      initializer: [
        floatTensor('weights', [WIDTH, WIDTH], weights),
        create(TensorProtoSchema, { name: 'rounds', dataType: INT64, int64Data: [BigInt(ROUNDS)] }),
        create(TensorProtoSchema, { name: 'yes', dataType: BOOL, int32Data: [1] }),
      ],
      node: [node('Loop', ['rounds', 'yes', 'x'], 'y', [loop])],
    }),
    'a vector that is turned and squashed again and again',
  )
}

export const longInput = (): Tensor => floatInput('x', [1, WIDTH], new Float32Array(WIDTH).fill(0.5))
