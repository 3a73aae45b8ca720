import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  areCoordinates,
  COMPONENT_MS_MAX,
  DIMENSIONS,
  ERROR_MAX,
  HEIGHT_MS_MAX,
  HEIGHT_MS_MIN,
} from '../../../../protocols/rules/coordinates/coordinates.ts'
import {
  COORDINATES_BYTES,
  COORDINATES_BYTES_MAX,
  coordinatesOfBytes,
  coordinatesToBytes,
} from '../../../../protocols/rules/coordinates/coordinates-bytes.ts'
import '../../../support/property-seed.ts'
import { anyCoordinates, anyNonsense } from './arbitrary-coordinates.ts'

describe('coordinates in an offer', () => {
  it('come back to a tenth of a millisecond, and then to the byte', () => {
    fc.assert(
      fc.property(anyCoordinates, (coordinates) => {
        const bytes = coordinatesToBytes(coordinates)
        const read = coordinatesOfBytes(bytes)!
        for (const [i, ms] of coordinates.vectorMs.entries()) expect(read.vectorMs[i]).toBeCloseTo(ms, 0)
        expect(Math.abs(read.heightMs - coordinates.heightMs)).toBeLessThanOrEqual(0.0501)
        expect(Math.abs(read.error - coordinates.error)).toBeLessThanOrEqual(0.00501)
        expect(coordinatesToBytes(read)).toEqual(bytes)
      }),
    )
  })

  it('are coordinates whatever the bytes of this form are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: COORDINATES_BYTES - 1, maxLength: COORDINATES_BYTES - 1 }), (rest) => {
        expect(areCoordinates(coordinatesOfBytes(Uint8Array.of(1, ...rest))!)).toBe(true)
      }),
    )
  })

  it('reach the bounds, in 22 bytes', () => {
    const rim = {
      vectorMs: Array.from({ length: DIMENSIONS }, (_, i) => (i % 2 === 0 ? COMPONENT_MS_MAX : -COMPONENT_MS_MAX)),
      heightMs: HEIGHT_MS_MAX,
      adjustmentMs: -COMPONENT_MS_MAX,
      error: ERROR_MAX,
    }
    const bytes = coordinatesToBytes(rim)
    expect(bytes).toHaveLength(22)
    expect(coordinatesOfBytes(bytes)).toEqual(rim)
    expect(coordinatesOfBytes(coordinatesToBytes({ ...rim, heightMs: HEIGHT_MS_MIN }))!.heightMs).toBe(HEIGHT_MS_MIN)
  })

  it('have the bytes that other programs write', () => {
    const hex = '01007dfec3002800000322ffff00637fff0018fffd11'
    const bytes = coordinatesToBytes({
      vectorMs: [12.5, -31.7, 4, 0, 80.2, -0.1, 9.9, 3_276.7],
      heightMs: 2.4,
      adjustmentMs: -0.3,
      error: 0.17,
    })
    expect(Buffer.from(bytes).toString('hex')).toBe(hex)
  })

  it('are stepped over in a form that is not known', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: COORDINATES_BYTES_MAX }), (bytes) => {
        fc.pre(bytes.length !== COORDINATES_BYTES || bytes[0] !== 1)
        expect(coordinatesOfBytes(bytes)).toBeUndefined()
      }),
    )
  })

  it('are never written beyond their bounds', () => {
    const below = { vectorMs: Array.from({ length: DIMENSIONS }, () => 0), heightMs: -1, adjustmentMs: 0, error: 1 }
    expect(() => coordinatesToBytes(below)).toThrow(RangeError)
    fc.assert(
      fc.property(anyNonsense, (nonsense) => {
        fc.pre(nonsense.heightMs !== 0)
        expect(() => coordinatesToBytes(nonsense)).toThrow(RangeError)
      }),
    )
  })
})
