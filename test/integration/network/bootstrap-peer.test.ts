import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BootstrapPeerOptions, startBootstrapPeer } from '../../../bootstrap/peer/start-bootstrap-peer.ts'
import { networkId, type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import { networkTag } from '../../../protocols/statements/domain.ts'
import { hasher, LOOPBACK, type MeshNode, meshNode, type NodeOptions } from '../../support/nodes/mesh-nodes.ts'
import { authorKey, keep, signedRecords } from '../../support/nodes/signed-record.ts'
import { type Said, say, signedTopic } from '../../support/nodes/signed-topic.ts'
import { bytesProtocol, collect, expectEveryByteBack } from '../../support/nodes/wire-protocols.ts'

const tag = networkTag(hasher, networkId('test'))
const space = signedRecords()

let nodes: AsyncDisposableStack

beforeEach(() => {
  nodes = new AsyncDisposableStack()
})

afterEach(() => nodes.disposeAsync())

const bootstrap = async (options: Partial<BootstrapPeerOptions> = {}) =>
  nodes.use(await startBootstrapPeer({ networkId: networkId('test'), hasher, listen: [LOOPBACK], ...options }))

async function joined(
  at: { readonly peer: PeerId; readonly addresses: readonly string[] },
  options: NodeOptions = {},
): Promise<MeshNode> {
  const node = nodes.use(await meshNode({ listen: [], ...options }))
  await node.network.connect(at.peer, at.addresses)
  return node
}

describe('a bootstrap peer', () => {
  it('keeps records for peers that never meet', async () => {
    const door = await bootstrap({ records: [space as never] })
    const [author, reader] = [await joined(door), await joined(door)]
    const value = { author: 'a', sequence: 1, text: 'hello', expiresAtMs: Date.now() + 60_000 }
    await author.network.putRecord(space, value, keep(value))
    expect(await reader.network.getRecord(space, authorKey('a'))).toEqual(value)
  })

  it('carries gossip between peers that never meet', async () => {
    const door = await bootstrap({ topics: [signedTopic(tag) as never] })
    const [author, reader] = [await joined(door), await joined(door)]
    const heard: Said[] = []
    reader.network.subscribe(signedTopic(tag), 'eu/any', (said) => heard.push(said))
    author.network.subscribe(signedTopic(tag), 'eu/any', () => undefined)
    let sequence = 0
    await expect
      .poll(async () => {
        const said = { author: 'a', sequence: ++sequence, shard: 'eu/any', text: 'hello' }
        await author.network.publish(signedTopic(tag), 'eu/any', say(said))
        return heard.length
      })
      .toBeGreaterThan(0)
  })

  it('relays calls to a peer that nobody can reach, small ones and bulk', async () => {
    const door = await bootstrap()
    const relayed = await joined(door, { listen: [`${door.addresses[0]}/p2p-circuit`] })
    await expect.poll(() => relayed.network.addresses().length).toBeGreaterThan(0)
    const echo = bytesProtocol('echo')
    using _ = relayed.network.serve(echo, async function* (first, more) {
      yield first
      for await (const next of more) yield next
    })
    const caller = nodes.use(await meshNode({ listen: [] }))
    await caller.network.connect(relayed.network.self, relayed.network.addresses())
    expect(caller.network.reachOf(relayed.network.self)).toBe('relayed')
    expect(caller.network.reachOf(door.peer)).toBe('direct')
    expect(await collect(caller.network.call(relayed.network.self, echo, new Uint8Array(3)))).toHaveLength(1)
    await expectEveryByteBack(caller.network, relayed.network.self, echo)

    await relayed[Symbol.asyncDispose]()
    await expect.poll(() => caller.network.reachOf(relayed.network.self)).toBeUndefined()
    await expect(collect(caller.network.call(relayed.network.self, echo, new Uint8Array(3)))).rejects.toMatchObject({
      code: 'DIAL_FAILED',
    })
    expect(caller.network.reachOf(relayed.network.self)).toBe('unreachable')
  })

  it('bears the name of its seed, so that the addresses in a network file stay true', async () => {
    const seed = new Uint8Array(32).fill(3)
    const first = await bootstrap({ seed })
    const name = first.peer
    await first[Symbol.asyncDispose]()
    const second = await bootstrap({ seed })
    expect(second.peer).toBe(name)
    expect(second.addresses[0]).toMatch(new RegExp(`/p2p/${name}$`))
  })

  it('runs what is hung into it, and stops that before its network', async () => {
    const protocol = bytesProtocol('extra')
    const order: string[] = []
    const door = await bootstrap({
      parts: [
        (network) => {
          const serving = network.serve(protocol, async function* (first) {
            yield first
          })
          return {
            [Symbol.dispose]: () => {
              order.push(network.libp2p.status)
              serving[Symbol.dispose]()
            },
          }
        },
      ],
    })
    const caller = await joined(door)
    expect(await collect(caller.network.call(peerId(door.peer), protocol, new Uint8Array(1)))).toHaveLength(1)
    await door[Symbol.asyncDispose]()
    expect(order).toEqual(['started'])
  })
})
