/** The batch dimension that a person leaves away. */
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'

/**
 * The tensor with a leading dimension of 1 where the model's first dimension is chosen per call, the tensor has one dimension
 * fewer than the model says, and all that it has fit the model's others: [784] becomes [1, 784] for [batch, 784]. Else as it is.
 */
export function withBatch(tensor: Tensor, { dims }: TensorSpec): Tensor {
  const [first, ...others] = dims
  const fits =
    typeof first === 'string' &&
    tensor.dims.length === others.length &&
    others.every((dim, i) => typeof dim === 'string' || dim === tensor.dims[i])
  return fits ? { ...tensor, dims: [1, ...tensor.dims] } : tensor
}
