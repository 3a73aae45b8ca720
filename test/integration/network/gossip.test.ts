import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { topicId } from '../../../protocols/kernel/topic.ts'
import { type MeshNode, meshNode, star, withoutAdverts } from '../../support/nodes/mesh-nodes.ts'
import { type Said, say, signedTopic } from '../../support/nodes/signed-topic.ts'

const SHARD = 'eu-west/inference'

let nodes: AsyncDisposableStack

beforeEach(() => {
  nodes = new AsyncDisposableStack()
})

afterEach(() => nodes.disposeAsync())

const start = async (count: number): Promise<MeshNode[]> =>
  Promise.all(Array.from({ length: count }, async () => nodes.use(await meshNode())))

/** Joins, and keeps what is delivered. */
function listen(network: Libp2pNetwork, shard = SHARD): Said[] {
  const heard: Said[] = []
  network.subscribe(signedTopic(network.tag), shard, (said) => heard.push(said))
  return heard
}

/** Until `network` has that many links on the topic: a neighbour that only subscribed is told nothing yet. */
async function neighbours(network: Libp2pNetwork, count: number, shard = SHARD): Promise<void> {
  const { gossip } = network.libp2p.services as unknown as { gossip: { getMeshPeers(topic: string): string[] } }
  const id = topicId(network.tag, { name: 'said', major: 1 }, shard)
  await expect.poll(() => gossip.getMeshPeers(id).length, { interval: 20 }).toBeGreaterThanOrEqual(count)
}

const heardBy = (heard: readonly Said[], text: string): Promise<void> =>
  expect.poll(() => heard.map((said) => said.text), { interval: 10 }).toContain(text)

const publish = (network: Libp2pNetwork, said: Omit<Said, 'shard'>, shard = SHARD): Promise<number> =>
  network.publish(signedTopic(network.tag), shard, say({ ...said, shard }))

