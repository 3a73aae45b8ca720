/** Kademlia's metric: ids are SHA-256 digests, and how far two are apart is their XOR read as a number. */

export const ID_BYTES = 32
const ID_BITS = 8 * ID_BYTES

/** Below zero where `a` is nearer to `target` than `b`. */
export function compareDistance(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < ID_BYTES; i++) {
    const difference = (a[i]! ^ target[i]!) - (b[i]! ^ target[i]!)
    if (difference !== 0) return difference
  }
  return 0
}

/** Leading bits that two ids have in common, 0 to 256. */
export function commonBits(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < ID_BYTES; i++) {
    const difference = a[i]! ^ b[i]!
    if (difference !== 0) return 8 * i + Math.clz32(difference) - 24
  }
  return ID_BITS
}
