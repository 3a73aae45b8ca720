/** Inputs as a frame names them, after every check that needs no engine. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { INPUT_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { checkInputs, checkStringLengths } from '../../../protocols/wire/job/tensor-check.ts'
import type { TensorPart } from './frames.ts'

/** @throws MeshError INPUT_NAME, INPUT_MISSING, INPUT_TYPE, INPUT_SHAPE, INPUT_SIZE, INPUT_TOO_LARGE */
export function prepareInputs(specs: readonly TensorSpec[], inputs: readonly Tensor[]): readonly TensorPart[] {
  checkInputs(specs, inputs)
  const parts: TensorPart[] = []
  let given = 0
  for (const input of inputs) {
    const { name, dims, byteLength, data } = input
    if (data.length !== byteLength)
      throw new MeshError('INPUT_SIZE', { name, given: data.length, expected: byteLength })
    if (input.type === 'string') checkStringLengths(input, data)
    given += byteLength
    parts.push({ index: specs.findIndex((spec) => spec.name === name), dims, byteLength })
  }
  if (given > INPUT_BYTES_MAX) throw new MeshError('INPUT_TOO_LARGE', { given, max: INPUT_BYTES_MAX })
  return parts
}
