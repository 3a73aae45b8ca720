/**
 * Bounded codecs over deterministic CBOR. A codec is a value: it writes and reads one shape and knows the largest encoding
 * that it will ever produce or accept, so a receiver can refuse a length before it allocates. Shapes that later versions may add to
 * are in open-codec.ts.
 */
import { CborReader, MalformedError } from './cbor-reader.ts'
import { CborWriter } from './cbor-writer.ts'
import type { Address, Hash32 } from './ids.ts'
import type { Credits } from './money.ts'

export interface Codec<T> {
  write(writer: CborWriter, value: T): void
  /** @throws MalformedError, UnsupportedError */
  read(reader: CborReader): T
  /** Upper bound of one encoding in bytes. */
  readonly bytesMax: number
}

/** Longest head of an item: its kind, and a length or number of eight bytes. */
export const ITEM_HEAD_BYTES_MAX = 9

/** @throws RangeError where the value breaks its own bounds: a sender never emits what a receiver would refuse. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = spareWriter ?? new CborWriter()
  spareWriter = undefined
  codec.write(writer, value)
  if (writer.length > codec.bytesMax)
    throw new RangeError(`encoding of ${writer.length} bytes above its bound ${codec.bytesMax}`)
  const bytes = writer.finish()
  writer.reset()
  if (bytes.length <= SPARE_BYTES_MAX) spareWriter = writer
  return bytes
}

/** Taken while it writes, as a codec may encode a part of its own; one that failed, or grew large, is not put back. */
let spareWriter: CborWriter | undefined
const SPARE_BYTES_MAX = 4_096

/** @throws MalformedError, UnsupportedError */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  if (bytes.length > codec.bytesMax) throw new MalformedError(`longer than ${codec.bytesMax} bytes`)
  const reader = new CborReader(bytes)
  const value = codec.read(reader)
  reader.end()
  return value
}

/** Non-negative integer as a number; for counts, lengths and durations. `max` is at most 2^53-1. */
export function uint(max: number): Codec<number> {
  return {
    bytesMax: ITEM_HEAD_BYTES_MAX,
    write(writer, value) {
      if (!Number.isSafeInteger(value) || value < 0 || value > max)
        throw new RangeError(`${value} is not an integer in 0..${max}`)
      writer.head(0, value)
    },
    read: (reader) => reader.uint(max),
  }
}

/** Integer in a closed range, negative ones too (micro-degrees). */
export function int(min: number, max: number): Codec<number> {
  const check = (value: number): boolean => Number.isSafeInteger(value) && value >= min && value <= max
  return {
    bytesMax: ITEM_HEAD_BYTES_MAX,
    write(writer, value) {
      if (!check(value)) throw new RangeError(`${value} is not an integer in ${min}..${max}`)
      writer.int(value)
    },
    read(reader) {
      const value = Number(reader.int())
      return check(value) ? value : reader.fail(`integer outside ${min}..${max}`)
    },
  }
}

export const u8: Codec<number> = uint(0xff)
export const u16: Codec<number> = uint(0xffff)
export const u32: Codec<number> = uint(0xffff_ffff)
export const uSafe: Codec<number> = uint(Number.MAX_SAFE_INTEGER)

export const u64: Codec<bigint> = {
  bytesMax: ITEM_HEAD_BYTES_MAX,
  write(writer, value) {
    if (value < 0n) throw new RangeError('negative value for uint64')
    writer.int(value)
  },
  read(reader) {
    const value = reader.int()
    return value < 0n ? reader.fail('negative value for uint64') : value
  },
}

export const creditsCodec: Codec<Credits> = u64 as Codec<Credits>

export const bool: Codec<boolean> = {
  bytesMax: 1,
  write: (writer, value) => writer.bool(value),
  read: (reader) => reader.bool(),
}

/** Byte string of `min`..`max` bytes. Reading returns a view into the message. */
export function bytes(max: number, min = 0): Codec<Uint8Array> {
  return {
    bytesMax: max + ITEM_HEAD_BYTES_MAX,
    write(writer, value) {
      if (value.length < min || value.length > max)
        throw new RangeError(`${value.length} bytes are not in ${min}..${max}`)
      writer.bytes(value)
    },
    read(reader) {
      const value = reader.bytes(max)
      return value.length < min ? reader.fail(`bytes shorter than ${min}`) : value
    },
  }
}

