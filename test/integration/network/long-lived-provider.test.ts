/**
 * Providers that were met long ago. DHT servers forget a peer's addresses after a while and keep its provider records for two
 * days: a record without an address leads nowhere. Only the calendar is moved here; the nodes are real.
 */
import { createHash } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type NetworkPreset, networkPresets } from '../../../node/network/network-preset.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { hash32, type PeerId } from '../../../protocols/kernel/ids.ts'
import { type MeshNode, meshNode, type NodeOptions } from '../../support/nodes/mesh-nodes.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const key = hash32(toHex(createHash('sha256').update('a model').digest()))

let nodes: AsyncDisposableStack
beforeEach(() => {
  nodes = new AsyncDisposableStack()
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await nodes.disposeAsync()
})

const node = async (options: NodeOptions = {}): Promise<MeshNode> => nodes.use(await meshNode(options))
const later = (ms: number) => vi.setSystemTime(Date.now() + ms)

/** Who is found under the key, and where: by a stranger that knows nobody but the server. */
async function found(server: MeshNode): Promise<Readonly<Record<string, number>>> {
  await using stranger = await meshNode({ listen: [], dhtServer: false })
  await stranger.network.connect(server.network.self, server.network.addresses())
  const peers: Record<string, number> = {}
  for await (const peer of stranger.network.findProviders(key)) {
    const { addresses } = await stranger.network.libp2p.peerStore.get(peerIdFromString(peer))
    peers[peer] = addresses.length
  }
  return peers
}

describe('a provider that has been gone for an hour', () => {
  const wait = async (preset: NetworkPreset): Promise<readonly [PeerId, Readonly<Record<string, number>>]> => {
    const server = await node({ preset })
    const miner = await meshNode({ preset })
    await miner.network.connect(server.network.self, server.network.addresses())
    await miner.network.provide(key)
    await miner[Symbol.asyncDispose]()
    later(61 * MINUTE_MS)
    return [miner.network.self, await found(server)]
  }

  it('is found with its address, for it may be back', async () => {
    const [miner, peers] = await wait(networkPresets.local)
    expect(peers).toEqual({ [miner]: 1 })
  })

  it('would be a name without an address by the defaults of the DHT', async () => {
    const [, peers] = await wait({ ...networkPresets.local, addressAgeMs: HOUR_MS })
    expect(Object.values(peers).filter((addresses) => addresses > 0)).toEqual([])
  })
})

describe('a miner that stays for a week at one address', () => {
  /** Hours at which the server has an address of it, which says it every twelve hours. */
  const hoursAt = async (isConnected: boolean): Promise<readonly number[]> => {
    const server = await node()
    const miner = await node({ dhtServer: false })
    const id = peerIdFromString(miner.network.self)
    const { peerStore } = server.network.libp2p
    if (isConnected) {
      await miner.network.connect(server.network.self, server.network.addresses())
      await expect.poll(() => peerStore.has(id), { interval: 20 }).toBe(true)
    }
    const hours: number[] = []
    for (let hour = 0; hour <= 7 * 24; hour += 12) {
      const multiaddrs = miner.network.addresses().map((address) => multiaddr(address))
      // As the server does where it takes a provider record.
      await peerStore.merge(id, { multiaddrs })
      if ((await peerStore.get(id)).addresses.length > 0) hours.push(hour)
      later(12 * HOUR_MS)
    }
    return hours
  }

  it('is found with it all the time, for it says so again', async () => {
    expect(await hoursAt(true)).toEqual(Array.from({ length: 15 }, (_, i) => 12 * i))
  })

  it('is forgotten after two days where only others speak of it', async () => {
    expect(await hoursAt(false)).toEqual([0, 12, 24, 36])
  })
})
