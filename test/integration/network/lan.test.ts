/** Real multicast, on a port of its own, so that neither other tests nor a machine's own multicast DNS take part. */
import { createSocket } from 'node:dgram'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkId } from '../../../protocols/kernel/ids.ts'
import { networkTag } from '../../../protocols/statements/domain.ts'
import { hasMulticast, lanPackets } from '../../support/nodes/lan-packets.ts'
import { hasher, type MeshNode, meshNode, type NodeOptions } from '../../support/nodes/mesh-nodes.ts'

const PORT = 20_000 + (process.pid % 20_000)
const SOON = { interval: 50 }
const multicast = await hasMulticast(PORT)

let nodes: AsyncDisposableStack
beforeEach(() => {
  nodes = new AsyncDisposableStack()
})
afterEach(() => nodes.disposeAsync())

const node = async (options: NodeOptions = {}): Promise<MeshNode> =>
  nodes.use(await meshNode({ lan: { port: PORT }, ...options }))
const randomPeer = async (): Promise<string> => peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()

describe.skipIf(!multicast)('in one LAN', () => {
  it('nodes find each other with no bootstrap peer, those that only dial too', async () => {
    const [a, b, light] = [await node(), await node(), await node({ listen: [] })]
    await expect.poll(() => a.network.connectedPeers().includes(b.network.self), SOON).toBe(true)
    await expect.poll(() => light.network.connectedPeers().length, SOON).toBe(2)
  })

  it('two networks do not mix, and a node without it is not found', async () => {
    const [a, other] = [await node(), await node({ network: 'other' })]
    const quiet = nodes.use(await meshNode())
    const late = await node()
    // By the time that two of them have met, the others would have.
    await expect.poll(() => late.network.connectedPeers(), SOON).toEqual([a.network.self])
    expect([other.network.connectedPeers(), quiet.network.connectedPeers()]).toEqual([[], []])
  })

  it('a flood of false answers costs a bounded number of dials, is not stored, and true ones come through', async () => {
    const a = await node()
    const dialled: string[] = []
    const connect = a.network.connect.bind(a.network)
    a.network.connect = (peer, ...rest) => {
      dialled.push(peer)
      return connect(peer, ...rest)
    }
    await using stranger = await lanPackets(PORT)
    const tag = networkTag(hasher, networkId('test'))
    for (let i = 0; i < 500; i++) await stranger.answer(tag, [`/ip4/127.0.0.1/tcp/1/p2p/${await randomPeer()}`])
    // This machine has used up its share: a new node here finds the flooded one by asking itself.
    const b = await node()
    await expect.poll(() => b.network.connectedPeers(), SOON).toContain(a.network.self)
    expect(dialled.length).toBeGreaterThan(0)
    expect(dialled.length).toBeLessThanOrEqual(16)
    expect((await a.network.libp2p.peerStore.all()).length).toBeLessThanOrEqual(18)
  })
})

it('a node whose multicast DNS gets no port says so, and works on', async () => {
  const keeper = createSocket('udp4')
  await new Promise<void>((resolve) => keeper.bind(PORT + 1, () => resolve()))
  nodes.defer(() => void keeper.close())
  const silent = await node({ lan: { port: PORT + 1 } })
  await expect.poll(() => silent.reports.map(({ error }) => error.code), SOON).toContain('PORT_IN_USE')
  const friend = nodes.use(await meshNode())
  await friend.network.connect(silent.network.self, silent.network.addresses())
  await expect.poll(() => silent.network.connectedPeers(), SOON).toEqual([friend.network.self])
})
