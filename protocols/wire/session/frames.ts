/**
 * Frames of a session stream: many calls over one long stream. A frame is uvarint(length of what follows), one byte of kind,
 * uvarint(call id), payload. Varints are in their shortest form, so a frame has one encoding.
 */
import { FRAME_BYTES_MAX } from '../../kernel/limits.ts'

export const frameKinds = {
  /** Caller: a new call; the payload is its first request. */
  open: 1,
  /** Either: one more message of the call. */
  data: 2,
  /** Either: no more messages from this side. No payload. */
  end: 3,
  /** Caller: nothing more is wanted. No payload. */
  cancel: 4,
  /** Answerer: the call failed and is over; the payload says how (session-error.ts). */
  error: 5,
  /** Either: the payload, a uvarint, is how many more bytes of credit the receiver lends. */
  credit: 6,
  /** Either, call id 0: asks for a pong. No payload. */
  ping: 7,
  /** Either, call id 0: answers a ping. No payload. */
  pong: 8,
} as const
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

/** Longest head: 3 bytes of length, 1 of kind, 5 of call id. */
export const HEAD_BYTES_MAX = 9
/** Longest message of a call: a whole frame, head included, stays within FRAME_BYTES_MAX. */
export const PAYLOAD_BYTES_MAX = FRAME_BYTES_MAX - HEAD_BYTES_MAX
/** Most that a length may say: kind, call id and payload. */
const BODY_BYTES_MAX = PAYLOAD_BYTES_MAX + 6
const LENGTH_BYTES_MAX = 3
const CALL_BYTES_MAX = 5
const KIND_LAST = frameKinds.pong
/** Ids rise by one per call; a session that has used them up is succeeded by a new one. */
export const CALL_ID_MAX = 0xffff_ffff

const uvarintBytes = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5

/** Writes `value` (below 2^32) and returns the position behind it. */
function writeUvarint(into: Uint8Array, at: number, value: number): number {
  let left = value
  while (left >= 0x80) {
    into[at++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  into[at++] = left
  return at
}

/** Writes a frame's head and returns the position of its payload. The caller has made HEAD_BYTES_MAX bytes of room. */
export function writeHead(into: Uint8Array, at: number, kind: FrameKind, call: number, payloadBytes: number): number {
  let next = writeUvarint(into, at, 1 + uvarintBytes(call) + payloadBytes)
  into[next++] = kind
  return writeUvarint(into, next, call)
}

/** One frame as bytes of its own; the hot path writes into a batch instead. */
export function encodeFrame(kind: FrameKind, call: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES_MAX + payload.length)
  const at = writeHead(bytes, 0, kind, call, payload.length)
  bytes.set(payload, at)
  return bytes.slice(0, at + payload.length)
}

/** Payload of a credit frame. */
export function encodeCredit(bytes: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(uvarintBytes(bytes))
  writeUvarint(payload, 0, bytes)
  return payload
}

/** Bytes that a credit frame lends; `undefined` where the payload is no uvarint in shortest form below 2^32. */
export function decodeCredit(payload: Uint8Array): number | undefined {
  let value = 0
  for (let i = 0; i < payload.length && i < CALL_BYTES_MAX; i++) {
    const byte = payload[i]!
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte >= 0x80) continue
    return i + 1 === payload.length && (byte !== 0 || i === 0) && value <= CALL_ID_MAX ? value : undefined
  }
  return undefined
}

/** Why a stream of frames cannot be read on: a frame is never skipped, for its end could not be trusted. */
export type FrameFault =
  | 'frame too long'
  | 'number not in its shortest form'
  | 'unknown kind'
  | 'no call id'
  | 'payload where none belongs'
  | 'truncated'

/** `payload` is a view: whoever keeps it longer than the call copies it. False stops the reader: the stream is over. */
export type FrameSink = (kind: FrameKind, call: number, payload: Uint8Array) => boolean

const NOTHING = new Uint8Array(0)

/**
 * Cuts a byte stream into frames. Whole frames are read where they lie; of an unfinished one it holds the bytes that have
 * come and no more than its stated length, which is checked first.
 */
export class FrameReader {
  readonly #sink: FrameSink
  /** The body of an unfinished frame. */
  #body: Uint8Array | undefined
  #bodyBytes = 0
  /** An unfinished length. */
  readonly #length = new Uint8Array(LENGTH_BYTES_MAX)
  #lengthBytes = 0
  #ended = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /** Bytes of an unfinished frame that wait for the rest. */
  get held(): number {
    return this.#body === undefined ? this.#lengthBytes : this.#bodyBytes
  }

  /** Returns the fault that ends the stream, if there is one. */
  push(chunk: Uint8Array): FrameFault | undefined {
    let at = 0
    if (this.#body !== undefined) {
      const body = this.#body
      const taken = Math.min(body.length - this.#bodyBytes, chunk.length)
      body.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), this.#bodyBytes)
      this.#bodyBytes += taken
      at = taken
      if (this.#bodyBytes < body.length) return undefined
      this.#body = undefined
      const fault = this.#emit(body, 0, body.length)
      if (fault !== undefined) return fault
    }
    while (at < chunk.length && !this.#ended) {
      // The length: nearly always whole and here.
      let length = 0
      let bytes = this.#lengthBytes
      for (let i = 0; i < bytes; i++) length |= (this.#length[i]! & 0x7f) << (7 * i)
      let byte = 0x80
      while (at < chunk.length && byte >= 0x80) {
        byte = chunk[at++]!
        if (bytes >= LENGTH_BYTES_MAX) return 'frame too long'
        if (byte === 0 && bytes > 0) return 'number not in its shortest form'
        length |= (byte & 0x7f) << (7 * bytes)
        this.#length[bytes++] = byte
      }
      if (byte >= 0x80) {
        this.#lengthBytes = bytes
        return undefined
      }
      this.#lengthBytes = 0
      if (length > BODY_BYTES_MAX) return 'frame too long'
      if (length < 2) return 'truncated'
      const end = at + length
      if (end > chunk.length) {
        this.#body = new Uint8Array(length)
        this.#body.set(chunk.subarray(at))
        this.#bodyBytes = chunk.length - at
        return undefined
      }
      const fault = this.#emit(chunk, at, end)
      if (fault !== undefined) return fault
      at = end
    }
    return undefined
  }

  #emit(bytes: Uint8Array, start: number, end: number): FrameFault | undefined {
    const kind = bytes[start]!
    if (kind < 1 || kind > KIND_LAST) return 'unknown kind'
    let at = start + 1
    let call = 0
    let byte = 0x80
    for (let i = 0; byte >= 0x80; i++) {
      if (at === end) return 'no call id'
      byte = bytes[at++]!
      if (i === CALL_BYTES_MAX - 1 && byte > 0x0f) return 'no call id'
      if (byte === 0 && i > 0) return 'number not in its shortest form'
      call += i < 4 ? (byte & 0x7f) << (7 * i) : byte * 0x1000_0000
    }
    if (end - at > PAYLOAD_BYTES_MAX) return 'frame too long'
    const ofSession = kind === frameKinds.ping || kind === frameKinds.pong
    if (ofSession !== (call === 0)) return 'no call id'
    if (at < end && (ofSession || kind === frameKinds.end || kind === frameKinds.cancel))
      return 'payload where none belongs'
    if (!this.#sink(kind as FrameKind, call, at === end ? NOTHING : bytes.subarray(at, end))) this.#ended = true
    return undefined
  }
}
