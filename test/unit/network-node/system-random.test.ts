import { randomFillSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pooledRandom } from '../../../node/network-node/system-random.ts'

/** What the operating system was asked to fill: the pool, and draws past it. */
const filled: Uint8Array[] = []
const random = pooledRandom((bytes) => {
  filled.push(bytes)
  randomFillSync(bytes)
})

const POOL_BYTES = 4_096
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('the randomness of the system', () => {
  it('has the asked length, whatever it is', () => {
    for (const length of [0, 1, 8, 32, 1_023, 1_024, 1_025, 4_095, 4_096, 4_097, 100_000]) {
      expect(random.bytes(length).length).toBe(length)
    }
  })

  it('is never the same twice, over many pools and across their ends', () => {
    const seen = new Set<string>()
    let draws = 0
    for (let drawn = 0; drawn < 20 * POOL_BYTES; draws++) {
      const length = 16 + (draws % 19)
      drawn += length
      seen.add(hex(random.bytes(length).subarray(0, 16)))
    }
    expect(seen.size).toBe(draws)
  })

  it('is drawn ahead for small draws, and for each large one alone', () => {
    const before = filled.length
    for (let i = 0; i < 1_280; i++) random.bytes(32)
    expect(filled.length - before).toBeLessThanOrEqual(11)
    const large = random.bytes(POOL_BYTES / 4 + 1)
    expect(filled.at(-1)).toBe(large)
  })

  it('is the caller’s alone: nothing that was handed out is left in the pool', () => {
    random.bytes(32)
    const pool = filled.findLast(({ length }) => length === POOL_BYTES)!
    const key = random.bytes(32)
    expect(key.buffer).not.toBe(pool.buffer)
    expect(hex(pool)).not.toContain(hex(key))
    const copy = hex(key)
    pool.fill(7)
    expect(hex(key)).toBe(copy)
  })
})
