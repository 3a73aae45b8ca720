import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distanceMs, ORIGIN } from '../../../../protocols/rules/coordinates/coordinates.ts'
import { latencyEstimate } from '../../../../protocols/rules/coordinates/latency-estimate.ts'
import { locationOfRegion } from '../../../../protocols/rules/geography/regions.ts'
import { wayLatency } from '../../../../protocols/rules/geography/way-latency.ts'
import '../../../support/property-seed.ts'
import { anyCoordinates } from './arbitrary-coordinates.ts'

const own = { ...ORIGIN, error: 0.2 }
const other = { ...ORIGIN, vectorMs: ORIGIN.vectorMs.map(() => 20), error: 0.1 }
const from = locationOfRegion('eu-west')!
const to = locationOfRegion('us-east')!

describe('the latency to a peer', () => {
  it('is what was measured, where it was', () => {
    expect(latencyEstimate({ measuredMs: 0, own, other, from, to })).toEqual({
      ms: 0,
      source: 'measured',
      confidence: 1,
    })
  })

  it('is else told by coordinates, as sure as the less sure side is', () => {
    expect(latencyEstimate({ own, other, from, to })).toEqual({
      ms: distanceMs(own, other),
      source: 'coordinates',
      confidence: 0.8,
    })
  })

  it('is else told by places, where coordinates of either side say little', () => {
    const way = { ms: wayLatency(from, to).ms, source: 'geography' }
    expect(latencyEstimate({ own: { ...own, error: 0.6 }, other, from, to })).toMatchObject(way)
    expect(latencyEstimate({ own, other: { ...other, error: 0.6 }, from, to })).toMatchObject(way)
    expect(latencyEstimate({ own, from, to })).toMatchObject(way)
  })

  it('falls back to weak coordinates where no place is known, and to nothing', () => {
    expect(latencyEstimate({ own: { ...own, error: 0.6 }, other, from })).toMatchObject({ source: 'coordinates' })
    const unknown = { ms: undefined, source: 'unknown', confidence: 0 }
    expect(latencyEstimate({ own: ORIGIN, other, to })).toEqual(unknown)
    expect(latencyEstimate({})).toEqual(unknown)
  })

  it('is between 0 and 1 sure, whatever a peer claims', () => {
    fc.assert(
      fc.property(anyCoordinates, anyCoordinates, fc.boolean(), (mine, theirs, hasPlaces) => {
        const { confidence } = latencyEstimate({ own: mine, other: theirs, ...(hasPlaces ? { from, to } : {}) })
        expect(confidence).toBeGreaterThanOrEqual(0)
        expect(confidence).toBeLessThanOrEqual(1)
      }),
    )
  })
})
