/** Inputs that any model takes, for runs whose answer nobody reads: zeros, and empty texts. */
import {
  elementBits,
  elementCount,
  STRING_HEAD_BYTES,
  type Tensor,
  type TensorSpec,
} from '../../protocols/wire/job/tensor.ts'

/** A dimension that has a name is 1. */
export function plainInputs(specs: readonly TensorSpec[]): readonly Tensor[] {
  return specs.map(({ name, type, dims }) => {
    const fixed = dims.map((dim) => (typeof dim === 'number' ? dim : 1))
    const count = elementCount(fixed) ?? 0
    const byteLength = type === 'string' ? count * STRING_HEAD_BYTES : Math.ceil((count * elementBits[type]) / 8)
    return { name, type, dims: fixed, byteLength, data: new Uint8Array(byteLength) }
  })
}
