/**
 * A question that nobody asked, in the form of one that somebody did: what an audit sends in place of private input. Size, types and shapes
 * are those of the client's own job; of its values a canary has no more than the power of two that they stay within.
 */
import type { Random } from '../../kernel/ports.ts'
import {
  elementBits,
  STRING_HEAD_BYTES,
  type Tensor,
  type TensorHeader,
  type TensorType,
} from '../../wire/job/tensor.ts'
import { bytesOfFloats, floatsOf, isFloat } from './tensor-floats.ts'

const BYTES_AT_ONCE = 65_536

/** What is kept of an input until its canary is made. */
export interface InputForm extends TensorHeader {
  /** Of numbers: the least power of two that holds all floats, the greatest that is within all integers. 0 where there are none but zeros. */
  readonly bound: number
  readonly hasNegative: boolean
  /** All are whole, as the shades of a picture in floats. */
  readonly isWhole: boolean
  /** Of strings: bytes of each. */
  readonly lengths?: readonly number[]
}

export function formOf({ name, type, dims, byteLength, data }: Tensor): InputForm {
  const header = { name, type, dims, byteLength }
  if (type === 'string') return { ...header, bound: 0, hasNegative: false, isWhole: false, lengths: lengthsOf(data) }
  const values = isFloat(type) ? floatsOf(type, data) : integersOf(type, data)
  let largest = 0
  let [hasNegative, isWhole] = [false, true]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    largest = Math.max(largest, Math.abs(value))
    if (value < 0) hasNegative = true
    if (!Number.isInteger(value)) isWhole = false
  }
  const power = Math.log2(largest)
  // Beyond the largest index of a table a model fails, and beyond the largest shade it does not.
  const bound = largest === 0 ? 0 : 2 ** (isFloat(type) ? Math.ceil(power) : Math.floor(power))
  return { ...header, bound: Math.min(bound, Number.MAX_VALUE), hasNegative, isWhole }
}

export function canaryOf(forms: readonly InputForm[], random: Random): readonly Tensor[] {
  return forms.map((form) => {
    const { name, type, dims, byteLength } = form
    return { name, type, dims, byteLength, data: dataOf(form, random) }
  })
}

function dataOf(form: InputForm, random: Random): Uint8Array<ArrayBuffer> {
  const { type, byteLength, bound, hasNegative, isWhole, lengths } = form
  if (lengths !== undefined) return strings(lengths, random)
  if (isFloat(type)) {
    const floats = new Float64Array(byteLength / elementBytes(type)!)
    const drawn = randomWords(random, floats.length)
    for (let i = 0; i < floats.length; i++) {
      const value = (drawn[i]! / 2 ** 32) * bound
      floats[i] = (isWhole ? Math.floor(value) : value) * (hasNegative && drawn[i]! % 2 === 1 ? -1 : 1)
    }
    return bytesOfFloats(type, floats)
  }
  return integers(form, random)
}

/** `undefined` where elements share bytes, or have no one size. */
function elementBytes(type: TensorType): number | undefined {
  const bits = elementBits[type]
  return bits >= 8 ? bits / 8 : undefined
}

function integersOf(type: TensorType, data: Uint8Array): Float64Array {
  const size = elementBytes(type)
  if (size === undefined) return new Float64Array(0)
  const isSigned = type.startsWith('int')
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Float64Array.from({ length: Math.floor(data.length / size) }, (_, i) => readInteger(view, i, size, isSigned))
}

function readInteger(view: DataView, i: number, size: number, isSigned: boolean): number {
  if (size === 1) return isSigned ? view.getInt8(i) : view.getUint8(i)
  if (size === 2) return isSigned ? view.getInt16(2 * i, true) : view.getUint16(2 * i, true)
  if (size === 4) return isSigned ? view.getInt32(4 * i, true) : view.getUint32(4 * i, true)
  return Number(isSigned ? view.getBigInt64(8 * i, true) : view.getBigUint64(8 * i, true))
}

/** 0 to the bound, or its negative; bits where an element has fewer than eight. */
function integers({ type, byteLength, bound, hasNegative }: InputForm, random: Random): Uint8Array<ArrayBuffer> {
  const size = elementBytes(type)
  if (size === undefined) return randomBytes(random, byteLength)
  const data = new Uint8Array(byteLength)
  const view = new DataView(data.buffer)
  const drawn = randomWords(random, byteLength / size)
  for (const [i, word] of drawn.entries()) {
    // A bool is 0 or 1, and has no bound where all were false.
    const sign = hasNegative && word % 2 === 1 ? -1 : 1
    const value = type === 'bool' ? word % 2 : Math.floor((word / 2 ** 32) * (bound + 1)) * sign
    if (size === 8) view.setBigInt64(8 * i, BigInt(Math.trunc(value)), true)
    else if (size === 4) view.setInt32(4 * i, value, true)
    else if (size === 2) view.setInt16(2 * i, value, true)
    else view.setInt8(i, value)
  }
  return data
}

function lengthsOf(data: Uint8Array): readonly number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const lengths: number[] = []
  for (let at = 0; at + STRING_HEAD_BYTES <= data.length; ) {
    const length = Math.min(view.getUint32(at, true), data.length - at - STRING_HEAD_BYTES)
    lengths.push(length)
    at += STRING_HEAD_BYTES + length
  }
  return lengths
}

/** Letters with a space now and then. */
function strings(lengths: readonly number[], random: Random): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(lengths.reduce((sum, length) => sum + STRING_HEAD_BYTES + length, 0))
  const view = new DataView(data.buffer)
  let at = 0
  for (const length of lengths) {
    view.setUint32(at, length, true)
    at += STRING_HEAD_BYTES
    for (const [i, byte] of randomBytes(random, length).entries())
      data[at + i] = byte % 6 === 0 ? 0x20 : 0x61 + (byte % 26)
    at += length
  }
  return data
}

const randomWords = (random: Random, count: number): Uint32Array =>
  new Uint32Array(randomBytes(random, 4 * count).buffer)

/** In pieces: a browser gives no more at once. */
function randomBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length)
  for (let at = 0; at < length; at += BYTES_AT_ONCE) all.set(random.bytes(Math.min(BYTES_AT_ONCE, length - at)), at)
  return all
}
