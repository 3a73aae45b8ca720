/**
 * Chance from a seed: sfc32, the "small fast chaotic" generator of Chris Doty-Humphrey's PractRand 0.95 (public domain),
 * seeded as there with 64 bits and twelve rounds. It passes PractRand's tests and has no cycle below 2^32 draws. No secret
 * may ever come of it.
 */
import type { Random } from '../../protocols/kernel/ports.ts'

const SEED_ROUNDS = 12

export class SeededRandom implements Random {
  readonly #seed: string
  #a = 0
  #b: number
  #c: number
  #counter = 1

  /** Any text, for example `scenario 7`; a bigint is taken as the 64 bits themselves. */
  constructor(seed: string | bigint) {
    this.#seed = String(seed)
    const bits = typeof seed === 'bigint' ? BigInt.asUintN(64, seed) : fnv1a(seed)
    this.#b = Number(bits & 0xffff_ffffn) | 0
    this.#c = Number(bits >> 32n) | 0
    for (let round = 0; round < SEED_ROUNDS; round++) this.uint32()
  }

  /**
   * A generator of its own for one purpose: what it gives depends on seed and name, never on how often others drew. So one
   * more draw somewhere does not change the rest of the world.
   */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`)
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** From 0 to below 1, in steps of 2^-32. */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000
  }

  /** A whole number from 0 to below `count`, at most 2^32. Its bias is below count / 2^32. */
  below(count: number): number {
    return Math.floor(this.fraction() * count)
  }

  /** `count` of them, or all, in random order; the given list stays as it is. */
  sample<T>(from: Iterable<T>, count: number): T[] {
    const all = [...from]
    const wanted = Math.min(count, all.length)
    for (let i = 0; i < wanted; i++) {
      const j = i + this.below(all.length - i)
      const taken = all[j]!
      all[j] = all[i]!
      all[i] = taken
    }
    all.length = wanted
    return all
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length)
    for (let i = 0; i < length; i += 4) {
      let word = this.uint32()
      for (let j = i; j < i + 4 && j < length; j++) {
        bytes[j] = word & 0xff
        word >>>= 8
      }
    }
    return bytes
  }
}

/** 64-bit FNV-1a of the text's UTF-8 bytes (Fowler, Noll, Vo): spreads seeds that differ in one character. */
function fnv1a(text: string): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n)
  return hash
}
