/**
 * A topic on which nobody speaks for an hour, on real nodes whose heartbeats are run by hand under a calendar that is moved: an
 * hour of heartbeats takes seconds. The control runs the same hour with the weights that gossipsub suggests.
 */
import { createTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { topicScores } from '../../../node/network/gossip/gossip-law.ts'
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { topicId } from '../../../protocols/kernel/topic.ts'
import { type MeshNode, meshNode, star } from '../../support/nodes/mesh-nodes.ts'
import { signedTopic } from '../../support/nodes/signed-topic.ts'

interface Gossip {
  heartbeat(): Promise<void>
  getMeshPeers(topic: string): string[]
  readonly score: {
    refreshScores(): void
    score(peer: string): number
    readonly params: { topics: Record<string, unknown> }
  }
}

const SHARD = 'eu-west/cpu'
const HOUR_S = 3_600
const NODES = 4

let nodes: AsyncDisposableStack
beforeEach(() => {
  nodes = new AsyncDisposableStack()
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await nodes.disposeAsync()
})

const gossipOf = ({ network }: MeshNode): Gossip => (network.libp2p.services as unknown as { gossip: Gossip }).gossip
const idOf = ({ tag }: Libp2pNetwork): string => topicId(tag, { name: 'said', major: 1 }, SHARD)

interface Lowest {
  neighbours: number
  score: number
}

/** The fewest neighbours that a node had on the topic within the hour, or until it `isOver`, and the lowest score that one gave another. */
async function throughAnHour(
  score?: unknown,
  isOver: (lowest: Lowest) => boolean = () => false,
): Promise<Readonly<Lowest>> {
  const all = await Promise.all(Array.from({ length: NODES }, async () => nodes.use(await meshNode())))
  for (let i = 0; i < NODES - 1; i++) await star(all.slice(i))
  for (const { network } of all) network.subscribe(signedTopic(network.tag), SHARD, () => undefined)
  const id = idOf(all[0]!.network)
  const counts = (): number[] => all.map((node) => gossipOf(node).getMeshPeers(id).length)
  await expect.poll(counts, { interval: 50 }).toEqual(new Array(NODES).fill(NODES - 1))
  const lowest: Lowest = { neighbours: NODES, score: Number.POSITIVE_INFINITY }
  for (const node of all) if (score !== undefined) gossipOf(node).score.params.topics[id] = score
  for (let second = 0; second < HOUR_S && !isOver(lowest); second++) {
    vi.setSystemTime(Date.now() + 1_000)
    for (const node of all) {
      const gossip = gossipOf(node)
      gossip.score.refreshScores()
      await gossip.heartbeat()
      for (const { network } of all)
        if (network !== node.network) lowest.score = Math.min(lowest.score, gossip.score.score(network.self))
    }
    lowest.neighbours = Math.min(lowest.neighbours, ...counts())
    await new Promise((resolve) => setImmediate(resolve))
  }
  return lowest
}

it('a topic that is silent for an hour keeps its mesh all the time, and nobody is thought less of for it', async () => {
  const { neighbours, score } = await throughAnHour()
  expect(neighbours).toBe(NODES - 1)
  expect(score).toBeGreaterThanOrEqual(0)
})

it('it would lose it by the weights that gossipsub suggests for busy topics', async () => {
  const { timeInMeshQuantum, timeInMeshWeight, timeInMeshCap } = topicScores
  const { neighbours, score } = await throughAnHour(
    createTopicScoreParams({ topicWeight: 1, timeInMeshQuantum, timeInMeshWeight, timeInMeshCap }),
    (lowest) => lowest.neighbours === 0 && lowest.score < 0,
  )
  expect(neighbours).toBe(0)
  expect(score).toBeLessThan(0)
})
