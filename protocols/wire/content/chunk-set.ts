/** Which chunks of a content somebody has: a bit for each, chunk `i` in byte `i >> 3` at `1 << (i & 7)`. */
import { MalformedError } from '../../kernel/cbor-reader.ts'

export class ChunkSet {
  readonly count: number
  readonly bytes: Uint8Array
  #size = 0

  private constructor(count: number, bytes: Uint8Array) {
    this.count = count
    this.bytes = bytes
    for (let chunk = 0; chunk < count; chunk++) if (this.has(chunk)) this.#size++
  }

  static empty(count: number): ChunkSet {
    return new ChunkSet(count, new Uint8Array(bytesOfSet(count)))
  }

  static full(count: number): ChunkSet {
    const set = ChunkSet.empty(count)
    for (let chunk = 0; chunk < count; chunk++) set.add(chunk)
    return set
  }

  /** Copies. @throws MalformedError where the bytes are no set of `count` chunks: one set has one form */
  static read(count: number, bytes: Uint8Array): ChunkSet {
    if (bytes.length !== bytesOfSet(count)) throw new MalformedError('a set of another number of chunks')
    const spare = count & 7
    if (spare !== 0 && bytes.at(-1)! >> spare !== 0) throw new MalformedError('a bit behind the last chunk')
    return new ChunkSet(count, bytes.slice())
  }

  get size(): number {
    return this.#size
  }

  get isFull(): boolean {
    return this.#size === this.count
  }

  has(chunk: number): boolean {
    return ((this.bytes[chunk >> 3] ?? 0) & (1 << (chunk & 7))) !== 0
  }

  add(chunk: number): void {
    if (this.has(chunk)) return
    this.bytes[chunk >> 3]! |= 1 << (chunk & 7)
    this.#size++
  }

  remove(chunk: number): void {
    if (!this.has(chunk)) return
    this.bytes[chunk >> 3]! &= ~(1 << (chunk & 7))
    this.#size--
  }
}

export const bytesOfSet = (count: number): number => (count + 7) >> 3
