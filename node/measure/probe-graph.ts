/** The work of a probe as a graph: small integers in and out, and between them nothing that fp32 does not hold exactly. */
import { create } from '@bufbuild/protobuf'
import { DROPPED_BITS, VALUES } from '../../protocols/rules/probing/probe-work.ts'
import { floatTensor, int, modelFile, node, valueInfo } from '../models/onnx-format/graph-pieces.ts'
import { GraphProtoSchema, type NodeProto, tensorDataType } from '../models/onnx-format/index.ts'

const { FLOAT, INT8, UINT8 } = tensorDataType

/** `bytes`: uint8, and int8 for `b`. `floats`: four times as much to carry, for kernels that know no bytes, as those of WebGPU. */
export type ProbeElements = 'bytes' | 'floats'

/** Inputs `x` [rows, side] and `b` [side, side]; output `y` [rows, side]. */
export function probeModel(layers: number, elements: ProbeElements): Uint8Array {
  const [ofX, ofB] = elements === 'bytes' ? [UINT8, INT8] : [FLOAT, FLOAT]
  const steps = Array.from({ length: layers }, (_, i) => layer(`x${i}`, `x${i + 1}`)).flat()
  const constant = (name: string, value: number) => floatTensor(name, [], Float64Array.of(value))
  return modelFile(
    create(GraphProtoSchema, {
      name: 'probe',
      node: [
        node('Cast', ['x'], 'x0', [int('to', FLOAT)]),
        node('Cast', ['b'], 'whole factor', [int('to', FLOAT)]),
        // The division by 16 that each layer would need, done once: sums of sixteenths below 2^20 are as exact as whole ones below 2^24.
        node('Mul', ['whole factor', 'dropped'], 'factor'),
        ...steps,
        node('Cast', [`x${layers}`], 'y', [int('to', ofX)]),
      ],
      input: [valueInfo('x', ['rows', 'side'], ofX), valueInfo('b', ['side', 'side'], ofB)],
      output: [valueInfo('y', ['rows', 'side'], ofX)],
      // Powers of two: multiplying by them is exact.
      initializer: [constant('dropped', 2 ** -DROPPED_BITS), constant('share', 1 / VALUES), constant('values', VALUES)],
    }),
    '',
  )
}

/** y = floor(x B / 16) mod 256, as floor(z / 16) less 256 floor(floor(z / 16) / 256). */
const layer = (from: string, to: string): NodeProto[] => [
  node('MatMul', [from, 'factor'], `${to} sums`),
  node('Floor', [`${to} sums`], `${to} whole`),
  node('Mul', [`${to} whole`, 'share'], `${to} turns`),
  node('Floor', [`${to} turns`], `${to} full turns`),
  node('Mul', [`${to} full turns`, 'values'], `${to} above`),
  node('Sub', [`${to} whole`, `${to} above`], to),
]
