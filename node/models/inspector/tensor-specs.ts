/** Inputs and outputs of a model as the mesh says them, where it can carry them at all. */
import { INPUT_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { dimensionName } from '../../../protocols/wire/job/dimension-name.ts'
import {
  bytesNeeded,
  DIM_MAX,
  DIMS_MAX,
  NAME_BYTES_MAX,
  TENSORS_MAX,
  type TensorSpec,
} from '../../../protocols/wire/job/tensor.ts'
import { elementType } from './element-types.ts'
import { refuse } from './policy.ts'
import type { ScannedGraph, ScannedValue } from './scanned.ts'

export interface ModelSpecs {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** @throws MeshError MODEL_REFUSED, with the name of the tensor */
export function tensorSpecs(graph: ScannedGraph): ModelSpecs {
  const constants = new Set(graph.initialisers.map((tensor) => tensor.name))
  // A constant of the same name makes an input optional; jobs give all inputs, so it counts as a constant.
  const inputs = graph.inputs.filter((input) => !constants.has(input.name)).map((input) => specOf('input', input))
  const outputs = graph.outputs.map((output) => specOf('output', output))
  for (const specs of [inputs, outputs])
    if (specs.length > TENSORS_MAX)
      refuse('tensor-count', `it has ${specs.length} inputs or outputs, at most ${TENSORS_MAX}`)
  if (outputs.length === 0) refuse('tensor-count', 'it has no output')
  return { inputs, outputs }
}

function specOf(side: 'input' | 'output', scanned: ScannedValue): TensorSpec {
  const what = `the ${side} ${scanned.name}`
  const name = textOf(side, scanned.name)
  if (scanned.elementNumber === undefined) return refuse('element-type', `${what} is a ${scanned.kind}, not a tensor`)
  const type = elementType(scanned.elementNumber)
  if (type?.tensorType === undefined)
    return refuse(
      'element-type',
      `${what} has elements of type ${type?.name ?? scanned.elementNumber}, which no engine here takes`,
    )
  if (scanned.dims === undefined) return refuse('shape', `${what} does not say how many dimensions it has`)
  if (scanned.dims.length > DIMS_MAX)
    refuse('shape', `${what} has ${scanned.dims.length} dimensions, at most ${DIMS_MAX}`)
  const dims = scanned.dims.map((dim) => {
    if (typeof dim === 'string') return dimensionName(Buffer.from(dim, 'latin1').toString())
    if (dim < 0 || dim > DIM_MAX) refuse('shape', `${what} has a dimension of ${dim}`)
    return dim
  })
  const fixed = dims.filter((dim) => typeof dim === 'number')
  if (!fixed.includes(0) && (bytesNeeded(type.tensorType, fixed) ?? 0) > INPUT_BYTES_MAX)
    refuse('shape', `${what} is larger than the ${INPUT_BYTES_MAX} bytes that a job carries`)
  return { name, type: type.tensorType, dims }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function textOf(side: string, name: string): string {
  if (name.length > NAME_BYTES_MAX)
    refuse('name', `an ${side} has a name of ${name.length} bytes, at most ${NAME_BYTES_MAX}`)
  let text: string
  try {
    text = decoder.decode(Buffer.from(name, 'latin1'))
  } catch {
    return refuse('name', `the name of the ${side} ${name} is not UTF-8`)
  }
  // Messages carry texts in NFC: another form would come back as another name.
  if (text === '' || text.normalize('NFC') !== text)
    refuse('name', `the name of the ${side} "${name}" is empty or not in NFC`)
  return text
}
