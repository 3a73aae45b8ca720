/** Tensors of a result frame. The child ran a stranger's model: what it says is held to what the model promised. */
import { bytesNeeded, type Tensor, type TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { checkStringLengths } from '../../../protocols/wire/job/tensor-check.ts'
import type { ReceivedFrame } from './frame-stream.ts'
import { FrameError, padded } from './frames.ts'

/** Views of the frame's payload, in the order of `specs`. @throws FrameError where they are not what the specs say */
export function readOutputs(specs: readonly TensorSpec[], frame: ReceivedFrame): readonly Tensor[] {
  const { parts } = frame.header
  if (parts.length !== specs.length) throw new FrameError(`${parts.length} outputs of ${specs.length}`)
  const outputs: Tensor[] = []
  let at = 0
  for (let index = 0; index < specs.length; index++) {
    const { name, type } = specs[index]!
    const { index: given, dims, byteLength } = parts[index]!
    if (given !== index || (type !== 'string' && bytesNeeded(type, dims) !== byteLength))
      throw new FrameError(`output ${index} does not hold what its shape says`)
    const output = { name, type, dims, byteLength, data: frame.payload.subarray(at, at + byteLength) }
    if (type === 'string') checkStrings(output)
    outputs.push(output)
    at += padded(byteLength)
  }
  return outputs
}

function checkStrings(output: Tensor): void {
  try {
    checkStringLengths(output, output.data)
  } catch (cause) {
    throw new FrameError(`the texts of ${output.name} do not add up`, { cause })
  }
}
