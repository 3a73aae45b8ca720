import { afterEach, describe, expect, it } from 'vitest'
import { CoordinateWatch, type TimedPeer } from '../../../../node/client/finding/coordinate-watch.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../../protocols/kernel/ids.ts'
import { ORIGIN } from '../../../../protocols/rules/coordinates/coordinates.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

let watch: CoordinateWatch | undefined
afterEach(() => watch?.[Symbol.asyncDispose]())

function watching() {
  const clock = new ManualClock()
  const world = { peers: [] as TimedPeer[], silent: new Set<string>(), error: 1.5, pinged: [] as PeerId[] }
  watch = new CoordinateWatch({
    clock,
    random: new SeededRandom('watch on coordinates'),
    peers: () => world.peers,
    coordinatesOf: (peer) => (world.silent.has(peer) ? undefined : ORIGIN),
    error: () => world.error,
    ping: async (peer) => {
      world.pinged.push(peer)
      if (peer.startsWith('gone')) throw new MeshError('TIMEOUT', { what: 'a ping', ms: 5_000 })
      return 40
    },
    onFailure: (error) => {
      throw error
    },
  })
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(left, 500))
      for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    }
  }
  return { world, pass, add: (peer: string, network?: string) => world.peers.push({ peer: peer as PeerId, network }) }
}

describe('the watch on coordinates', () => {
  it('pings every few seconds while it knows little, and once a minute when it knows its place', async () => {
    const { world, pass, add } = watching()
    add('a')
    await pass(60_000)
    expect(world.pinged.length).toBeGreaterThanOrEqual(14)
    expect(world.pinged.length).toBeLessThanOrEqual(28)
    world.error = 0.1
    await pass(5_000)
    const before = world.pinged.length
    await pass(600_000)
    expect(world.pinged.length - before).toBeGreaterThanOrEqual(7)
    expect(world.pinged.length - before).toBeLessThanOrEqual(14)
  })

  it('pings nobody that says nothing of where it lies', async () => {
    const { world, pass, add } = watching()
    add('a')
    world.silent.add('a')
    await pass(30_000)
    expect(world.pinged).toEqual([])
  })

  it('gives every network the same chance, however many peers one of them has', async () => {
    const { world, pass, add } = watching()
    for (let i = 0; i < 60; i++) add(`many ${i}`, '4/198.51.100')
    add('one', '4/203.0.113')
    await pass(600_000)
    const share = world.pinged.filter((peer) => peer === 'one').length / world.pinged.length
    expect(share).toBeGreaterThan(0.35)
    expect(share).toBeLessThan(0.65)
  })

  it('goes on past a peer that does not answer', async () => {
    const { world, pass, add } = watching()
    add('gone')
    await pass(30_000)
    expect(world.pinged.length).toBeGreaterThan(5)
  })
})
