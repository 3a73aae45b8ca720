import { describe, expect, it } from 'vitest'
import { type MapJson, mapCsv, mapText, seenFrom } from '../../../node/cli/market/net-map-text.ts'
import { distancesFrom, parsePlace } from '../../../protocols/rules/geography/place.ts'

const region = (name: string, miners: number) => ({
  region: name,
  miners,
  models: 2,
  free: 60,
  networks: miners,
  cards: 3,
  profiles: Math.min(2, miners),
  directories: 1,
})
const map: MapJson = {
  here: 'eu-west',
  regions: [region('eu-west', 4), region('us-east', 1), region('mars', 0)],
  latencies: [
    { from: 'eu-west', to: 'eu-west', ms: 12, source: 'own', voters: 5 },
    { from: 'eu-west', to: 'us-east', ms: 95, source: 'geography', voters: 0 },
    { from: 'us-east', to: 'us-east', ms: 20, source: 'others', voters: 3 },
  ],
}

describe('the map of regions', () => {
  it('marks what nobody measured, and says how many networks stand behind the rest', () => {
    const text = mapText(seenFrom(map, undefined), undefined, (dim) => dim)
    expect(text.split('\n')).toEqual([
      '2 regions served; this node is in eu-west.',
      '',
      'REGION   MINERS  FREE  MODELS     CARDS  NETWORKS    AWAY',
      'eu-west       4    60       2  3 of 2/4         4   12 ms',
      'us-east       1    60       2  3 of 1/1         1  ~95 ms',
      'mars          0    60       2         —         0       —',
      '',
      'LATENCY    eu-west    us-east  mars',
      'eu-west  12 ms (5)     ~95 ms     —',
      'us-east     ~95 ms  20 ms (3)     —',
      'mars             —          —     —',
    ])
  })

  it('is seen from a place where one is given', () => {
    const seen = seenFrom(map, distancesFrom(parsePlace('38.9,-77')))
    expect(seen.regions.map(({ awaySource }) => awaySource)).toEqual(['geography', 'geography', null])
    expect(seen.regions[1]!.awayMs).toBeLessThan(seen.regions[0]!.awayMs!)
  })

  it('is a table for a spreadsheet', () => {
    expect(mapCsv(map)).toBe(
      'from,to,ms,source,voters\neu-west,eu-west,12,own,5\neu-west,us-east,95,geography,0\nus-east,us-east,20,others,3\n',
    )
  })
})
