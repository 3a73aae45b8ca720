/** The operating system's randomness. */
import { randomFillSync } from 'node:crypto'
import type { Random } from '../../protocols/kernel/ports.ts'

export const systemRandom: Random = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
}
