import { peerIdFromString } from '@libp2p/peer-id'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { type MeshNode, meshNode, type NodeOptions } from '../../support/nodes/mesh-nodes.ts'
import { bytesProtocol, collect } from '../../support/nodes/wire-protocols.ts'

let nodes: AsyncDisposableStack

beforeEach(() => {
  nodes = new AsyncDisposableStack()
})

afterEach(() => nodes.disposeAsync())

const node = async (options: NodeOptions = {}): Promise<MeshNode> => nodes.use(await meshNode(options))
const addressesAt = async ({ network }: MeshNode, peer: PeerId): Promise<readonly string[]> =>
  (await network.libp2p.peerStore.get(peerIdFromString(peer))).addresses.map(({ multiaddr }) => multiaddr.toString())
const echo = bytesProtocol('echo')

describe('a peer that comes back on another port', () => {
  it('is found again through a third one, by whoever knew it where it was', async () => {
    const door = await node()
    const key: NodeOptions['key'] = { kind: 'infrastructure', seed: systemRandom.bytes(32) }
    const caller = await node({ listen: [] })
    await caller.network.connect(door.network.self, door.network.addresses())
    const start = async (): Promise<MeshNode> => {
      const started = await meshNode({ key })
      started.network.serve(echo, async function* (first) {
        yield first
      })
      await started.network.connect(door.network.self, door.network.addresses())
      return started
    }
    const first = await start()
    const { self } = first.network
    await caller.network.connect(self, first.network.addresses())
    expect(await collect(caller.network.call(self, echo, new Uint8Array(1)))).toHaveLength(1)
    const before = first.network.addresses()
    await first[Symbol.asyncDispose]()

    const second = nodes.use(await start())
    expect(second.network.addresses()).not.toEqual(before)
    // The door hears of the new address by identify, a moment after the connection stands.
    const [address] = second.network.addresses()
    await expect.poll(() => addressesAt(door, self), { interval: 20 }).toContain(address!.split('/p2p/')[0])
    // At the first try: a job does not come back for a second one.
    expect(await collect(caller.network.call(self, echo, new Uint8Array(1)))).toHaveLength(1)
  })
})
