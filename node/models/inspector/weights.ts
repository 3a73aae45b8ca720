/** How many bytes of weights a model has, and in which form. */
import type { Precision } from '../../engines/kernel-class.ts'
import { type InspectionPolicy, refuse } from './policy.ts'
import type { ScannedGraph, ScannedTensor } from './scanned.ts'

/** Share of the weights that one form has to cover to give the model its name. */
const SHARE_MIN = 0.9

const forms: Readonly<Record<string, Precision>> = {
  float32: 'fp32',
  float64: 'fp32',
  float16: 'fp16',
  bfloat16: 'fp16',
  int8: 'int8',
  uint8: 'int8',
  int4: 'int4',
  uint4: 'int4',
}

export interface Weights {
  readonly bytes: number
  readonly precision: Precision
}

/** @throws MeshError MODEL_REFUSED */
export function weigh(graphs: readonly ScannedGraph[], policy: InspectionPolicy): Weights {
  const counts = new Map<Precision, number>()
  let bytes = 0
  for (const graph of graphs) {
    const packed = packedIn(graph)
    const tensors: ScannedTensor[] = [...graph.initialisers]
    for (const { attributes } of graph.nodes)
      for (const { tensor } of attributes) if (tensor !== undefined) tensors.push(tensor)
    for (const tensor of tensors) {
      bytes += tensor.bytes
      const bits = packed.get(tensor.name)
      // Two weights of four bits lie in one byte.
      if (bits === 4 && tensor.type.name === 'uint8') add(counts, 'int4', tensor.elements * 2)
      else if (forms[tensor.type.name] !== undefined) add(counts, forms[tensor.type.name]!, tensor.elements)
    }
  }
  if (bytes > policy.weightsBytesMax)
    refuse('weights-size', `its weights have ${bytes} bytes, at most ${policy.weightsBytesMax}`)
  return { bytes, precision: precisionOf(counts) }
}

const add = (counts: Map<Precision, number>, form: Precision, elements: number): void => {
  counts.set(form, (counts.get(form) ?? 0) + elements)
}

/** Names of weights that an operator takes in packed form, with the bits of one weight. */
function packedIn(graph: ScannedGraph): ReadonlyMap<string, number> {
  const packed = new Map<string, number>()
  for (const { domain, op, inputs, attributes } of graph.nodes) {
    if (domain !== 'com.microsoft' || op !== 'MatMulNBits' || inputs[1] === undefined) continue
    packed.set(inputs[1], attributes.find((attribute) => attribute.name === 'bits')?.numbers?.[0] ?? 4)
  }
  return packed
}

function precisionOf(counts: ReadonlyMap<Precision, number>): Precision {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  if (all === 0) return 'fp32'
  for (const [form, count] of counts) if (count >= all * SHARE_MIN) return form
  return 'mixed'
}
