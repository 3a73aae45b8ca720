/** Tensors inside JSON: header fields beside the bytes in base64. */
import { z } from 'zod'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import {
  DIM_MAX,
  DIMS_MAX,
  NAME_BYTES_MAX,
  TENSORS_MAX,
  type Tensor,
  tensorTypes,
} from '../../../protocols/wire/job/tensor.ts'

export interface TensorJson {
  readonly name: string
  readonly type: string
  readonly dims: readonly number[]
  /** Base64 of the elements, little-endian and row-major as on the wire. */
  readonly data: string
}

const tensorSchema = z.strictObject({
  name: z.string().max(NAME_BYTES_MAX),
  type: z.enum(tensorTypes),
  dims: z.array(z.int().min(0).max(DIM_MAX)).max(DIMS_MAX),
  data: z.string(),
})

export const tensorsSchema: z.ZodType<readonly z.infer<typeof tensorSchema>[]> = z.array(tensorSchema).max(TENSORS_MAX)

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** @throws MeshError INPUT_SIZE where the data is no base64 */
export function tensorOfJson(value: z.infer<typeof tensorSchema>): Tensor {
  const { name, type, dims } = value
  // Whole groups of four: Buffer would drop what is left over.
  if (value.data.length % 4 !== 0 || !BASE64.test(value.data)) {
    throw new MeshError('INPUT_SIZE', { name, given: 'text that is no base64', expected: 'base64' })
  }
  const data = new Uint8Array(Buffer.from(value.data, 'base64'))
  return { name, type, dims, byteLength: data.length, data }
}

export const jsonOfTensor = ({ name, type, dims, data }: Tensor): TensorJson => ({
  name,
  type,
  dims,
  data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
})
