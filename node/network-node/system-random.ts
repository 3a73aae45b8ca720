/** The operating system's randomness, drawn ahead: a call to it costs as much as everything else that a job needs it for. */
import { randomFillSync } from 'node:crypto'
import type { Random } from '../../protocols/kernel/ports.ts'

/** A hundred small draws at a time; larger ones go past it. */
const POOL_BYTES = 4_096

/** Randomness drawn ahead of what `fill` fills a whole array with. */
export function pooledRandom(fill: (bytes: Uint8Array<ArrayBuffer>) => void): Random {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  return {
    bytes(length) {
      if (length > POOL_BYTES / 4) {
        const large = new Uint8Array(length)
        fill(large)
        return large
      }
      if (used + length > POOL_BYTES) {
        fill(pool)
        used = 0
      }
      const bytes = pool.slice(used, used + length)
      // What was handed out is nowhere else: it may have become a key.
      pool.fill(0, used, used + length)
      used += length
      return bytes
    },
  }
}

export const systemRandom: Random = pooledRandom(randomFillSync)
