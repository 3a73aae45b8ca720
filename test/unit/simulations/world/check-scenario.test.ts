import { describe, expect, it } from 'vitest'
import { isMeshError } from '../../../../protocols/kernel/errors.ts'
import { checkScenario } from '../../../../simulations/world/check-scenario.ts'
import type { ClientPlan, MinerPlan, Scenario } from '../../../../simulations/world/scenario.ts'
import { smallMarket } from '../../../../simulations/world/small-market.ts'

const good = smallMarket({ seed: '1', hours: 1, miners: 2, clients: 2, jobsPerHour: 60 })

function placeOf(scenario: Scenario): unknown {
  try {
    checkScenario(scenario)
    return undefined
  } catch (error) {
    return isMeshError(error, 'SCENARIO_INVALID') ? error.facts.at : error
  }
}

const withMiner = (part: Partial<MinerPlan>): Scenario => ({
  ...good,
  miners: [good.miners[0]!, { ...good.miners[1]!, ...part }],
})
const withClient = (part: Partial<ClientPlan>): Scenario => ({
  ...good,
  clients: [{ ...good.clients[0]!, ...part }, good.clients[1]!],
})

/** Every figure of a scenario, each at its place. */
function* figuresOf(value: unknown, at: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (typeof value === 'number') yield at
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) yield* figuresOf(inner, [...at, key])
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((inner, i) => (String(i) === key ? replaced(inner, rest, by) : inner))
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) }
}

describe('a scenario', () => {
  it('can be run as it is drawn', () => {
    expect(placeOf(good)).toBeUndefined()
  })

  it('is refused for NaN and for infinity anywhere in it', () => {
    const whole: Scenario = {
      ...withMiner({ fromHour: 0.5, conduct: { slowness: 2 } }),
      outages: [{ region: 'eu-west', fromHour: 0, hours: 0.5 }],
    }
    expect(placeOf(whole)).toBeUndefined()
    const places = [...figuresOf(whole)]
    expect(places.length).toBeGreaterThan(20)
    for (const place of places) {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(placeOf(replaced(whole, place, bad) as Scenario), place.join('.')).toBeTypeOf('string')
      }
    }
  })

  it.each([
    ['a region that nobody described', withMiner({ region: 'mars' }), 'miners[1].region'],
    ['a region that is no word', { ...good, regions: [{ ...good.regions[0]!, name: 'EU West' }] }, 'regions[0].name'],
    ['no region', { ...good, regions: [] }, 'regions'],
    ['a region twice', { ...good, regions: [...good.regions, good.regions[0]!] }, 'regions'],
    ['a name twice', withMiner({ name: 'miner 0' }), 'miners and clients'],
    ['a client of the name of a miner', withClient({ name: 'miner 0' }), 'miners and clients'],
    ['no name', withMiner({ name: '' }), 'miners[1].name'],
    ['a card that takes no time', withMiner({ jobMs: 0 }), 'miners[1].jobMs'],
    ['half a place in the queue', withMiner({ jobsMax: 1.5 }), 'miners[1].jobsMax'],
    ['a price below nothing', withMiner({ base: -1n }), 'miners[1].base'],
    ['a price that overflows', withMiner({ base: 2n ** 64n }), 'miners[1].base'],
    ['an escrow that overflows', withClient({ escrow: 2n ** 64n }), 'clients[0].escrow'],
    ['no demand', withClient({ jobsPerHour: 0 }), 'clients[0].jobsPerHour'],
    ['who joins after the end', withMiner({ fromHour: 2 }), 'miners[1].fromHour'],
    ['no time', { ...good, hours: 0 }, 'hours'],
    ['an outage nowhere', { ...good, outages: [{ region: 'mars', fromHour: 0, hours: 1 }] }, 'outages[0].region'],
  ] as const)('is refused for %s', (_, scenario, at) => {
    expect(placeOf(scenario)).toBe(at)
  })

  it('is refused for more nodes than a process holds', () => {
    const miners = Array.from({ length: 1_001 }, (_, i) => ({ ...good.miners[0]!, name: `m${i}` }))
    expect(placeOf({ ...good, miners })).toBe('miners and clients')
  })
})
