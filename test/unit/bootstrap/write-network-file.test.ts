import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeNetworkFile } from '../../../bootstrap/localnet/write-network-file.ts'
import { bootstrapAddresses, loadNetworkFile } from '../../../node/config/network-file.ts'
import { networksFolder } from '../../../node/config/networks-folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const peer = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
const relay = '12D3KooWHFrmLWTTDD4NodngtRMEVYgxrsDMp4F9iSwYntZ9WjHa'
const doors = (...addresses: readonly string[]) => [{ peer, addresses }]
const load = (path: string) => loadNetworkFile(path, networksFolder(), { kind: 'default' }).network

describe('a network file that is written', () => {
  it('is the shipped one with these doors, as every node reads it', () => {
    const path = join(temporaryFolder(), 'net.json')
    const written = writeNetworkFile(path, 'local', doors('/ip4/127.0.0.1/tcp/4001'))
    expect(load(path)).toEqual(written)
    const { bootstrap: _, ...rest } = written
    expect(load(join(networksFolder(), 'local.json'))).toMatchObject(rest)
    expect(bootstrapAddresses(written)).toEqual([`/ip4/127.0.0.1/tcp/4001/p2p/${peer}`])
  })

  it('names a door once, though its addresses may end in its name', () => {
    const path = join(temporaryFolder(), 'net.json')
    const direct = `/ip4/127.0.0.1/tcp/4001/p2p/${peer}`
    const relayed = `/ip4/127.0.0.1/tcp/4002/p2p/${relay}/p2p-circuit/p2p/${peer}`
    const itself = `/ip4/127.0.0.1/tcp/4002/p2p/${peer}/p2p-circuit/p2p/${peer}`
    const all = [direct, relayed, itself]
    expect(bootstrapAddresses(writeNetworkFile(path, 'local', doors(...all)))).toEqual(all)
  })

  it('replaces the one before it, and others may read it', () => {
    const path = join(temporaryFolder(), 'net.json')
    writeNetworkFile(path, 'local', doors('/ip4/127.0.0.1/tcp/4001'))
    writeNetworkFile(path, 'local', doors('/ip4/127.0.0.1/tcp/4002'))
    expect(load(path).bootstrap[0]?.addresses).toEqual(['/ip4/127.0.0.1/tcp/4002'])
    expect(statSync(path).mode & 0o777).toBe(0o644)
    expect(readFileSync(path, 'utf8').endsWith('}\n')).toBe(true)
  })

  it.each([
    ['a door without an address', doors()],
    ['what is no address', doors('127.0.0.1:4001')],
    ['what is no name', [{ peer: 'me', addresses: ['/ip4/127.0.0.1/tcp/4001'] }]],
  ])('is not written with %s', (_, wrong) => {
    const path = join(temporaryFolder(), 'net.json')
    expect(() => writeNetworkFile(path, 'local', wrong)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => statSync(path)).toThrow('ENOENT')
  })

  it('says what is wrong with a place where it cannot be kept', () => {
    const path = join(temporaryFolder(), 'net.json')
    mkdirSync(path)
    expect(() => writeNetworkFile(path, 'local', doors('/ip4/127.0.0.1/tcp/4001'))).toThrow(
      expect.objectContaining({ name: 'MeshError' }),
    )
  })
})
