import { describe, expect, it } from 'vitest'
import { EarlierPeers, type EarlierPeersEvent } from '../../../node/known-peers/earlier-peers.ts'
import { PeerDiary } from '../../../node/known-peers/peer-diary.ts'
import { PeerMemory } from '../../../node/known-peers/peer-memory.ts'
import type { MetPeer } from '../../../node/network/peers/met-peer.ts'
import { abortError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const door = peerId('door')
const never = new Promise<never>(() => undefined)
const SHUT = Promise.reject(new Error('shut'))
SHUT.catch(() => undefined)

type Listener = (peer: PeerId, state: 'connected' | 'disconnected') => void

function set(known: number, wanted = 2) {
  const clock = new ManualClock()
  const names = Array.from({ length: known }, (_, i) => peerId(`p${i}`))
  const memory = new PeerMemory(true)
  for (const name of names) memory.met(name, ['/ip4/10.0.0.1/tcp/1'], clock.nowMs())
  const listeners = new Set<Listener>()
  const met = new Set<(met: MetPeer) => void>()
  const connected = new Set<PeerId>()
  const facts = { underWay: 0, most: 0, tried: [] as PeerId[], states: new Map<PeerId, 'open' | 'shut' | 'slow'>() }
  const tell = (peer: PeerId, state: 'connected' | 'disconnected'): void => {
    if (state === 'connected') connected.add(peer)
    else connected.delete(peer)
    for (const listener of listeners) listener(peer, state)
  }
  const network = {
    connectedPeers: () => [...connected],
    onPeer: (listener: Listener) => {
      listeners.add(listener)
      return { [Symbol.dispose]: () => listeners.delete(listener) }
    },
    onMet: (listener: (met: MetPeer) => void) => {
      met.add(listener)
      return { [Symbol.dispose]: () => met.delete(listener) }
    },
    async connect(peer: PeerId, _: readonly string[] = [], signal?: AbortSignal) {
      facts.tried.push(peer)
      facts.most = Math.max(facts.most, ++facts.underWay)
      try {
        const state = facts.states.get(peer) ?? 'open'
        if (state === 'slow')
          await new Promise((_, fail) => signal?.addEventListener('abort', () => fail(abortError(signal))))
        await Promise.resolve()
        if (state === 'shut') throw new MeshError('DIAL_FAILED', { peer, why: 'shut' })
        tell(peer, 'connected')
      } finally {
        facts.underWay--
      }
    },
  }
  const events: EarlierPeersEvent[] = []
  const random = new SeededRandom('earlier')
  const doors = new Set([door])
  const earlier = new EarlierPeers({ network, clock, random, memory, doors, wanted, onEvent: (it) => events.push(it) })
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await turns()
  }
  return { clock, names, memory, network, met, connected, listeners, facts, tell, events, earlier, advance, turns }
}

