/**
 * Frames between the node and an engine child, over one socket pair. All numbers little-endian:
 *
 *     u32 kind | u32 header bytes | f64 payload bytes | header | payload
 *     header:  u32 call | u32 tensors | f64 value | per tensor: u32 index | u32 dimensions | f64 bytes | f64 per dimension
 *     payload: the tensors' bytes, each from a multiple of 8 on
 *
 * Every part is a multiple of 8 bytes long, so that elements are aligned wherever a frame begins in a buffer. An index counts
 * the model's inputs (run) or outputs (result). Sizes are doubles: they hold every size below 2^53 and need no bigint.
 */
import { DIMS_MAX, TENSORS_MAX } from '../../../protocols/wire/job/tensor.ts'

export const frameKinds = {
  /** To the child: run the model. */
  run: 1,
  /** From the child: the model is loaded; one part says what it takes and gives (ready.ts). */
  ready: 2,
  /** From the child: the outputs; `value` is the time inside the runtime in microseconds. */
  result: 3,
  /** From the child: no outputs; `value` is one of {@link failureKinds}, one part the reason as text. */
  failure: 4,
} as const
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

export const failureKinds = {
  /** The runtime refused the values of the input. */
  refused: 1,
  /** An allocation failed. */
  memory: 2,
  /** The model cannot be loaded. */
  load: 3,
} as const

export const PREFIX_BYTES = 16
const TENSOR_HEAD_BYTES = 16
export const HEADER_BYTES_MAX = PREFIX_BYTES + TENSORS_MAX * (TENSOR_HEAD_BYTES + DIMS_MAX * 8)
/** A reason is one or two sentences of the runtime. */
export const REASON_BYTES_MAX = 1_024

export interface TensorPart {
  readonly index: number
  readonly dims: readonly number[]
  readonly byteLength: number
}

export interface FrameHead {
  readonly kind: FrameKind
  readonly headerBytes: number
  readonly payloadBytes: number
}

export interface FrameHeader {
  readonly call: number
  readonly value: number
  readonly parts: readonly TensorPart[]
}

/** The other side wrote what no frame is. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** Rounded up to a multiple of 8. */
export const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8

export function payloadBytesOf(parts: readonly TensorPart[]): number {
  let bytes = 0
  for (const part of parts) bytes += padded(part.byteLength)
  return bytes
}

export function headBytesOf(parts: readonly TensorPart[]): number {
  let bytes = PREFIX_BYTES + 16
  for (const part of parts) bytes += TENSOR_HEAD_BYTES + 8 * part.dims.length
  return bytes
}

/** Writes prefix and header, {@link headBytesOf} bytes, into `target` from `at`. */
export function writeHead(
  target: DataView,
  at: number,
  kind: FrameKind,
  call: number,
  value: number,
  parts: readonly TensorPart[],
  payloadBytes: number,
): void {
  target.setUint32(at, kind, true)
  target.setUint32(at + 4, headBytesOf(parts) - PREFIX_BYTES, true)
  target.setFloat64(at + 8, payloadBytes, true)
  target.setUint32(at + 16, call, true)
  target.setUint32(at + 20, parts.length, true)
  target.setFloat64(at + 24, value, true)
  let next = at + 32
  for (const part of parts) {
    target.setUint32(next, part.index, true)
    target.setUint32(next + 4, part.dims.length, true)
    target.setFloat64(next + 8, part.byteLength, true)
    next += TENSOR_HEAD_BYTES
    for (const dim of part.dims) {
      target.setFloat64(next, dim, true)
      next += 8
    }
  }
}

/** @throws FrameError where kind or sizes are outside their limits */
export function readPrefix(view: DataView, at: number, payloadBytesMax: number): FrameHead {
  const kind = view.getUint32(at, true)
  const headerBytes = view.getUint32(at + 4, true)
  const payloadBytes = view.getFloat64(at + 8, true)
  if (kind < frameKinds.run || kind > frameKinds.failure) throw new FrameError(`frame of kind ${kind}`)
  if (headerBytes < 16 || headerBytes > HEADER_BYTES_MAX || headerBytes % 8 !== 0)
    throw new FrameError(`header of ${headerBytes} bytes`)
  if (!isSize(payloadBytes) || payloadBytes > payloadBytesMax || payloadBytes % 8 !== 0)
    throw new FrameError(`payload of ${payloadBytes} bytes, at most ${payloadBytesMax}`)
  return { kind: kind as FrameKind, headerBytes, payloadBytes }
}

/** @throws FrameError where the header contradicts itself or the size of the payload */
export function readHeader(view: DataView, at: number, head: FrameHead): FrameHeader {
  const end = at + head.headerBytes
  const count = view.getUint32(at + 4, true)
  const parts: TensorPart[] = []
  let next = at + 16
  for (let i = 0; i < count; i++) {
    if (next + TENSOR_HEAD_BYTES > end) throw new FrameError('header too short')
    const index = view.getUint32(next, true)
    const rank = view.getUint32(next + 4, true)
    const byteLength = view.getFloat64(next + 8, true)
    next += TENSOR_HEAD_BYTES
    if (rank > DIMS_MAX || next + 8 * rank > end || !isSize(byteLength)) throw new FrameError('tensor out of bounds')
    const dims = new Array<number>(rank)
    for (let axis = 0; axis < rank; axis++) {
      const dim = view.getFloat64(next, true)
      if (!isSize(dim)) throw new FrameError('dimension out of bounds')
      dims[axis] = dim
      next += 8
    }
    parts.push({ index, dims, byteLength })
  }
  if (next !== end) throw new FrameError('header too long')
  if (payloadBytesOf(parts) !== head.payloadBytes) throw new FrameError('tensors do not fill the payload')
  return { call: view.getUint32(at, true), value: view.getFloat64(at + 8, true), parts }
}

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
