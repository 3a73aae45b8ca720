/** Texts by locale of an Android application package: `resources.arsc` inside a ZIP archive. */
import { inflateRawSync } from 'node:zlib'

/** Locale (`de`, `pt-PT`, `sr-Latn`; empty for the default) -> its texts, in the order of the file. */
export function androidTexts(apk: Uint8Array): Map<string, string[]> {
  const table = readZipEntry(apk, 'resources.arsc')
  const texts = new Map<string, string[]>()
  let strings: string[] = []
  for (const chunk of chunksOf(table, 0)) {
    if (chunk.type === STRING_POOL) strings = readStringPool(chunk.view)
    if (chunk.type !== PACKAGE) continue
    for (const inner of chunksOf(chunk.view, 0)) {
      if (inner.type !== TYPE) continue
      const locale = readLocale(inner.view)
      const found = texts.get(locale) ?? []
      texts.set(locale, found)
      for (const index of stringIndices(inner.view)) found.push(strings[index]!)
    }
  }
  return texts
}

const STRING_POOL = 0x0001
const PACKAGE = 0x0200
const TYPE = 0x0201

interface Chunk {
  readonly type: number
  readonly view: DataView
}

/** The chunks inside the chunk at `start`. */
function* chunksOf(outer: DataView, start: number): Generator<Chunk> {
  const end = start + outer.getUint32(start + 4, true)
  let at = start + outer.getUint16(start + 2, true)
  while (at < end) {
    const size = outer.getUint32(at + 4, true)
    yield { type: outer.getUint16(at, true), view: new DataView(outer.buffer, outer.byteOffset + at, size) }
    at += size
  }
}

const UTF8_FLAG = 0x100

function readStringPool(pool: DataView): string[] {
  const count = pool.getUint32(8, true)
  if ((pool.getUint32(16, true) & UTF8_FLAG) === 0) throw new Error('the strings are not in UTF-8')
  const start = pool.getUint32(20, true)
  const offsets = pool.getUint16(2, true)
  const decoder = new TextDecoder()
  return Array.from({ length: count }, (_, i) => {
    let at = start + pool.getUint32(offsets + i * 4, true)
    // Two lengths, in UTF-16 units and in bytes, of one or two bytes each.
    at += (pool.getUint8(at) & 0x80) === 0 ? 1 : 2
    const long = (pool.getUint8(at) & 0x80) !== 0
    const bytes = long ? ((pool.getUint8(at) & 0x7f) << 8) | pool.getUint8(at + 1) : pool.getUint8(at)
    return decoder.decode(new Uint8Array(pool.buffer, pool.byteOffset + at + (long ? 2 : 1), bytes))
  })
}

/** Places inside the configuration, which follows the 20 bytes of a type chunk's own header. */
const CONFIG = 20
const LANGUAGE = CONFIG + 8
const COUNTRY = CONFIG + 10
const SCRIPT = CONFIG + 36

function readLocale(type: DataView): string {
  const configBytes = type.getUint32(CONFIG, true)
  const script = configBytes >= 40 ? letters(type, SCRIPT, 4) : ''
  return [readCode(type, LANGUAGE), script, letters(type, COUNTRY, 2)].filter((part) => part !== '').join('-')
}

/** Two letters, or three packed into 15 bits. */
function readCode(view: DataView, at: number): string {
  const first = view.getUint8(at)
  if ((first & 0x80) === 0) return letters(view, at, 2)
  const second = view.getUint8(at + 1)
  const packed = [second & 0x1f, ((second & 0xe0) >> 5) | ((first & 0x03) << 3), (first & 0x7c) >> 2]
  return String.fromCharCode(...packed.map((letter) => letter + 0x61))
}

const letters = (view: DataView, at: number, count: number): string =>
  String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, count)).replace(/\0+$/, '')

const NO_ENTRY = 0xffffffff
const COMPLEX = 0x0001
const STRING_VALUE = 0x03

/** Places in the string pool, of plain entries and of the items of lists and plurals. */
function* stringIndices(type: DataView): Generator<number> {
  const count = type.getUint32(12, true)
  const entries = type.getUint32(16, true)
  const offsets = type.getUint16(2, true)
  for (let i = 0; i < count; i++) {
    const offset = type.getUint32(offsets + i * 4, true)
    if (offset === NO_ENTRY) continue
    const entry = entries + offset
    if ((type.getUint16(entry + 2, true) & COMPLEX) === 0) yield* stringValue(type, entry + 8)
    else {
      const items = type.getUint32(entry + 12, true)
      for (let item = 0; item < items; item++) yield* stringValue(type, entry + 16 + item * 12 + 4)
    }
  }
}

function* stringValue(view: DataView, at: number): Generator<number> {
  if (view.getUint8(at + 3) === STRING_VALUE) yield view.getUint32(at + 4, true)
}

const DIRECTORY_END = 0x06054b50
const STORED = 0

function readZipEntry(zip: Uint8Array, name: string): DataView {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  let end = zip.byteLength - 22
  while (view.getUint32(end, true) !== DIRECTORY_END) end--
  const decoder = new TextDecoder()
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const nameBytes = view.getUint16(at + 28, true)
    if (decoder.decode(zip.subarray(at + 46, at + 46 + nameBytes)) === name) {
      const local = view.getUint32(at + 42, true)
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
      const packed = zip.subarray(start, start + view.getUint32(at + 20, true))
      const content = view.getUint16(at + 10, true) === STORED ? packed : inflateRawSync(packed)
      return new DataView(content.buffer, content.byteOffset, content.byteLength)
    }
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  throw new Error(`the archive has no ${name}`)
}
