import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  areCoordinates,
  COMPONENT_MS_MAX,
  type Coordinates,
  DIMENSIONS,
  distanceMs,
  HEIGHT_MS_MAX,
  ORIGIN,
  spanMs,
} from '../../../../protocols/rules/coordinates/coordinates.ts'
import {
  MOVE_MS_MAX,
  moved,
  placedAt,
  RTT_MS_MAX,
  type Spot,
  WINDOW,
} from '../../../../protocols/rules/coordinates/vivaldi.ts'
import { CoordinateWorld } from '../../../support/virtual/coordinate-world.ts'
import { planetlab } from '../../../support/virtual/planetlab.ts'
import '../../../support/property-seed.ts'
import { anyCoordinates, anyNonsense, ordinaryCoordinates } from './arbitrary-coordinates.ts'

const near = (): number => 0.25
const sure = (vectorMs: readonly number[], error = 0.1): Coordinates => ({ ...ORIGIN, vectorMs, error })
const along = (ms: number): readonly number[] => [ms, ...Array.from({ length: DIMENSIONS - 1 }, () => 0)]

describe('coordinates', () => {
  it('are as far from one as from the other, and never nearer than nothing', () => {
    fc.assert(
      fc.property(anyCoordinates, anyCoordinates, (one, other) => {
        expect(distanceMs(one, other)).toBe(distanceMs(other, one))
        expect(distanceMs(one, other)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('come nearer to what was measured, step by step', () => {
    let spot = placedAt()
    const peer = sure(along(30))
    for (let i = 0; i < 200; i++) spot = moved(spot, peer, 80, near)
    expect(distanceMs(spot.coordinates, peer)).toBeCloseTo(80, 0)
    expect(spot.coordinates.error).toBeLessThan(0.1)
  })

  it('leave the spot on which all nodes begin, in some direction', () => {
    const { coordinates } = moved(placedAt(), ORIGIN, 50, near)
    expect(spanMs(coordinates.vectorMs, ORIGIN.vectorMs)).toBeGreaterThan(1)
  })

  it('stay coordinates whatever peers claim and however long a round trip took', () => {
    const claim = fc.oneof(anyCoordinates, anyNonsense)
    const rtt = fc.oneof(fc.double(), fc.double({ min: 0, max: RTT_MS_MAX, noNaN: true }))
    fc.assert(
      fc.property(anyCoordinates, fc.array(fc.tuple(claim, rtt), { maxLength: 60 }), (start, samples) => {
        let spot = placedAt(start)
        for (const [remote, rttMs] of samples) spot = moved(spot, remote, rttMs, near)
        expect(areCoordinates(spot.coordinates)).toBe(true)
        expect(spot.residualsMs.length).toBeLessThanOrEqual(WINDOW)
        expect(spot.surprisesMs.length).toBeLessThanOrEqual(WINDOW)
      }),
    )
  })

  it('are not touched by what is no round trip or no coordinates', () => {
    const spot = moved(placedAt(), sure(along(30)), 50, near)
    for (const rttMs of [-1, Number.NaN, Number.POSITIVE_INFINITY, RTT_MS_MAX + 1])
      expect(moved(spot, sure(along(30)), rttMs, near)).toBe(spot)
    fc.assert(
      fc.property(anyNonsense, (remote) => {
        expect(moved(spot, remote, 50, near)).toBe(spot)
      }),
    )
    const far = sure(along(COMPONENT_MS_MAX + 1))
    expect(moved(spot, far, 50, near)).toBe(spot)
    expect(placedAt(far).coordinates, 'nor does a node begin there').toBe(ORIGIN)
  })

  it('move by no more than a bounded step for one claim, height and all', () => {
    fc.assert(
      fc.property(
        ordinaryCoordinates,
        anyCoordinates,
        fc.double({ min: 0, max: RTT_MS_MAX, noNaN: true }),
        (start, remote, rttMs) => {
          const { coordinates } = moved(placedAt(start), remote, rttMs, near)
          const stepMs = start.error > 0.25 ? 4 * MOVE_MS_MAX : MOVE_MS_MAX
          // Gravity takes less than a tenth there.
          const most = stepMs + 0.1
          expect(spanMs(coordinates.vectorMs, start.vectorMs)).toBeLessThanOrEqual(most)
          expect(Math.abs(coordinates.heightMs - start.heightMs)).toBeLessThanOrEqual(most)
        },
      ),
    )
  })

  it('pass over a round trip that surprises far more than the last ones did, and follow a network that has changed', () => {
    const peer = sure(along(30))
    let spot = placedAt()
    for (let i = 0; i < 100; i++) spot = moved(spot, peer, 80, near)
    const settled = spot
    const held = moved(settled, peer, 2_000, near)
    expect(held.coordinates).toBe(settled.coordinates)
    for (let i = 0; i < 200; i++) spot = moved(spot, peer, 200, near)
    expect(distanceMs(spot.coordinates, peer)).toBeCloseTo(200, -1)
  })

  it('are adjusted by half of what the last twenty round trips were longer than the space says', () => {
    let spot = placedAt(sure(along(0)))
    for (const [i, rttMs] of [50, 70, 55].entries()) spot = moved(spot, sure(along(20 + i)), rttMs, near)
    const sum = spot.residualsMs.reduce((one, other) => one + other, 0)
    expect(spot.residualsMs).toHaveLength(3)
    expect(spot.coordinates.adjustmentMs).toBeCloseTo(sum / (2 * WINDOW), 9)
    expect(spot.coordinates.adjustmentMs).toBeGreaterThan(0.5)
  })

  it('say an error of nothing without standing still for ever', () => {
    const stuck: Spot = placedAt(sure(along(0), 0))
    expect(moved(stuck, sure(along(30), 0), 80, near).coordinates.vectorMs).not.toEqual(stuck.coordinates.vectorMs)
  })

  it('estimate round trips of PlanetLab within 11 % at the median, from 32 neighbours each', () => {
    const all = planetlab()
    const some = all.slice(0, 200).map((row) => row.slice(0, 200))
    const world = new CoordinateWorld({ rttMs: some, neighbours: 32, seed: 'coordinates of 200 nodes' })
    world.run(300)
    const errors = world.errors()
    expect(errors[errors.length >> 1]).toBeLessThanOrEqual(0.11)
  })

  it('are still worth something where three of ten lie about where they are, and are sure of it', () => {
    const some = planetlab()
      .slice(0, 200)
      .map((row) => row.slice(0, 200))
    const isLiar = (node: number): boolean => node % 10 < 3
    const world = new CoordinateWorld({
      rttMs: some,
      neighbours: 32,
      seed: 'coordinates among liars',
      isLiar,
      lie: (_, __, draw) => [
        {
          vectorMs: Array.from({ length: DIMENSIONS }, () => 2_000 * draw() - 1_000),
          heightMs: HEIGHT_MS_MAX,
          adjustmentMs: 0,
          error: 0,
        },
        0,
      ],
    })
    world.run(300)
    const errors = world.errors((node) => !isLiar(node))
    expect(errors[errors.length >> 1]).toBeLessThanOrEqual(0.2)
  })
})
