/** IP addresses as texts, and as the bytes that they are in messages. */
import { isIPv4, isIPv6 } from 'node:net'

/** `undefined` where the text is no address. */
export function ipBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.').map(Number))
  if (!isIPv6(text) || text.includes('%')) return undefined
  const [left = '', right] = ipv6Text(text).split('::')
  const head = wordsOf(left)
  const tail = wordsOf(right ?? '')
  const gap = new Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0)
  return Uint8Array.from([...head, ...gap, ...tail].flatMap((word) => [word >>> 8, word & 255]))
}

/** @param bytes 4 or 16 */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const words = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16))
  return ipv6Text(words.join(':'))
}

const wordsOf = (text: string): readonly number[] =>
  text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16))

/** The one form that RFC 5952 has of an address, but for IPv4 within it. */
const ipv6Text = (text: string): string => new URL(`http://[${text}]`).hostname.slice(1, -1)
