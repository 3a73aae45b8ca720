/** The numbers in the bytes of a tensor of floats: little-endian, wherever they begin in memory. */
import { elementBits, type TensorType } from '../../wire/job/tensor.ts'

const FLOATS = ['float16', 'float32', 'float64'] as const satisfies readonly TensorType[]
type FloatType = (typeof FLOATS)[number]

export const isFloat = (type: TensorType): type is FloatType => FLOATS.includes(type as FloatType)

/** Bytes behind the last whole element are left out. */
export function floatsOf(type: TensorType, data: Uint8Array): Float64Array {
  if (!isFloat(type)) throw new RangeError(`${type} holds no floats`)
  const size = elementBits[type] / 8
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const floats = new Float64Array(Math.floor(data.length / size))
  for (let i = 0; i < floats.length; i++) {
    if (size === 4) floats[i] = view.getFloat32(4 * i, true)
    else floats[i] = size === 8 ? view.getFloat64(8 * i, true) : half(view.getUint16(2 * i, true))
  }
  return floats
}

/** Writes them back, rounded to what the type holds. */
export function bytesOfFloats(type: TensorType, floats: Float64Array): Uint8Array<ArrayBuffer> {
  if (!isFloat(type)) throw new RangeError(`${type} holds no floats`)
  const size = elementBits[type] / 8
  const data = new Uint8Array(floats.length * size)
  const view = new DataView(data.buffer)
  for (const [i, value] of floats.entries()) {
    if (size === 4) view.setFloat32(4 * i, value, true)
    else if (size === 8) view.setFloat64(8 * i, value, true)
    else view.setUint16(2 * i, halfBits(value), true)
  }
  return data
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The nearest binary16, ties to even. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (Number.isNaN(size)) return 0x7e00
  // From half a step above the largest finite one on.
  if (size >= 65_520) return sign | 0x7c00
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  const steps = roundEven(size * 2 ** (10 - exponent))
  return sign | (steps + (exponent + 14) * 1024)
}

function roundEven(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  if (rest !== 0.5) return Math.round(value)
  return low % 2 === 0 ? low : low + 1
}
