import { afterEach, describe, expect, it } from 'vitest'
import { type ConnectedPeer, LOOKS_PER_MINUTE_MAX, RoundTripWatch } from '../../../node/market/round-trip-watch.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

let watch: RoundTripWatch | undefined
const NEVER_MS = Number.POSITIVE_INFINITY
afterEach(() => watch?.[Symbol.asyncDispose]())

interface World {
  readonly peers: Map<
    string,
    { readonly network?: string; readonly offer?: string; readonly says?: string; ms: number }
  >
  readonly asked: string[]
  readonly pinged: string[]
  readonly known: Map<string, number>
  timed: number
}

function watching(votersMin = 1) {
  const clock = new ManualClock()
  const world: World = { peers: new Map(), asked: [], pinged: [], known: new Map(), timed: 0 }
  const own = new RoundTripWatch({
    clock,
    votersMin,
    peers: () => [...world.peers].map(([peer, { network }]): ConnectedPeer => ({ peer: peer as PeerId, network })),
    regionOf: (peer) => world.peers.get(peer)?.offer,
    askRegion: async (peer) => {
      world.asked.push(peer)
      return world.peers.get(peer)?.says
    },
    knownMs: (peer) => world.known.get(peer),
    ping: async (peer, signal) => {
      world.pinged.push(peer)
      const ms = world.peers.get(peer)!.ms
      // As libp2p ends what it gave up.
      if (ms === NEVER_MS) await new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
      if (Number.isNaN(ms)) throw new MeshError('TIMEOUT', { what: 'a ping', ms: 5_000 })
      return ms
    },
    onTimed: () => void world.timed++,
    onFailure: (error) => {
      throw error
    },
  })
  watch = own
  /** Rounds end between the steps of the clock. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 2_000) {
      clock.advance(Math.min(left, 2_000))
      for (let turn = 0; turn < 40; turn++) await Promise.resolve()
    }
  }
  return { clock, world, watch: own, pass }
}

describe('the watch on distances', () => {
  it('times peers of known regions and asks the others for theirs', async () => {
    const { world, watch, pass } = watching()
    world.peers.set('a', { offer: 'eu', ms: 12 }).set('b', { says: 'us', ms: 95 }).set('c', { ms: 3 })
    await pass(5_000)
    expect(watch.typical()).toEqual([
      { region: 'eu', latencyMs: 12, voters: 1 },
      { region: 'us', latencyMs: 95, voters: 1 },
    ])
    expect([world.asked.toSorted(), world.pinged.toSorted(), world.timed]).toEqual([['b', 'c'], ['a', 'b'], 2])
  })

  it('sends few pings a minute however many peers there are, and none twice in half an hour', async () => {
    const { world, pass } = watching()
    for (let i = 0; i < 300; i++) world.peers.set(`${i}`, { says: `r-${i % 30}`, ms: 40 })
    await pass(600_000)
    expect(world.pinged.length).toBeLessThanOrEqual(11 * LOOKS_PER_MINUTE_MAX)
    expect(world.pinged.length).toBeGreaterThanOrEqual(9 * LOOKS_PER_MINUTE_MAX)
    expect(new Set(world.pinged).size).toBe(world.pinged.length)
  })

  it('takes what somebody measured anyway instead of a ping', async () => {
    const { world, watch, pass } = watching()
    world.peers.set('a', { offer: 'eu', ms: 12 })
    world.known.set('a', 14)
    await pass(5_000)
    expect(world.pinged).toEqual([])
    expect(watch.typical()).toEqual([{ region: 'eu', latencyMs: 14, voters: 1 }])
  })

  it('believes the quickest of three: what was slow once was busy', async () => {
    const { world, watch, pass } = watching()
    world.peers.set('a', { offer: 'eu', ms: 12 })
    await pass(6_000)
    world.peers.get('a')!.ms = 900
    await pass(2 * 1_834_000)
    expect([world.pinged.length, watch.typical()[0]?.latencyMs]).toEqual([3, 12])
    await pass(1_834_000)
    expect([world.pinged.length, watch.typical()[0]?.latencyMs]).toEqual([4, 900])
  })

  it('counts one vote of a network, and says nothing of fewer than it needs', async () => {
    const { world, watch, pass } = watching(3)
    for (let i = 0; i < 20; i++) world.peers.set(`sybil ${i}`, { network: '4/203.0.113', offer: 'us', ms: 5_000 })
    world.peers.set('a', { network: '4/198.51.100', offer: 'us', ms: 90 })
    await pass(600_000)
    expect(watch.typical()).toEqual([])
    world.peers.set('b', { network: '4/192.0.2', offer: 'us', ms: 94 })
    await pass(60_000)
    expect(watch.typical()).toEqual([{ region: 'us', latencyMs: 94, voters: 3 }])
  })

  it('forgets who is gone, and is not stopped by who does not answer', async () => {
    const { world, watch, pass } = watching()
    world.peers.set('mute', { offer: 'asia', ms: Number.NaN }).set('a', { offer: 'eu', ms: 12 })
    await pass(5_000)
    expect(watch.typical().map(({ region }) => region)).toEqual(['eu'])
    world.peers.clear()
    await pass(3 * 3_600_000 - 60_000)
    expect(watch.typical()).toHaveLength(1)
    await pass(60_000)
    expect(watch.typical()).toEqual([])
  })

  it('asks again soon whoever was not ready, then ever more seldom', async () => {
    const { world, watch, pass } = watching()
    world.peers.set('a', { ms: 12 })
    await pass(5_000)
    expect(world.asked).toEqual(['a'])
    world.peers.set('a', { says: 'eu', ms: 12 })
    await pass(60_000)
    expect([world.asked, watch.typical()]).toEqual([['a', 'a'], [{ region: 'eu', latencyMs: 12, voters: 1 }]])
    world.peers.clear()
    world.peers.set('mute', { ms: 1 })
    await pass(4 * 3_600_000)
    const asked = world.asked.filter((peer) => peer === 'mute').length
    // Eight within the first hour, two an hour from then on.
    expect(asked).toBeGreaterThanOrEqual(10)
    expect(asked).toBeLessThanOrEqual(16)
  })

  it('takes a ping that ends with it for no fault', async () => {
    const { world, watch, pass } = watching()
    world.peers.set('a', { offer: 'eu', ms: NEVER_MS })
    await pass(5_000)
    await watch[Symbol.asyncDispose]()
    expect([world.pinged, watch.typical()]).toEqual([['a'], []])
  })

  it('leaves no timer behind', async () => {
    const { clock, watch, pass } = watching()
    await pass(10_000)
    expect(clock.pending).toBe(1)
    await watch[Symbol.asyncDispose]()
    expect(clock.pending).toBe(0)
  })
})
