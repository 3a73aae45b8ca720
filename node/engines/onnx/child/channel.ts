/**
 * The child's end of the socket pair, with blocking calls: the child does one thing after the other, so an event loop between
 * a request and its run would only add wake-ups. End of file means that the node is gone.
 */
import { readSync, writevSync } from 'node:fs'
import {
  type FrameHead,
  type FrameHeader,
  type FrameKind,
  headBytesOf,
  PREFIX_BYTES,
  padded,
  payloadBytesOf,
  readHeader,
  readPrefix,
  type TensorPart,
  writeHead,
} from '../frames.ts'

/** One read takes all requests that wait, as far as they fit; larger payloads get a buffer of their own. */
const BUFFER_BYTES = 262_144
/** The kernel moves less than 2 GiB in one call. */
const CALL_BYTES_MAX = 1_073_741_824
const PADDING = new Uint8Array(8)

export interface InboundFrame {
  readonly head: FrameHead
  readonly header: FrameHeader
  /** Valid until the next frame is read. Starts at a multiple of 8 of its buffer. */
  readonly payload: Uint8Array<ArrayBuffer>
}

export class ChildChannel {
  readonly #fd: number
  readonly #payloadBytesMax: number
  readonly #buffer = new Uint8Array(BUFFER_BYTES)
  readonly #view = new DataView(this.#buffer.buffer)
  #start = 0
  #end = 0

  constructor(fd: number, payloadBytesMax: number) {
    this.#fd = fd
    this.#payloadBytesMax = payloadBytesMax
  }

  /** The next frame; `undefined` after the last. @throws FrameError */
  next(): InboundFrame | undefined {
    if (!this.#have(PREFIX_BYTES)) return undefined
    const head = readPrefix(this.#view, this.#start, this.#payloadBytesMax)
    if (!this.#have(PREFIX_BYTES + head.headerBytes)) return undefined
    const header = readHeader(this.#view, this.#start + PREFIX_BYTES, head)
    const headBytes = PREFIX_BYTES + head.headerBytes
    if (headBytes + head.payloadBytes <= BUFFER_BYTES) {
      if (!this.#have(headBytes + head.payloadBytes)) return undefined
      this.#start += headBytes
      const payload = this.#buffer.subarray(this.#start, this.#start + head.payloadBytes)
      this.#start += head.payloadBytes
      return { head, header, payload }
    }
    this.#start += headBytes
    const payload = this.#large(head.payloadBytes)
    return payload === undefined ? undefined : { head, header, payload }
  }

  /** Reads until `bytes` lie behind the start; false at the end of the stream. */
  #have(bytes: number): boolean {
    if (this.#end - this.#start >= bytes) return true
    if (this.#start + bytes > BUFFER_BYTES || this.#start === this.#end) {
      this.#buffer.copyWithin(0, this.#start, this.#end)
      this.#end -= this.#start
      this.#start = 0
    }
    while (this.#end - this.#start < bytes) {
      const count = readSync(this.#fd, this.#buffer, this.#end, BUFFER_BYTES - this.#end, null)
      if (count === 0) return false
      this.#end += count
    }
    return true
  }

  #large(bytes: number): Uint8Array<ArrayBuffer> | undefined {
    const payload = new Uint8Array(bytes)
    payload.set(this.#buffer.subarray(this.#start, this.#end))
    let at = this.#end - this.#start
    this.#start = 0
    this.#end = 0
    while (at < bytes) {
      const count = readSync(this.#fd, payload, at, Math.min(bytes - at, CALL_BYTES_MAX), null)
      if (count === 0) return undefined
      at += count
    }
    return payload
  }

  /** Writes one frame, the tensors from where they lie; waits while the node does not read. */
  send(kind: FrameKind, call: number, value: number, parts: readonly TensorPart[], data: readonly Uint8Array[]): void {
    const head = new DataView(new ArrayBuffer(headBytesOf(parts)))
    writeHead(head, 0, kind, call, value, parts, payloadBytesOf(parts))
    const pieces: Uint8Array[] = [new Uint8Array(head.buffer)]
    for (const piece of data) {
      for (let from = 0; from < piece.length; from += CALL_BYTES_MAX)
        pieces.push(piece.subarray(from, Math.min(piece.length, from + CALL_BYTES_MAX)))
      const padding = padded(piece.length) - piece.length
      if (padding > 0) pieces.push(PADDING.subarray(0, padding))
    }
    this.#write(pieces)
  }

  #write(pieces: Uint8Array[]): void {
    while (pieces.length > 0) {
      let written = writevSync(this.#fd, pieces)
      while (pieces.length > 0 && written >= pieces[0]!.length) written -= pieces.shift()!.length
      if (written > 0) pieces[0] = pieces[0]!.subarray(written)
    }
  }
}
