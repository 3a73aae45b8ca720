import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  PUBLIC_VOTERS_MIN,
  TIMED_FOR_MS,
  type TimedPeer,
  typicalLatencies,
} from '../../../../protocols/rules/line/typical-latencies.ts'
import { PROFILE_LATENCIES_MAX } from '../../../../protocols/wire/profile/profile-body.ts'
import '../../../support/property-seed.ts'

const NOW_MS = 10 * TIMED_FOR_MS
const timed = (region: string, voter: string, ms: number, atMs = NOW_MS): TimedPeer => ({ region, voter, ms, atMs })
const typical = (all: readonly TimedPeer[], votersMin = 1) => typicalLatencies(all, { nowMs: NOW_MS, votersMin })

const anyPeer: fc.Arbitrary<TimedPeer> = fc.record({
  region: fc.constantFrom(...Array.from({ length: 24 }, (_, index) => `region-${index}`)),
  voter: fc.constantFrom(...Array.from({ length: 40 }, (_, index) => `4/198.51.${index}`)),
  ms: fc.oneof(fc.double(), fc.double({ min: 0, max: 1e6 })),
  atMs: fc.integer({ min: NOW_MS - 2 * TIMED_FOR_MS, max: NOW_MS }),
})

describe('how far a region is', () => {
  it('is the middle of what its networks are, in whole milliseconds', () => {
    const heard = [timed('us-east', 'a', 81.4), timed('us-east', 'b', 240), timed('us-east', 'c', 79)]
    expect(typical(heard)).toEqual([{ region: 'us-east', latencyMs: 81, voters: 3 }])
    expect(typical(heard.slice(0, 2)), 'of two the nearer: nobody answers too early').toMatchObject([{ latencyMs: 81 }])
  })

  it('is not said of fewer networks than count, nor of old round trips', () => {
    const two = [timed('us-east', 'a', 80), timed('us-east', 'b', 90)]
    expect(typical(two, PUBLIC_VOTERS_MIN)).toEqual([])
    const third = (ageMs: number) => typical([...two, timed('us-east', 'c', 85, NOW_MS - ageMs)], PUBLIC_VOTERS_MIN)
    expect(third(TIMED_FOR_MS - 1)).toHaveLength(1)
    expect(third(TIMED_FOR_MS)).toEqual([])
  })

  it('is at least a millisecond, and at most what a record holds', () => {
    expect(typical([timed('here', 'a', 0), timed('moon', 'b', 1e9)])).toEqual([
      { region: 'here', latencyMs: 1, voters: 1 },
      { region: 'moon', latencyMs: 0xffff, voters: 1 },
    ])
  })

  it('is not moved out of the honest ones by fewer networks that lie, however many peers each has', () => {
    const honest = fc.array(fc.double({ min: 20, max: 200, noNaN: true }), { minLength: 2, maxLength: 12 })
    const lie = fc.record({ peers: fc.integer({ min: 1, max: 30 }), ms: fc.double({ min: 0, max: 1e9, noNaN: true }) })
    fc.assert(
      fc.property(honest, fc.array(lie, { maxLength: 11 }), (true_, lies) => {
        const liars = lies.slice(0, true_.length - 1)
        const heard = [
          ...true_.map((ms, index) => timed('eu', `honest ${index}`, ms)),
          ...liars.flatMap(({ peers, ms }, index) =>
            Array.from({ length: peers }, () => timed('eu', `liar ${index}`, ms)),
          ),
        ]
        const [eu] = typical(heard)
        expect(eu?.voters).toBe(true_.length + liars.length)
        expect(eu?.latencyMs).toBeGreaterThanOrEqual(Math.floor(Math.min(...true_)))
        expect(eu?.latencyMs).toBeLessThanOrEqual(Math.ceil(Math.max(...true_)))
      }),
    )
  })

  it('has one vote of a network, in one region, whatever its peers say', () => {
    const loud = (region: string) => timed(region, '4/203.0.113', 90)
    expect(typical([loud('eu'), loud('us'), loud('us'), loud('asia')])).toEqual([
      { region: 'us', latencyMs: 90, voters: 1 },
    ])
    fc.assert(
      fc.property(fc.array(anyPeer, { maxLength: 80 }), (heard) => {
        const voters = typical(heard).reduce((sum, each) => sum + each.voters, 0)
        expect(voters).toBeLessThanOrEqual(new Set(heard.map(({ voter }) => voter)).size)
      }),
    )
  })

  it('fits a profile whatever was heard, in the same words whatever came first', () => {
    fc.assert(
      fc.property(fc.array(anyPeer, { maxLength: 80 }), (heard) => {
        const found = typical(heard)
        expect(found.length).toBeLessThanOrEqual(PROFILE_LATENCIES_MAX)
        for (const { latencyMs } of found) {
          expect(Number.isInteger(latencyMs)).toBe(true)
          expect(latencyMs).toBeGreaterThan(0)
          expect(latencyMs).toBeLessThanOrEqual(0xffff)
        }
        expect(typical([...heard].reverse())).toEqual(found)
      }),
    )
  })

  it('leaves out the regions of fewest networks where there are too many', () => {
    const regions = Array.from(
      { length: PROFILE_LATENCIES_MAX + 4 },
      (_, index) => `r-${String(index).padStart(2, '0')}`,
    )
    const heard = regions.flatMap((region, index) => [
      timed(region, `${index}`, 50),
      ...(index % 5 === 4 ? [] : [timed(region, `${index} too`, 50)]),
    ])
    expect(typical(heard).map(({ region }) => region)).toEqual(regions.filter((_, index) => index % 5 !== 4))
  })
})
