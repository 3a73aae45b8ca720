/** The trained parameters as an ONNX file: one matrix product and a softmax. */
import { create } from '@bufbuild/protobuf'
import { floatTensor, int, modelFile, node, valueInfo } from '../../../onnx-format/graph-pieces.ts'
import { GraphProtoSchema } from '../../../onnx-format/index.ts'
import { featureSpec } from './feature-spec.ts'
import { languages } from './languages.ts'
import type { LinearModel } from './train.ts'

export const inputDims = ['batch', featureSpec.buckets] as const
export const outputDims = ['batch', languages.length] as const

/** Rows of the batch do not meet. */
export function exportModel({ weights, bias }: LinearModel): Uint8Array {
  const graph = create(GraphProtoSchema, {
    name: 'languages',
    node: [
      node('Gemm', ['features', 'weights', 'bias'], 'scores'),
      node('Softmax', ['scores'], 'probabilities', [int('axis', 1)]),
    ],
    initializer: [
      floatTensor('weights', [featureSpec.buckets, languages.length], weights),
      floatTensor('bias', [languages.length], bias),
    ],
    input: [valueInfo('features', inputDims)],
    output: [valueInfo('probabilities', outputDims)],
  })
  return modelFile(graph, 'Tells which language a text is written in.')
}
