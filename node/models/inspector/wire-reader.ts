/**
 * Protobuf's encoding, read in place: nothing is allocated for what a file claims, and a field is stepped over in constant
 * time. Strict where readers differ: what one takes and another drops would be inspected as one model and run as another.
 */

/** The bytes are no encoding that every reader understands alike. */
export class EncodingFault extends Error {
  override readonly name = 'EncodingFault'
}

export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const
export type Wire = (typeof wire)[keyof typeof wire]

const TWO_32 = 2 ** 32
const INT32_MAX = 2 ** 31 - 1

export class WireReader {
  readonly bytes: Uint8Array
  readonly #end: number
  #at: number
  /** Of the field that {@link next} read. */
  field = 0
  wire: Wire = wire.varint
  /** Where the value lies: the bytes of a length-delimited or fixed field. */
  from = 0
  to = 0
  /** A varint's value as a signed 64-bit integer; not exact beyond 2^53. */
  value = 0
  /** Singular fields seen, one bit each. */
  #seen = 0

  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    this.bytes = bytes
    this.#at = from
    this.#end = to
  }

  /** Reads one field, its value included; false at the end. @throws EncodingFault */
  next(): boolean {
    if (this.#at === this.#end) return false
    this.#varint()
    const tag = this.value
    const kind = tag % 8
    this.field = (tag - kind) / 8
    if (tag < 8 || this.field >= 2 ** 29) throw new EncodingFault(`field number ${this.field}`)
    switch (kind) {
      case wire.varint:
        this.#varint()
        break
      case wire.fixed64:
        this.#span(8)
        break
      case wire.bytes:
        this.#varint()
        this.#span(this.value)
        break
      case wire.fixed32:
        this.#span(4)
        break
      default:
        throw new EncodingFault(`wire type ${kind}`)
    }
    this.wire = kind
    return true
  }

  /** Reads a number without a field around it, as packed fields hold them; false at the end. @throws EncodingFault */
  bare(): boolean {
    if (this.#at === this.#end) return false
    this.#varint()
    return true
  }

  #span(length: number): void {
    if (length < 0 || length > this.#end - this.#at) throw new EncodingFault('it is cut off')
    this.from = this.#at
    this.#at += length
    this.to = this.#at
  }

  #varint(): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at === this.#end) throw new EncodingFault('it is cut off')
      const byte = this.bytes[this.#at++]!
      const bits = byte & 0x7f
      if (shift < 28) low += bits * 2 ** shift
      else if (shift === 28) {
        low += (bits & 0x0f) * 2 ** 28
        high = bits >>> 4
      } else if (shift < 63) high += bits * 2 ** (shift - 32)
      else if (byte > 1) throw new EncodingFault('a number of more than 64 bits')
      else high += byte * 2 ** 31
      if (byte < 0x80) {
        this.value = (high >= 2 ** 31 ? high - TWO_32 : high) * TWO_32 + low
        return
      }
    }
    throw new EncodingFault('a number without end')
  }

  /** Every known field has one wire type. */
  expect(kind: Wire): void {
    if (this.wire !== kind) throw new EncodingFault(`field ${this.field} has the wire type ${this.wire}`)
  }

  /** A field below 32 that stands at most once: readers merge or replace a second one. */
  once(kind: Wire): void {
    this.expect(kind)
    const bit = 1 << this.field
    if ((this.#seen & bit) !== 0) throw new EncodingFault(`field ${this.field} stands twice`)
    this.#seen |= bit
  }

  /** A varint that a 32-bit field holds. Readers cut larger ones. */
  get int32(): number {
    if (this.value < -INT32_MAX - 1 || this.value > INT32_MAX) throw new EncodingFault('a number of more than 32 bits')
    return this.value
  }

  get length(): number {
    return this.to - this.from
  }

  /** The bytes of this field as a message of its own. */
  inside(): WireReader {
    this.expect(wire.bytes)
    return new WireReader(this.bytes, this.from, this.to)
  }

  /** One character a byte: names are compared as bytes, as the runtime does. */
  latin1(): string {
    this.expect(wire.bytes)
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.from, this.length).toString('latin1')
  }
}

/** Calls back for each number of a repeated varint field, packed or not. @throws EncodingFault */
export function eachVarint(reader: WireReader, take: (value: number) => void): void {
  if (reader.wire === wire.varint) {
    take(reader.value)
    return
  }
  const packed = reader.inside()
  while (packed.bare()) take(packed.value)
}
