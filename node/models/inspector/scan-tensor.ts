/** TensorProto and SparseTensorProto: what a constant claims against what it holds. */
import { elementType } from './element-types.ts'
import { refuse } from './policy.ts'
import type { ScanLimits } from './scan-limits.ts'
import type { ExternalReference, ScannedTensor } from './scanned.ts'
import { EncodingFault, eachVarint, type WireReader, wire } from './wire-reader.ts'

/** Enough for every shape, pad and factor. */
const VALUES_MAX = 64
/** Elements that have to be read one by one to be counted. */
const VARINTS_MAX = 2 ** 26
/** The mesh carries no tensor of more dimensions; the runtime's kernels know fewer. */
const RANK_MAX = 64

/** Fields that hold elements, and the element types that each may hold. */
const typedFields: Readonly<Record<number, readonly number[]>> = {
  4: [1, 14], // float_data: float32, complex64 in pairs
  5: [2, 3, 4, 5, 6, 9, 10, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26], // int32_data: all that fit
  6: [8], // string_data
  7: [7], // int64_data
  10: [11, 15], // double_data: float64, complex128 in pairs
  11: [12, 13], // uint64_data
}

interface Held {
  /** Elements in the typed field. */
  count: number
  /** Which one that is. */
  field: number | undefined
  /** The first of them. */
  values: number[]
  raw: Uint8Array | undefined
}

/** @throws EncodingFault, MeshError MODEL_REFUSED */
export function scanTensor(reader: WireReader, limits: ScanLimits): ScannedTensor {
  limits.take(1)
  let name = ''
  let type = 0
  const dims: number[] = []
  const held: Held = { count: 0, field: undefined, values: [], raw: undefined }
  let external = false
  const entries = new Map<string, string>()
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        eachVarint(reader, (dim) => {
          if (dims.length >= RANK_MAX) refuse('shape', `the constant ${name} has more than ${RANK_MAX} dimensions`)
          dims.push(dim)
        })
        break
      case 2:
        reader.once(wire.varint)
        type = reader.int32
        break
      case 3:
        refuse('initialiser-size', `the constant ${name} comes in segments`)
        break
      case 4:
      case 5:
      case 6:
      case 7:
      case 10:
      case 11:
        scanElements(reader, held)
        break
      case 8:
        reader.once(wire.bytes)
        name = limits.name(reader)
        break
      case 9:
        reader.once(wire.bytes)
        held.raw = reader.bytes.subarray(reader.from, reader.to)
        break
      case 13:
        limits.take(1)
        scanEntry(reader.inside(), limits, entries)
        break
      case 14:
        reader.once(wire.varint)
        if (reader.value !== 0 && reader.value !== 1) throw new EncodingFault(`data location ${reader.value}`)
        external = reader.value === 1
        break
    }
  }
  return finish(name, type, dims, held, external ? entries : undefined)
}

function scanEntry(reader: WireReader, limits: ScanLimits, entries: Map<string, string>): void {
  let key = ''
  let value = ''
  while (reader.next()) {
    if (reader.field === 1) {
      reader.once(wire.bytes)
      key = limits.name(reader)
    } else if (reader.field === 2) {
      reader.once(wire.bytes)
      value = limits.name(reader)
    }
  }
  if (entries.has(key)) refuse('external-data', `${key} is given twice`)
  entries.set(key, value)
}

function scanElements(reader: WireReader, held: Held): void {
  if (held.field !== undefined && held.field !== reader.field) throw new EncodingFault('elements in two fields')
  held.field = reader.field
  switch (reader.field) {
    case 4:
      scanFixed(reader, held, 4)
      break
    case 10:
      scanFixed(reader, held, 8)
      break
    case 6:
      reader.expect(wire.bytes)
      held.count++
      break
    default:
      eachVarint(reader, (value) => {
        held.count++
        if (held.values.length < VALUES_MAX) held.values.push(value)
      })
      if (held.count > VARINTS_MAX) refuse('initialiser-size', 'a constant of this size has to come as raw data')
  }
}

function scanFixed(reader: WireReader, held: Held, size: 4 | 8): void {
  if (reader.wire !== (size === 4 ? wire.fixed32 : wire.fixed64)) reader.expect(wire.bytes)
  if (reader.length % size !== 0) throw new EncodingFault('a packed number is cut off')
  held.count += reader.length / size
  const view = new DataView(reader.bytes.buffer, reader.bytes.byteOffset + reader.from, reader.length)
  for (let at = 0; at < view.byteLength && held.values.length < VALUES_MAX; at += size)
    held.values.push(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true))
}

/** Elements of a shape, exact up to 2^53; beyond, any refusal is right. */
export function elementsOf(name: string, dims: readonly number[]): number {
  let elements = 1
  for (const dim of dims) {
    if (!Number.isSafeInteger(dim) || dim < 0) refuse('shape', `the constant ${name} has a dimension of ${dim}`)
    elements *= dim
  }
  if (!Number.isSafeInteger(elements)) refuse('initialiser-size', `the constant ${name} claims ${elements} elements`)
  return elements
}

