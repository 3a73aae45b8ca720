import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ORIGIN } from '../../../../protocols/rules/coordinates/coordinates.ts'
import {
  type LatencyMapFacts,
  type LatencyReport,
  latencyMap,
  MAP_REGIONS_MAX,
} from '../../../../protocols/rules/geography/latency-map.ts'
import { locationOfRegion } from '../../../../protocols/rules/geography/regions.ts'
import { wayLatency } from '../../../../protocols/rules/geography/way-latency.ts'
import '../../../support/property-seed.ts'

const said = (voter: string, from: string, to: string, ms: number): LatencyReport => ({ voter, from, to, ms })
const map = (facts: Partial<LatencyMapFacts>) =>
  latencyMap({ regions: ['alpha', 'beta'], own: [], reports: [], coordinates: new Map(), votersMin: 3, ...facts })
const between = (facts: Partial<LatencyMapFacts>) => map(facts).find(({ from, to }) => from !== to)
const three = [said('a', 'alpha', 'beta', 80), said('b', 'beta', 'alpha', 84), said('c', 'alpha', 'beta', 90)]
const at = (ms: number, error = 0.1) => ({
  ...ORIGIN,
  vectorMs: ORIGIN.vectorMs.map((_, i) => (i === 0 ? ms : 0)),
  error,
})

describe('the map of regions', () => {
  it('takes the middle of what networks say, whichever way round they say it', () => {
    expect(between({ reports: three })).toEqual({ from: 'alpha', to: 'beta', ms: 84, source: 'others', voters: 3 })
  })

  it('counts a network once, however many speak from it', () => {
    const many = Array.from({ length: 50 }, (_, i) => said('liar', 'alpha', 'beta', 5 + (i % 3)))
    expect(
      between({ reports: [...many, said('b', 'alpha', 'beta', 80), said('c', 'alpha', 'beta', 90)] }),
    ).toMatchObject({
      ms: 80,
      voters: 3,
    })
    expect(between({ reports: many }), 'and fewer networks than decide say nothing').toBeUndefined()
  })

  it('is moved beyond the honest by no minority of networks', () => {
    const lies = fc.array(fc.oneof(fc.double(), fc.integer({ min: 0, max: 65_535 })), { maxLength: 4 })
    fc.assert(
      fc.property(lies, (all) => {
        const honest = Array.from({ length: 5 }, (_, i) => said(`honest ${i}`, 'alpha', 'beta', 80 + i))
        const cell = between({ reports: [...honest, ...all.map((ms, i) => said(`liar ${i}`, 'alpha', 'beta', ms))] })!
        expect(cell.ms).toBeGreaterThanOrEqual(80)
        expect(cell.ms).toBeLessThanOrEqual(84)
      }),
    )
  })

  it('leaves what this node measured as it is', () => {
    const own = [{ from: 'beta', to: 'alpha', ms: 61, voters: 4 }]
    expect(between({ own, reports: three })).toEqual({ from: 'alpha', to: 'beta', ms: 61, source: 'own', voters: 4 })
  })

  it('estimates by coordinates what nobody measured, else by distance, else not at all', () => {
    const coordinates = new Map([
      ['alpha', [{ voter: 'a', coordinates: at(0) }]],
      [
        'beta',
        [
          { voter: 'b', coordinates: at(50) },
          { voter: 'c', coordinates: at(70) },
          { voter: 'd', coordinates: at(3_000, 0.9) },
        ],
      ],
    ])
    expect(between({ coordinates })).toEqual({ from: 'alpha', to: 'beta', ms: 50, source: 'coordinates', voters: 3 })
    expect(between({})).toBeUndefined()
    const [, cell] = map({ regions: ['us-east', 'eu-west'] })
    const ms = Math.round(wayLatency(locationOfRegion('us-east')!, locationOfRegion('eu-west')!).ms)
    expect(cell).toEqual({ from: 'eu-west', to: 'us-east', ms, source: 'geography', voters: 0 })
  })

  it('does not take one network for two places of one region', () => {
    const coordinates = new Map([
      [
        'alpha',
        [
          { voter: 'a', coordinates: at(0) },
          { voter: 'a', coordinates: at(900) },
        ],
      ],
    ])
    expect(map({ regions: ['alpha'], coordinates })).toEqual([])
  })

  it('has every pair once, of a bounded number of regions', () => {
    const regions = Array.from({ length: 60 }, (_, i) => `geo-u${'0123456789bcdefg'[i % 16]}${'0123'[i >> 4]}`)
    const cells = map({ regions: [...regions, ...regions] })
    expect(cells).toHaveLength((MAP_REGIONS_MAX * (MAP_REGIONS_MAX + 1)) / 2)
    expect(new Set(cells.map(({ from, to }) => `${from} ${to}`)).size).toBe(cells.length)
    expect(cells.every(({ from, to, ms }) => from <= to && ms >= 1)).toBe(true)
  })
})
