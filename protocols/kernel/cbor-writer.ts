/**
 * Deterministic CBOR (RFC 8949 section 4.2.1), the writing half: shortest heads, definite lengths, map keys in byte order.
 * The kinds that exist: unsigned and negative integers, byte strings, text in NFC, arrays, maps with text keys, booleans, null.
 * Floats, tags and undefined do not exist, so a value has one encoding and a signature covers one meaning.
 */
import { hexInto } from './bytes.ts'
import { ASCII_MAX, hasLongMarks, MARKS_MAX } from './cbor-reader.ts'

const encoder = new TextEncoder()
/** Start size: most messages of the mesh are below 512 bytes. */
const INITIAL_BYTES = 512

export class CborWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_BYTES)
  #length = 0

  /** The encoding so far, copied: the writer may be reused after {@link reset}. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  /** Copies the encoding so far into `target` at `at`, where there is room: for whoever gathers messages in a buffer of its own. */
  copyTo(target: Uint8Array, at: number): void {
    target.set(this.#bytes.subarray(0, this.#length), at)
  }

  reset(): void {
    this.#length = 0
  }

  get length(): number {
    return this.#length
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }

  head(major: number, argument: number): void {
    this.#room(9)
    const bytes = this.#bytes
    const kind = major << 5
    if (argument < 24) bytes[this.#length++] = kind | argument
    else if (argument < 0x100) {
      bytes[this.#length++] = kind | 24
      bytes[this.#length++] = argument
    } else if (argument < 0x10000) {
      bytes[this.#length++] = kind | 25
      bytes[this.#length++] = argument >>> 8
      bytes[this.#length++] = argument & 0xff
    } else if (argument < 0x1_0000_0000) {
      bytes[this.#length++] = kind | 26
      bytes[this.#length++] = argument >>> 24
      bytes[this.#length++] = (argument >>> 16) & 0xff
      bytes[this.#length++] = (argument >>> 8) & 0xff
      bytes[this.#length++] = argument & 0xff
    } else this.#head64(kind, Math.floor(argument / 0x1_0000_0000), argument % 0x1_0000_0000)
  }

  #head64(kind: number, high: number, low: number): void {
    const bytes = this.#bytes
    bytes[this.#length++] = kind | 27
    for (const half of [high, low])
      for (let shift = 24; shift >= 0; shift -= 8) bytes[this.#length++] = (half >>> shift) & 0xff
  }

  /** @throws RangeError outside -(2^63)..2^64-1: what the reader refuses is never written. */
  int(value: bigint | number): void {
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) throw new RangeError('only safe integers are encoded')
      if (value >= 0) this.head(0, value)
      else this.head(1, -1 - value)
      return
    }
    if (value >= 2n ** 64n || value < -(2n ** 63n)) throw new RangeError('integer outside -(2^63)..2^64-1')
    const major = value < 0n ? 1 : 0
    const argument = value < 0n ? -1n - value : value
    if (argument < 0x1_0000_0000n) this.head(major, Number(argument))
    else {
      this.#room(9)
      this.#head64(major << 5, Number(argument >> 32n), Number(argument & 0xffff_ffffn))
    }
  }

  bytes(value: Uint8Array): void {
    this.head(2, value.length)
    this.raw(value)
  }

  /**
   * Text is normalised to NFC here, so that one word has one encoding. Returns the text's length in bytes.
   * @throws RangeError for a lone surrogate: it has no UTF-8, and a replacement character would be another word; for a run of
   *   combining marks that no reader takes
   */
  text(value: string): number {
    if (this.#ascii(value)) return value.length
    if (!value.isWellFormed()) throw new RangeError('text holds a lone surrogate')
    const normal = value.normalize('NFC')
    if (hasLongMarks(normal)) throw new RangeError(`text holds more than ${MARKS_MAX} combining marks in a row`)
    const bytes = encoder.encode(normal)
    this.head(3, bytes.length)
    this.raw(bytes)
    return bytes.length
  }

  /** Writes the text where it is short and ASCII, as nearly all words of messages are: it is in NFC, and its own encoding. */
  #ascii(value: string): boolean {
    if (value.length > ASCII_MAX) return false
    const start = this.#length
    this.head(3, value.length)
    this.#room(value.length)
    const bytes = this.#bytes
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code >= 0x80) {
        this.#length = start
        return false
      }
      bytes[this.#length++] = code
    }
    return true
  }

  /** A byte string given as `0x` text of `count` bytes; false, and nothing written, where it is no such text. */
  hex(value: string, count: number): boolean {
    if (value.length !== 2 + 2 * count) return false
    const start = this.#length
    this.head(2, count)
    this.#room(count)
    if (!hexInto(value, this.#bytes, this.#length)) {
      this.#length = start
      return false
    }
    this.#length += count
    return true
  }

  array(length: number): void {
    this.head(4, length)
  }

  map(size: number): void {
    this.head(5, size)
  }

  bool(value: boolean): void {
    this.#room(1)
    this.#bytes[this.#length++] = value ? 0xf5 : 0xf4
  }

  null(): void {
    this.#room(1)
    this.#bytes[this.#length++] = 0xf6
  }

  /** Bytes that are already an encoding. */
  raw(value: Uint8Array): void {
    this.#room(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }
}