describe('gossip over libp2p', () => {
  it('reaches every node of the topic', async () => {
    const [hub, author, far] = (await start(3)) as [MeshNode, MeshNode, MeshNode]
    await star([hub, author, far])
    const [atHub, atFar] = [listen(hub.network), listen(far.network)]
    listen(author.network)
    await neighbours(author.network, 1)
    await neighbours(hub.network, 2)
    expect(await publish(author.network, { author: 'a', sequence: 1, text: 'hello' })).toBe(1)
    await heardBy(atHub, 'hello')
    await heardBy(atFar, 'hello')
  })

  it('passes a node that does not understand the message: it forwards and delivers nothing', async () => {
    const [hub, author, far] = (await start(3)) as [MeshNode, MeshNode, MeshNode]
    await star([hub, author, far])
    const atHub: Said[] = []
    hub.network.subscribe(signedTopic(hub.network.tag, { understands: false }), SHARD, (said) => atHub.push(said))
    const atFar = listen(far.network)
    listen(author.network)
    await neighbours(author.network, 1)
    await neighbours(hub.network, 2)
    await publish(author.network, { author: 'a', sequence: 1, text: 'from tomorrow' })
    await heardBy(atFar, 'from tomorrow')
    expect(atHub).toEqual([])
  })

  it('does not deliver to its own author, nor a replay to anybody', async () => {
    const [hub, author] = (await start(2)) as [MeshNode, MeshNode]
    await star([hub, author])
    const [atHub, atAuthor] = [listen(hub.network), listen(author.network)]
    await neighbours(author.network, 1)
    await publish(author.network, { author: 'a', sequence: 5, text: 'five' })
    await publish(author.network, { author: 'a', sequence: 4, text: 'four' })
    await publish(author.network, { author: 'a', sequence: 6, text: 'six' })
    await heardBy(atHub, 'six')
    expect(atHub.map(({ text }) => text)).toEqual(['five', 'six'])
    expect(atAuthor).toEqual([])
  })

  it('keeps two networks on one machine apart', async () => {
    const here = nodes.use(await meshNode({ network: 'one' }))
    const there = nodes.use(await meshNode({ network: 'two' }))
    await star([here, there])
    listen(here.network)
    listen(there.network)
    expect(await publish(here.network, { author: 'a', sequence: 1, text: 'hello' })).toBe(0)
  })

  it('does not let 1,000 forged messages with the next sequence delay the genuine one', async () => {
    const [hub, author, victim, attacker] = (await start(4)) as [MeshNode, MeshNode, MeshNode, MeshNode]
    await star([hub, author, victim, attacker])
    await attacker.network.connect(victim.network.self, victim.network.addresses())
    const atVictim = listen(victim.network)
    for (const { network } of [hub, author, attacker]) listen(network)
    await neighbours(attacker.network, 3)
    await neighbours(author.network, 1)
    await neighbours(hub.network, 3)
    for (let i = 0; i < 1_000; i++) {
      const forged: Said = { author: 'a', sequence: 1, shard: SHARD, text: `forged ${i}` }
      await attacker.network.publish(signedTopic(attacker.network.tag), SHARD, say(forged, 'no proof'))
    }
    for (const node of [hub, author, victim, attacker]) withoutAdverts(node)
    await publish(author.network, { author: 'a', sequence: 1, text: 'genuine' })
    await heardBy(atVictim, 'genuine')
    expect(atVictim.map(({ text }) => text)).toEqual(['genuine'])
    expect(victim.network.figures(attacker.network.self)?.faults).toBeGreaterThan(0)
    expect(victim.network.figures(hub.network.self)?.faults ?? 0).toBe(0)
  })

  it('does not let the genuine bytes, published first on another topic, stop them on their own', async () => {
    const other = 'us-east/inference'
    const [hub, author, victim, attacker] = (await start(4)) as [MeshNode, MeshNode, MeshNode, MeshNode]
    await star([hub, author, victim, attacker])
    const atVictim = listen(victim.network)
    for (const { network } of [hub, author, attacker]) listen(network)
    for (const { network } of [hub, victim, attacker]) listen(network, other)
    await neighbours(attacker.network, 1, other)
    await neighbours(author.network, 1)
    await neighbours(hub.network, 3)
    const genuine = say({ author: 'a', sequence: 1, shard: SHARD, text: 'genuine' })
    expect(await attacker.network.publish(signedTopic(attacker.network.tag), other, genuine)).toBeGreaterThan(0)
    await expect.poll(() => hub.network.figures(attacker.network.self)?.faults ?? 0).toBe(1)
    await author.network.publish(signedTopic(author.network.tag), SHARD, genuine)
    await heardBy(atVictim, 'genuine')
  })

  it('ignores what one author publishes above its rate, and charges nobody for it', async () => {
    const [hub, author] = (await start(2)) as [MeshNode, MeshNode]
    await star([hub, author])
    const heard: Said[] = []
    hub.network.subscribe(signedTopic(hub.network.tag, { perAuthorPerMinuteMax: 3 }), SHARD, (said) => heard.push(said))
    listen(author.network)
    await neighbours(author.network, 1)
    for (let i = 0; i < 10; i++) await publish(author.network, { author: 'a', sequence: i, text: `a${i}` })
    await publish(author.network, { author: 'b', sequence: 0, text: 'b0' })
    await heardBy(heard, 'b0')
    expect(heard.map(({ text }) => text)).toEqual(['a0', 'a1', 'a2', 'b0'])
    expect(hub.network.figures(author.network.self)?.faults ?? 0).toBe(0)
  })

  it('refuses to publish what every receiver would reject for its length', async () => {
    const [hub] = (await start(1)) as [MeshNode]
    const publishing = publish(hub.network, { author: 'a', sequence: 1, text: 'x'.repeat(600) })
    await expect(publishing).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('carries a topic that its neighbours joined, where it was told to carry the family', async () => {
    const [hub, author, far] = (await start(3)) as [MeshNode, MeshNode, MeshNode]
    using _ = hub.network.relayTopics([signedTopic(hub.network.tag) as never])
    await star([hub, author, far])
    const atFar = listen(far.network)
    listen(author.network)
    await neighbours(author.network, 1)
    await neighbours(far.network, 1)
    await neighbours(hub.network, 2)
    await publish(author.network, { author: 'a', sequence: 1, text: 'carried' })
    await heardBy(atFar, 'carried')
  })

  it('leaves a mesh and joins it again', async () => {
    const [hub, author] = (await start(2)) as [MeshNode, MeshNode]
    await star([hub, author])
    const first: Said[] = []
    const joined = hub.network.subscribe(signedTopic(hub.network.tag), SHARD, (said) => first.push(said))
    listen(author.network)
    await neighbours(author.network, 1)
    await publish(author.network, { author: 'a', sequence: 1, text: 'one' })
    await heardBy(first, 'one')
    joined[Symbol.dispose]()
    const again = listen(hub.network)
    await neighbours(author.network, 1)
    await publish(author.network, { author: 'a', sequence: 2, text: 'two' })
    await heardBy(again, 'two')
    expect(first).toHaveLength(1)
  })
})
