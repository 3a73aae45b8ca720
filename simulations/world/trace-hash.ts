/** One hash of all that happened, in order: two runs are the same where theirs are. */
import { concat, toHex } from '../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../protocols/kernel/ids.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'

/** Hashed together: a call of the hasher costs more than a line. */
const LINES_MAX = 1_024

export class TraceHash {
  readonly #hasher: Pick<Hasher, 'keccak256'>
  readonly #encoder = new TextEncoder()
  #hash: Uint8Array = new Uint8Array(32)
  #lines: string[] = []

  constructor(hasher: Pick<Hasher, 'keccak256'>) {
    this.#hasher = hasher
  }

  add(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length >= LINES_MAX) this.#fold()
  }

  get value(): Hash32 {
    this.#fold()
    return toHex(this.#hash) as Hash32
  }

  #fold(): void {
    if (this.#lines.length === 0) return
    this.#hash = this.#hasher.keccak256(concat(this.#hash, this.#encoder.encode(this.#lines.join('\n'))))
    this.#lines = []
  }
}
