/** Which of numpy's types are which of ours. */
import type { TensorType } from '../../../protocols/wire/job/tensor.ts'

export interface NpyDtype {
  readonly type: TensorType
  readonly itemBytes: number
  /** What is turned around where the file is big-endian: a number, or one character of a text. */
  readonly unitBytes: number
  readonly isBigEndian: boolean
}

/** Kind and bytes, as they follow the byte order. numpy has no type of 4 bits: those travel as one byte each. */
const codes: Readonly<Record<Exclude<TensorType, 'string' | 'int4' | 'uint4'>, string>> = {
  float16: 'f2',
  float32: 'f4',
  float64: 'f8',
  int8: 'i1',
  int16: 'i2',
  int32: 'i4',
  int64: 'i8',
  uint8: 'u1',
  uint16: 'u2',
  uint32: 'u4',
  uint64: 'u8',
  bool: 'b1',
}

const types = new Map(Object.entries(codes).map(([type, code]) => [code, type as keyof typeof codes]))

/** UCS-4: texts of one array all take the room of its longest, filled up with zeros. */
export const CHARACTER_BYTES = 4

const DESCR = /^([<>|])([a-zA-Z])(\d{1,9})$/

/** `undefined` for what no tensor of ours holds: complex numbers, dates, bytes, records, Python objects. */
export function dtypeOf(descr: string): NpyDtype | undefined {
  const [, order, kind, digits] = DESCR.exec(descr) ?? []
  const size = Number(digits)
  // A text of no characters would make elements out of no bytes, as many as the header likes.
  if (kind === 'U' && size > 0 && order !== '|') {
    const itemBytes = size * CHARACTER_BYTES
    return { type: 'string', itemBytes, unitBytes: CHARACTER_BYTES, isBigEndian: order === '>' }
  }
  const type = types.get(`${kind}${digits}`)
  if (type === undefined || (order === '|' && size > 1)) return undefined
  return { type, itemBytes: size, unitBytes: size, isBigEndian: order === '>' }
}

/** Of a file that we write: little-endian. A text takes `charactersMax` characters. */
export function descrOf(type: TensorType, charactersMax = 1): string {
  if (type === 'string') return `<U${charactersMax}`
  if (type === 'int4') return '|i1'
  if (type === 'uint4') return '|u1'
  const code = codes[type]
  return `${code.endsWith('1') ? '|' : '<'}${code}`
}
