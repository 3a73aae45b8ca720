import type { IdentifyResult } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { ADDRESS_CHARS_MAX, MET_ADDRESSES_MAX, metPeer } from '../../../../node/network/peers/met-peer.ts'

const peer = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'

function met(change: {
  readonly protocols?: readonly string[]
  readonly direction?: 'inbound' | 'outbound'
  readonly remote?: string
  readonly listen?: readonly string[]
}) {
  const { protocols = ['/aitbc/0badcafe/kad/1'], direction = 'outbound', remote = '/ip4/203.0.113.7/tcp/1' } = change
  return metPeer('0badcafe', {
    peerId: peerIdFromString(peer),
    protocols,
    listenAddrs: (change.listen ?? []).map((text) => multiaddr(text)),
    connection: { direction, remoteAddr: multiaddr(`${remote}/p2p/${peer}`) },
  } as unknown as IdentifyResult)
}

describe('a peer that was met', () => {
  it.each([
    ['serves the DHT', ['/ipfs/id/1.0.0', '/aitbc/0badcafe/kad/1']],
    ['keeps a directory', ['/aitbc/0badcafe/directory/1']],
  ])('is a way in where it %s', (_, protocols) => {
    expect(met({ protocols })).toEqual({ peer, addresses: ['/ip4/203.0.113.7/tcp/1'] })
  })

  it.each([
    ['serves nothing', []],
    ['serves another network', ['/aitbc/00000000/kad/1', '/aitbc/00000000/directory/1']],
  ])('is none where it %s', (_, protocols) => {
    expect(met({ protocols })).toBeUndefined()
  })

  it('has the address that was dialled first, then those that it tells of the same machine', () => {
    const listen = ['/ip4/203.0.113.7/tcp/2/ws', '/ip4/203.0.113.7/tcp/1', '/ip4/198.51.100.1/tcp/9']
    expect(met({ listen })?.addresses).toEqual(['/ip4/203.0.113.7/tcp/1', '/ip4/203.0.113.7/tcp/2/ws'])
  })

  it('that called is believed for the machine it called from, and not for the port of the call', () => {
    const listen = ['/ip4/192.0.2.1/tcp/4011', `/ip4/203.0.113.7/tcp/4011/p2p/${peer}`]
    expect(met({ direction: 'inbound', listen })?.addresses).toEqual(['/ip4/203.0.113.7/tcp/4011'])
    expect(met({ direction: 'inbound' })?.addresses).toEqual([])
  })

  it('leads nowhere by a relay, which may be gone', () => {
    expect(met({ remote: `/ip4/203.0.113.7/tcp/1/p2p/${peer}/p2p-circuit` })?.addresses).toEqual([])
  })

  it('has a few addresses of bounded length, whatever it says', () => {
    const listen = Array.from({ length: 50 }, (_, i) => `/ip4/203.0.113.7/tcp/${i + 2}`)
    expect(met({ listen })?.addresses).toHaveLength(MET_ADDRESSES_MAX)
    const long = `/ip4/203.0.113.7/tcp/2/http-path/${'a'.repeat(ADDRESS_CHARS_MAX)}`
    expect(met({ direction: 'inbound', listen: [long] })?.addresses).toEqual([])
  })
})