describe('peers of earlier runs', () => {
  it('are left alone where a bootstrap peer opens', async () => {
    const { facts, events, earlier, tell } = set(5, 1)
    using _ = earlier
    tell(door, 'connected')
    expect(await earlier.enter(Promise.resolve())).toBe(true)
    expect([facts.tried, events]).toEqual([[], []])
  })

  it('are tried at once where all bootstrap peers are shut, until enough are connected', async () => {
    const { connected, earlier, events, turns } = set(20, 2)
    using _ = earlier
    expect(await earlier.enter(SHUT)).toBe(true)
    await turns()
    expect(events[0]).toEqual({ kind: 'peers:seeking', known: 20, connected: 0 })
    // Those that were under way when the second answered.
    expect(connected.size).toBeGreaterThanOrEqual(2)
    expect(connected.size).toBeLessThanOrEqual(9)
  })

  it('do not wait for bootstrap peers that neither open nor fail', async () => {
    const { facts, earlier, advance } = set(3)
    using _ = earlier
    const entering = earlier.enter(never)
    await advance(999)
    expect(facts.tried).toEqual([])
    await advance(1)
    expect(await entering).toBe(true)
  })

  it('are tried a few at once, each for a while, and one round takes no longer than its deadline', async () => {
    const { names, facts, earlier, advance, turns, events } = set(200)
    using _ = earlier
    for (const name of names) facts.states.set(name, 'slow')
    const entering = earlier.enter(SHUT)
    await turns()
    for (let seconds = 0; seconds < 20; seconds++) await advance(1_000)
    expect(await entering).toBe(false)
    expect([facts.most, facts.underWay, facts.tried.length]).toEqual([8, 0, 32])
    expect(events.at(-1)).toMatchObject({ kind: 'peers:sought', reached: 0 })
  })

  it('are not held to have failed while nobody answers: then the line is down', async () => {
    const { names, facts, memory, earlier } = set(3, 3)
    using _ = earlier
    for (const name of names) facts.states.set(name, 'shut')
    expect(await earlier.enter(SHUT)).toBe(false)
    expect([...memory].map(({ failures }) => failures)).toEqual([0, 0, 0])
  })

  it('have failed where another of them answers', async () => {
    const { names, facts, memory, earlier, turns } = set(3, 3)
    using _ = earlier
    facts.states.set(names[0]!, 'shut')
    expect(await earlier.enter(SHUT)).toBe(true)
    await turns()
    expect(Object.fromEntries([...memory].map((each) => [each.peer, each.failures]))).toEqual({ p0: 1, p1: 0, p2: 0 })
  })

  it('are tried again, less and less often, while too few are connected', async () => {
    const { names, facts, earlier, advance } = set(1)
    using _ = earlier
    facts.states.set(names[0]!, 'shut')
    await earlier.enter(SHUT)
    for (const [i, waitMs] of [5_000, 15_000, 60_000, 300_000, 300_000].entries()) {
      await advance(waitMs - 1)
      expect([waitMs, facts.tried.length]).toEqual([waitMs, i + 1])
      await advance(1)
      expect([waitMs, facts.tried.length]).toEqual([waitMs, i + 2])
    }
  })

  it('come back when a peer that serves is lost, and not for one that does not', async () => {
    const { facts, earlier, tell, advance } = set(2, 1)
    using _ = earlier
    tell(door, 'connected')
    await earlier.enter(Promise.resolve())
    await advance(3_600_000)
    tell(peerId('light'), 'connected')
    tell(peerId('light'), 'disconnected')
    await advance(5_000)
    expect(facts.tried).toEqual([])
    tell(door, 'disconnected')
    await advance(5_000)
    expect(facts.tried.length).toBeGreaterThan(0)
  })

  it.each(['by who enters', 'by the node'])(
    'are not tried, and nobody waits for a door, once that is given up %s',
    async (by) => {
      const { facts, earlier, events } = set(3)
      using _ = earlier
      const stop = new AbortController()
      const entering = earlier.enter(never, stop.signal)
      if (by === 'by the node') earlier[Symbol.dispose]()
      else stop.abort()
      expect(await entering).toBe(false)
      expect([facts.tried, events]).toEqual([[], []])
    },
  )

  it('leave nothing under way when they are disposed', async () => {
    const { names, facts, earlier, clock, listeners, turns } = set(1)
    facts.states.set(names[0]!, 'slow')
    const entering = earlier.enter(SHUT)
    await turns()
    earlier[Symbol.dispose]()
    expect(await entering).toBe(false)
    expect([facts.underWay, listeners.size, clock.pending]).toEqual([0, 0, 0])
  })
})

describe('the diary of peers', () => {
  function diary(known = 0) {
    const parts = set(known)
    const written: (readonly string[])[] = []
    const failures: MeshError[] = []
    const state = { isFull: false }
    const opened = new PeerDiary({
      ...parts,
      except: new Set([door]),
      file: {
        write: (peers) => {
          if (state.isFull) throw new MeshError('DISK_FULL', { file: 'known-peers.json' })
          written.push([...peers].map(({ peer }) => peer))
        },
      },
      onFailure: (error) => failures.push(error),
    })
    const meet = (peer: PeerId): void => {
      for (const listener of parts.met) listener({ peer, addresses: ['/ip4/10.0.0.2/tcp/1'] })
    }
    return { ...parts, opened, meet, written, failures, state }
  }

  it('writes soon after the first peer, then now and then, and at the end', () => {
    const { clock, opened, meet, written } = diary()
    meet(peerId('a'))
    meet(door)
    clock.advance(5_000)
    expect(written).toEqual([['a']])
    meet(peerId('b'))
    clock.advance(299_999)
    expect(written).toHaveLength(1)
    clock.advance(1)
    expect(written.at(-1)).toEqual(['a', 'b'])
    meet(peerId('c'))
    opened[Symbol.dispose]()
    expect(written.at(-1)).toEqual(['a', 'b', 'c'])
    expect(clock.pending).toBe(0)
  })

  it('leaves no file where nobody was met', () => {
    const { opened, written } = diary()
    opened[Symbol.dispose]()
    expect(written).toEqual([])
  })

  it('knows that who stayed connected was there until the end', () => {
    const { clock, opened, memory, tell, names } = diary(2)
    tell(names[0]!, 'connected')
    const startedMs = clock.nowMs()
    clock.advance(1_000)
    opened[Symbol.dispose]()
    expect([...memory].map(({ lastSeenMs }) => lastSeenMs - startedMs)).toEqual([1_000, 0])
  })

  it('tells of a disk that is full and goes on', () => {
    const { clock, opened, meet, written, failures, state } = diary()
    state.isFull = true
    meet(peerId('a'))
    clock.advance(5_000)
    expect(failures).toMatchObject([{ code: 'DISK_FULL' }])
    state.isFull = false
    opened[Symbol.dispose]()
    expect(written).toEqual([['a']])
  })
})
