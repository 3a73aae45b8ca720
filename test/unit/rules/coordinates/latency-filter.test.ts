import { describe, expect, it } from 'vitest'
import { LatencyFilter } from '../../../../protocols/rules/coordinates/latency-filter.ts'

describe('the filter of round trips', () => {
  it('gives the middle of the last three of each peer', () => {
    const filter = new LatencyFilter()
    expect([90, 400, 80, 85, 84].map((ms) => filter.filtered('a', ms))).toEqual([90, 90, 90, 85, 84])
    expect(filter.filtered('b', 10)).toBe(10)
  })

  it('keeps nothing of what is no round trip', () => {
    const filter = new LatencyFilter()
    filter.filtered('a', 80)
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY, 10_001])
      expect(filter.filtered('a', ms)).toBeUndefined()
    expect(filter.filtered('a', 90)).toBe(80)
  })

  it('forgets the peer that was not timed for longest, of more than 512', () => {
    const filter = new LatencyFilter()
    for (let i = 0; i < 512; i++) filter.filtered(`${i}`, 5)
    filter.filtered('0', 5)
    filter.filtered('another', 5)
    expect(filter.filtered('0', 900)).toBe(5)
    expect(filter.filtered('1', 900)).toBe(900)
  })
})
