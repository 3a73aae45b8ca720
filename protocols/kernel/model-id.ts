/** Model ids: CIDv1 (raw codec, sha2-256) of a model's file as base32 text, the form that content networks share. */
import type { ModelId } from './ids.ts'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
/** version 1, codec raw 0x55, multihash sha2-256 0x12, length 0x20 */
const CID_PREFIX = [0x01, 0x55, 0x12, 0x20] as const

/** One model is asked for many times in a row. */
let last: { readonly text: string; readonly digest: Uint8Array } | undefined

/** The SHA-256 digest inside a model id; `undefined` where `text` is none. */
export function modelDigest(text: string): Uint8Array | undefined {
  if (last?.text === text) return last.digest.slice()
  const digest = decoded(text)
  if (digest !== undefined) last = { text, digest }
  return digest?.slice()
}

function decoded(text: string): Uint8Array | undefined {
  if (text.length !== 59 || text[0] !== 'b') return undefined
  const cid = new Uint8Array(36)
  let bits = 0
  let buffer = 0
  let at = 0
  for (let i = 1; i < text.length; i++) {
    const value = BASE32.indexOf(text[i]!)
    if (value < 0) return undefined
    buffer = (buffer << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      cid[at++] = (buffer >> bits) & 0xff
      buffer &= (1 << bits) - 1
    }
  }
  if (at !== 36 || buffer !== 0) return undefined
  for (let i = 0; i < CID_PREFIX.length; i++) if (cid[i] !== CID_PREFIX[i]) return undefined
  return cid.subarray(4)
}

/** The model id of a 32-byte SHA-256 digest of the file. */
export function modelIdOf(digest: Uint8Array): ModelId {
  if (digest.length !== 32) throw new RangeError('a SHA-256 digest has 32 bytes')
  let out = 'b'
  let bits = 0
  let buffer = 0
  for (const byte of [...CID_PREFIX, ...digest]) {
    buffer = (buffer << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += BASE32[(buffer >> bits) & 31]
      buffer &= (1 << bits) - 1
    }
  }
  if (bits > 0) out += BASE32[(buffer << (5 - bits)) & 31]
  return out as ModelId
}
