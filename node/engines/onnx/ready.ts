/** What a loaded model says of itself, as it crosses from the child to the node. */
import { array, type Codec, decode, encode, record } from '../../../protocols/kernel/codec.ts'
import { TENSORS_MAX, type TensorSpec, tensorSpecCodec } from '../../../protocols/wire/job/tensor.ts'

export interface Ready {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

const readyCodec: Codec<Ready> = record<Ready>({
  inputs: array(tensorSpecCodec, TENSORS_MAX),
  outputs: array(tensorSpecCodec, TENSORS_MAX),
})

export const READY_BYTES_MAX = readyCodec.bytesMax

/** @throws RangeError where a name or a count is beyond what travels */
export const encodeReady = (ready: Ready): Uint8Array<ArrayBuffer> => encode(readyCodec, ready)

/** @throws MalformedError */
export const decodeReady = (bytes: Uint8Array): Ready => decode(readyCodec, bytes)
