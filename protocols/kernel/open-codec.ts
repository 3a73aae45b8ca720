/**
 * Shapes that a later version may add to, and an earlier one still reads: what travels between versions. All others are closed
 * (codec.ts): whoever would change one needs a new major.
 */
import { compareBytes } from './bytes.ts'
import { UnsupportedError } from './cbor-reader.ts'
import { CborWriter } from './cbor-writer.ts'
import { array, type Codec, ITEM_HEAD_BYTES_MAX, text } from './codec.ts'

export interface OptionalCodec<T> extends Codec<T> {
  readonly optional: true
}

/**
 * A record behind which one more item may stand: the place of what later minor versions add, as a {@link struct}. Without it the
 * bytes are those of the record alone, which every version reads; with it, only a peer that is known to read it is sent it.
 */
export function openRecord<T extends object, K extends keyof T>(
  fields: { readonly [P in Exclude<keyof T, K>]-?: Codec<T[P]> },
  last: { readonly [P in K]-?: Codec<Exclude<T[P], undefined>> },
): Codec<T> {
  const entries = Object.entries(fields) as unknown as readonly (readonly [keyof T, Codec<T[keyof T]>])[]
  const [[lastName, lastCodec]] = Object.entries(last) as unknown as [[keyof T, Codec<T[keyof T]>]]
  return {
    bytesMax: ITEM_HEAD_BYTES_MAX + entries.reduce((sum, [, codec]) => sum + codec.bytesMax, lastCodec.bytesMax),
    write(writer, value) {
      const more = value[lastName]
      writer.array(entries.length + (more === undefined ? 0 : 1))
      for (const [name, codec] of entries) codec.write(writer, value[name])
      if (more !== undefined) lastCodec.write(writer, more)
    },
    read(reader) {
      const length = reader.array(entries.length + 1)
      if (length < entries.length) reader.fail(`expected ${entries.length} fields`)
      reader.enter()
      const value = {} as T
      for (const [name, codec] of entries) value[name] = codec.read(reader)
      if (length > entries.length) value[lastName] = lastCodec.read(reader)
      reader.leave()
      return value
    },
  }
}

/** A key that may be absent from a {@link struct}. */
export function optional<T>(inner: Codec<T>): OptionalCodec<T> {
  return { bytesMax: inner.bytesMax, write: (w, v) => inner.write(w, v), read: (r) => inner.read(r), optional: true }
}

type StructFields<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? OptionalCodec<Exclude<T[K], undefined>> : Codec<T[K]>
}

/** Room that later minor versions may use for keys that this one does not know. */
const UNKNOWN_BYTES_MAX = 1024
const UNKNOWN_KEYS_MAX = 16
const KEY_BYTES_MAX = 64
const CRITICAL = 'critical'

/**
 * A map with text keys: the open form, for what travels between versions. Unknown keys are stepped over (whoever forwards,
 * forwards the bytes as received) unless the map's own `critical` list names them.
 */
export function struct<T extends object>(fields: StructFields<T>): Codec<T> {
  const rows = Object.entries(fields as Record<string, Codec<unknown> & { optional?: true }>)
    .map(([name, codec]) => ({ name, codec, key: keyBytes(name), optional: codec.optional === true }))
    .sort((a, b) => compareBytes(a.key, b.key))
  const byName = new Map(rows.map((row) => [row.name, row]))
  const required = rows.filter((row) => !row.optional)
  return {
    bytesMax: rows.reduce(
      (sum, row) => sum + row.key.length + row.codec.bytesMax,
      ITEM_HEAD_BYTES_MAX + UNKNOWN_BYTES_MAX,
    ),
    write(writer, value) {
      const values = value as Record<string, unknown>
      const present = rows.filter((row) => values[row.name] !== undefined)
      for (const row of required) if (values[row.name] === undefined) throw new RangeError(`${row.name} is missing`)
      writer.map(present.length)
      for (const row of present) {
        writer.raw(row.key)
        row.codec.write(writer, values[row.name])
      }
    },
    read(reader) {
      const size = reader.map(rows.length + UNKNOWN_KEYS_MAX)
      reader.enter()
      const value: Record<string, unknown> = {}
      let previous: Uint8Array | undefined
      let critical: readonly string[] = []
      let unknownBytes = 0
      for (let i = 0; i < size; i++) {
        const from = reader.position
        const name = reader.text(KEY_BYTES_MAX)
        const key = reader.since(from)
        if (previous !== undefined && compareBytes(previous, key) >= 0) reader.fail('map keys out of order')
        previous = key
        const row = byName.get(name)
        if (row !== undefined) {
          value[name] = row.codec.read(reader)
          continue
        }
        if (name === CRITICAL) critical = criticalList.read(reader)
        else reader.skip()
        unknownBytes += reader.position - from
        if (unknownBytes > UNKNOWN_BYTES_MAX) reader.fail(`more than ${UNKNOWN_BYTES_MAX} bytes of unknown keys`)
      }
      reader.leave()
      for (const row of required) if (!Object.hasOwn(value, row.name)) reader.fail(`${row.name} is missing`)
      for (const name of critical) if (!byName.has(name)) throw new UnsupportedError(`key ${name} must be understood`)
      return value as T
    },
  }
}

const criticalList = array(text(KEY_BYTES_MAX), UNKNOWN_KEYS_MAX)

function keyBytes(name: string): Uint8Array {
  const writer = new CborWriter()
  writer.text(name)
  return writer.finish()
}
