/** Elements of a tensor as JavaScript values: one row a type. */
import type { TensorType } from '../../protocols/wire/job/tensor.ts'
import type { BinaryFloats } from './shortest-float.ts'

export type NumericType = Exclude<TensorType, 'string'>
export type Element = number | bigint | boolean

export interface FloatElements extends BinaryFloats {
  readonly kind: 'float'
  readonly read: (view: DataView, index: number) => number
  readonly write: (view: DataView, index: number, value: number) => void
}

export interface IntegerElements {
  readonly kind: 'integer'
  readonly min: bigint
  readonly max: bigint
  readonly read: (view: DataView, index: number) => number | bigint
  /** Takes whole numbers from `min` to `max`. */
  readonly write: (view: DataView, index: number, value: number | bigint) => void
}

export interface BooleanElements {
  readonly kind: 'boolean'
  readonly read: (view: DataView, index: number) => boolean
  readonly write: (view: DataView, index: number, value: boolean) => void
}

export type Elements = FloatElements | IntegerElements | BooleanElements

function integer(
  bits: number,
  signed: boolean,
  read: IntegerElements['read'],
  write: IntegerElements['write'],
): IntegerElements {
  const values = 1n << BigInt(bits)
  const min = signed ? -values / 2n : 0n
  return { kind: 'integer', min, max: min + values - 1n, read, write }
}

const nibble = (view: DataView, index: number): number => (view.getUint8(index >>> 1) >> ((index & 1) * 4)) & 15

function setNibble(view: DataView, index: number, value: number | bigint): void {
  const shift = (index & 1) * 4
  const other = view.getUint8(index >>> 1) & (240 >> shift)
  view.setUint8(index >>> 1, other | ((Number(value) & 15) << shift))
}

/** `read` and `write` take a view whose first byte begins element 0. */
export const elementsOf: Readonly<Record<NumericType, Elements>> = {
  float16: {
    kind: 'float',
    nearest: Math.f16round,
    digits: { kept: 3, normalMin: 2 ** -14 },
    read: (view, i) => view.getFloat16(i * 2, true),
    write: (view, i, value) => view.setFloat16(i * 2, value, true),
  },
  float32: {
    kind: 'float',
    nearest: Math.fround,
    digits: { kept: 6, normalMin: 2 ** -126 },
    read: (view, i) => view.getFloat32(i * 4, true),
    write: (view, i, value) => view.setFloat32(i * 4, value, true),
  },
  float64: {
    kind: 'float',
    nearest: (value) => value,
    read: (view, i) => view.getFloat64(i * 8, true),
    write: (view, i, value) => view.setFloat64(i * 8, value, true),
  },
  int8: integer(
    8,
    true,
    (view, i) => view.getInt8(i),
    (view, i, value) => view.setInt8(i, Number(value)),
  ),
  int16: integer(
    16,
    true,
    (view, i) => view.getInt16(i * 2, true),
    (view, i, value) => view.setInt16(i * 2, Number(value), true),
  ),
  int32: integer(
    32,
    true,
    (view, i) => view.getInt32(i * 4, true),
    (view, i, value) => view.setInt32(i * 4, Number(value), true),
  ),
  int64: integer(
    64,
    true,
    (view, i) => view.getBigInt64(i * 8, true),
    (view, i, value) => view.setBigInt64(i * 8, BigInt(value), true),
  ),
  uint8: integer(
    8,
    false,
    (view, i) => view.getUint8(i),
    (view, i, value) => view.setUint8(i, Number(value)),
  ),
  uint16: integer(
    16,
    false,
    (view, i) => view.getUint16(i * 2, true),
    (view, i, value) => view.setUint16(i * 2, Number(value), true),
  ),
  uint32: integer(
    32,
    false,
    (view, i) => view.getUint32(i * 4, true),
    (view, i, value) => view.setUint32(i * 4, Number(value), true),
  ),
  uint64: integer(
    64,
    false,
    (view, i) => view.getBigUint64(i * 8, true),
    (view, i, value) => view.setBigUint64(i * 8, BigInt(value), true),
  ),
  int4: integer(
    4,
    true,
    (view, i) => {
      const value = nibble(view, i)
      return value < 8 ? value : value - 16
    },
    setNibble,
  ),
  uint4: integer(4, false, nibble, setNibble),
  bool: {
    kind: 'boolean',
    read: (view, i) => view.getUint8(i) !== 0,
    write: (view, i, value) => view.setUint8(i, value ? 1 : 0),
  },
}

export const viewOf = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength)
