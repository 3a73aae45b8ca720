/**
 * Deterministic CBOR, the reading half. It accepts exactly what {@link CborWriter} can write: any other encoding of the same
 * value is malformed, so bytes and value stand for each other and nothing can be smuggled in a second spelling.
 */
import { compareBytes, hexOf } from './bytes.ts'

/** Deeper nesting is malformed: no message of the mesh needs more, and a stack is finite. */
export const DEPTH_MAX = 16

/** The peer sent bytes that are no message. `where` is a byte offset, `what` names the rule that was broken. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError'
  readonly what: string
  readonly where: number
  constructor(what: string, where = 0) {
    super(`malformed: ${what} at byte ${where}`)
    this.what = what
    this.where = where
  }
}

/** Well-formed, but it says that a key must be understood which this version does not know. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError'
}

/**
 * Combining marks in a row, as in Unicode's stream-safe form (UAX 15): putting a run into order takes the square of its length,
 * half a second for one of 58 kB, and no word of any language has more.
 */
export const MARKS_MAX = 30
const LONG_MARKS = new RegExp(`\\p{M}{${MARKS_MAX + 1}}`, 'u')
export const hasLongMarks = (text: string): boolean => text.length > MARKS_MAX && LONG_MARKS.test(text)

/** Texts up to this length are tried as ASCII first, in which no rule of Unicode can be broken. */
export const ASCII_MAX = 128

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class CborReader {
  readonly #bytes: Uint8Array
  #at = 0
  #depth = 0

  constructor(bytes: Uint8Array) {
    // A Buffer of Node.js is a Uint8Array whose slice() is a view: whoever copies what was read must get a copy.
    this.#bytes =
      bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get position(): number {
    return this.#at
  }

  fail(what: string): never {
    throw new MalformedError(what, this.#at)
  }

  /** Nothing may follow the value. */
  end(): void {
    if (this.#at !== this.#bytes.length) this.fail('bytes after the end')
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) this.fail('truncated')
    this.#at++
    return byte
  }

  peekMajor(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) this.fail('truncated')
    return byte >>> 5
  }

  /** The head's argument as a number where it is safe, else as a bigint. */
  #argument(info: number): number | bigint {
    if (info < 24) return info
    if (info > 27) this.fail('indefinite length or reserved head')
    const count = 1 << (info - 24)
    if (this.#at + count > this.#bytes.length) this.fail('truncated')
    if (count === 8) {
      const high = this.#uint(4)
      const low = this.#uint(4)
      if (high === 0) this.fail('integer not in its shortest form')
      const value = high * 0x1_0000_0000 + low
      return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low)
    }
    const value = this.#uint(count)
    if (value < (count === 1 ? 24 : count === 2 ? 0x100 : 0x10000)) this.fail('integer not in its shortest form')
    return value
  }

  #uint(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) value = value * 256 + this.#bytes[this.#at++]!
    return value
  }

  #length(major: number, name: string, max: number): number {
    const byte = this.#byte()
    if (byte >>> 5 !== major) this.fail(`expected ${name}`)
    const length = this.#argument(byte & 31)
    if (typeof length === 'bigint' || length > max) this.fail(`${name} longer than ${max}`)
    return length
  }

  int(): bigint {
    const byte = this.#byte()
    if (byte >>> 5 > 1) this.fail('expected an integer')
    const argument = BigInt(this.#argument(byte & 31))
    if (byte >>> 5 === 0) return argument
    if (argument >= 2n ** 63n) this.fail('integer below -(2^63)')
    return -1n - argument
  }

  /** A non-negative integer that fits `max` (at most 2^53-1), as a number. */
  uint(max: number): number {
    const byte = this.#byte()
    if (byte >>> 5 !== 0) this.fail('expected an unsigned integer')
    const value = this.#argument(byte & 31)
    if (typeof value === 'bigint' || value > max) this.fail(`integer above ${max}`)
    return value
  }

  /** A view, not a copy: whoever keeps it longer than the frame copies it. */
  bytes(max: number): Uint8Array {
    const length = this.#length(2, 'bytes', max)
    return this.#take(length)
  }

  /** Exactly `count` bytes as `0x` text. */
  hex(count: number): `0x${string}` {
    const length = this.#length(2, 'bytes', count)
    if (length > this.#bytes.length - this.#at) this.fail('truncated')
    this.#at += length
    if (length !== count) this.fail(`expected ${count} bytes`)
    return hexOf(this.#bytes, this.#at - count, this.#at)
  }

  text(bytesMax: number): string {
    const length = this.#length(3, 'text', bytesMax)
    const ascii = this.#ascii(length)
    if (ascii !== undefined) return ascii
    const raw = this.#take(length)
    let value: string
    try {
      value = decoder.decode(raw)
    } catch {
      this.fail('text is not UTF-8')
    }
    if (hasLongMarks(value)) this.fail(`more than ${MARKS_MAX} combining marks in a row`)
    if (value.normalize('NFC') !== value) this.fail('text is not in NFC')
    return value
  }

  #ascii(length: number): string | undefined {
    const end = this.#at + length
    if (length > ASCII_MAX || end > this.#bytes.length) return undefined
    const codes = new Array<number>(length)
    for (let i = 0; i < length; i++) {
      const code = this.#bytes[this.#at + i]!
      if (code >= 0x80) return undefined
      codes[i] = code
    }
    this.#at = end
    return String.fromCharCode.apply(null, codes)
  }

  array(max: number): number {
    return this.#length(4, 'array', max)
  }

  map(max: number): number {
    return this.#length(5, 'map', max)
  }

  bool(): boolean {
    const byte = this.#byte()
    if (byte !== 0xf4 && byte !== 0xf5) this.fail('expected true or false')
    return byte === 0xf5
  }

  /** True, and moved on, where null stands here. */
  nullHere(): boolean {
    if (this.#bytes[this.#at] !== 0xf6) return false
    this.#at++
    return true
  }

  enter(): void {
    if (++this.#depth > DEPTH_MAX) this.fail(`nested deeper than ${DEPTH_MAX}`)
  }

  leave(): void {
    this.#depth--
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) this.fail('truncated')
    const view = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return view
  }

  /** The bytes read since `from`. */
  since(from: number): Uint8Array {
    return this.#bytes.subarray(from, this.#at)
  }

  /** Steps over one value of any kind, holding it to every rule of the encoding, and returns its bytes. */
  skip(): Uint8Array {
    const start = this.#at
    const byte = this.#bytes[this.#at]
    if (byte === undefined) this.fail('truncated')
    const left = this.#bytes.length - this.#at
    switch (byte >>> 5) {
      case 0:
      case 1:
        this.int()
        break
      case 2:
        this.bytes(left)
        break
      case 3:
        this.text(left)
        break
      case 4: {
        this.enter()
        for (let count = this.array(left); count > 0; count--) this.skip()
        this.leave()
        break
      }
      case 5: {
        this.enter()
        let previous: Uint8Array | undefined
        for (let count = this.map(left); count > 0; count--) {
          const from = this.#at
          this.text(left)
          const key = this.since(from)
          if (previous !== undefined && compareBytes(previous, key) >= 0) this.fail('map keys out of order')
          previous = key
          this.skip()
        }
        this.leave()
        break
      }
      default:
        if (byte !== 0xf4 && byte !== 0xf5 && byte !== 0xf6) this.fail('float, tag or undefined')
        this.#at++
    }
    return this.since(start)
  }
}
