/** The node's end of the stream from a child: bytes as they arrive become frames. The child is not trusted. */
import { type FrameHead, type FrameHeader, HEADER_BYTES_MAX, PREFIX_BYTES, readHeader, readPrefix } from './frames.ts'

export interface ReceivedFrame {
  readonly kind: FrameHead['kind']
  readonly header: FrameHeader
  /** Of this frame alone: what is kept of it keeps nothing else alive. */
  readonly payload: Uint8Array<ArrayBuffer>
}

/**
 * Heads are gathered in a small buffer, payloads in one that is made to measure when their size is known; each byte is copied
 * once, out of what the stream delivered.
 */
export class FrameStream {
  readonly #payloadBytesMax: number
  readonly #receive: (frame: ReceivedFrame) => void
  readonly #head = new Uint8Array(PREFIX_BYTES + HEADER_BYTES_MAX)
  readonly #view = new DataView(this.#head.buffer)
  #headBytes = 0
  #prefix: FrameHead | undefined
  #header: FrameHeader | undefined
  #payload: Uint8Array<ArrayBuffer> | undefined
  #payloadBytes = 0

  constructor(payloadBytesMax: number, receive: (frame: ReceivedFrame) => void) {
    this.#payloadBytesMax = payloadBytesMax
    this.#receive = receive
  }

  /** @throws FrameError; the stream is of no use afterwards */
  push(chunk: Uint8Array): void {
    let at = 0
    for (;;) {
      if (this.#payload === undefined) {
        at = this.#takeHead(chunk, at)
        if (this.#header === undefined) return
        // Not zeroed: it is handed on only when every byte was overwritten.
        this.#payload = new Uint8Array(Buffer.allocUnsafeSlow(this.#prefix!.payloadBytes).buffer as ArrayBuffer)
        this.#payloadBytes = 0
      }
      const missing = this.#payload.length - this.#payloadBytes
      const piece = at === 0 && chunk.length <= missing ? chunk : chunk.subarray(at, at + missing)
      this.#payload.set(piece, this.#payloadBytes)
      this.#payloadBytes += piece.length
      at += piece.length
      if (this.#payloadBytes < this.#payload.length) return
      const frame = { kind: this.#prefix!.kind, header: this.#header!, payload: this.#payload }
      this.#headBytes = 0
      this.#prefix = undefined
      this.#header = undefined
      this.#payload = undefined
      this.#receive(frame)
    }
  }

  /** Takes bytes of prefix and header from `at`; returns where it stopped. */
  #takeHead(chunk: Uint8Array, at: number): number {
    let from = at
    for (;;) {
      const wanted = PREFIX_BYTES + (this.#prefix?.headerBytes ?? 0)
      const piece = chunk.subarray(from, from + wanted - this.#headBytes)
      this.#head.set(piece, this.#headBytes)
      this.#headBytes += piece.length
      from += piece.length
      if (this.#headBytes < wanted) return from
      if (this.#prefix === undefined) this.#prefix = readPrefix(this.#view, 0, this.#payloadBytesMax)
      else {
        this.#header = readHeader(this.#view, PREFIX_BYTES, this.#prefix)
        return from
      }
    }
  }
}
