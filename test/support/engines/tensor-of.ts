/** Tensors from the values that tests think in. */
import { elementCount, type Tensor, type TensorType } from '../../../protocols/wire/job/tensor.ts'

export function tensorOf(name: string, type: TensorType, dims: readonly number[], values: ArrayBufferView): Tensor {
  const data = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength)
  return { name, type, dims, byteLength: data.length, data }
}

export const floats = (name: string, dims: readonly number[], values: readonly number[]): Tensor =>
  tensorOf(name, 'float32', dims, Float32Array.from(values))

export const int64Of = (name: string, dims: readonly number[], ...values: readonly number[]): Tensor =>
  tensorOf(name, 'int64', dims, BigInt64Array.from(values, BigInt))

export function textsOf(name: string, dims: readonly number[], texts: readonly string[]): Tensor {
  const raws = texts.map((text) => Buffer.from(text))
  const pieces = raws.flatMap((raw) => [new Uint8Array(Uint32Array.of(raw.length).buffer), raw])
  return tensorOf(name, 'string', dims, new Uint8Array(Buffer.concat(pieces)))
}

export const floatsIn = (tensor: Tensor): readonly number[] => [
  ...new Float32Array(tensor.data.slice().buffer, 0, elementCount(tensor.dims)),
]
