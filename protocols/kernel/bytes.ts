/** Byte strings: comparing, joining and their hexadecimal text form. */

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** Bytes that become text in one go: a call takes only so many arguments. */
const HEX_BYTES_MAX = 64
/** Character codes of a text, one array for each length: ids are made text all day, and are short. */
const codesOf: number[][] = []

/** Lower-case `0x` text of `bytes`. */
export const toHex = (bytes: Uint8Array): `0x${string}` => hexOf(bytes, 0, bytes.length)

/** Lower-case `0x` text of the bytes from `from` to before `to`. */
export function hexOf(bytes: Uint8Array, from: number, to: number): `0x${string}` {
  let text: `0x${string}` = `0x${hexDigits(bytes, from, Math.min(to, from + HEX_BYTES_MAX))}`
  for (let at = from + HEX_BYTES_MAX; at < to; at += HEX_BYTES_MAX)
    text += hexDigits(bytes, at, Math.min(to, at + HEX_BYTES_MAX))
  return text
}

/** Whole texts instead of digits put together: those would be trees until somebody reads them. */
function hexDigits(bytes: Uint8Array, from: number, to: number): string {
  const count = to - from
  codesOf[count] ??= new Array<number>(2 * count).fill(0)
  const codes = codesOf[count]
  for (let i = 0; i < count; i++) {
    const byte = bytes[from + i]!
    codes[2 * i] = DIGITS[byte >>> 4]!
    codes[2 * i + 1] = DIGITS[byte & 15]!
  }
  return String.fromCharCode.apply(null, codes)
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}

/** Writes the bytes of a `0x` text into `target` from `at`; false, and `target` undefined from there, where it is no such text. */
export function hexInto(text: string, target: Uint8Array, at: number): boolean {
  if (text.length % 2 !== 0 || text.charCodeAt(0) !== 48 || text.charCodeAt(1) !== 120) return false
  const count = text.length / 2 - 1
  if (at + count > target.length) return false
  for (let i = 0; i < count; i++) {
    const high = nibble(text.charCodeAt(2 + 2 * i))
    const low = nibble(text.charCodeAt(3 + 2 * i))
    if (high < 0 || low < 0) return false
    target[at + i] = high * 16 + low
  }
  return true
}

/** Bytes of a `0x` text; `undefined` where it is no even-length hexadecimal text. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length < 2 || text.length % 2 !== 0) return undefined
  const bytes = new Uint8Array(text.length / 2 - 1)
  return hexInto(text, bytes, 0) ? bytes : undefined
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order by byte, the shorter first where one is a prefix of the other. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** Big-endian; 0 of no bytes. */
export function bigintOf(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}
