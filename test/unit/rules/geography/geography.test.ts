import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locationOfGeohash } from '../../../../protocols/rules/geography/geohash.ts'
import { greatCircleKm, type Location } from '../../../../protocols/rules/geography/location.ts'
import { locationOfRegion, regionLocations } from '../../../../protocols/rules/geography/regions.ts'
import {
  FIBRE_MS_PER_KM,
  FIT_ERROR,
  latencyOfKm,
  PATH_FACTOR,
  WAY_BASE_MS,
  wayLatency,
} from '../../../../protocols/rules/geography/way-latency.ts'
import { REGION_BYTES_MAX, SHARD_WORD } from '../../../../protocols/wire/offer/offer-body.ts'
import '../../../support/property-seed.ts'

/** Half of the way round the mean earth (IUGG): nothing lies farther. */
const FARTHEST_KM = Math.PI * 6_371.009

interface RoundTrips {
  readonly amsterdam: readonly (readonly [km: number, ms: number])[]
  readonly cities: Readonly<Record<string, readonly [latitudeDeg: number, longitudeDeg: number]>>
  readonly between: readonly (readonly [string, string, ms: number])[]
}

const roundTrips = (): RoundTrips =>
  JSON.parse(readFileSync(new URL('../../../data/way-latency/round-trips.json', import.meta.url), 'utf8'))

const at = (latitudeDeg: number, longitudeDeg: number, spreadKm = 0): Location => ({
  latitudeDeg,
  longitudeDeg,
  spreadKm,
})
const anywhere = fc
  .tuple(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: 0, max: 2_000, noNaN: true }),
  )
  .map(([latitude, longitude, spreadKm]) => at(latitude, longitude, spreadKm))

describe('the great circle', () => {
  it('is as far one way as the other, and never beyond half way round', () => {
    fc.assert(
      fc.property(anywhere, anywhere, (one, other) => {
        const km = greatCircleKm(one, other)
        expect(km).toBeCloseTo(greatCircleKm(other, one), 6)
        expect(km).toBeGreaterThanOrEqual(0)
        expect(km).toBeLessThanOrEqual(FARTHEST_KM + 1e-6)
      }),
    )
  })

  it('knows a quarter, a half, and a city or two', () => {
    expect(greatCircleKm(at(0, 0), at(0, 90))).toBeCloseTo(FARTHEST_KM / 2, 6)
    expect(greatCircleKm(at(90, 12), at(-90, 77))).toBeCloseTo(FARTHEST_KM, 6)
    expect(greatCircleKm(at(0, 179), at(0, -179))).toBeCloseTo((2 / 180) * FARTHEST_KM, 6)
    expect(greatCircleKm(at(51.51, -0.13), at(35.68, 139.69))).toBeCloseTo(9_559, -2)
  })
})

describe('a region', () => {
  it('lies where its word says, coarsely', () => {
    expect(locationOfRegion('eu-west')).toMatchObject({ latitudeDeg: 51, longitudeDeg: 2 })
    for (const [word, location] of Object.entries(regionLocations)) {
      const { latitudeDeg, longitudeDeg, spreadKm } = location
      expect(Math.abs(latitudeDeg) <= 90 && Math.abs(longitudeDeg) <= 180, word).toBe(true)
      expect(spreadKm >= 0 && spreadKm <= FARTHEST_KM, word).toBe(true)
      expect(word.length <= REGION_BYTES_MAX && SHARD_WORD.test(word), word).toBe(true)
    }
  })

  it('lies in a cell of one to three characters, whose spread reaches its corners', () => {
    const berlin = at(52.52, 13.405)
    for (const region of ['geo-u', 'geo-u3', 'geo-u33']) {
      const cell = locationOfRegion(region)!
      expect(greatCircleKm(cell, berlin), region).toBeLessThan(cell.spreadKm)
    }
    expect(locationOfRegion('geo-u33')).toMatchObject({ latitudeDeg: 52.734375, longitudeDeg: 13.359375 })
    expect(locationOfRegion('geo-u33')!.spreadKm).toBeLessThan(120)
  })

  it('may be a word that lies nowhere in particular', () => {
    for (const word of ['earth', 'lan', '', 'geo-', 'geo-u33d', 'geo-a', 'geo-ö', 'u33', 'constructor', 'toString'])
      expect(locationOfRegion(word), word).toBeUndefined()
    expect(locationOfGeohash('')).toBeUndefined()
  })
})

describe('the latency of a way', () => {
  it('is symmetric, grows with the distance, and is never less than what every round trip takes', () => {
    fc.assert(
      fc.property(anywhere, anywhere, (one, other) => {
        expect(wayLatency(one, other).ms).toBeCloseTo(wayLatency(other, one).ms, 9)
        expect(wayLatency(one, other).ms).toBeGreaterThanOrEqual(WAY_BASE_MS)
      }),
    )
    expect(latencyOfKm(10_000)).toBeGreaterThan(latencyOfKm(9_000))
  })

  it('within one region is that of two places there, and the less sure the larger the region is', () => {
    const large = wayLatency(at(50, 10, 1_000), at(50, 10, 1_000))
    const small = wayLatency(at(50, 10, 100), at(50, 10, 100))
    expect(large.ms).toBeGreaterThan(small.ms)
    expect(large.error).toBeGreaterThan(small.error)
  })

  it('has the factor that the measured round trips give', () => {
    const measured = roundTrips().amsterdam
    const meanError = (base: number, factor: number): number =>
      measured.reduce((sum, [km, ms]) => sum + Math.abs(base + factor * FIBRE_MS_PER_KM * km - ms) / ms, 0) /
      measured.length
    const fitted = { base: 0, factor: 1, error: Number.POSITIVE_INFINITY }
    for (let base = 0; base <= 30; base += 0.5) {
      for (let hundredths = 100; hundredths <= 300; hundredths++) {
        const error = meanError(base, hundredths / 100)
        if (error < fitted.error) Object.assign(fitted, { base, factor: hundredths / 100, error })
      }
    }
    expect(fitted).toMatchObject({ base: WAY_BASE_MS, factor: PATH_FACTOR })
    expect(fitted.error).toBeCloseTo(FIT_ERROR, 2)
  })

  it('is within a fifth at the median of round trips that it was not fitted to', () => {
    const { cities, between } = roundTrips()
    const errors = between
      .map(([one, other, ms]) => Math.abs(wayLatency(at(...cities[one]!), at(...cities[other]!)).ms - ms) / ms)
      .sort((a, b) => a - b)
    expect(errors[errors.length >> 1]).toBeLessThan(0.2)
  })
})
