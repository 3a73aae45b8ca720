/** Puts tensors together from inline bytes or frames, holding a stranger's frames to the headers that it sent before. */
import { MeshError } from '../../kernel/errors.ts'
import type { DataFrame } from './job-messages.ts'
import { bytesNeeded, elementCount, STRING_HEAD_BYTES, type Tensor, type TensorHeader } from './tensor.ts'
import { totalBytes } from './tensor-frames.ts'

/** The first `bytes` bytes of tensor `stream` are in `data`, which is the whole tensor's, and stay as they are. */
export type ArrivalListener = (stream: number, data: Uint8Array, bytes: number) => void

export class TensorAssembler {
  readonly headers: readonly TensorHeader[]
  readonly #buffers: readonly Uint8Array[]
  readonly #onArrived: ArrivalListener | undefined
  #stream = 0
  #offset = 0
  #next = 0
  #missing: number

  /**
   * @param onArrived hears of every slice, in order: for hashing while the rest is still under way
   * @throws MeshError OVERSIZE, OUTPUT_GARBLED where the headers contradict themselves
   */
  constructor(headers: readonly TensorHeader[], bytesMax: number, onArrived?: ArrivalListener) {
    const total = totalBytes(headers)
    if (total > bytesMax) throw new MeshError('OVERSIZE', { given: total, max: bytesMax })
    for (const header of headers) {
      if (!sizeFollows(header)) throw garbled('the bytes of a tensor follow from type and shape')
    }
    this.headers = headers
    this.#buffers = headers.map((header) => new Uint8Array(header.byteLength))
    this.#onArrived = onArrived
    this.#missing = total
    this.#skipEmpty()
  }

  /** Number of the next frame: all before it have arrived. */
  get next(): number {
    return this.#next
  }

  get complete(): boolean {
    return this.#missing === 0
  }

  /** @throws MeshError OUTPUT_GARBLED where the frame is not the next one of its tensor */
  accept(frame: DataFrame): void {
    const buffer = this.#buffers[this.#stream]
    if (frame.sequence !== this.#next) throw garbled('frames come in order, without gaps')
    if (buffer === undefined || frame.stream !== this.#stream || frame.offset !== this.#offset) {
      throw garbled('a frame continues where the one before ended')
    }
    if (frame.bytes.length === 0) throw garbled('a frame carries bytes')
    if (frame.bytes.length > buffer.length - this.#offset) throw garbled('a frame ends inside its tensor')
    this.#next++
    this.#put(buffer, frame.bytes)
  }

  /** All tensors in one piece. @throws MeshError OUTPUT_GARBLED where the length differs from the headers' */
  acceptInline(bytes: Uint8Array): void {
    if (bytes.length !== this.#missing || this.#next !== 0) throw garbled('inline bytes are as long as the headers say')
    let at = 0
    while (!this.complete) {
      const buffer = this.#buffers[this.#stream]!
      this.#put(buffer, bytes.subarray(at, at + buffer.length))
      at += buffer.length
    }
  }

  /** @throws MeshError OUTPUT_GARBLED while bytes are missing */
  tensors(): readonly Tensor[] {
    if (!this.complete) throw garbled('every byte of every tensor arrives before the end')
    return this.headers.map((header, i) => ({ ...header, data: this.#buffers[i]! }))
  }

  #put(buffer: Uint8Array, slice: Uint8Array): void {
    buffer.set(slice, this.#offset)
    this.#offset += slice.length
    this.#onArrived?.(this.#stream, buffer, this.#offset)
    this.#missing -= slice.length
    this.#skipEmpty()
  }

  #skipEmpty(): void {
    while (this.#stream < this.#buffers.length && this.#offset === this.#buffers[this.#stream]!.length) {
      // An empty tensor is a stream of the content root too.
      if (this.#offset === 0) this.#onArrived?.(this.#stream, this.#buffers[this.#stream]!, 0)
      this.#stream++
      this.#offset = 0
    }
  }
}

/** Texts have no size of their own, but each has the head that says its length. */
function sizeFollows({ type, dims, byteLength }: TensorHeader): boolean {
  if (type !== 'string') return bytesNeeded(type, dims) === byteLength
  const count = elementCount(dims)
  return count !== undefined && byteLength >= count * STRING_HEAD_BYTES
}

const garbled = (rule: string): MeshError => new MeshError('OUTPUT_GARBLED', { rule })
