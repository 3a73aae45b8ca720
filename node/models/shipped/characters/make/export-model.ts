/** The trained parameters as an ONNX file. */
import { create } from '@bufbuild/protobuf'
import { floatTensor, int, ints, modelFile, node, valueInfo } from '../../../onnx-format/graph-pieces.ts'
import { GraphProtoSchema, type NodeProto, type TensorProto } from '../../../onnx-format/index.ts'
import { characterClasses } from './character-classes.ts'
import { INPUT_SIDE, layerShapes, splitParameters } from './network.ts'

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
  return modelFile(graph, 'Recognises one printed letter or digit.')
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

function initialisers(parameters: Float64Array): TensorProto[] {
  const layers = splitParameters(parameters)
  return layerShapes.flatMap(({ name, weights, bias }) => [
    floatTensor(`${name}.weights`, weights, layers[name].weights),
    floatTensor(`${name}.bias`, [bias], layers[name].bias),
  ])
}
