/** Chance that can be repeated: the same words give the same numbers, on every machine. */

export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** sfc32, started from an FNV-1a hash of the words: fast, and good enough to shuffle bytes. */
  constructor(...words: readonly (string | number)[]) {
    let hash = 0x811c_9dc5
    for (const char of words.join('/')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x0100_0193)
    this.#a = hash >>> 0
    this.#b = Math.imul(hash, 0x9e37_79b1) >>> 0
    this.#c = ~hash >>> 0
    for (let i = 0; i < 12; i++) this.#next()
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter++) >>> 0
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0
    this.#b = (this.#c + (this.#c << 3)) >>> 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0
    return sum
  }

  /** 0..`bound`-1; 0 where the bound is. */
  below(bound: number): number {
    return bound <= 1 ? 0 : Math.floor((this.#next() / 2 ** 32) * bound)
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length)
    for (let i = 0; i < length; i++) bytes[i] = this.#next() >>> 24
    return bytes
  }
}
