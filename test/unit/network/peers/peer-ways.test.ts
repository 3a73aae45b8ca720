import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { FAILED_DIAL_MS, PeerWays } from '../../../../node/network/peers/peer-ways.ts'
import { peerId } from '../../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const PEER = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const DIRECT = '/ip4/11.0.0.1/tcp/4011'
const RELAYED = `/ip4/11.0.0.2/tcp/1/p2p/${PEER}/p2p-circuit`
const peer = peerId('peer')

function scene() {
  const clock = new ManualClock()
  const line = { isUp: true, addresses: [] as readonly string[] }
  const ways = new PeerWays({
    clock,
    addressesTo: (of) => (of === peer ? line.addresses.map((text) => multiaddr(text)) : []),
    isConnected: () => line.isUp,
  })
  return { clock, line, ways }
}

it.each([
  ['none', [], undefined],
  ['a direct one', [DIRECT], 'direct'],
  ['one by WebRTC that was opened without a relay', ['/ip4/11.0.0.1/udp/4011/webrtc-direct'], 'direct'],
  ['a relayed one', [RELAYED], 'relayed'],
  ['a relayed one that names the peer', [`${RELAYED}/p2p/${PEER}`], 'relayed'],
  ['one by a hole that a relay helped to punch', [`${RELAYED}/webrtc/p2p/${PEER}`], 'punched'],
  ['a relayed and a direct one', [RELAYED, DIRECT], 'direct'],
])('with %s of connections a peer is reached as the best of them says', (_, addresses, reach) => {
  const { line, ways } = scene()
  line.addresses = addresses
  expect(ways.reachOf(peer)).toBe(reach)
})

it('a peer that did not answer cannot be reached for half a minute, and is unknown again after it', () => {
  const { clock, ways } = scene()
  ways.failed(peer)
  clock.advance(FAILED_DIAL_MS - 1)
  expect(ways.reachOf(peer)).toBe('unreachable')
  expect(ways.reachOf(peerId('other'))).toBeUndefined()
  clock.advance(1)
  expect(ways.reachOf(peer)).toBeUndefined()
})

it('a peer that is reached after all, or that comes by itself, is not held to a dial that failed', () => {
  const { line, ways } = scene()
  ways.failed(peer)
  ways.reached(peer)
  expect(ways.reachOf(peer)).toBeUndefined()
  ways.failed(peer)
  line.addresses = [RELAYED]
  expect(ways.reachOf(peer)).toBe('relayed')
  line.addresses = []
  expect(ways.reachOf(peer)).toBeUndefined()
})

it('a node that is connected with nobody blames its own line', () => {
  const { line, ways } = scene()
  line.isUp = false
  ways.failed(peer)
  line.isUp = true
  expect(ways.reachOf(peer)).toBeUndefined()
})

it('of very many failed dials the first are forgotten', () => {
  const { ways } = scene()
  ways.failed(peer)
  for (let i = 0; i < 1_023; i++) ways.failed(peerId(`other ${i}`))
  expect(ways.reachOf(peer)).toBe('unreachable')
  ways.failed(peerId('one more'))
  expect(ways.reachOf(peer)).toBeUndefined()
  expect(ways.reachOf(peerId('one more'))).toBe('unreachable')
})
