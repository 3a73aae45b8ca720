import { describe, expect, it } from 'vitest'
import { distancesFrom, parsePlace } from '../../../../protocols/rules/geography/place.ts'
import { regionLocations } from '../../../../protocols/rules/geography/regions.ts'

describe('a place', () => {
  it('is a region that lies somewhere, or a latitude and a longitude', () => {
    expect(parsePlace('eu-west')).toBe(regionLocations['eu-west'])
    expect(parsePlace('geo-u33').latitudeDeg).toBeCloseTo(52.7, 1)
    expect(parsePlace(' 52.5, -13.4 ')).toEqual({ latitudeDeg: 52.5, longitudeDeg: -13.4, spreadKm: 0 })
    expect(parsePlace('-90,180')).toEqual({ latitudeDeg: -90, longitudeDeg: 180, spreadKm: 0 })
  })

  it.each([
    '',
    'earth',
    'atlantis',
    '91,0',
    '0,181',
    '1e1,2',
    'NaN,NaN',
    'Infinity,0',
    '52.5',
    '52.5,13.4,8',
    '0x10,1',
  ])('is not %j', (text) => {
    expect(() => parsePlace(text)).toThrow(expect.objectContaining({ code: 'PLACE_UNKNOWN' }))
  })

  it('says how far regions are, as far as they lie somewhere', () => {
    const from = distancesFrom(parsePlace('48.9,2.4'))
    expect(from({ region: 'eu-west' })!.ms).toBeLessThan(from({ region: 'us-east' })!.ms)
    expect(from({ region: 'us-east' })).toMatchObject({ source: 'geography' })
    expect(from({ region: 'earth' })).toBeUndefined()
    expect(from({})).toBeUndefined()
  })
})
