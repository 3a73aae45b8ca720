import { createHash } from 'node:crypto'
import type { KadDHT } from '@libp2p/kad-dht'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProviderRecords } from '../../../node/network/dht/provider-records.ts'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { hash32, type PeerId } from '../../../protocols/kernel/ids.ts'
import { type MeshNode, meshNode, type NodeOptions, star } from '../../support/nodes/mesh-nodes.ts'
import { authorKey, type Kept, keep, signedRecords } from '../../support/nodes/signed-record.ts'

const HOUR_MS = 3_600_000
const space = signedRecords()
const record = (sequence: number, text: string): Kept => ({
  author: 'a',
  sequence,
  text,
  expiresAtMs: Date.now() + HOUR_MS,
})

let nodes: AsyncDisposableStack

beforeEach(() => {
  nodes = new AsyncDisposableStack()
})

afterEach(() => nodes.disposeAsync())

const start = async (count: number, options: NodeOptions = {}): Promise<MeshNode[]> =>
  Promise.all(Array.from({ length: count }, async () => nodes.use(await meshNode(options))))

/** A hub that holds the space and answers lookups, and light nodes that only ask. */
async function lightNodesAround(hubs: readonly MeshNode[], count: number): Promise<MeshNode[]> {
  for (const { network } of hubs) network.hold(space)
  await star(hubs)
  const light = await start(count, { listen: [], dhtServer: false })
  for (const { network } of light)
    for (const hub of hubs) await network.connect(hub.network.self, hub.network.addresses())
  return light
}

const dhtOf = ({ network }: MeshNode): KadDHT => (network.libp2p.services as unknown as { dht: KadDHT }).dht

/** What a hostile node does: puts bytes without our own checks in the way. */
async function putRaw(node: MeshNode, author: string, bytes: Uint8Array): Promise<number> {
  let taken = 0
  const key = concat(new TextEncoder().encode(`/aitbc-${space.name}/`), authorKey(author))
  for await (const event of dhtOf(node).put(key, bytes))
    if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') taken++
  return taken
}