/** Text of at most `bytesMax` bytes in UTF-8, NFC. */
export function text(bytesMax: number, pattern?: RegExp): Codec<string> {
  return {
    bytesMax: bytesMax + ITEM_HEAD_BYTES_MAX,
    write(writer, value) {
      // The receiver matches and measures what it reads, which is NFC.
      const normal = value.normalize('NFC')
      if (pattern !== undefined && !pattern.test(normal)) throw new RangeError(`text does not match ${pattern}`)
      if (writer.text(normal) > bytesMax) throw new RangeError(`text longer than ${bytesMax} bytes`)
    },
    read(reader) {
      const value = reader.text(bytesMax)
      return pattern !== undefined && !pattern.test(value) ? reader.fail('text of the wrong form') : value
    },
  }
}

/** A branded text: an id that is text on the wire. */
export function textAs<T extends string>(bytesMax: number, pattern?: RegExp): Codec<T> {
  return text(bytesMax, pattern) as unknown as Codec<T>
}

/** Exactly `length` bytes, `0x` text in memory. */
export function fixedHex<T extends `0x${string}`>(length: number): Codec<T> {
  return {
    bytesMax: length + 2,
    write(writer, value) {
      if (!writer.hex(value, length)) throw new RangeError(`expected ${length} bytes as 0x text`)
    },
    read: (reader) => reader.hex(length) as T,
  }
}

export const hash32Codec: Codec<Hash32> = fixedHex<Hash32>(32)
export const addressCodec: Codec<Address> = fixedHex<Address>(20)

/** One of a closed list of words, as text. An unknown word is malformed: a new one needs a new major or an optional key. */
export function oneOf<const T extends string>(...words: readonly T[]): Codec<T> {
  const bytesMax = Math.max(...words.map((word) => word.length)) + ITEM_HEAD_BYTES_MAX
  return {
    bytesMax,
    write(writer, value) {
      if (!words.includes(value)) throw new RangeError(`${value} is none of ${words.join(', ')}`)
      writer.text(value)
    },
    read(reader) {
      const value = reader.text(bytesMax)
      return (words as readonly string[]).includes(value) ? (value as T) : reader.fail(`none of ${words.join(', ')}`)
    },
  }
}

export function array<T>(item: Codec<T>, max: number, min = 0): Codec<readonly T[]> {
  return {
    bytesMax: ITEM_HEAD_BYTES_MAX + max * item.bytesMax,
    write(writer, values) {
      if (values.length < min || values.length > max)
        throw new RangeError(`${values.length} items are not in ${min}..${max}`)
      writer.array(values.length)
      for (const value of values) item.write(writer, value)
    },
    read(reader) {
      const length = reader.array(max)
      if (length < min) reader.fail(`fewer than ${min} items`)
      reader.enter()
      const values: T[] = []
      for (let i = 0; i < length; i++) values.push(item.read(reader))
      reader.leave()
      return values
    },
  }
}

/** Fields in order as an array: the compact form, for frames and signed structs, closed to new fields. */
export function tuple<T extends readonly unknown[]>(...items: { readonly [K in keyof T]: Codec<T[K]> }): Codec<T> {
  return {
    bytesMax: ITEM_HEAD_BYTES_MAX + items.reduce((sum, item) => sum + item.bytesMax, 0),
    write(writer, values) {
      writer.array(items.length)
      for (let i = 0; i < items.length; i++) items[i]!.write(writer, values[i])
    },
    read(reader) {
      if (reader.array(items.length) !== items.length) reader.fail(`expected ${items.length} items`)
      reader.enter()
      const values = items.map((item) => item.read(reader))
      reader.leave()
      return values as unknown as T
    },
  }
}

