import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planRoom, type RoomTaker } from '../../../node/content/plan-room.ts'

interface Taker extends RoomTaker {
  readonly name: string
}
const taker = (name: string, bytes: number, usedAtMs: number, more: Partial<RoomTaker> = {}): Taker => ({
  name,
  bytes,
  bytesHere: bytes,
  usedAtMs,
  inUse: false,
  ...more,
})
const plan = (bytes: number, spaceMax: number, others: readonly Taker[], freeBytes = 1_000) =>
  planRoom({ bytes, bytesToWrite: bytes, spaceMax, freeBytes, others })
const names = (found: ReturnType<typeof plan>): readonly string[] =>
  found.kind === 'fits' ? found.evict.map(({ name }) => name) : [found.kind]

describe('room for a model', () => {
  it('is there where the budget holds all', () => {
    expect(names(plan(10, 30, [taker('a', 20, 1)]))).toEqual([])
  })

  it('is made by what was not used for longest, and by no more than is needed', () => {
    const others = [taker('young', 10, 9), taker('old', 10, 1), taker('older', 10, 0)]
    expect(names(plan(10, 30, others))).toEqual(['older'])
    expect(names(plan(15, 30, others))).toEqual(['older', 'old'])
  })

  it('is never made by what is in use', () => {
    const others = [taker('served', 20, 0, { inUse: true }), taker('idle', 5, 9)]
    expect(names(plan(10, 30, others))).toEqual(['idle'])
    expect(plan(11, 30, others)).toEqual({ kind: 'space', free: 10 })
  })

  it('is counted with all that a growing one will have, and on the disk with what it has', () => {
    const growing = taker('growing', 20, 0, { bytesHere: 1 })
    expect(names(plan(11, 30, [growing]))).toEqual(['growing'])
    expect(plan(5, 30, [growing], 3)).toEqual({ kind: 'disk' })
    expect(names(plan(4, 30, [growing], 3))).toEqual(['growing'])
  })

  it('holds for any set of models: what is in use stays, and afterwards it fits', () => {
    const takers = fc.array(
      fc.record({
        name: fc.string(),
        bytes: fc.integer({ min: 1, max: 50 }),
        bytesHere: fc.integer({ min: 0, max: 50 }),
        usedAtMs: fc.nat(20),
        inUse: fc.boolean(),
      }),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(
        takers,
        fc.integer({ min: 1, max: 100 }),
        fc.nat(200),
        fc.nat(100),
        (others, bytes, spaceMax, free) => {
          const found = planRoom({ bytes, bytesToWrite: bytes, spaceMax, freeBytes: free, others })
          if (found.kind !== 'fits') return
          const left = others.filter((other) => !found.evict.includes(other))
          expect(found.evict.some(({ inUse }) => inUse)).toBe(false)
          expect(left.reduce((sum, other) => sum + other.bytes, bytes)).toBeLessThanOrEqual(spaceMax)
          expect(found.evict.reduce((sum, other) => sum + other.bytesHere, free)).toBeGreaterThanOrEqual(bytes)
        },
      ),
    )
  })
})
