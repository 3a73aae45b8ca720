import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { HighestSeen, nextSequence, sequenceIsAhead } from '../../../protocols/statements/sequence.ts'
import '../../support/property-seed.ts'

const author = (i: number): Address => `0x${i.toString(16).padStart(40, '0')}` as Address
const entry = (i: number, sequence: bigint, expiresAtMs: number) => ({
  author: author(i),
  subject: 'offer',
  sequence,
  expiresAtMs,
})

describe('the next sequence', () => {
  test('is the time in ms, or one above the stored one where the clock is behind it', () => {
    expect(nextSequence(0n, 1_790_000_000_000.9)).toBe(1_790_000_000_000n)
    expect(nextSequence(1_790_000_000_000n, 1_790_000_000_000)).toBe(1_790_000_000_001n)
    expect(nextSequence(1_790_000_009_999n, 1_790_000_000_000)).toBe(1_790_000_010_000n)
  })
  test('always rises, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 2 }), (clock) => {
        let stored = 0n
        for (const nowMs of clock) {
          const next = nextSequence(stored, nowMs)
          expect(next > stored).toBe(true)
          stored = next
        }
      }),
    )
  })
  test('is ahead of time beyond 30 s', () => {
    expect(sequenceIsAhead(31_000n, 1_000)).toBe(false)
    expect(sequenceIsAhead(31_001n, 1_000)).toBe(true)
  })
})

describe('the highest sequences seen', () => {
  test('make what is not higher a replay, per author and subject', () => {
    const seen = new HighestSeen()
    seen.record(entry(1, 5n, 1_000), 0)
    expect([4n, 5n, 6n].map((sequence) => seen.isReplay(author(1), 'offer', sequence))).toEqual([true, true, false])
    expect(seen.isReplay(author(2), 'offer', 1n)).toBe(false)
    expect(seen.isReplay(author(1), 'profile', 1n)).toBe(false)
    expect(seen.highest(author(1), 'offer')).toBe(5n)
  })
  test('never fall', () => {
    const seen = new HighestSeen()
    seen.record(entry(1, 5n, 1_000), 0)
    seen.record(entry(1, 4n, 9_000), 0)
    expect(seen.highest(author(1), 'offer')).toBe(5n)
  })
  test('outlive the longest of the statements they stand for', () => {
    const seen = new HighestSeen()
    seen.record(entry(1, 5n, 9_000), 0)
    seen.record(entry(1, 6n, 2_000), 0)
    expect([...seen.entries()][0]!.expiresAtMs).toBe(9_000)
  })
  test('are bounded: what has expired goes first, and everything that lives stays', () => {
    const seen = new HighestSeen(32)
    for (let i = 0; i < 16; i++) seen.record(entry(i, 1n, 100), 0)
    for (let i = 16; i < 32; i++) seen.record(entry(i, 1n, 10_000), 0)
    seen.record(entry(99, 1n, 10_000), 5_000)
    expect(seen.size).toBe(17)
    for (let i = 16; i < 32; i++) expect(seen.isReplay(author(i), 'offer', 1n)).toBe(true)
  })
  test('are bounded: if all live, what expires soonest goes', () => {
    const seen = new HighestSeen(32)
    for (let i = 0; i < 32; i++) seen.record(entry(i, 1n, 10_000 - i), 0)
    seen.record(entry(99, 1n, 20_000), 0)
    expect(seen.size).toBe(31)
    expect([31, 30, 29].map((i) => seen.isReplay(author(i), 'offer', 1n))).toEqual([false, false, true])
    expect(seen.isReplay(author(99), 'offer', 1n)).toBe(true)
  })
  test('never hold more than their bound, down to a bound of one', () => {
    for (const max of [1, 2, 15, 16, 17]) {
      const seen = new HighestSeen(max)
      for (let i = 0; i < 100; i++) {
        seen.record(entry(i, 1n, 1_000 + i), 0)
        expect(seen.size).toBeLessThanOrEqual(max)
        expect(seen.isReplay(author(i), 'offer', 1n)).toBe(true)
      }
    }
    expect(() => new HighestSeen(0)).toThrow(RangeError)
  })
  test('survive a restart, less what has expired', () => {
    const seen = new HighestSeen()
    seen.record(entry(1, 5n, 1_000), 0)
    seen.record(entry(2, 7n, 9_000), 0)
    const again = new HighestSeen()
    again.restore(seen.entries(), 5_000)
    expect([...again.entries()]).toEqual([entry(2, 7n, 9_000)])
  })
})
