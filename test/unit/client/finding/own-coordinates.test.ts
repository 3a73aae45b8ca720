import { describe, expect, it } from 'vitest'
import { OwnCoordinates } from '../../../../node/client/finding/own-coordinates.ts'
import type { PeerId } from '../../../../protocols/kernel/ids.ts'
import { type Coordinates, distanceMs, ORIGIN } from '../../../../protocols/rules/coordinates/coordinates.ts'
import { coordinatesOfBytes, coordinatesToBytes } from '../../../../protocols/rules/coordinates/coordinates-bytes.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { offerOf } from '../../../support/offers.ts'

const peer = (name: string): PeerId => name as PeerId
const there: Coordinates = { ...ORIGIN, vectorMs: ORIGIN.vectorMs.map(() => 20), error: 0.2 }
const offering = (coordinates: Coordinates, region = 'earth') =>
  offerOf({ miner: 1, body: { coordinates: coordinatesToBytes(coordinates), region } })

function own(region = 'earth', start?: Coordinates) {
  const coordinates = new OwnCoordinates({ random: new SeededRandom('own coordinates'), region, start })
  const changes: number[] = []
  coordinates.onChange = () => void changes.push(coordinates.samples)
  return { coordinates, changes }
}

describe('a node’s own coordinates', () => {
  it('follow the round trips to peers, and tell how far another is that was never measured', () => {
    const { coordinates } = own()
    expect(coordinates.estimate(offering(there))).toMatchObject({ source: 'unknown' })
    for (let i = 0; i < 100; i++) coordinates.sample(peer('a'), there, 90)
    const { ms, source, confidence } = coordinates.estimate(offering(there))
    expect(source).toBe('coordinates')
    expect(ms).toBeCloseTo(90, -1)
    expect(confidence).toBeCloseTo(0.8, 6)
  })

  it('do not follow one round trip that was slow, nor what is none', () => {
    const { coordinates } = own('earth', there)
    coordinates.sample(peer('a'), ORIGIN, 60)
    coordinates.sample(peer('a'), ORIGIN, 60)
    const before = coordinates.current
    coordinates.sample(peer('a'), ORIGIN, Number.NaN)
    coordinates.sample(peer('a'), ORIGIN, -5)
    expect(coordinates.current).toBe(before)
    const twin = own('earth', there).coordinates
    for (const ms of [60, 60, 60]) twin.sample(peer('a'), ORIGIN, ms)
    coordinates.sample(peer('a'), ORIGIN, 5_000)
    expect(coordinates.current).toEqual(twin.current)
  })

  it('are told anew when they are no longer those of the offer', () => {
    const { coordinates, changes } = own('earth', there)
    expect(coordinatesOfBytes(coordinates.inOffer())).toEqual(there)
    coordinates.sample(peer('a'), ORIGIN, 100)
    expect(changes, 'of a few milliseconds nobody has to hear').toEqual([])
    while (changes.length === 0 && coordinates.samples < 10) coordinates.sample(peer('a'), ORIGIN, 100)
    expect(changes).toHaveLength(1)
    coordinates.inOffer()
    coordinates.sample(peer('b'), ORIGIN, distanceMs(coordinates.current, ORIGIN))
    expect(changes).toHaveLength(1)
  })

  it('count less than a place where they know little, for a region that lies somewhere', () => {
    const { coordinates } = own('eu-west')
    expect(coordinates.estimate(offering(there, 'us-east'))).toMatchObject({ source: 'geography' })
    expect(coordinates.estimate(offering(there, 'mars'))).toMatchObject({ source: 'unknown' })
    expect(coordinates.estimate(offering(there, 'us-east'), 12)).toMatchObject({ ms: 12, source: 'measured' })
  })
})