/** A record as an array in the order of `fields`: a tuple with names, for messages on the hot path. */
export function record<T extends object>(fields: { readonly [K in keyof T]-?: Codec<T[K]> }): Codec<T> {
  const entries = Object.entries(fields) as unknown as readonly (readonly [keyof T, Codec<T[keyof T]>])[]
  return {
    bytesMax: ITEM_HEAD_BYTES_MAX + entries.reduce((sum, [, codec]) => sum + codec.bytesMax, 0),
    write(writer, value) {
      writer.array(entries.length)
      for (const [name, codec] of entries) codec.write(writer, value[name])
    },
    read(reader) {
      if (reader.array(entries.length) !== entries.length) reader.fail(`expected ${entries.length} fields`)
      reader.enter()
      const value = {} as T
      for (const [name, codec] of entries) value[name] = codec.read(reader)
      reader.leave()
      return value
    },
  }
}

/** Null or a value. */
export function nullable<T>(inner: Codec<T>): Codec<T | undefined> {
  return {
    bytesMax: inner.bytesMax,
    write(writer, value) {
      if (value === undefined) writer.null()
      else inner.write(writer, value)
    },
    read: (reader) => (reader.nullHere() ? undefined : inner.read(reader)),
  }
}

/** What a {@link union} writes of one kind, behind its tag. */
export type BodyOf<T extends { readonly kind: string }, K extends T['kind']> = Omit<
  Extract<T, { readonly kind: K }>,
  'kind'
>

/**
 * A tagged union as `[tag, body]`. `T` is a union of objects with a literal `kind`; the tag on the wire is the number beside it,
 * so a word can improve without a new major.
 */
export function union<T extends { readonly kind: string }>(
  cases: {
    readonly [K in T['kind']]: readonly [tag: number, body: Codec<BodyOf<T, K>>]
  },
): Codec<T> {
  const rows = Object.entries(cases) as [T['kind'], readonly [number, Codec<object>]][]
  const byTag = new Map(rows.map(([kind, [tag, body]]) => [tag, { kind, body }]))
  const byKind = new Map(rows.map(([kind, [tag, body]]) => [kind, { tag, body }]))
  return {
    bytesMax: ITEM_HEAD_BYTES_MAX * 2 + Math.max(...rows.map(([, [, body]]) => body.bytesMax)),
    write(writer, value) {
      const row = byKind.get(value.kind)
      if (row === undefined) throw new RangeError(`unknown kind ${value.kind}`)
      writer.array(2)
      writer.head(0, row.tag)
      row.body.write(writer, value)
    },
    read(reader) {
      if (reader.array(2) !== 2) reader.fail('expected a tag and a body')
      reader.enter()
      const tag = reader.uint(0xff)
      const row = byTag.get(tag)
      if (row === undefined) return reader.fail(`unknown tag ${tag}`)
      const value = { kind: row.kind, ...row.body.read(reader) }
      reader.leave()
      return value as unknown as T
    },
  }
}

/** Views `inner` as another type: `to` may throw MalformedError for values outside the domain. */
export function mapped<T, U>(inner: Codec<T>, to: (value: T) => U, from: (value: U) => T): Codec<U> {
  return {
    bytesMax: inner.bytesMax,
    write: (writer, value) => inner.write(writer, from(value)),
    read: (reader) => to(inner.read(reader)),
  }
}

/** Any well-formed value as its raw bytes: for parts that are hashed or forwarded as received. */
export function raw(bytesMax: number): Codec<Uint8Array> {
  return {
    bytesMax,
    write(writer, value) {
      if (value.length > bytesMax) throw new RangeError(`value longer than ${bytesMax} bytes`)
      if (!isCanonical(value)) throw new RangeError('not one value in deterministic CBOR')
      writer.raw(value)
    },
    read(reader) {
      const value = reader.skip()
      return value.length > bytesMax ? reader.fail(`value longer than ${bytesMax} bytes`) : value
    },
  }
}

/** One value in deterministic CBOR and nothing behind it. @throws MalformedError */
export function requireCanonical(value: Uint8Array): void {
  const reader = new CborReader(value)
  reader.skip()
  reader.end()
}

export function isCanonical(value: Uint8Array): boolean {
  try {
    requireCanonical(value)
    return true
  } catch (error) {
    if (error instanceof MalformedError) return false
    throw error
  }
}
