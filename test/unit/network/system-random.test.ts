import { describe, expect, it, vi } from 'vitest'

/** What the operating system was asked to fill: the pool, and draws past it. */
const filled = vi.hoisted(() => [] as Uint8Array[])
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  return {
    ...real,
    randomFillSync: (bytes: Uint8Array) => {
      filled.push(bytes)
      return real.randomFillSync(bytes)
    },
  }
})
// Other files may have had it before, without the count.
vi.resetModules()
const { systemRandom } = await import('../../../node/network-node/system-random.ts')

const POOL_BYTES = 4_096
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('the randomness of the system', () => {
  it('has the asked length, whatever it is', () => {
    for (const length of [0, 1, 8, 32, 1_023, 1_024, 1_025, 4_095, 4_096, 4_097, 100_000]) {
      expect(systemRandom.bytes(length).length).toBe(length)
    }
  })

  it('is never the same twice, over many pools and across their ends', () => {
    const seen = new Set<string>()
    let draws = 0
    for (let drawn = 0; drawn < 20 * POOL_BYTES; draws++) {
      const length = 16 + (draws % 19)
      drawn += length
      seen.add(hex(systemRandom.bytes(length).subarray(0, 16)))
    }
    expect(seen.size).toBe(draws)
  })

  it('is drawn ahead for small draws, and for each large one alone', () => {
    const before = filled.length
    for (let i = 0; i < 1_280; i++) systemRandom.bytes(32)
    expect(filled.length - before).toBeLessThanOrEqual(11)
    const large = systemRandom.bytes(POOL_BYTES / 4 + 1)
    expect(filled.at(-1)).toBe(large)
  })

  it('is the caller’s alone: nothing that was handed out is left in the pool', () => {
    systemRandom.bytes(32)
    const pool = filled.findLast(({ length }) => length === POOL_BYTES)!
    const key = systemRandom.bytes(32)
    expect(key.buffer).not.toBe(pool.buffer)
    expect(hex(pool)).not.toContain(hex(key))
    const copy = hex(key)
    pool.fill(7)
    expect(hex(key)).toBe(copy)
  })
})
