import { beforeAll, describe, expect, it } from 'vitest'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { meshDegree } from '../../../node/network/gossip/gossip-law.ts'
import { topicId } from '../../../protocols/kernel/topic.ts'
import { DEFAULT_LINK } from '../../../simulations/wire/link.ts'
import type { WireEvent } from '../../../simulations/wire/traffic.ts'
import { type VirtualNode, VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { authorKey, type Kept, keep, signedRecords } from '../../support/nodes/signed-record.ts'
import { type Said, say, signedTopic } from '../../support/nodes/signed-topic.ts'

const hasher = await createCrypto()
const NODES = 200
const SHARD = 'eu-west/inference'
const space = signedRecords()

interface Mesh {
  readonly world: VirtualWorld
  readonly nodes: readonly VirtualNode[]
  /** Who heard which text, and when. */
  readonly heard: readonly Map<string, number>[]
  readonly wire: WireEvent[]
}

/** Nodes that all met through the first one, joined one topic and hold one record space; settled. */
async function meshOf(count: number, seed: string): Promise<Mesh> {
  const wire: WireEvent[] = []
  const world = new VirtualWorld({ seed, hasher, onWire: (event) => wire.push(event) })
  const nodes = Array.from({ length: count }, () => world.node())
  const heard = nodes.map(({ network }) => {
    const times = new Map<string, number>()
    network.hold(space)
    network.subscribe(signedTopic(network.tag), SHARD, ({ text }) => times.set(text, world.clock.monotonicMs()))
    return times
  })
  const [first, ...rest] = nodes as [VirtualNode, ...VirtualNode[]]
  for (const { network } of rest) {
    void network.connect(first.network.self, first.network.addresses())
    await world.clock.advance(20)
  }
  await world.clock.advance(10_000)
  return { world, nodes, heard, wire }
}

function publish({ world, nodes }: Mesh, by: number, text: string, sequence = 1): Promise<number> {
  const { network } = nodes[by]!
  const said: Said = { author: `author ${by}`, sequence, shard: SHARD, text }
  return world.clock.until(network.publish(signedTopic(network.tag), SHARD, say(said)))
}

describe(`a mesh of ${NODES} virtual nodes`, () => {
  let mesh: Mesh

  beforeAll(async () => {
    mesh = await meshOf(NODES, 'mesh')
  }, 60_000)

  const hearers = (text: string): number => mesh.heard.filter((times) => times.has(text)).length

  it('keeps between three and six neighbours in the mesh of a topic', () => {
    const id = topicId(mesh.nodes[0]!.network.tag, { name: 'said', major: 1 }, SHARD)
    for (const { network } of mesh.nodes) {
      expect(network.meshOf(id).length).toBeGreaterThanOrEqual(meshDegree.min)
      expect(network.meshOf(id).length).toBeLessThanOrEqual(meshDegree.max)
    }
  })

  it('brings a message to all within half a second, never faster than one trip, and to nobody twice', async () => {
    const startedAtMs = mesh.world.clock.monotonicMs()
    const told = await publish(mesh, 17, 'to all')
    expect(told).toBeGreaterThan(10)
    await mesh.world.clock.advance(500)
    expect(hearers('to all')).toBe(NODES - 1)
    const times = mesh.heard.flatMap((heard) => heard.get('to all') ?? [])
    expect(Math.min(...times) - startedAtMs).toBeGreaterThanOrEqual(DEFAULT_LINK.latencyMs)
  })

  it('sends each node a message about as often as it has neighbours in the mesh', async () => {
    const before = mesh.wire.length
    await publish(mesh, 40, 'counted')
    await mesh.world.clock.advance(2_000)
    const copies = mesh.wire.slice(before).filter(({ what }) => what === 'MESSAGE').length
    expect(hearers('counted')).toBe(NODES - 1)
    expect(copies).toBeGreaterThan(NODES * 3)
    expect(copies).toBeLessThan(NODES * 12)
  })

  it('brings a message by offer and request to who joins a moment too late for it', async () => {
    const { world, nodes } = mesh
    const late = world.node({ listens: false })
    for (const { network } of nodes.slice(0, 30))
      await world.clock.until(late.network.connect(network.self, network.addresses()))
    await world.clock.advance(1_000)
    await publish(mesh, 60, 'a moment ago')
    await world.clock.advance(200)
    const heard: Said[] = []
    const before = mesh.wire.length
    late.network.subscribe(signedTopic(late.network.tag), SHARD, (said) => heard.push(said))
    await world.clock.untilTrue(() => heard.some(({ text }) => text === 'a moment ago'), 2_000)
    const asked = mesh.wire.slice(before).some(({ what, from }) => what === 'IWANT' && from === late.network.self)
    expect(asked).toBe(true)
    await late[Symbol.asyncDispose]()
  })

  it('finds a record from anywhere, with some tens of messages and not with all', async () => {
    const { world, nodes } = mesh
    const value: Kept = { author: 'a', sequence: 1, text: 'found', expiresAtMs: world.clock.nowMs() + 3_600_000 }
    const messages = (): number => world.traffic('dht').messages
    let before = messages()
    await world.clock.until(nodes[7]!.network.putRecord(space, value, keep(value)))
    const putMessages = messages() - before
    // About 20 lookups and 20 puts, each with its answer.
    expect(putMessages).toBeGreaterThan(60)
    expect(putMessages).toBeLessThan(160)
    const costs: number[] = []
    for (let reader = 10; reader < NODES; reader += 19) {
      before = messages()
      const startedAtMs = world.clock.monotonicMs()
      expect(await world.clock.until(nodes[reader]!.network.getRecord(space, authorKey('a')))).toEqual(value)
      expect(world.clock.monotonicMs() - startedAtMs).toBeLessThan(2_000)
      costs.push(messages() - before)
    }
    // A reading node may itself be a holder; then its own quorum costs a few messages.
    expect(Math.max(...costs)).toBeLessThan(40)
    console.log(
      `DHT of ${NODES} nodes: ${putMessages} messages for a put, ${Math.min(...costs)} to ${Math.max(...costs)} for a get`,
    )
  })

  it('finds a record though half of its holders are gone', async () => {
    const { world, nodes } = mesh
    const value: Kept = { author: 'b', sequence: 1, text: 'kept', expiresAtMs: world.clock.nowMs() + 3_600_000 }
    const before = mesh.wire.length
    await world.clock.until(nodes[7]!.network.putRecord(space, value, keep(value)))
    const puts = mesh.wire.slice(before).filter(({ what }) => what === 'PUT_VALUE')
    const holders = puts.map(({ to }) => to).filter((peer) => peer !== nodes[99]!.network.self)
    expect(holders.length).toBeGreaterThanOrEqual(19)
    for (const holder of holders.slice(0, 10)) world.crash(holder)
    await world.clock.advance(1_000)
    expect(await world.clock.until(nodes[99]!.network.getRecord(space, authorKey('b')))).toEqual(value)
  })
})

describe('a split mesh', () => {
  it('goes on in both halves, and is one again after it heals, whatever was said meanwhile included', async () => {
    const mesh = await meshOf(60, 'split')
    const { world, nodes, heard } = mesh
    const left = nodes.slice(0, 30)
    const hearers = (text: string): number[] =>
      heard.flatMap((times, i) => (times.has(text) ? [i] : [])).sort((a, b) => a - b)
    const numbers = (from: number, to: number, but: number): number[] =>
      Array.from({ length: to - from }, (_, i) => from + i).filter((i) => i !== but)
    world.partition(left.map(({ network }) => network.self))
    await publish(mesh, 3, 'left')
    await publish(mesh, 33, 'right')
    await world.clock.advance(20_000)
    expect(hearers('left')).toEqual(numbers(0, 30, 3))
    expect(hearers('right')).toEqual(numbers(30, 60, 33))
    world.heal()
    await world.clock.advance(2_000)
    expect(hearers('left')).toEqual(numbers(0, 60, 3))
    expect(hearers('right')).toEqual(numbers(0, 60, 33))
  })

  it('finds itself again by its routing tables after its connections have died of the split', async () => {
    const mesh = await meshOf(60, 'long split')
    const { world, nodes, heard } = mesh
    const left = new Set(nodes.slice(0, 30).map(({ network }) => network.self))
    world.partition([...left])
    await world.clock.advance(130_000)
    const across = nodes
      .slice(0, 30)
      .flatMap(({ network }) => network.connectedPeers().filter((peer) => !left.has(peer)))
    expect(across).toEqual([])
    world.heal()
    // The next look around of every node.
    await world.clock.advance(330_000)
    await publish(mesh, 3, 'again')
    await world.clock.advance(2_000)
    expect(heard.filter((times) => times.has('again'))).toHaveLength(59)
  }, 60_000)
})
