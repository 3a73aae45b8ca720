/**
 * JSON with whole numbers as they are written: `JSON.parse` rounds 9007199254740993, and its reviver, which sees the digits, held
 * 28 times the bytes of a text of small numbers when it was tried (Node 24). What a text can make this hold is bounded.
 */

/** A whole number that a double cannot hold is a `bigint`. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>

/** 16 dimensions of a tensor, and the objects around it. */
const DEPTH_MAX = 24
/** An empty object is 3 characters of text with its comma, and some 175 bytes of memory. */
const CONTAINERS_MAX = 2_000_000
/** Longer than any 64-bit integer; what is longer is a float, however it is written. */
const INTEGER_CHARS_MAX = 20
/** A double holds every whole number of that many digits. */
const EXACT_CHARS_MAX = 15

/** What is wrong, and where: `line 3, column 17: ...` */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
}

/** @throws JsonFault where the text is not one JSON value, is too deep, or has a key twice */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text).whole()
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const INTEGER = /^-?\d+$/
/** A list of nothing but numbers. */
const NUMBERS = /\[[-+0-9.eE, \t\n\r]*\]/y
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])
/** A string without escapes up to its end, or to its first escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these
const PLAIN = /[^"\\\u0000-\u001f]*/y
const words: ReadonlyMap<string, JsonValue> = new Map([
  ['t', true],
  ['f', false],
  ['n', null],
])

class JsonReader {
  readonly #text: string
  #at = 0
  #containers = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): JsonValue {
    const value = this.#value(0)
    if (this.#at < this.#text.length) this.#fail('something follows the value')
    return value
  }

  /** With the blanks around it. */
  #value(depth: number): JsonValue {
    this.#skipBlanks()
    const value = this.#bareValue(this.#text[this.#at], depth)
    this.#skipBlanks()
    return value
  }

  #bareValue(first: string | undefined, depth: number): JsonValue {
    if (first === '[') return this.#list(depth + 1)
    if (first === '{') return this.#map(depth + 1)
    if (first === '"') return this.#string()
    if (first !== undefined && words.has(first)) return this.#word(words.get(first)!)
    return this.#number()
  }

  #list(depth: number): readonly JsonValue[] {
    const numbers = this.#numbers(depth)
    if (numbers !== undefined) return numbers
    this.#enter(depth)
    const list: JsonValue[] = []
    if (this.#isEmpty(']')) return list
    do list.push(this.#value(depth))
    while (this.#continues(']'))
    return list
  }

  /** At once, as nearly all long lists can be; `undefined` where it has to be looked at value by value, or is none. */
  #numbers(depth: number): readonly number[] | undefined {
    const from = this.#at
    if (!this.#skip(NUMBERS)) return undefined
    const text = this.#text.slice(from, this.#at)
    const end = this.#at
    this.#at = from
    try {
      const numbers = JSON.parse(text) as number[]
      // As a double it may be another than was written.
      if (numbers.some((value) => Number.isInteger(value) && !Number.isSafeInteger(value))) return undefined
      this.#enter(depth)
      this.#at = end
      return numbers
    } catch (error) {
      if (error instanceof SyntaxError) return undefined
      throw error
    }
  }

  #map(depth: number): Map<string, JsonValue> {
    this.#enter(depth)
    const map = new Map<string, JsonValue>()
    if (this.#isEmpty('}')) return map
    do {
      this.#skipBlanks()
      if (this.#text[this.#at] !== '"') this.#fail('a key in quotes should stand here')
      const key = this.#string()
      if (map.has(key)) this.#fail('this key stands here a second time')
      this.#skipBlanks()
      this.#expect(':')
      map.set(key, this.#value(depth))
    } while (this.#continues('}'))
    return map
  }

  #enter(depth: number): void {
    if (depth > DEPTH_MAX) this.#fail(`it is nested more than ${DEPTH_MAX} deep`)
    if (++this.#containers > CONTAINERS_MAX) this.#fail(`it has more than ${CONTAINERS_MAX} lists and objects`)
    this.#at++
  }

  #isEmpty(end: string): boolean {
    this.#skipBlanks()
    if (this.#text[this.#at] !== end) return false
    this.#at++
    return true
  }

  /** Behind a comma true, behind `end` false. */
  #continues(end: string): boolean {
    if (this.#text[this.#at] === ',') {
      this.#at++
      return true
    }
    this.#expect(end)
    return false
  }

  #expect(mark: string): void {
    if (this.#text[this.#at] !== mark) this.#fail(`a ${mark} should stand here`)
    this.#at++
  }

  #string(): string {
    const from = this.#at++
    this.#skip(PLAIN)
    if (this.#text[this.#at] === '"') return this.#text.slice(from + 1, this.#at++)
    while (this.#text[this.#at] === '\\') {
      this.#at += 2
      this.#skip(PLAIN)
    }
    if (this.#text[this.#at] !== '"') this.#fail('the text does not end')
    this.#at++
    try {
      return JSON.parse(this.#text.slice(from, this.#at))
    } catch {
      return this.#fail('this is no escape of JSON')
    }
  }

  #word(value: JsonValue): JsonValue {
    const word = String(value)
    if (!this.#text.startsWith(word, this.#at)) this.#fail('this is no value of JSON')
    this.#at += word.length
    return value
  }

  #number(): number | bigint {
    const from = this.#at
    if (!this.#skip(NUMBER)) this.#fail('a value should stand here')
    const digits = this.#text.slice(from, this.#at)
    const value = Number(digits)
    if (digits.length <= EXACT_CHARS_MAX || digits.length > INTEGER_CHARS_MAX || Number.isSafeInteger(value))
      return value
    return INTEGER.test(digits) ? BigInt(digits) : value
  }

  /** Not by a pattern: it is asked before and behind every value, and nearly always there is none. */
  #skipBlanks(): void {
    while (BLANKS.has(this.#text.charCodeAt(this.#at))) this.#at++
  }

  /** False where nothing matches. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return false
    this.#at = pattern.lastIndex
    return true
  }

  #fail(what: string): never {
    const before = this.#text.slice(0, this.#at)
    const line = before.split('\n').length
    throw new JsonFault(`line ${line}, column ${this.#at - before.lastIndexOf('\n')}: ${what}`)
  }
}