function finish(
  name: string,
  typeNumber: number,
  dims: readonly number[],
  held: Held,
  entries: ReadonlyMap<string, string> | undefined,
): ScannedTensor {
  const type = elementType(typeNumber)
  if (type === undefined)
    return refuse('element-type', `the constant ${name} has elements of the unknown type ${typeNumber}`)
  const elements = elementsOf(name, dims)
  const bytes = Math.ceil((elements * type.bits) / 8)
  if (!Number.isSafeInteger(bytes)) refuse('initialiser-size', `the constant ${name} claims ${elements} elements`)
  const tensor = { name, type, dims, elements, bytes }
  if (entries !== undefined) {
    if (held.raw !== undefined || held.count > 0)
      refuse('external-data', `the constant ${name} has data inside and beside the file`)
    return { ...tensor, external: referenceOf(name, bytes, entries) }
  }
  const claimed = `the constant ${name} claims ${elements} elements of ${type.name}`
  if (held.raw !== undefined) {
    const { length } = held.raw
    if (held.count > 0) refuse('initialiser-size', `${claimed} and holds them twice`)
    if (typeNumber === 8 || length !== bytes) refuse('initialiser-size', `${claimed} and holds ${length} bytes`)
    return { ...tensor, ...(elements <= VALUES_MAX ? rawValues(held.raw, typeNumber) : {}) }
  }
  if (held.field !== undefined && !typedFields[held.field]!.includes(typeNumber))
    refuse('initialiser-size', `${claimed} and holds them as others`)
  if (held.count !== countHeld(typeNumber, elements)) refuse('initialiser-size', `${claimed} and holds ${held.count}`)
  return { ...tensor, ...(elements <= VALUES_MAX && valueTypes.has(typeNumber) ? { values: held.values } : {}) }
}

/** Entries of a typed field that hold so many elements: complex ones take two, those below a byte share one. */
function countHeld(typeNumber: number, elements: number): number {
  if (typeNumber === 14 || typeNumber === 15) return elements * 2
  const bits = elementType(typeNumber)!.bits
  return bits > 0 && bits < 8 ? Math.ceil((elements * bits) / 8) : elements
}

/** The types in which shapes, counts and factors come: bytes of one, and how it is read. */
const valueTypes: ReadonlyMap<number, readonly [number, (view: DataView, at: number) => number]> = new Map([
  [1, [4, (view: DataView, at: number) => view.getFloat32(at, true)]],
  [6, [4, (view: DataView, at: number) => view.getInt32(at, true)]],
  [7, [8, (view: DataView, at: number) => Number(view.getBigInt64(at, true))]],
  [9, [1, (view: DataView, at: number) => view.getUint8(at)]],
  [11, [8, (view: DataView, at: number) => view.getFloat64(at, true)]],
])

function rawValues(raw: Uint8Array, typeNumber: number): { readonly values?: readonly number[] } {
  const reading = valueTypes.get(typeNumber)
  if (reading === undefined) return {}
  const [size, read] = reading
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return { values: Array.from({ length: view.byteLength / size }, (_, i) => read(view, i * size)) }
}

const DECIMAL = /^\d{1,15}$/

function referenceOf(name: string, bytes: number, entries: ReadonlyMap<string, string>): ExternalReference {
  const number = (key: string, otherwise: number): number => {
    const text = entries.get(key)
    if (text === undefined) return otherwise
    if (!DECIMAL.test(text)) refuse('external-data', `the ${key} of ${name} is no number`)
    return Number(text)
  }
  const location = entries.get('location')
  if (location === undefined) refuse('external-data', `the data of ${name} lie nowhere`)
  const length = number('length', bytes)
  if (length !== bytes) refuse('initialiser-size', `the constant ${name} claims ${bytes} bytes and holds ${length}`)
  return { tensor: name, location: location!, offset: number('offset', 0), bytes }
}

/** The sparse forms of constants: they are small in the file and as large as their shape in memory. */
export function scanSparseTensor(reader: WireReader, limits: ScanLimits): ScannedTensor {
  limits.take(1)
  let values: ScannedTensor | undefined
  let indices: ScannedTensor | undefined
  const dims: number[] = []
  while (reader.next()) {
    if (reader.field === 1) {
      reader.once(wire.bytes)
      values = scanTensor(reader.inside(), limits)
    } else if (reader.field === 2) {
      reader.once(wire.bytes)
      indices = scanTensor(reader.inside(), limits)
    } else if (reader.field === 3) eachVarint(reader, (dim) => dims.push(dim))
    if (dims.length > RANK_MAX) refuse('shape', `a sparse constant has more than ${RANK_MAX} dimensions`)
  }
  if (values === undefined || indices === undefined) throw new EncodingFault('a sparse constant without values')
  const { name, type } = values
  if (values.external !== undefined || indices.external !== undefined)
    refuse('external-data', `the sparse constant ${name} lies beside the file`)
  const elements = elementsOf(name, dims)
  if (values.elements > elements) refuse('initialiser-size', `the sparse constant ${name} holds more than its shape`)
  const bytes = Math.ceil((elements * type.bits) / 8)
  if (bytes > limits.sparseBytesMax)
    refuse(
      'initialiser-size',
      `the sparse constant ${name} is ${bytes} bytes in memory, at most ${limits.sparseBytesMax}`,
    )
  return { name, type, dims, elements, bytes }
}
