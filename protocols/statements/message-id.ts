/**
 * A gossip message's id: SHA-256(uvarint(length of the topic) || topic || data). The topic is inside, or an offer published
 * first on another topic would be marked seen on all; nothing but the bytes is inside, or an attacker who makes the same
 * claims (author, sequence) first would have the real message dropped as seen.
 */
import type { Hasher } from '../kernel/ports.ts'

const encoder = new TextEncoder()

/** 32 bytes. Length first, so that topic `ab` with data `c` differs from topic `a` with data `bc`. */
export function messageId(crypto: Pick<Hasher, 'sha256'>, topic: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const name = encoder.encode(topic)
  const length = uvarint(name.length)
  const all = new Uint8Array(length.length + name.length + data.length)
  all.set(length)
  all.set(name, length.length)
  all.set(data, length.length + name.length)
  return crypto.sha256(all)
}

function uvarint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return Uint8Array.of(...bytes, left)
    bytes.push((left & 0x7f) | 0x80)
  }
}