describe('DHT records', () => {
  it('are found by a node that never met their author', async () => {
    const [author, reader] = (await lightNodesAround(await start(1), 2)) as [MeshNode, MeshNode]
    const value = record(1, 'hello')
    await author.network.putRecord(space, value, keep(value))
    expect(await reader.network.getRecord(space, authorKey('a'))).toEqual(value)
    expect(await reader.network.getRecord(space, authorKey('b'))).toBeUndefined()
  })

  it('keep their newest version, whatever older one a stranger puts again', async () => {
    const [author, hostile, reader] = (await lightNodesAround(await start(1), 3)) as [MeshNode, MeshNode, MeshNode]
    const [old, fresh] = [record(1, 'old'), record(2, 'fresh')]
    await author.network.putRecord(space, old, keep(old))
    await author.network.putRecord(space, fresh, keep(fresh))
    expect(await putRaw(hostile, 'a', keep(old))).toBe(0)
    expect(await reader.network.getRecord(space, authorKey('a'))).toEqual(fresh)
  })

  it('are refused with a false proof, under a key that is not their own, when expired and when too long', async () => {
    const [hostile, reader] = (await lightNodesAround(await start(1), 2)) as [MeshNode, MeshNode]
    const expired = { ...record(3, 'expired'), expiresAtMs: Date.now() - 1 }
    expect(await putRaw(hostile, 'a', keep(record(3, 'forged'), 'no proof'))).toBe(0)
    expect(await putRaw(hostile, 'b', keep(record(3, 'under the key of b')))).toBe(0)
    expect(await putRaw(hostile, 'a', keep(expired))).toBe(0)
    expect(await putRaw(hostile, 'a', keep(record(3, 'x'.repeat(2_000))))).toBe(0)
    expect(await reader.network.getRecord(space, authorKey('a'))).toBeUndefined()
    expect(await reader.network.getRecord(space, authorKey('b'))).toBeUndefined()
  })

  it('are read newest first, also where one holder lags behind', async () => {
    const hubs = (await start(2)) as [MeshNode, MeshNode]
    const [author, reader] = (await lightNodesAround(hubs, 2)) as [MeshNode, MeshNode]
    const [old, fresh] = [record(1, 'old'), record(2, 'fresh')]
    await author.network.putRecord(space, old, keep(old))
    // The second hub is away while the newer record comes.
    for (const connection of hubs[1].network.libp2p.getConnections()) await connection.close()
    await author.network.putRecord(space, fresh, keep(fresh))
    await hubs[1].network.connect(hubs[0].network.self, hubs[0].network.addresses())
    await reader.network.connect(hubs[1].network.self, hubs[1].network.addresses())
    expect(await reader.network.getRecord(space, authorKey('a'))).toEqual(fresh)
  })

  it('are kept by nobody who does not hold their space', async () => {
    const [hub] = (await start(1)) as [MeshNode]
    const [author] = (await start(1, { listen: [], dhtServer: false })) as [MeshNode]
    await star([hub, author])
    const value = record(1, 'hello')
    await expect(author.network.putRecord(space, value, keep(value))).rejects.toMatchObject({ code: 'NO_PEERS' })
  })

  it('cost a lonely node no waiting', async () => {
    const [alone] = (await start(1)) as [MeshNode]
    const startedAt = performance.now()
    expect(await alone.network.getRecord(space, authorKey('a'))).toBeUndefined()
    const found: PeerId[] = []
    for await (const peer of alone.network.findProviders(hash32(`0x${'11'.repeat(32)}`))) found.push(peer)
    expect(found).toEqual([])
    // A lookup that waited for somebody would wait five seconds.
    expect(performance.now() - startedAt).toBeLessThan(2_500)
  })

  it('stop being looked for when the caller gives up', async () => {
    const [reader] = (await lightNodesAround(await start(1), 1)) as [MeshNode]
    const looking = reader.network.getRecord(space, authorKey('a'), AbortSignal.abort())
    await expect(looking).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('DHT providers', () => {
  const key = hash32(toHex(createHash('sha256').update('gpu/v1/arch/ada').digest()))

  it('are found by their key, each once', async () => {
    const hubs = await start(2)
    await star(hubs)
    const [miner, other] = (await start(2)) as [MeshNode, MeshNode]
    const [light] = (await start(1, { listen: [], dhtServer: false })) as [MeshNode]
    for (const { network } of [miner, other, light])
      for (const hub of hubs) await network.connect(hub.network.self, hub.network.addresses())
    using _ = await miner.network.provide(key)
    using _second = await other.network.provide(key)
    const found: PeerId[] = []
    for await (const peer of light.network.findProviders(key)) found.push(peer)
    expect(found.sort()).toEqual([miner.network.self, other.network.self].sort())
  })

  it('are looked for by a peer that only dials as soon as it knows one server, and not after a look at its own neighbours', async () => {
    const [hub, miner] = (await start(2)) as [MeshNode, MeshNode]
    await star([hub, miner])
    using _ = await miner.network.provide(key)
    const [light] = (await start(1, { listen: [], dhtServer: false })) as [MeshNode]
    const { dht } = light.network.libp2p.services as unknown as { dht: { querySelf: { querySelf(): Promise<void> } } }
    let looks = 0
    dht.querySelf.querySelf = async () => void looks++
    await light.network.connect(hub.network.self, hub.network.addresses())
    const found: PeerId[] = []
    for await (const peer of light.network.findProviders(key)) found.push(peer)
    expect([found, looks]).toEqual([[miner.network.self], 0])
  })

  it('lie with their servers where nobody can fill them', async () => {
    const [server, miner] = (await start(2)) as [MeshNode, MeshNode]
    await star([server, miner])
    using _ = await miner.network.provide(key)
    const { datastore } = (server.network.libp2p as unknown as { components: { datastore: ProviderRecords } })
      .components
    expect(datastore).toBeInstanceOf(ProviderRecords)
    const held = async (): Promise<readonly string[]> => {
      const paths: string[] = []
      for await (const path of datastore.queryKeys({ prefix: '/dht/provider' })) paths.push(path.toString())
      return paths
    }
    // An announcement is heard before its server has written it down.
    const ofMiner = expect.stringMatching(new RegExp(`^/dht/provider/[^/]+/${miner.network.self}$`))
    await expect.poll(held).toEqual([ofMiner])
  })

  it('are limited to 64 keys for each node', async () => {
    const [alone] = (await start(1)) as [MeshNode]
    for (let i = 0; i < 64; i++) await alone.network.provide(hash32(`0x${i.toString(16).padStart(64, '0')}`))
    await expect(alone.network.provide(key)).rejects.toMatchObject({ code: 'LIMIT' })
  })
})
