import { describe, expect, it } from 'vitest'
import { inspectModel } from '../../../node/models/inspector/inspect-model.ts'
import type { NodeProto, TensorProto } from '../../../node/models/onnx-format/index.ts'
import {
  attribute,
  constant,
  fileOf,
  firstByteModel,
  identityModel,
  int64s,
  loopedPerceptronModel,
  node,
  perceptronModel,
  sumAndDifferenceModel,
  value,
  weights,
} from '../../support/engines/onnx-models.ts'

const independent = async (bytes: Uint8Array): Promise<boolean> =>
  (await inspectModel({ bytes, path: 'test' })).independentRows

const w = constant('w', 'float32', [8, 8], weights(64))

/** x [n, 8] through `nodes` to y. */
const through = (
  nodes: readonly NodeProto[],
  initializer: readonly TensorProto[] = [],
  y: readonly (string | number)[] = ['n', 8],
) =>
  fileOf({
    input: [value('x', 'float32', ['n', 8])],
    output: [value('y', 'float32', y)],
    node: [...nodes],
    initializer: [...initializer],
  })

const scale = constant('s', 'float32', [], Float32Array.of(0.1))
const zero = constant('z', 'uint8', [], Uint8Array.of(128))
const w8 = constant('w8', 'uint8', [8, 8], new Uint8Array(64).fill(3))

describe('rows of a batch', () => {
  it.each([
    ['a perceptron', perceptronModel(16, 3)],
    ['an identity', identityModel('uint8', ['n', 4])],
    ['a normalisation over the last axis', through([node('Softmax', ['x'], ['y'], [attribute.int('axis', -1)])])],
    ['a sum over another axis', through([node('ReduceMean', ['x', 'one'], ['y'])], [int64s('one', 1)])],
    [
      'a table added to every row',
      through([node('Add', ['x', 'b'], ['y'])], [constant('b', 'float32', [8], weights(8))]),
    ],
    [
      'a reshape that keeps them',
      through([node('Reshape', ['x', 'to'], ['y'])], [int64s('to', 0, 2, -1)], ['n', 2, 4]),
    ],
    [
      'a quantised product of fixed scale',
      through(
        [
          node('QuantizeLinear', ['x', 's', 'z'], ['q']),
          node('QLinearMatMul', ['q', 's', 'z', 'w8', 's', 'z', 's', 'z'], ['p']),
          node('DequantizeLinear', ['p', 's', 'z'], ['y']),
        ],
        [scale, zero, w8],
      ),
    ],
  ])('know nothing of each other in %s', async (_, bytes) => {
    expect(await independent(bytes)).toBe(true)
  })

  it.each([
    [
      'a scale that is taken over all of them',
      through(
        [
          node('DynamicQuantizeLinear', ['x'], ['q', 'ds', 'dz']),
          node('MatMulInteger', ['q', 'w8', 'dz', 'z'], ['i']),
          node('Cast', ['i'], ['f'], [attribute.int('to', 1)]),
          node('Mul', ['f', 'ds'], ['y']),
        ],
        [zero, w8],
      ),
    ],
    ['a normalisation over the batch', through([node('Softmax', ['x'], ['y'], [attribute.int('axis', 0)])])],
    ['the same, counted from the end', through([node('Softmax', ['x'], ['y'], [attribute.int('axis', -2)])])],
    [
      'a mean over the batch',
      through([node('ReduceMean', ['x', 'zero'], ['m']), node('Sub', ['x', 'm'], ['y'])], [int64s('zero', 0)]),
    ],
    [
      'a product with themselves',
      through([node('Transpose', ['x'], ['t']), node('MatMul', ['x', 't'], ['y'])], [], ['n', 'm']),
    ],
    ['a transposed product', through([node('Gemm', ['x', 'w'], ['y'], [attribute.int('transA', 1)])], [w], ['m', 8])],
    [
      'a table with a row for each',
      through([node('Add', ['x', 'b'], ['y'])], [constant('b', 'float32', [8, 8], weights(64))]),
    ],
    ['a join along the batch', through([node('Concat', ['x', 'x'], ['y'], [attribute.int('axis', 0)])], [], ['m', 8])],
    ['a split along the batch', through([node('Split', ['x'], ['y', 'rest'], [attribute.int('num_outputs', 2)])])],
    ['a slice of the batch', through([node('Slice', ['x', 'a', 'b', 'a'], ['y'])], [int64s('a', 0), int64s('b', 1)])],
    ['a choice of rows', firstByteModel()],
    ['an input that every row shares', sumAndDifferenceModel()],
    ['a loop', loopedPerceptronModel(8, 3)],
    ['a batch of fixed size', identityModel('float32', [4, 4])],
    ['a scalar', identityModel('float32', [])],
    ['a table of rows against rows', identityModel('float32', ['n', 'n'])],
    [
      'an operator that nobody has looked at',
      through([node('CumSum', ['x', 'zero'], ['y'])], [constant('zero', 'int64', [], BigInt64Array.of(0n))]),
    ],
    [
      'noise',
      through([node('RandomNormal', [], ['r'], [attribute.ints('shape', [1, 8])]), node('Add', ['x', 'r'], ['y'])]),
    ],
  ])('may know of each other in %s', async (_, bytes) => {
    expect(await independent(bytes)).toBe(false)
  })
})
