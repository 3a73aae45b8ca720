/** From the byte and axis order of a .npy file to ours. */
import { elementCount } from '../../../protocols/wire/job/tensor.ts'

/** A copy with the bytes of every unit turned around. The length is a multiple of `unitBytes`: 1, 2, 4 or 8. */
export function bytesSwapped(data: Uint8Array, unitBytes: number): Uint8Array {
  const copy = Buffer.from(data)
  if (unitBytes === 2) return copy.swap16()
  if (unitBytes === 4) return copy.swap32()
  return unitBytes === 8 ? copy.swap64() : copy
}

/** A copy in row-major order of items that lie with the first axis fastest. */
export function rowMajor(data: Uint8Array, dims: readonly number[], itemBytes: number): Uint8Array<ArrayBuffer> {
  const count = elementCount(dims)!
  const strides: number[] = []
  let stride = itemBytes
  for (const dim of dims) {
    strides.push(stride)
    stride *= dim
  }
  const copy = new Uint8Array(count * itemBytes)
  const position = dims.map(() => 0)
  let from = 0
  for (let to = 0; to < copy.length; to += itemBytes) {
    for (let byte = 0; byte < itemBytes; byte++) copy[to + byte] = data[from + byte]!
    // The next item of the last axis; where that ends, back to its beginning and one on along the axis before.
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++position[axis]! < dims[axis]!) break
      from -= dims[axis]! * strides[axis]!
      position[axis] = 0
    }
  }
  return copy
}
