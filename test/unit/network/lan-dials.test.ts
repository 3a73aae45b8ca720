import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { LanDials } from '../../../node/network-node/lan-dials.ts'
import { abortError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const HERE = '192.168.1.2'
const THERE = '192.168.1.9'
const at = (ip: string): readonly Multiaddr[] => [multiaddr(`/ip4/${ip}/tcp/4011`)]

function set(isLight = false) {
  const clock = new ManualClock()
  const facts = { tried: [] as [PeerId, readonly string[]][], underWay: 0, most: 0, connected: [] as PeerId[] }
  const state = { answer: 'open' as 'open' | 'shut' | 'slow' }
  const network = {
    self: peerId('self'),
    connectedPeers: () => facts.connected,
    async connect(peer: PeerId, addresses: readonly string[] = [], signal?: AbortSignal) {
      facts.tried.push([peer, addresses])
      facts.most = Math.max(facts.most, ++facts.underWay)
      try {
        if (state.answer === 'slow')
          await new Promise((_, fail) => signal?.addEventListener('abort', () => fail(abortError(signal))))
        if (state.answer === 'shut') throw new MeshError('DIAL_FAILED', { peer, why: 'shut' })
        facts.connected = [...facts.connected, peer]
      } finally {
        facts.underWay--
      }
    },
  }
  const dials = new LanDials({ clock, isLight, own: () => new Set([HERE, '127.0.0.1']) })
  dials.begin(network)
  const answer = (name: string, addresses = at(THERE), source = THERE): void =>
    dials.take({ peer: peerId(name), addresses, source })
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  return { clock, facts, state, dials, answer, turns }
}
const tried = (facts: ReturnType<typeof set>['facts']): readonly string[] => facts.tried.map(([peer]) => peer)

describe('answers in the LAN', () => {
  it('lead to the machine that they came from, and nowhere else', () => {
    const { facts, answer } = set()
    answer('a', [...at('203.0.113.7'), ...at(THERE), ...at('127.0.0.1'), multiaddr('/dns4/victim.example/tcp/1')])
    answer('b', at('192.168.1.77'))
    answer('c', at('127.0.0.1'))
    expect(facts.tried).toEqual([['a', [`/ip4/${THERE}/tcp/4011`]]])
  })

  it('of this machine may lead to its loopback', () => {
    const { facts, answer } = set()
    answer('a', at('127.0.0.1'), HERE)
    expect(facts.tried).toEqual([['a', ['/ip4/127.0.0.1/tcp/4011']]])
  })

  it('of this node itself, and of peers that are connected, lead to nothing', async () => {
    const { facts, answer, turns } = set()
    answer('self')
    answer('a')
    await turns()
    answer('a')
    expect(tried(facts)).toEqual(['a'])
  })

  it('with one name lead to one dial a minute', async () => {
    const { clock, facts, state, answer, turns } = set()
    state.answer = 'shut'
    for (let seconds = 0; seconds <= 60; seconds += 10) {
      answer('a')
      clock.advance(10_000)
      await turns()
    }
    expect(tried(facts)).toEqual(['a', 'a'])
  })

  it('of one machine that makes up names do not keep another machine out', async () => {
    const { clock, facts, answer, turns } = set()
    for (let i = 0; i < 1_000; i++) answer(`false${i}`)
    answer('true', at('192.168.1.10'), '192.168.1.10')
    await turns()
    expect(facts.tried.length).toBe(17)
    expect(tried(facts)).toContain('true')
    clock.advance(60_000)
    answer('later')
    await turns()
    expect(tried(facts)).toContain('later')
  })

  it('of many machines are dialled four at once for a while, and wait in a queue with an end', async () => {
    const { clock, facts, state, answer, turns } = set()
    state.answer = 'slow'
    for (let i = 0; i < 200; i++) answer(`false${i}`, at(`192.168.2.${i}`), `192.168.2.${i}`)
    for (let seconds = 0; seconds < 200; seconds += 5) {
      clock.advance(5_000)
      await turns()
    }
    // Four that were dialled at once, and those that waited.
    expect([facts.most, facts.underWay, facts.tried.length]).toEqual([4, 0, 68])
  })

  it.each([
    [32, 'a node that listens', false],
    [4, 'one that only dials', true],
  ])('are not needed once there are %i peers, for %s', (count, _, isLight) => {
    const { facts, answer } = set(isLight)
    facts.connected = Array.from({ length: count }, (_, i) => peerId(`p${i}`))
    answer('a')
    expect(facts.tried).toEqual([])
  })

  it('leave nothing under way when it ends', async () => {
    const { clock, facts, state, dials, answer, turns } = set()
    state.answer = 'slow'
    for (let i = 0; i < 8; i++) answer(`a${i}`)
    dials[Symbol.dispose]()
    answer('late')
    await turns()
    expect([facts.underWay, facts.tried.length, clock.pending]).toEqual([0, 4, 0])
  })
})
