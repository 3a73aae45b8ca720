/** From a .npy file (numpy.save) to a tensor of the type that a model takes. */

import { MeshError } from '../../../protocols/kernel/errors.ts'
import { elementCount, type Tensor, type TensorType } from '../../../protocols/wire/job/tensor.ts'
import { elementsOf, viewOf } from '../../tensors/elements.ts'
import { type InputPlace, inputType, namedPlace } from '../../tensors/tensor-errors.ts'
import { encodeTexts } from '../../tensors/text-elements.ts'
import { inputFile } from './input-errors.ts'
import { CHARACTER_BYTES, dtypeOf, type NpyDtype } from './npy-dtypes.ts'
import { NpyFault, type NpyHeader, readNpyHeader } from './npy-header.ts'
import { bytesSwapped, rowMajor } from './npy-layout.ts'

/**
 * A tensor with the array's own dimensions. The bytes must be the array's to the last one, which is checked before anything of
 * the size that the header claims is allocated; where nothing has to be converted the tensor's data are a view of `bytes`.
 *
 * The type must be the model's, with two exceptions: float64 is rounded to float32, as numpy makes float64 of every literal, and
 * int8 or uint8 is packed to int4 or uint4, for which numpy has no type.
 * @throws MeshError INPUT_FILE where it is no .npy file, INPUT_SIZE where it is longer or shorter than its header says,
 *   INPUT_TYPE where its type is not the model's or a value does not fit it
 * @example tensorOfNpy(await readFile('x.npy'), { spec: { name: 'x', type: 'float32', dims: [3] }, path: 'x.npy' })
 */
export function tensorOfNpy(bytes: Uint8Array, place: InputPlace): Tensor {
  const header = headerOf(bytes, place.path)
  const dtype = dtypeOf(header.descr)
  if (dtype === undefined) throw inputType(place, `of numpy's type ${header.descr}`)
  const dims = header.shape
  const itemBytes = (elementCount(dims) ?? Number.POSITIVE_INFINITY) * dtype.itemBytes
  const given = bytes.length - header.dataOffset
  if (given !== itemBytes) {
    const { name } = place.spec
    throw new MeshError('INPUT_SIZE', { name: namedPlace(name, place.path), given, expected: itemBytes })
  }
  const convert = conversion(dtype.type, place)
  const data = convert(inOurOrder(bytes.subarray(header.dataOffset), header, dtype), dtype)
  return { name: place.spec.name, type: place.spec.type, dims, byteLength: data.length, data }
}

function headerOf(bytes: Uint8Array, path: string): NpyHeader {
  try {
    return readNpyHeader(bytes)
  } catch (error) {
    if (error instanceof NpyFault) throw inputFile(path, error.message, error)
    throw error
  }
}

function inOurOrder(data: Uint8Array, { shape, fortranOrder }: NpyHeader, dtype: NpyDtype): Uint8Array {
  const { isBigEndian, unitBytes, itemBytes } = dtype
  const ordered = isBigEndian && unitBytes > 1 ? bytesSwapped(data, unitBytes) : data
  return fortranOrder && shape.length > 1 ? rowMajor(ordered, shape, itemBytes) : ordered
}

type Conversion = (data: Uint8Array, dtype: NpyDtype) => Uint8Array

function conversion(given: TensorType, place: InputPlace): Conversion {
  const expected = place.spec.type
  if (given === 'string' && expected === 'string') return (data, { itemBytes }) => texts(data, itemBytes, place)
  if (given === 'bool' && expected === 'bool') return (data) => booleans(data, place)
  if (given === expected) return (data) => data
  if (given === 'float64' && expected === 'float32') return (data) => narrowed(data, place)
  if (given === 'int8' && expected === 'int4') return (data) => packed(data, 'int8', 'int4', place)
  if (given === 'uint8' && expected === 'uint4') return (data) => packed(data, 'uint8', 'uint4', place)
  throw inputType(place, given, `${expected}: save it with .astype('${numpyName(expected)}')`)
}

function numpyName(type: TensorType): string {
  if (type === 'string') return 'str'
  if (type === 'int4') return 'int8'
  return type === 'uint4' ? 'uint8' : type
}

/** A runtime may take a byte that is neither for anything. */
function booleans(data: Uint8Array, place: InputPlace): Uint8Array {
  for (const byte of data) if (byte > 1) throw inputType(place, `a bool of ${byte}`, 'bool: 0 or 1')
  return data
}

function narrowed(data: Uint8Array, place: InputPlace): Uint8Array {
  const from = viewOf(data)
  const narrow = new Uint8Array(data.length / 2)
  const to = viewOf(narrow)
  for (let at = 0; at < data.length; at += 8) {
    const value = from.getFloat64(at, true)
    if (Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
      throw inputType(place, `${value}`, 'float32, which ends at 3.4e38')
    to.setFloat32(at / 2, value, true)
  }
  return narrow
}

function packed(data: Uint8Array, given: 'int8' | 'uint8', expected: 'int4' | 'uint4', place: InputPlace): Uint8Array {
  const from = elementsOf[given]
  const to = elementsOf[expected]
  if (from.kind !== 'integer' || to.kind !== 'integer') return data
  const half = new Uint8Array(Math.ceil(data.length / 2))
  const [fromView, toView] = [viewOf(data), viewOf(half)]
  for (let i = 0; i < data.length; i++) {
    const value = from.read(fromView, i)
    if (value < to.min || value > to.max) throw inputType(place, `${value}`, `${expected}: ${to.min} to ${to.max}`)
    to.write(toView, i, value)
  }
  return half
}

/** Characters per call: spreading more at once could pass the engine's limit of arguments. */
const CHARACTERS_AT_ONCE = 4_096

function texts(data: Uint8Array, itemBytes: number, place: InputPlace): Uint8Array {
  const view = viewOf(data)
  const found: string[] = []
  for (let at = 0; at < data.length; at += itemBytes) found.push(textAt(view, at, itemBytes, place))
  return encodeTexts(found)
}

/** Zeros at the end fill up and are no part of the text. */
function textAt(view: DataView, from: number, itemBytes: number, place: InputPlace): string {
  let end = from + itemBytes
  while (end > from && view.getUint32(end - CHARACTER_BYTES, true) === 0) end -= CHARACTER_BYTES
  let text = ''
  let characters: number[] = []
  for (let at = from; at < end; at += CHARACTER_BYTES) {
    const character = view.getUint32(at, true)
    if (character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
      throw inputType(place, `a text with the character 0x${character.toString(16)}`, 'string: Unicode')
    characters.push(character)
    if (characters.length < CHARACTERS_AT_ONCE) continue
    text += String.fromCodePoint(...characters)
    characters = []
  }
  return text + String.fromCodePoint(...characters)
}
