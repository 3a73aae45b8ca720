import { describe, expect, it } from 'vitest'
import { type Door, DoorKeeper } from '../../../../node/roles/network/door-keeper.ts'
import { abortError, MeshError } from '../../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'
import type { Network } from '../../../../protocols/kernel/network.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const [self, a, b] = ['self', 'a', 'b'].map(peerId) as [PeerId, PeerId, PeerId]
const doorsTo = (...peers: readonly PeerId[]): readonly Door[] =>
  peers.map((peer) => ({ peer, address: `/ip4/127.0.0.1/tcp/1/p2p/${peer}` }))

function set() {
  const clock = new ManualClock()
  const listeners = new Set<(peer: PeerId, state: 'connected' | 'disconnected') => void>()
  const facts = {
    tried: [] as PeerId[],
    addresses: [] as (readonly string[] | undefined)[],
    /** open: at once; shut: refused; slow: neither. */
    doors: new Map<PeerId, 'open' | 'shut' | 'slow'>(),
  }
  const network = {
    self,
    async connect(peer: PeerId, addresses?: readonly string[], signal?: AbortSignal) {
      facts.tried.push(peer)
      facts.addresses.push(addresses)
      const state = facts.doors.get(peer)
      if (state === 'shut') throw new MeshError('DIAL_FAILED', { peer, why: 'shut' })
      if (state === 'slow') {
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(abortError(signal))))
      }
    },
    onPeer(listener: (peer: PeerId, state: 'connected' | 'disconnected') => void) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => listeners.delete(listener) }
    },
  } as unknown as Network
  const lose = (peer: PeerId): void => {
    for (const listener of listeners) listener(peer, 'disconnected')
  }
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const start = (doors: readonly Door[], signal?: AbortSignal): Promise<DoorKeeper> =>
    DoorKeeper.start({ network, clock }, doors, signal)
  return { clock, facts, listeners, lose, advance, start }
}

describe('the keeper of doors', () => {
  it('has begun when one door is open, though another does not answer', async () => {
    const { facts, start } = set()
    facts.doors.set(a, 'slow')
    using _ = await start(doorsTo(a, b))
    expect(facts.tried).toEqual([a, b])
  })

  it('has begun when all of them are shut: a network may wait for this very node', async () => {
    const { facts, start } = set()
    facts.doors.set(a, 'shut').set(b, 'shut')
    using _ = await start(doorsTo(a, b))
    expect(facts.tried).toEqual([a, b])
  })

  it('has begun where there is none, and never knocks at its own', async () => {
    const { facts, start } = set()
    using _none = await start([])
    using _own = await start(doorsTo(self))
    expect(facts.tried).toEqual([])
  })

  it('tries a door once with all of its addresses', async () => {
    const { facts, start } = set()
    using _ = await start([
      { peer: a, address: '/one' },
      { peer: a, address: '/two' },
    ])
    expect(facts.addresses).toEqual([['/one', '/two']])
  })

  it('comes back to a shut door, less and less often, until it is open', async () => {
    const { facts, start, advance } = set()
    facts.doors.set(a, 'shut')
    using _ = await start(doorsTo(a))
    const waits = [1_000, 2_000, 5_000, 15_000, 60_000, 60_000]
    for (const [i, waitMs] of waits.entries()) {
      await advance(waitMs - 1)
      expect([waitMs, facts.tried.length]).toEqual([waitMs, i + 1])
      await advance(1)
      expect([waitMs, facts.tried.length]).toEqual([waitMs, i + 2])
    }
    facts.doors.set(a, 'open')
    await advance(60_000)
    await advance(600_000)
    expect(facts.tried.length).toBe(waits.length + 2)
  })

  it('comes back soon to a door that it has lost, and minds no other peer', async () => {
    const { facts, lose, start, advance } = set()
    using _ = await start(doorsTo(a))
    lose(b)
    await advance(60_000)
    expect(facts.tried).toEqual([a])
    lose(a)
    lose(a)
    await advance(500)
    expect(facts.tried).toEqual([a, a])
    await advance(60_000)
    expect(facts.tried).toEqual([a, a])
  })

  it('has nothing under way once it is disposed', async () => {
    const { clock, facts, listeners, lose, start, advance } = set()
    facts.doors.set(a, 'shut')
    const keeper = await start(doorsTo(a, b))
    facts.doors.set(a, 'slow')
    await advance(1_000)
    keeper[Symbol.dispose]()
    lose(b)
    await advance(0)
    expect([listeners.size, clock.pending]).toEqual([0, 0])
  })
})
