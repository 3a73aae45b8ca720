import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FAILURES_MAX, type KnownPeer, MET_MAX } from '../../../node/known-peers/known-peer.ts'
import { KnownPeersFile } from '../../../node/known-peers/known-peers-file.ts'
import { KNOWN_PEERS_MAX } from '../../../node/known-peers/peer-memory.ts'
import { networkId, peerId } from '../../../protocols/kernel/ids.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NOW_MS = 1_800_000_000_000
const peer = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const good: KnownPeer = {
  peer: peerId(peer),
  addresses: ['/ip4/203.0.113.7/tcp/1', '/ip6/2001:db8::1/tcp/2/ws'],
  lastSeenMs: NOW_MS - 1,
  met: 2,
  failures: 1,
}
const place = (): string => join(temporaryFolder(), 'known-peers.json')
const fileAt = (path: string, network = 'local'): KnownPeersFile => new KnownPeersFile(path, networkId(network))

function read(content: string) {
  const path = place()
  writeFileSync(path, content)
  return fileAt(path).read(NOW_MS)
}

describe('the file of known peers', () => {
  it('gives back what was written, and is the owner’s alone', () => {
    const path = place()
    fileAt(path).write([good])
    expect(fileAt(path).read(NOW_MS)).toEqual({ peers: [good] })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is empty where there is none, and in another network', () => {
    const path = place()
    expect(fileAt(path).read(NOW_MS)).toEqual({ peers: [] })
    fileAt(path, 'other').write([good])
    expect(fileAt(path).read(NOW_MS)).toEqual({ peers: [] })
  })

  it('has seen nobody in the future', () => {
    const path = place()
    fileAt(path).write([{ ...good, lastSeenMs: NOW_MS + 1e9 }])
    expect(fileAt(path).read(NOW_MS).peers).toEqual([{ ...good, lastSeenMs: NOW_MS }])
  })

  it.each([
    ['is no JSON', '{"version":1'],
    ['is another thing', '[]'],
    ['is of another version', '{"version":2,"network":"local","peers":[]}'],
    [
      'has more than it may',
      JSON.stringify({ version: 1, network: 'local', peers: Array(KNOWN_PEERS_MAX + 1).fill(good) }),
    ],
    ['is too long', `"${'a'.repeat(2 ** 20)}"`],
  ])('that %s is told of and ignored', (_, content) => {
    expect(read(content)).toMatchObject({ peers: [], damage: { code: 'DATA_FOLDER_DAMAGED' } })
  })

  it.each<readonly [string, unknown]>([
    ['no peer', { ...good, peer: 'nobody' }],
    ['a peer in another writing', { ...good, peer: ` ${peer}` }],
    ['no address', { ...good, addresses: [] }],
    ['too many addresses', { ...good, addresses: Array(5).fill(good.addresses[0]) }],
    ['something else for an address', { ...good, addresses: ['203.0.113.7:1'] }],
    ['an address that names another peer', { ...good, addresses: [`/ip4/203.0.113.7/tcp/1/p2p/${peer}`] }],
    ['an address over a relay', { ...good, addresses: ['/ip4/203.0.113.7/tcp/1/p2p-circuit'] }],
    ['a long address', { ...good, addresses: [`/dns4/${'a'.repeat(300)}/tcp/1`] }],
    ['a time that is none', { ...good, lastSeenMs: '1' }],
    ['a time before all', { ...good, lastSeenMs: -1 }],
    ['too many meetings', { ...good, met: MET_MAX + 1 }],
    ['no meeting', { ...good, met: 0 }],
    ['too many failures', { ...good, failures: FAILURES_MAX }],
    ['a field too many', { ...good, more: 1 }],
    ['null', null],
  ])('leaves out a row with %s, says so, and keeps the others', (_, bad) => {
    const { peers, damage } = read(JSON.stringify({ version: 1, network: 'local', peers: [bad, good] }))
    expect(peers).toEqual([good])
    expect(damage?.message).toContain('1 of its 2 rows')
  })

  it('that cannot be read is none, and one that cannot be written says why', () => {
    const path = place()
    mkdirSync(path)
    expect(fileAt(path).read(NOW_MS)).toMatchObject({ peers: [], damage: { code: 'DATA_FOLDER_DAMAGED' } })
    expect(() => fileAt(path).write([good])).toThrow(expect.objectContaining({ name: 'MeshError' }))
  })
})
