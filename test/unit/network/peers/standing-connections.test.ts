import { type Connection, TypedEventEmitter } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { StandingConnections } from '../../../../node/network/peers/standing-connections.ts'
import { peerId } from '../../../../protocols/kernel/ids.ts'

const to = (peer: string, address: string) =>
  ({ remotePeer: { toString: () => peer }, remoteAddr: multiaddr(address) }) as unknown as Connection

it('answers for thousands of peers by one look at the connections, and looks again when one comes or goes', () => {
  const standing = [to('one', '/ip4/10.0.0.1/tcp/1'), to('one', '/ip4/10.0.0.2/tcp/1')]
  let looks = 0
  const events = new TypedEventEmitter()
  const libp2p = Object.assign(events, {
    getConnections: (peer?: unknown) => {
      expect(peer).toBeUndefined()
      looks++
      return standing
    },
  })
  const connections = new StandingConnections(libp2p as never)
  const counts = (...peers: string[]) => peers.map((peer) => connections.to(peerId(peer)).length)
  expect(counts('one', ...Array.from({ length: 4_096 }, (_, i) => `other ${i}`)).slice(0, 2)).toEqual([2, 0])
  expect(looks).toBe(1)
  standing.push(to('two', '/ip4/10.0.0.3/tcp/1'))
  events.dispatchEvent(new Event('connection:open'))
  expect(counts('one', 'two')).toEqual([2, 1])
  standing.length = 0
  events.dispatchEvent(new Event('connection:close'))
  expect([counts('one', 'two'), looks]).toEqual([[0, 0], 3])
})

it('does not keep what was read between the word of a change and the change', async () => {
  const standing = [to('one', '/ip4/10.0.0.1/tcp/1')]
  const events = new TypedEventEmitter()
  const connections = new StandingConnections(Object.assign(events, { getConnections: () => standing }) as never)
  expect(connections.peers()).toEqual(['one'])
  events.dispatchEvent(new Event('connection:close'))
  expect(connections.peers()).toEqual(['one'])
  standing.length = 0
  await Promise.resolve()
  expect(connections.peers()).toEqual([])
})
