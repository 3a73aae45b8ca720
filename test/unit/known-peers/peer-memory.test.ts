import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { drawOrder, FAILURES_MAX, type KnownPeer, MET_MAX, weightOf } from '../../../node/known-peers/known-peer.ts'
import { KNOWN_PEERS_MAX, PER_NETWORK_MAX, PeerMemory } from '../../../node/known-peers/peer-memory.ts'
import { networkPrefix } from '../../../node/network/peers/network-prefix.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'

const DAY_MS = 86_400_000
const NOW_MS = 1_800_000_000_000
const known = (change: Partial<KnownPeer> = {}): KnownPeer => ({
  peer: peerId('a'),
  addresses: ['/ip4/11.9.9.7/tcp/1'],
  lastSeenMs: NOW_MS,
  met: 1,
  failures: 0,
  ...change,
})
/** The nth /24 of a network. */
const apart = (n: number): string => `/ip4/11.${n >> 8}.${n & 255}.1/tcp/1`
const names = (memory: PeerMemory): readonly string[] => [...memory].map(({ peer }) => peer)

describe('the memory of peers', () => {
  it('remembers where a peer was, and that it was met once in this run', () => {
    const memory = new PeerMemory(false)
    memory.met(peerId('a'), ['/ip4/11.9.9.7/tcp/1'], 1)
    memory.met(peerId('a'), ['/ip4/11.9.9.7/tcp/2'], 2)
    expect([...memory]).toEqual([known({ addresses: ['/ip4/11.9.9.7/tcp/2'], lastSeenMs: 2 })])
  })

  it('counts the runs in which it met a peer, up to a limit', () => {
    let peers: readonly KnownPeer[] = []
    for (let run = 0; run < MET_MAX + 3; run++) {
      const memory = new PeerMemory(false, peers)
      memory.met(peerId('a'), ['/ip4/11.9.9.7/tcp/1'], NOW_MS)
      peers = [...memory]
    }
    expect(peers).toEqual([known({ met: MET_MAX })])
  })

  it('keeps the addresses that it has where a peer tells none', () => {
    const memory = new PeerMemory(false, [known()])
    expect(memory.met(peerId('a'), [], NOW_MS)).toBe(true)
    expect([...memory]).toEqual([known({ met: 2 })])
    expect(memory.met(peerId('b'), [], NOW_MS)).toBe(false)
  })

  it('keeps private addresses only for a network that lives on them', () => {
    const addresses = ['/ip4/192.168.1.5/tcp/1', '/ip4/11.9.9.7/tcp/1', '/ip6/fd00::1/tcp/1']
    const wan = new PeerMemory(false)
    wan.met(peerId('a'), addresses, NOW_MS)
    expect([...wan][0]!.addresses).toEqual(['/ip4/11.9.9.7/tcp/1'])
    const lan = new PeerMemory(true)
    lan.met(peerId('a'), addresses, NOW_MS)
    expect([...lan][0]!.addresses).toEqual(addresses)
  })

  it('has room for few of one /24 or /48, and for all of one LAN', () => {
    const [four, six, lan] = [new PeerMemory(false), new PeerMemory(false), new PeerMemory(true)]
    for (let i = 0; i < 3 * PER_NETWORK_MAX; i++) {
      four.met(peerId(`p${i}`), [`/ip4/11.9.9.${i + 1}/tcp/1`], i)
      six.met(peerId(`p${i}`), [`/ip6/2001:470:7:${i}::1/tcp/1`], i)
      lan.met(peerId(`p${i}`), [`/ip4/192.168.1.${i + 1}/tcp/1`], i)
    }
    expect([four.size, six.size, lan.size]).toEqual([PER_NETWORK_MAX, PER_NETWORK_MAX, 3 * PER_NETWORK_MAX])
    expect(names(four)).toContain(`p${3 * PER_NETWORK_MAX - 1}`)
  })

  it('never has more than its limit, and a flood of new names does not wash away who was there on other days', () => {
    const old = Array.from({ length: 20 }, (_, i) => known({ peer: peerId(`old${i}`), addresses: [apart(i)], met: 3 }))
    const memory = new PeerMemory(false, old)
    for (let i = 0; i < 3 * KNOWN_PEERS_MAX; i++) memory.met(peerId(`new${i}`), [apart(100 + i)], NOW_MS + i)
    expect(memory.size).toBe(KNOWN_PEERS_MAX)
    expect(names(memory).filter((name) => name.startsWith('old'))).toHaveLength(20)
  })

  it('lets go of a peer that did not answer often enough, and not of one that answered in between', () => {
    const memory = new PeerMemory(false, [known(), known({ peer: peerId('b') })])
    for (let i = 0; i < FAILURES_MAX; i++) {
      memory.failed(peerId('a'))
      memory.failed(peerId('b'))
      memory.seen(peerId('b'), NOW_MS)
    }
    expect(names(memory)).toEqual(['b'])
  })
})

describe('the order of known peers', () => {
  it('weighs runs together, how long ago, and failures', () => {
    const weights = [
      known({ met: 8 }),
      known(),
      known({ failures: 1 }),
      known({ lastSeenMs: NOW_MS - 30 * DAY_MS }),
    ].map((each) => weightOf(each, NOW_MS))
    expect(weights.toSorted((a, b) => b - a)).toEqual(weights)
    expect(weightOf(known({ lastSeenMs: NOW_MS + DAY_MS }), NOW_MS)).toBe(1)
  })

  it('begins mostly with the best, and sometimes with another', () => {
    const random = new SeededRandom('order')
    const peers = [known({ peer: peerId('best'), met: 8 }), known({ peer: peerId('new') })]
    const firsts = Array.from({ length: 1_000 }, () => drawOrder(peers, random, NOW_MS)[0]!.peer)
    const share = firsts.filter((peer) => peer === 'best').length / firsts.length
    // 8 of 9 by weight.
    expect(share).toBeGreaterThan(0.85)
    expect(share).toBeLessThan(0.93)
  })

  it('names everybody once', () => {
    const peers = Array.from({ length: 50 }, (_, i) => known({ peer: peerId(`p${i}`), failures: i % FAILURES_MAX }))
    const order = drawOrder(peers, new SeededRandom('all'), NOW_MS)
    expect(order.map(({ peer }) => peer).sort()).toEqual(peers.map(({ peer }) => peer).sort())
  })
})

it.each([
  ['/ip4/11.9.9.7/tcp/1', '4/11.9.9'],
  ['/ip6/2a01:db8::1/tcp/1', '6/2a01:db8:0'],
  ['/ip6/2001:470:7:8:9:a:b:c/tcp/1', '6/2001:470:7'],
  ['/ip6/2a00::/tcp/1', '6/2a00:0:0'],
  ['/dns4/door.example.org/tcp/1', 'dns4/door.example.org'],
  ['/ip4/10.1.2.3/tcp/1', undefined],
  ['/ip4/127.0.0.1/tcp/1', undefined],
  ['/ip6/fe80::1/tcp/1', undefined],
])('the network of %s is %s', (address, prefix) => {
  expect(networkPrefix(multiaddr(address))).toBe(prefix)
})
