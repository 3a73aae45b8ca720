/** Between the mesh's tensors (bytes) and the runtime's (typed arrays, lists of text). */
import { Tensor as RuntimeTensor } from 'onnxruntime-node'
import { elementCount, type TensorSpec, type TensorType } from '../../../../protocols/wire/job/tensor.ts'
import type { TensorPart } from '../frames.ts'

type Elements = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView

/** What the binding accepts per type. It knows no Float16Array (main.ts) and no tensors of 4-bit elements. */
const elements: Readonly<Partial<Record<TensorType, Elements>>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
}

/** The values of an input break a rule that only their bytes show. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
}

/**
 * A view of `payload` from `at`, a multiple of 8 of its buffer; strings are decoded.
 * @throws ValueError
 */
export function toRuntime(
  spec: TensorSpec,
  part: TensorPart,
  payload: Uint8Array<ArrayBuffer>,
  at: number,
): RuntimeTensor {
  const data = payload.subarray(at, at + part.byteLength)
  const count = elementCount(part.dims) ?? 0
  if (spec.type === 'string') return new RuntimeTensor('string', decodeStrings(spec.name, data, count), part.dims)
  if (spec.type === 'bool') toBooleans(data)
  const Elements = elements[spec.type]
  if (Elements === undefined) throw new ValueError(`the input ${spec.name} has elements of type ${spec.type}`)
  const values = new Elements(payload.buffer, payload.byteOffset + at, count)
  return new RuntimeTensor(spec.type as 'float32', values as Float32Array, part.dims)
}

/** A C++ bool that is neither 0 nor 1 is undefined behaviour in the kernels; anything but 0 is true, as in numpy. */
function toBooleans(data: Uint8Array): void {
  for (let i = 0; i < data.length; i++) if (data[i]! > 1) data[i] = 1
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

function decodeStrings(name: string, data: Uint8Array, count: number): string[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const texts: string[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(at, true)
    const raw = data.subarray(at + 4, at + 4 + length)
    // The binding hands texts over as C strings: what follows a zero byte would be lost without a word.
    if (raw.includes(0)) throw new ValueError(`element ${i} of the input ${name} holds a zero byte`)
    try {
      texts.push(decoder.decode(raw))
    } catch {
      throw new ValueError(`element ${i} of the input ${name} is not UTF-8`)
    }
    at += 4 + length
  }
  return texts
}

function encodeStrings(texts: readonly string[]): Uint8Array {
  const raws = texts.map((text) => encoder.encode(text))
  const data = new Uint8Array(raws.reduce((sum, raw) => sum + 4 + raw.length, 0))
  const view = new DataView(data.buffer)
  let at = 0
  for (const raw of raws) {
    view.setUint32(at, raw.length, true)
    data.set(raw, at + 4)
    at += 4 + raw.length
  }
  return data
}

/** The bytes of an output, a view of them wherever they are numbers. */
export function toBytes(tensor: RuntimeTensor): Uint8Array {
  if (tensor.type === 'string') return encodeStrings(tensor.data as readonly string[])
  const data = tensor.data as unknown as ArrayBufferView
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
}
