import type { Tensor } from '../../../protocols/wire/job/tensor.ts'

/** A float32 tensor, little-endian as on the wire, of a row-major array. */
export function floatInput(name: string, dims: readonly number[], values: Float32Array): Tensor {
  const data = new Uint8Array(values.length * 4)
  const view = new DataView(data.buffer)
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true)
  })
  return { name, type: 'float32', dims, byteLength: data.byteLength, data }
}
