/** A model in the words of the Open Inference Protocol. */
import type { TensorSpec } from '../../protocols/wire/job/tensor.ts'
import type { NetworkModel } from '../client/finding/network-models.ts'
import { datatypeOf } from '../tensors/datatypes.ts'

export interface ModelMetadata {
  readonly name: string
  /** The one that the name leads to: a model's id is the hash of its file. */
  readonly versions: readonly string[]
  readonly platform: string
  readonly inputs: readonly TensorMetadata[]
  readonly outputs: readonly TensorMetadata[]
}

interface TensorMetadata {
  readonly name: string
  readonly datatype: string
  /** -1 where it is chosen with each request. */
  readonly shape: readonly number[]
}

export const metadataOf = ({ id, name, inputs, outputs }: NetworkModel): ModelMetadata => ({
  name,
  versions: [id],
  // Project and format, as the protocol suggests; the one engine that there is.
  platform: 'onnxruntime_onnx',
  inputs: inputs.map(tensorMetadata),
  outputs: outputs.map(tensorMetadata),
})

const tensorMetadata = ({ name, type, dims }: TensorSpec): TensorMetadata => ({
  name,
  datatype: datatypeOf[type],
  shape: dims.map((dim) => (typeof dim === 'number' ? dim : -1)),
})
