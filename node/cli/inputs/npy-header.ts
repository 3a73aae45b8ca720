/**
 * The header of a .npy file: a magic, a version, a length, and a Python dictionary. It is read as the three keys it must have,
 * never as Python.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { DIM_MAX, DIMS_MAX } from '../../../protocols/wire/job/tensor.ts'
import { viewOf } from '../../tensors/elements.ts'

export interface NpyHeader {
  /** As numpy writes a type: byte order, kind, bytes. `<f4` */
  readonly descr: string
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Where the elements begin. */
  readonly dataOffset: number
}

/** What is wrong with the file, for a person. */
export class NpyFault extends Error {
  override readonly name = 'NpyFault'
}

export const NPY_MAGIC: Uint8Array = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)

/** numpy itself refuses a longer one unless told to trust the file. */
export const NPY_HEADER_BYTES_MAX = 10_000

/** @throws NpyFault */
export function readNpyHeader(bytes: Uint8Array): NpyHeader {
  if (NPY_MAGIC.some((byte, i) => bytes[i] !== byte)) throw new NpyFault('it does not begin as a .npy file does')
  const [major, minor] = bytes.subarray(6, 8)
  if (major === undefined || minor !== 0 || major < 1 || major > 3)
    throw new NpyFault(`its version is ${major}.${minor}; 1.0, 2.0 and 3.0 are known`)
  const textOffset = major === 1 ? 10 : 12
  if (bytes.length < textOffset) throw new NpyFault('it ends inside its header')
  const view = viewOf(bytes)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > NPY_HEADER_BYTES_MAX)
    throw new NpyFault(`its header has ${length} bytes; at most ${NPY_HEADER_BYTES_MAX} are read`)
  const dataOffset = textOffset + length
  if (bytes.length < dataOffset) throw new NpyFault('it ends inside its header')
  // Latin-1 in versions 1 and 2, UTF-8 in 3: what may stand in it is ASCII in each.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + textOffset, length).toString('latin1')
  return { ...new DictionaryReader(text).whole(), dataOffset }
}

type Entry = string | boolean | readonly number[]

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }` with its keys in any order. */
class DictionaryReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Omit<NpyHeader, 'dataOffset'> {
    const entries = this.#entries()
    const descr = entries.get('descr')
    const fortranOrder = entries.get('fortran_order')
    const shape = entries.get('shape')
    if (entries.size !== 3 || typeof descr !== 'string' || typeof fortranOrder !== 'boolean' || !Array.isArray(shape))
      throw new NpyFault('its header does not say descr, fortran_order and shape, each once')
    return { descr, fortranOrder, shape }
  }

  #entries(): Map<string, Entry> {
    const entries = new Map<string, Entry>()
    this.#take(/\{/y)
    while (!this.#has(/\}/y)) {
      const key = this.#quoted()
      if (entries.has(key)) throw new NpyFault(`its header has ${key} twice`)
      this.#take(/:/y)
      entries.set(key, this.#entry())
      if (this.#has(/,/y)) continue
      this.#take(/\}/y)
      break
    }
    this.#take(/$/y)
    return entries
  }

  #entry(): Entry {
    if (this.#has(/True\b/y)) return true
    if (this.#has(/False\b/y)) return false
    if (this.#has(/\(/y)) return this.#tuple()
    if (this.#has(/\[/y)) throw new NpyFault('it holds records of several fields; save each field by itself')
    return this.#quoted()
  }

  /** Behind its bracket. Python 2 wrote `3L`; one item needs its comma: `(3,)`. */
  #tuple(): number[] {
    const items: number[] = []
    let isOpen = !this.#has(/\)/y)
    while (isOpen) {
      if (items.length === DIMS_MAX) throw new NpyFault(`it has more than ${DIMS_MAX} dimensions`)
      const dim = Number.parseInt(this.#take(/\d{1,20}L?/y), 10)
      if (dim > DIM_MAX) throw new NpyFault(`it has a dimension of ${dim}; at most ${DIM_MAX} are taken`)
      items.push(dim)
      const hasComma = this.#has(/,/y)
      isOpen = !this.#has(/\)/y)
      if (!hasComma && (isOpen || items.length === 1)) this.#fail()
    }
    return items
  }

  #quoted(): string {
    return this.#take(/'[^'\\\n]{0,64}'|"[^"\\\n]{0,64}"/y).slice(1, -1)
  }

  #has(pattern: RegExp): boolean {
    return this.#match(pattern) !== undefined
  }

  #take(pattern: RegExp): string {
    return this.#match(pattern) ?? this.#fail()
  }

  /** Blanks before it are passed over. */
  #match(pattern: RegExp): string | undefined {
    while (/[ \n\t\r]/.test(this.#text.charAt(this.#at))) this.#at++
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  #fail(): never {
    throw new NpyFault(`its header is no dictionary as numpy writes it (at character ${this.#at + 1})`)
  }
}
